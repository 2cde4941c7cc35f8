"""Who writes to a file, and where its drafts go: after a kill a run's files are the old or the new ones."""
