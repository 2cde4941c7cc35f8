"""Repeats inside one document: found, weighed by evidence, cut."""
