"""Tests of the facts that part articles."""
