"""What the extensions of files say that dedup does not read."""
