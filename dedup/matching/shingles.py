"""Paragraphs -> words -> hashed word n-grams. A word is a hash of 64 bits; what it hashes is told in
kernels/unicode.py.
"""

from dedup.kernels import shingles as kernel
from dedup.text.ragged import Owned


def shingles(texts: Owned, ngram: int) -> Owned:
    """The shingles of each text from its words: runs of `ngram` words, or all words where there are fewer."""
    return Owned(*kernel.ngrams(texts.values, texts.bounds, kernel.factors(ngram)))
