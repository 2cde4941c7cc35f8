"""An outcome -> titles, addresses and dates of some of its documents, read again."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from dedup.native.arrays import Int64s
from dedup.pipeline.outcome import Outcome
from dedup.text.fields.sort_keys import dates_of

_OPENING = 300  # characters


class Details(NamedTuple):
    """What a document says of itself; None where it says nothing. `date`: 2024-03-04, or 2024-03-04 15:02;
    `opening`: the first characters of its text.
    """

    title: str | None = None
    url: str | None = None
    date: str | None = None
    opening: str = ""


def details(outcome: Outcome, rows: Int64s) -> dict[int, Details]:
    """The details of these documents (int64, ascending, distinct), by row. Those of earlier runs have no
    date. Raises InputError if an input has changed meanwhile.
    """
    own = rows[rows < outcome.earlier.base]
    read = [*_read(outcome, own)]
    dates = dates_of([key for _, key in read])
    known = {
        row: document._replace(date=date)
        for row, (document, _), date in zip(own.tolist(), read, dates, strict=True)
    }
    for batch in outcome.earlier.texts(rows[len(own) :]):
        columns = (batch.titles, batch.urls, pc.utf8_slice_codeunits(batch.texts, 0, _OPENING))
        known |= dict(zip(batch.rows.tolist(), _documents(columns), strict=True))
    return known


def _read(outcome: Outcome, rows: Int64s) -> Iterator[tuple[Details, str | None]]:
    """The details of these documents, and the sort keys of their dates."""
    if not len(rows):
        return
    field = outcome.options.date_field
    source = outcome.source.ordered_by(field) if field else outcome.source
    places = outcome.table.select(["file", "start", "end", "position"]).take(rows)
    for block in source.fetch(places.combine_chunks()):
        documents = source.parse(block).documents
        keys = documents.column("order").to_pylist() if field else [None] * len(documents)
        openings = pc.utf8_slice_codeunits(documents.column("text"), 0, _OPENING)
        columns = (documents.column("title"), documents.column("url"), openings)
        yield from zip(_documents(columns), keys, strict=True)


def _documents(columns: Iterable[pa.LargeStringArray]) -> Iterator[Details]:
    """The details of documents from the columns title, URL and opening."""
    for title, url, opening in zip(*(column.to_pylist() for column in columns), strict=True):
        yield Details(title or None, url or None, None, opening)
