"""Finds the documents that a user names: the one document of a file, or documents of an input."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from dedup.errors import InputError
from dedup.files.locations.names import is_elsewhere
from dedup.formats.blocks import Batch
from dedup.identity import Identity, is_called, location_of
from dedup.options import Options
from dedup.sources.files import Files

_LOCATIONS = 4  # locations that a message lists


class Document(NamedTuple):
    """A document's identity, its text, and its title if it has one."""

    identity: Identity
    text: str
    title: str | None = None


def in_files(paths: Sequence[str], options: Options) -> list[Document]:
    """The one document of each file. Raises InputError if a file has none or several."""
    return [_in_file(path, options) for path in paths]


def _in_file(path: str, options: Options) -> Document:
    if path != "-" and not is_elsewhere(path) and not Path(path).exists():
        raise InputError(f"{path!r} does not exist; check the path, or add --in INPUT if it is an id")
    documents: list[Document] = []
    source = Files([path], options)
    for batch in _batches(source):
        if batch.rejects:
            raise InputError(f"{path}: a record could not be read: {batch.rejects[0].reason}")
        rows = range(min(2, len(batch.documents)))
        documents += [document(batch.documents, row, source.names) for row in rows]
        if len(documents) > 1:
            raise InputError(
                f"{path} has several documents; name two by their ids: dedup compare ID1 ID2 --in {path}"
            )
    if not documents:
        raise InputError(f"{path} has no document")
    return documents[0]


def one_of_each(names: Sequence[str], inputs: Sequence[str], options: Options) -> list[Document]:
    """The document of an input that each name means, in the order of the names. Raises InputError if a
    name means none or several.
    """
    documents, unreadable = called(names, Files(inputs, options))
    if unreadable:
        print(f"dedup: records that could not be read and were skipped: {unreadable:,}", file=sys.stderr)
    return [_only(name, documents[name]) for name in names]


def _only(name: str, documents: list[Document]) -> Document:
    if len(documents) == 1:
        return documents[0]
    locations = [location_of(document.identity) for document in documents]
    more = f" and {len(locations) - _LOCATIONS:,} more" if len(locations) > _LOCATIONS else ""
    listed = ", ".join(locations[:_LOCATIONS]) + more
    raise InputError(f'several documents are called "{name}"; name one by its location: {listed}')


def called(names: Iterable[str], source: Files) -> tuple[dict[str, list[Document]], int]:
    """The documents that each name means (see `is_called`), in order, and how many records could not
    be read. Raises InputError if a name means no document.
    """
    documents: dict[str, list[Document]] = {name: [] for name in names}
    counts: Counter[str] = Counter()
    unreadable = 0
    for batch in _batches(source):
        unreadable += len(batch.rejects)
        for row, identity in enumerate(identities(batch.documents, source.names)):
            counts[identity["source"]] += 1
            is_alone = counts[identity["source"]] == 1  # so far; `_meant` checks it at the end
            for name, of_name in documents.items():
                if is_called(identity, name, is_alone):
                    of_name.append(document(batch.documents, row, source.names))
    return {name: _meant(name, of_name, counts) for name, of_name in documents.items()}, unreadable


def _meant(name: str, documents: list[Document], counts: Counter[str]) -> list[Document]:
    """Those of the documents that the name means, now that the size of each source is known."""
    meant = [
        document
        for document in documents
        if is_called(document.identity, name, counts[document.identity["source"]] == 1)
    ]
    if meant:
        return meant
    if documents:
        first = location_of(documents[0].identity)
        raise InputError(
            f'"{name}" has {counts[name]:,} documents; name one by its id or its location, such as {first}'
        )
    raise InputError(f'no document is called "{name}"; --id-field names the field that holds the ids')


def identities(documents: pa.RecordBatch, sources: Sequence[str]) -> Iterator[Identity]:
    """The identity of each document of a batch. `sources`: the names of the files."""
    ids, files, positions = (documents.column(name).to_pylist() for name in ("id", "file", "position"))
    for id_, file, position in zip(ids, files, positions, strict=True):
        yield {"id": id_, "source": sources[file], "position": position}


def _batches(source: Files) -> Iterator[Batch]:
    return map(source.parse, source.blocks())


def document(documents: pa.RecordBatch, row: int, sources: Sequence[str]) -> Document:
    """The document in this row of a batch. `sources`: the names of the files."""
    slice_ = documents.slice(row, 1)
    text, title = (slice_.column(name)[0].as_py() for name in ("text", "title"))
    return Document(next(identities(slice_, sources)), text, title)
