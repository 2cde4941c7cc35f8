"""Where stages run. An engine has two verbs: `map` a function over blocks, in order, and `query` a statement
of dedup/sql over tables.
"""
