"""The documents of files that repeat something, and what they repeat: for `dedup repeats`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from dedup.identity import Identity
from dedup.options import Options
from dedup.repeats.find import Repeat, find_in_batch
from dedup.sources import lookup
from dedup.sources.files import Files
from dedup.text.paragraphs import split


class Inspected(NamedTuple):
    """A document and its repeats, in order."""

    identity: Identity
    text: str
    repeats: list[Repeat]


@dataclass
class Tally:
    """How many documents were searched for repeats, and how many records could not be read."""

    documents: int = 0
    rejects: int = 0


def inspect(source: Files, options: Options, only: str | None, tally: Tally) -> Iterator[Inspected]:
    """The documents that repeat something, in order, or those called `only`, whatever they repeat. `tally`
    counts what is read. Raises InputError where no document is called `only`.
    """
    if only is not None:
        documents, tally.rejects = lookup.called([only], source)
        tally.documents = len(documents[only])
        identities, texts = zip(*documents[only], strict=True)
        repeats = _repeats(pa.array(texts, pa.large_string()), options)
        for row, (identity, text) in enumerate(zip(identities, texts, strict=True)):
            yield Inspected(identity, text, repeats.get(row, []))
        return
    for block in source.blocks():
        batch = source.parse(block)
        tally.documents += len(batch.documents)
        tally.rejects += len(batch.rejects)
        for row, repeats_of in sorted(_repeats(batch.documents.column("text"), options).items()):
            yield Inspected(*lookup.document(batch.documents, row, source.names), repeats_of)


def _repeats(texts: pa.LargeStringArray, options: Options) -> dict[int, list[Repeat]]:
    """The repeats of the texts that have any, by row."""
    return {one.row: one.repeats for one in find_in_batch(split(texts), None, options) if one.repeats}
