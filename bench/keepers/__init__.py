"""Which copy of an article is kept, measured and fitted on real pages."""
