"""An outcome -> titles, addresses and dates of some of its documents, read again."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dedup.native.arrays import Int64s
from dedup.pipeline.outcome import Outcome
from dedup.text.fields.sort_keys import dates_of


class Details(NamedTuple):
    """What a document says of itself; None where it says nothing. `date`: 2024-03-04, or 2024-03-04 15:02."""

    title: str | None = None
    url: str | None = None
    date: str | None = None


def details(outcome: Outcome, rows: Int64s) -> dict[int, Details]:
    """The details of these documents (int64, ascending, distinct), by row. Those of earlier runs have no
    date. Raises InputError if an input has changed meanwhile.
    """
    own = rows[rows < outcome.earlier.base]
    read = [*_read(outcome, own)]
    dates = dates_of([key for *_, key in read])
    known = {
        row: Details(title or None, url or None, date)
        for row, (title, url, _), date in zip(own.tolist(), read, dates, strict=True)
    }
    for batch in outcome.earlier.texts(rows[len(own) :]):
        columns = (batch.rows.tolist(), batch.titles.to_pylist(), batch.urls.to_pylist())
        known |= {row: Details(title or None, url or None) for row, title, url in zip(*columns, strict=True)}
    return known


def _read(outcome: Outcome, rows: Int64s) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Title, address and sort key of the date of these documents."""
    if not len(rows):
        return
    field = outcome.options.date_field
    source = outcome.source.ordered_by(field) if field else outcome.source
    places = outcome.table.select(["file", "start", "end", "position"]).take(np.asarray(rows))
    for block in source.fetch(places.combine_chunks()):
        documents = source.parse(block).documents
        keys = documents.column("order").to_pylist() if field else [None] * len(documents)
        yield from zip(
            documents.column("title").to_pylist(), documents.column("url").to_pylist(), keys, strict=True
        )
