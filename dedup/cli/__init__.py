"""The command: its words in, one call of the library, a report and an exit status out."""
