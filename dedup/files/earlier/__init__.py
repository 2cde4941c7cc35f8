"""What earlier runs wrote, found among the files that are read."""
