"""What sites print on many of their pages: counted as tables, then cut within each batch of the scan."""
