"""Indexes and ledgers that are damaged or forged, in thousands of ways."""
