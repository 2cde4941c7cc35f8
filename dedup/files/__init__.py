"""Finds files, reads and decompresses them forward once, and writes them completely or not at all."""
