"""The index file: the documents that earlier runs kept, and decisions about new ones."""
