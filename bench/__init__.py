"""Programs that measure dedup, each run as `python -m bench.FOLDER.PROGRAM`; README.md lists them."""
