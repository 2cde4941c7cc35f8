"""Files -> those of their documents that repeat something, with what they repeat: for `dedup repeats`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from dedup.identity import Identity
from dedup.options import Options
from dedup.repeats.find import Repeat, find
from dedup.sources import lookup
from dedup.sources.files import Files
from dedup.text.paragraphs import split


class Inspected(NamedTuple):
    """A document: its identity (id, source, position), its text, its repeats in order."""

    identity: Identity
    text: str
    repeats: list[Repeat]


@dataclass
class Tally:
    """What was read: documents looked at, and records that could not be read."""

    documents: int = 0
    rejects: int = 0


def inspect(source: Files, options: Options, only: str | None, tally: Tally) -> Iterator[Inspected]:
    """The documents with repeats, or those called `only`, in order; `tally` counts what is read."""
    for block in source.blocks():
        batch = source.parse(block)
        documents = batch.documents if only is None else _called(only, batch.documents, source.names)
        tally.documents += len(documents)
        tally.rejects += len(batch.rejects)
        if len(documents):
            yield from _inspected(documents, source.names, options, only is not None)
    if only is not None and not tally.documents:
        raise lookup.unknown(only)


def _inspected(
    documents: pa.RecordBatch, names: list[str], options: Options, all_: bool
) -> Iterator[Inspected]:
    """The documents of a batch that repeat something, or all of them."""
    texts = documents.column("text")
    found = {one.row: one.repeats for one in find(split(texts), None, options) if one.repeats}
    for row in range(len(documents)) if all_ else sorted(found):
        yield Inspected(lookup.identity(documents, row, names), texts[row].as_py(), found.get(row, []))


def _called(only: str, documents: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    """The documents with this id; one without an id is called by its source, or by source:position."""
    columns = (documents.column(name).to_pylist() for name in ("file", "position", "id"))
    called = [
        only == own if own is not None else only in (names[file], f"{names[file]}:{position}")
        for file, position, own in zip(*columns, strict=True)
    ]
    return documents.filter(pa.array(called, pa.bool_()))
