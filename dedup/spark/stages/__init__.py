"""The stages of a run on Spark; each has the name of its local twin."""
