"""A summary -> something readable: in a terminal, in a notebook, as a page. Reports count nothing.

What a text from outside says goes through `safe.py`, whatever renders it.
"""
