"""Where stages run. An engine has two verbs: `map` a function over blocks, in order, and `query` a statement
of engines/sql over tables.
"""
