"""Paragraphs -> words -> hashed word n-grams. A word is a hash of 64 bits; what it hashes is told in
kernels/unicode.py.
"""

from dedup.kernels import shingles as kernel
from dedup.text.ragged import Ragged


def shingles(texts: Ragged, ngram: int) -> Ragged:
    """The shingles of each text from its words: runs of `ngram` words, or all words where there are fewer."""
    return Ragged(*kernel.ngrams(texts.values, texts.offsets, kernel.factors(ngram)))
