"""The rows of documents, texts and runs: what they have, their checksums, and what is checked of them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import orjson

from dedup.index.storage.database import Row, are, checksum

DELETED: Final = -1
"""The words of a document that was deleted."""
_LATEST = 253_402_300_800  # the year 10,000, in seconds since 1970
_STR = (str, type(None))
_INT = (int, type(None))


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


def document_sum(row: Row) -> int:
    """The checksum of what is known of a document: of the first nine columns of its row."""
    return checksum((*row[:6], *row[7:9]), row[6])


def text_sum(row: Row) -> int:
    """The checksum of a text: of the first four columns of its row."""
    return checksum((row[0], *row[2:4]), row[1])


def is_whole_document(row: Row, end: int) -> bool:
    """Whether the row of a document is as dedup writes one with a number below `end`."""
    return (
        are(row, int, _STR, str, int, int, int, bytes, _INT, _INT, int)
        and row[-1] == document_sum(row)
        and 0 <= row[0] < end
        and 0 <= row[4] < _LATEST
        and DELETED <= row[5] < 1 << 31
        and len(row[6]) % 8 == 0
    )


def is_whole_text(row: Row) -> bool:
    """Whether the row of a text is as dedup writes one."""
    return are(row, int, bytes, _STR, _STR, int) and row[-1] == text_sum(row)


def are_whole_runs(rows: Sequence[Row]) -> bool:
    """Whether the rows of all runs are as dedup writes them."""
    after = 0
    for row in rows:
        if not are(row, int, str, int, int, int, str, _STR) or not _are_spans(row[5]):
            return False
        if not after <= row[3] <= row[4] < 1 << 32:
            return False
        after = row[3]
    return True


def _are_spans(replaces: str) -> bool:
    """Whether this is JSON of spans of numbers."""
    try:
        return all(are(span, int, int) and len(span) == 2 for span in orjson.loads(replaces))
    except (TypeError, ValueError):
        return False
