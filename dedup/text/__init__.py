"""Text: bytes, paragraphs, words, figures, and ranges of characters."""
