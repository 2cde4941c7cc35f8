"""Builds the package: its compiled core, its wheels."""
