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


class InspectedDocument(NamedTuple):
    """A document and its repeats, in order."""

    identity: Identity
    text: str
    repeats: list[Repeat]


@dataclass
class ReadCounts:
    """How many documents were searched for repeats, and how many records could not be read."""

    documents: int = 0
    rejects: int = 0


def inspect(
    source: Files, options: Options, only: str | None, counts: ReadCounts
) -> Iterator[InspectedDocument]:
    """The documents that repeat something, in order, or those called `only`, whatever they repeat. Adds what
    is read to `counts`. Raises InputError if no document is called `only`.
    """
    if only is not None:
        yield from _inspect_called(only, source, options, counts)
        return
    for block in source.blocks():
        batch = source.parse(block)
        counts.documents += len(batch.documents)
        counts.rejects += len(batch.rejects)
        for row, repeats in sorted(_repeats(batch.documents.column("text"), options).items()):
            yield InspectedDocument(*lookup.document(batch.documents, row, source.names)[:2], repeats)


def _inspect_called(
    name: str, source: Files, options: Options, counts: ReadCounts
) -> Iterator[InspectedDocument]:
    """The documents called `name`."""
    documents, counts.rejects = lookup.called([name], source)
    counts.documents = len(documents[name])
    identities, texts, _ = zip(*documents[name], strict=True)
    repeats = _repeats(pa.array(texts, pa.large_string()), options)
    for row, (identity, text) in enumerate(zip(identities, texts, strict=True)):
        yield InspectedDocument(identity, text, repeats.get(row, []))


def _repeats(texts: pa.LargeStringArray, options: Options) -> dict[int, list[Repeat]]:
    """The repeats of the texts that have any, by row."""
    documents = find_in_batch(split(texts), None, options)
    return {document.row: document.repeats for document in documents if document.repeats}
