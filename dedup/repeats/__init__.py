"""Repeats inside one document: finds them, weighs the evidence, decides which copies to cut."""
