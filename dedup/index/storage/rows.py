"""The rows of documents and runs: what they have."""

from collections.abc import Sequence
from typing import NamedTuple

from dedup.index.storage.database import Row


class KnownDocument(NamedTuple):
    """A document as the file has it, without its text: the first fields of `StoredDocument`."""

    number: int
    id: str | None
    source: str
    position: int
    entered: int
    words: int
    bloom_bits: bytes
    key: int | None
    word_hash: int


class StoredDocument(NamedTuple):
    """A document as the file has it. `entered`: seconds since 1970; `words`: how many it has; `bloom_bits`:
    see `matching.bloom`; `key`: what it is told apart by (see `text.addresses`), None for nothing;
    `word_hash`: of its words; `text`: compressed; `title`, `url`: None where it has none.
    """

    number: int
    id: str | None
    source: str
    position: int
    entered: int
    words: int
    bloom_bits: bytes | memoryview
    key: int | None
    word_hash: int
    text: bytes
    title: str | None
    url: str | None


def are_in_order(runs: Sequence[Row]) -> bool:
    """Whether the documents of runs, in their order, follow each other."""
    after = 0
    for _, _, _, first, end, *_ in runs:
        if not after <= first <= end:
            return False
        after = first
    return True
