"""Documents in the caller's memory, as a source: blocks of them, and documents made of a block."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dedup.document import SCHEMA, Cut, Edit, Reject
from dedup.errors import InputError
from dedup.formats.blocks import Batch
from dedup.formats.columns import hosts
from dedup.kernels.arrays import Int64s
from dedup.options import Options
from dedup.sources.arrow_columns import Column
from dedup.sources.files import fields_of
from dedup.sources.frames import Frame, framed
from dedup.text.encoding import is_text, replace_surrogates, string_array
from dedup.text.ranges import without

_BLOCK = 2000  # documents that one block takes
_MISSING = "missing"


class Slice(NamedTuple):
    """Documents of a `Memory`, by number: the whole run from `first` on, or `rows` alone, in order."""

    rows: range | list[int]


class Memory:
    """Documents that the caller holds: see `dedup.frames`."""

    def __init__(self, documents: Any, options: Options) -> None:
        self.fields = fields_of(options)
        self.names = ["memory"]
        self.frame = framed(documents, self.fields.text)
        names = self.frame.names or []
        twice = self.fields.url if names.count(self.fields.url) > 1 else None
        self.columns = [_column(self.frame, name) for name in self.fields[:3]]
        self.columns.append(None if twice else _column(self.frame, self.fields.url))
        if self.columns[0] is None:
            have = ", ".join(map(str, self.frame.names or ["none"]))
            raise InputError(f'there is no column "{self.fields.text}"; there are: {have}')

    def blocks(self) -> Iterator[Slice]:
        """All documents, some thousands at a time."""
        count = len(self.frame)
        return (Slice(range(first, min(first + _BLOCK, count))) for first in range(0, count, _BLOCK))

    def fetch(self, documents: pa.Table) -> Iterator[Slice]:
        """These documents alone."""
        rows = documents.column("start").to_pylist()
        return (Slice(rows[first : first + _BLOCK]) for first in range(0, len(rows), _BLOCK))

    def parse(self, block: Slice) -> Batch:
        """The documents of a block; those without a string as text are rejects."""
        taken = [None if column is None else column.take(block.rows) for column in self.columns]
        texts, bad = _texts(taken[0])
        good = texts.is_valid()
        starts = np.array(block.rows, np.int64)[good.to_numpy(zero_copy_only=False)]
        columns = [
            pa.array(np.zeros(len(starts), np.int32)),
            pa.array(starts + 1),
            _strings(taken[1], len(texts)).filter(good),
            texts.filter(good) if bad else texts,
            pa.array(starts),
            pa.array(starts + 1),
            _strings(taken[2], len(texts)).filter(good),
            hosts(_urls(taken[3], len(texts)).filter(good)),
        ]
        rejects = [
            Reject(
                0,
                block.rows[i] + 1,
                block.rows[i],
                block.rows[i] + 1,
                f'"{self.fields.text}" is {told}, not a string',
            )
            for i, told in bad.items()
        ]
        return _InMemory(pa.RecordBatch.from_arrays(columns, schema=SCHEMA), rejects)

    def size_of(self, block: Slice) -> int:
        """Documents of a block."""
        return len(block.rows)

    def kept(self, rows: Int64s, cuts: dict[int, list[Cut]]) -> Any:
        """These documents, in order, as they were given, without what is cut of them (`cuts`, by row)."""
        column, cut = self.columns[0], sorted(cuts)
        assert column is not None
        texts = _listed(column.take(cut)) if cut else []
        cleaned = [without(text, cuts[row]) for row, text in zip(cut, texts, strict=True)]
        places = np.searchsorted(rows, cut).tolist()
        return self.frame.kept(rows, dict(zip(places, cleaned, strict=True)))


class _InMemory(Batch):
    """Nothing on disk is edited: the caller's documents are left as they are."""

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:  # noqa: ARG002 - as its base has it
        return []


def _column(frame: Frame, name: str | None) -> Column | None:
    """A column, if there is one. Raises InputError where there are several of this name."""
    if name is None or (frame.names is not None and name not in frame.names):
        return None
    if frame.names is not None and frame.names.count(name) > 1:
        raise InputError(f'there are several columns "{name}": rename the others')
    return frame.column(name)


def _listed(values: "list[Any] | pa.Array") -> list[Any]:
    return values if isinstance(values, list) else list(values.to_pylist())


def _texts(values: "list[Any] | pa.Array") -> tuple[pa.LargeStringArray, dict[int, str]]:
    """The texts, null where there is none; by place what stands there instead."""
    if isinstance(values, pa.Array) and is_text(values.type):
        try:
            values.validate(full=True)
        except pa.ArrowInvalid:
            return _decoded(values.cast(pa.large_binary()).to_pylist())
        return values, dict.fromkeys(np.flatnonzero(values.is_null()).tolist(), _MISSING)
    listed = _listed(values)
    bad = {i: _told(value) for i, value in enumerate(listed) if not isinstance(value, str)}
    texts = [None if i in bad else text for i, text in enumerate(listed)] if bad else listed
    return string_array(texts, pa.large_string()), bad


def _decoded(values: list[bytes | None]) -> tuple[pa.LargeStringArray, dict[int, str]]:
    """The same of the bytes of strings, of which some are not UTF-8."""
    texts: list[str | None] = []
    bad = {}
    for i, value in enumerate(values):
        try:
            texts.append(None if value is None else value.decode())
        except UnicodeDecodeError:
            texts.append(None)
            bad[i] = "broken UTF-8"
        else:
            if value is None:
                bad[i] = _MISSING
    return pa.array(texts, pa.large_string()), bad


def _strings(values: "list[Any] | pa.Array | None", count: int) -> pa.StringArray:
    """Ids, or what documents are ordered by, as strings; null where there is none."""
    if values is None:
        return pa.nulls(count, pa.string())
    if isinstance(values, pa.Array):
        if is_text(values.type):
            return _texts(values)[0].cast(pa.string())
        if pa.types.is_integer(values.type) or values.type == pa.timestamp("ns"):
            return values.cast(pa.string())  # nanoseconds have no value in Python
    return pa.array([_text_of(value) for value in _listed(values)], pa.string())


def _urls(values: "list[Any] | pa.Array | None", count: int) -> pa.LargeStringArray:
    """The strings among these; null where there is none."""
    if values is None:
        return pa.nulls(count, pa.large_string())
    return _texts(values)[0]


def _text_of(value: Any) -> str | None:
    return None if _is_missing(value) else replace_surrogates(str(value))


def _is_missing(value: Any) -> bool:
    """Whether it is None, or how frames write that: NaN (which is unlike itself), NaT and NA."""
    if isinstance(value, float | np.generic):
        return bool(value != value)
    return value is None or type(value).__name__ in ("NaTType", "NAType")


def _told(value: Any) -> str:
    return _MISSING if _is_missing(value) else type(value).__name__
