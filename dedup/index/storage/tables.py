"""The columns of an index's tables: which values each may have. SQLite takes any value in any column, so the
rows are read by `Table.select`, which checks all of them before one is used.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson

from dedup.index.storage.database import Database, Row, are, checksum

DELETED: Final = -1
"""The words of a document that was deleted."""


class Values(NamedTuple):
    """The types of a column's values, and which of their values it takes; None: all."""

    types: type | tuple[type, ...]
    takes: Callable[[Any], bool] | None = None


def _within(least: int, end: int) -> Values:
    """Integers from `least` to below `end`."""
    return Values(int, lambda value: least <= value < end)


def _are_spans(text: str) -> bool:
    """Whether this is JSON of spans of document numbers."""
    try:
        return all(
            len(span) == 2 and are(span, int, int) and 0 <= span[0] <= span[1] < _NUMBERS
            for span in orjson.loads(text)
        )
    except (TypeError, ValueError):
        return False


_NUMBERS: Final = 1 << 32
_INT = Values(int)
_STR = Values(str)
_BYTES = Values(bytes)
_STR_OR_NONE = Values((str, type(None)))
_INT_OR_NONE = Values((int, type(None)))
_NUMBER = _within(0, _NUMBERS)
_RUN = _within(0, 1 << 31)
_TIME = _within(0, 253_402_300_800)  # seconds since 1970, up to the year 10,000
_DAY = _within(0, 253_402_300_800 // 86400)
_CHARACTERS = _within(0, 1 << 48)


@dataclass(frozen=True)
class Table:
    """A table of the file.

    `meaning`: what an error calls its rows; `columns`: by name; `checksum`: of a row, from all of its columns
    but the last one, which has it; None: rows have none, or whoever reads them checks it.
    """

    name: str
    meaning: str
    columns: dict[str, Values]
    checksum: Callable[[Row], int] | None = None
    _types: list[type | tuple[type, ...]] = field(init=False)
    _checks: list[tuple[int, Callable[[Any], bool]]] = field(init=False)

    def __post_init__(self) -> None:
        checks = [(at, column.takes) for at, column in enumerate(self.columns.values()) if column.takes]
        object.__setattr__(self, "_types", [column.types for column in self.columns.values()])
        object.__setattr__(self, "_checks", checks)

    def select(self, database: Database, which: str = "", values: Sequence[Any] = ()) -> Iterator[Row]:
        """All columns of the rows that the end of a statement chooses. Raises IndexFileError for a row that
        dedup has not written so.
        """
        statement = f"SELECT {', '.join(self.columns)} FROM {self.name} {which}"  # noqa: S608
        for row in database.rows(statement, values):
            if not self.is_whole(row):
                raise database.damaged(self.meaning)
            yield row

    def is_whole(self, row: Row) -> bool:
        """Whether a row is as dedup writes one: types and ranges of all columns, and the checksum."""
        return (
            len(row) == len(self._types)
            and are(row, *self._types)
            and all(takes(row[at]) for at, takes in self._checks)
            and (self.checksum is None or self.checksum(row[:-1]) == row[-1])
        )


def document_sum(row: Row) -> int:
    """The checksum of what is known of a document: of the first nine columns of its row."""
    return checksum((*row[:6], *row[7:9]), row[6])


def text_sum(row: Row) -> int:
    """The checksum of a text: of the first four columns of its row."""
    return checksum((row[0], *row[2:4]), row[1])


def site_sum(row: Row) -> int:
    """The checksum of what is known of a site: of six columns of its row."""
    return checksum(row[:4], *row[4:6])


DOCUMENTS: Final = Table(
    "documents",
    "what it knows of a document",
    {
        "number": _NUMBER,
        "id": _STR_OR_NONE,
        "source": _STR,
        "position": _INT,
        "entered": _TIME,
        "words": _within(DELETED, 1 << 31),
        "marks": Values(bytes, lambda bits: len(bits) % 8 == 0),
        "key": _INT_OR_NONE,
        "word_hash": _INT,
        "sum": _INT,
    },
    document_sum,
)
TEXTS: Final = Table(
    "texts",
    "the text of a document",
    {"number": _NUMBER, "text": _BYTES, "title": _STR_OR_NONE, "url": _STR_OR_NONE, "sum": _INT},
    text_sum,
)
RUNS: Final = Table(
    "runs",
    "the list of its runs",
    {
        "run": _within(1, 1 << 31),
        "name": _STR,
        "began": _INT,
        "first": _NUMBER,
        "end": _NUMBER,
        "replaces": Values(str, _are_spans),
        "moves": _STR_OR_NONE,
    },
)
SEGMENTS: Final = Table(
    "segments",
    "the list of its keys",
    {"segment": _within(1, 1 << 31), "bits": _INT, "entries": _within(0, 1 << 62), "filled": _BYTES},
)
PAGES: Final = Table("pages", "a page of its keys", {"place": _INT, "entries": _BYTES, "sum": _INT})
SITES: Final = Table(
    "sites",
    "what it knows of a site",
    {"site": _INT, "run": _RUN, "day": _DAY, "seen": _TIME, "folded": _BYTES, "held": _BYTES, "sum": _INT},
    site_sum,
)
SITE_TEXTS: Final = Table(
    "site_texts",
    "what it knows of sites",
    {
        "site": _INT,
        "run": _RUN,
        "seen": _TIME,
        "pages": _NUMBER,
        "characters": _CHARACTERS,
        "printed": _CHARACTERS,
    },
)
OPTIONS: Final = Table(
    "options", "the options that it was made with", {"name": _STR, "value": _STR, "sum": _INT}, checksum
)
STATE: Final = Table(
    "state", "the lists of its runs, options and keys", {"value": _STR, "sum": _INT}, checksum
)
