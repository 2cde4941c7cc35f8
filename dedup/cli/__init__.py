"""The command `dedup`."""
