"""The site of docs/, which mkdocs builds: `make docs`."""
