"""Cleaned documents on disk: the bytes of the input with edits, or another format."""
