"""The exact shingles of texts, by which benches compare what a tool matched."""

from collections.abc import Sequence

import pyarrow as pa

from dedup.matching.shingles import shingles
from dedup.text.ragged import Ragged, sets
from dedup.text.words import words_of


def shingle_sets(texts: Sequence[str], ngram: int) -> Ragged:
    """The distinct word n-grams of each text, as hashes (uint64); repeats are not cut."""
    return sets(shingles(words_of(pa.array(texts, pa.large_string())), ngram))
