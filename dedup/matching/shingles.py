"""Words -> shingles: hashes of runs of n words. native/unicode says what the hash of a word covers."""

from dedup.native import shingles as kernel
from dedup.text.ragged import Ragged


def shingles(words: Ragged, ngram: int) -> Ragged:
    """The shingles of each text, from its words: runs of `ngram` words, or all words if there are fewer."""
    return Ragged(*kernel.ngrams(words.values, words.offsets, kernel.factors(ngram)))
