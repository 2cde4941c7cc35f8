"""Reports in a terminal, with colours or without, or in a log file."""
