"""The kinds of streams: generators and other iterators, of documents or of frames; readers of Arrow;
relations of DuckDB; lazy frames of polars; streamed data sets of Hugging Face.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from io import IOBase
from itertools import chain, islice
from secrets import token_hex
from typing import Any

import pyarrow as pa

from dedup.errors import InputError
from dedup.options import TAG_FIELDS
from dedup.sources.streams.encoding import DOCUMENTS, FRAMES
from dedup.sources.streams.stream import Make, Part, StreamContainer

Wrap = Callable[[Any], Part]
"""Makes a container of a part."""

_PART = 1000  # documents of a part


def stream(documents: Any, wrap: Wrap, is_a: Callable[[Any, str], bool]) -> StreamContainer | None:
    """The container of a stream; None for what is none. `is_a`: whether a value is of a class that is named
    library.class. Raises InputError.
    """
    if is_a(documents, "pyarrow.RecordBatchReader"):
        return _reader(documents, wrap)
    if is_a(documents, "duckdb.DuckDBPyRelation"):
        batches = _at_least_one(pa.RecordBatchReader.from_stream(documents))
        return StreamContainer(batches, FRAMES["pyarrow.RecordBatch"], wrap, _relation)
    if is_a(documents, "polars.LazyFrame"):
        return StreamContainer(_frames_of(documents), FRAMES["polars.DataFrame"], wrap, _lazy_frame)
    if is_a(documents, "datasets.IterableDataset"):
        return StreamContainer(_lists(documents), DOCUMENTS, wrap, partial(_iterable_dataset, documents))
    if isinstance(documents, (str, bytes, Mapping, IOBase)) or not isinstance(documents, Iterable):
        return None
    return _iterable(documents, wrap, is_a)


def _iterable(documents: Iterable[Any], wrap: Wrap, is_a: Callable[[Any, str], bool]) -> StreamContainer:
    """The container of anything that can be iterated over: documents, or frames."""
    parts = iter(documents)
    first = list(islice(parts, 1))
    values = chain(first, parts)
    for name, encoding in FRAMES.items():
        if first and is_a(first[0], name):
            return StreamContainer(_checked(values, type(first[0])), encoding, wrap, _iterator)
    return StreamContainer(_lists(values), DOCUMENTS, wrap, _iterator_of_documents)


def _iterator(make: Make, _: bool) -> Iterator[Any]:
    """The frames, of each as much as is kept."""
    return make()


def _iterator_of_documents(make: Make, _: bool) -> Iterator[Any]:
    return chain.from_iterable(make())


def _lists(documents: Iterable[Any]) -> Iterator[list[Any]]:
    """The documents in lists."""
    values = iter(documents)
    while part := list(islice(values, _PART)):
        yield part


def _checked(frames: Iterable[Any], kind: type) -> Iterator[Any]:
    """The frames. Raises InputError if one is of another class than the first."""
    for number, frame in enumerate(frames, 1):
        if not isinstance(frame, kind):
            raise InputError(
                f"a stream has frames of one kind, and frame {number} is no {kind.__name__} but "
                f"{type(frame).__name__}: convert it"
            )
        yield frame


def _reader(documents: pa.RecordBatchReader, wrap: Wrap) -> StreamContainer:
    schema = documents.schema

    def back(make: Make, _: bool) -> pa.RecordBatchReader:
        batches = make()
        first = next(batches, None)
        if first is None:
            return pa.RecordBatchReader.from_batches(schema, [])
        return pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))

    return StreamContainer(_at_least_one(documents), FRAMES["pyarrow.RecordBatch"], wrap, back)


def _at_least_one(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The batches of a reader; an empty one if it has none, for its columns."""
    first = next(iter(reader), None)
    yield pa.RecordBatch.from_pylist([], reader.schema) if first is None else first
    yield from reader


def _relation(make: Make, _: bool) -> Any:
    """A relation on DuckDB's default connection. Its rows are in memory only as they are read."""
    from dedup.sources.streams.rows import mapped_table

    return sys.modules["duckdb"].from_arrow(mapped_table(make()))


def _frames_of(frame: Any) -> Iterator[Any]:
    """The rows of a lazy frame, in order, in frames; an empty one if it has none."""
    if not hasattr(frame, "collect_batches"):  # polars before 1.34
        yield from frame.collect().iter_slices(_PART * 10) if frame.collect().height else [frame.collect()]
        return
    batches = iter(frame.collect_batches(maintain_order=True))
    yield next(batches, frame.collect_schema().to_frame())
    yield from batches


def _lazy_frame(make: Make, _: bool) -> Any:
    """A lazy frame that reads the parts whenever it is collected."""
    from polars.io.plugins import register_io_source

    def frames(columns: list[str] | None, predicate: Any, most: int | None, _: int | None) -> Iterator[Any]:
        left = most
        for part in make():
            frame = part if left is None else part.head(left)
            left = None if left is None else left - frame.height
            frame = frame if predicate is None else frame.filter(predicate)
            yield frame if columns is None else frame.select(columns)
            if left == 0:
                return

    schema = next(iter(make())).schema
    return register_io_source(frames, schema=schema)


def _iterable_dataset(documents: Any, make: Make, tags: bool) -> Any:
    """A streamed data set with the same features, and those of a tag where documents have it."""
    library = sys.modules["datasets"]
    features = documents.features

    def rows() -> Iterator[Any]:
        return chain.from_iterable(make())

    if features is not None and tags:
        of_tag = zip(TAG_FIELDS, map(library.Value, ("string", "float64")), strict=True)
        features = library.Features({**features, **dict(of_tag)})
    return library.IterableDataset.from_generator(_DatasetRows(rows), features=features)


class _DatasetRows:
    """What gives the rows of a data set, each time that it is called. datasets pickles it to have a name for
    it, for which a number will do; it cannot go to another process, since the rows are in a file of this one.
    """

    def __init__(self, rows: Callable[[], Iterator[Any]]) -> None:
        self._rows = rows

    def __call__(self) -> Iterator[Any]:
        yield from self._rows()

    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return _in_another_process, (token_hex(16),)


def _in_another_process(_: str) -> Any:
    raise InputError("these documents are in a temporary file of another process: save them there first")
