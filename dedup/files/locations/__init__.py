"""Inputs and outputs that are no files of this machine: objects in stores, and tables of SQLite databases."""
