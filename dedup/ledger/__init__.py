"""The ledger: every decision on disk, with what it takes to undo it."""
