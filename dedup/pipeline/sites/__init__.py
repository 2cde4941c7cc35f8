"""What a site prints on many pages, within a run: counted, then cut of documents that are read again."""
