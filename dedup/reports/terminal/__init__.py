"""The reports that a terminal shows."""
