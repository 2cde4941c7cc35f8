"""The ledger: every decision of a run, and what undoes it."""
