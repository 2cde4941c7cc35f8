"""Files: found, read forward once, unpacked, written whole or not at all."""
