"""Which of the documents that match is kept: the cleanest copy, and what may be dropped for it."""
