"""Names -> documents: the one that a file holds, or the one of an input that has an id."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from dedup.errors import InputError
from dedup.formats.blocks import Batch
from dedup.identity import Identity, location_of
from dedup.options import Options
from dedup.sources.files import Files

_PLACES = 4  # of several documents with one name, so many are told


class Named(NamedTuple):
    """A document and how it is called: its identity (id, source, position) and its text."""

    identity: Identity
    text: str


def in_files(paths: Sequence[str], options: Options) -> list[Named]:
    """The one document that each file holds. Raises InputError where one holds none or several."""
    return [_in_file(path, options) for path in paths]


def _in_file(path: str, options: Options) -> Named:
    """The one document of a file."""
    if path != "-" and not Path(path).exists():
        raise InputError(f"{path!r} does not exist; check the path, or add --in INPUT if it is an id")
    found: list[Named] = []
    source = Files([path], options)
    for batch in _batches(source):
        if batch.rejects:
            raise InputError(f"{path}: a record could not be read: {batch.rejects[0].reason}")
        found += [_named(batch.documents, row, source.names) for row in range(min(2, len(batch.documents)))]
        if len(found) > 1:
            raise InputError(
                f"{path} holds several documents; name two by their ids: dedup compare ID1 ID2 --in {path}"
            )
    if not found:
        raise InputError(f"{path} holds no document")
    return found[0]


def by_id(names: Sequence[str], inputs: Sequence[str], options: Options) -> list[Named]:
    """The documents of an input with these ids, in this order; each may also be called by source:position,
    or, where it has no id, by its source. Raises InputError where a name fits none or several.
    """
    source = Files(inputs, options)
    found: dict[str, list[Named]] = {name: [] for name in names}
    unreadable = 0
    for batch in _batches(source):
        unreadable += len(batch.rejects)
        for name in found:
            found[name] += _called(name, batch.documents, source.names)
    if unreadable:
        print(f"dedup: records that could not be read and were passed over: {unreadable:,}", file=sys.stderr)
    return [_only(name, found[name]) for name in names]


def _only(name: str, documents: list[Named]) -> Named:
    """The one document of this name."""
    if not documents:
        raise unknown(name)
    if len(documents) > 1:
        places = [location_of(one.identity) for one in documents]
        more = f" and {len(places) - _PLACES:,} more" if len(places) > _PLACES else ""
        told = ", ".join(places[:_PLACES]) + more
        raise InputError(f'several documents are called "{name}"; say which, by its place: {told}')
    return documents[0]


def _batches(source: Files) -> Iterator[Batch]:
    return map(source.parse, source.blocks())


def identity(documents: pa.RecordBatch, row: int, sources: list[str]) -> Identity:
    """Id (may be None), source and position of a document of a batch."""
    file, position, own = (documents.column(column)[row].as_py() for column in ("file", "position", "id"))
    return {"id": own, "source": sources[file], "position": position}


def unknown(called: str) -> InputError:
    """That nothing is called so."""
    return InputError(f'no document is called "{called}"; --id-field names the field that holds the ids')


def _named(documents: pa.RecordBatch, row: int, sources: list[str]) -> Named:
    return Named(identity(documents, row, sources), documents.column("text")[row].as_py())


def _called(name: str, documents: pa.RecordBatch, sources: list[str]) -> list[Named]:
    """The documents of a batch with this name; ids go before places."""
    columns = [documents.column(column).to_pylist() for column in ("file", "position", "id")]
    rows = [
        row
        for row, (file, position, own) in enumerate(zip(*columns, strict=True))
        if name in (own, f"{sources[file]}:{position}") or (own is None and name == sources[file])
    ]
    return [_named(documents, row, sources) for row in rows]
