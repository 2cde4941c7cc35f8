"""The tables of an index file, and what is checked of each row before it is used."""
