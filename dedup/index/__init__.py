"""The index file: the documents that earlier runs kept, and an answer for each new one."""
