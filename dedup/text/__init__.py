"""What texts consist of: bytes, paragraphs, words, figures, and ranges of characters."""
