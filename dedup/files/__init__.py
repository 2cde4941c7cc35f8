"""Files: found, read forward once, decompressed, and written complete or not at all."""
