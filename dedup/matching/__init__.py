"""Near-duplicates: from words to shingles, signatures, candidates, verified matches, keepers."""
