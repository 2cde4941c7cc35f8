"""A stream as a container of documents: its parts are containers, of which a few are in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from dedup.document import Tag
from dedup.errors import InputError
from dedup.native.arrays import Int64s
from dedup.sources.arrow_columns import Column
from dedup.sources.streams.encoding import Encoding
from dedup.sources.streams.spool import PartSpool
from dedup.text.arrow_values import as_list

_AT_HAND = 4  # parts that are in memory

Make = Callable[[], Iterator[Any]]
"""Makes what is kept of each part, in order, in the kind of container that parts are."""
Back = Callable[[Make, bool], Any]
"""Gives what is kept in the type that a stream had; the second argument: whether it has tags."""


class Part(Protocol):
    """The documents of a part; `dedup.sources.containers.Container` describes it."""

    names: list[Any] | None

    def __len__(self) -> int: ...
    def column(self, name: str) -> Column: ...
    def select(self, rows: Int64s, texts: dict[int, str]) -> Any: ...
    def check_fields(self) -> None: ...
    def with_tags(self, documents: Any, tags: Sequence[Tag]) -> Any: ...


class PartRows(NamedTuple):
    """A part, the number of its first document, and which of some rows are in it: rows[low:high]."""

    part: Part
    start: int
    low: int
    high: int


class StreamContainer:
    """The documents of a stream. `parts`: of each `wrap` makes a container."""

    def __init__(
        self,
        parts: Iterator[Any],
        encoding: Encoding,
        wrap: Callable[[Any], Part],
        back: Back,
    ) -> None:
        self._wrap, self._back = wrap, back
        self._spool = PartSpool(encoding)
        self._lock = Lock()
        self._at_hand: dict[int, Part] = {}
        self._takes_fields: InputError | None = None
        self.names: list[Any] | None = None
        starts = [0]
        for values in parts:
            part = wrap(values)
            self._note(part)
            self._spool.add(values)
            starts.append(starts[-1] + len(part))
        self.starts = np.array(starts, np.int64)

    def _note(self, part: Part) -> None:
        """Note the columns of a part, and whether it takes fields."""
        if part.names is not None:
            self.names = list(dict.fromkeys([*(self.names or ()), *part.names]))
        try:
            part.check_fields()
        except InputError as error:
            self._takes_fields = error

    def __len__(self) -> int:
        return int(self.starts[-1])

    def part(self, number: int) -> Part:
        """A part of the stream."""
        with self._lock:
            if number in self._at_hand:
                return self._at_hand[number]
        part = self._wrap(self._spool.read(number))
        with self._lock:
            while len(self._at_hand) >= _AT_HAND:
                self._at_hand.pop(next(iter(self._at_hand)))
            self._at_hand[number] = part
        return part

    def column(self, name: str) -> Column:
        """The values of a column, read as rows are taken."""
        return _StreamColumn(self, name)

    def rows_by_part(self, rows: Int64s) -> Iterator[PartRows]:
        """Each part with those of the rows (ascending) that are in it, if any."""
        borders = np.searchsorted(rows, self.starts)
        for number, (low, high) in enumerate(zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)):
            yield PartRows(self.part(number), int(self.starts[number]), low, high)

    def select(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """The documents of these rows, which are few: in one list where parts are lists."""
        parts = (
            part.select(
                rows[low:high] - start, {i - low: text for i, text in texts.items() if low <= i < high}
            )
            for part, start, low, high in self.rows_by_part(rows)
            if low < high
        )
        return [document for part in parts for document in part]

    def back(self, make: Make, tags: bool) -> Any:
        """What is kept, in the type that the stream had. `tags`: whether it has tags."""
        return self._back(make, tags)

    def check_fields(self) -> None:
        """Raise InputError if documents cannot take fields."""
        if self._takes_fields:
            raise self._takes_fields

    def with_tags(self, documents: Any, tags: Sequence[Tag]) -> Any:
        """Documents of `select`, with the fields of these tags."""
        return self.part(0).with_tags(documents, tags)


class _StreamColumn:
    """A column of a stream. Parts that lack it have nulls."""

    def __init__(self, stream: StreamContainer, name: str) -> None:
        self._stream, self._name = stream, name

    def take(self, rows: Sequence[int]) -> list[Any] | pa.Array:
        """The values of these rows."""
        wanted = np.asarray(rows, np.int64)
        number = np.searchsorted(self._stream.starts, wanted, "right") - 1
        order = np.argsort(number, kind="stable")
        values: list[Any] = []
        arrays = list[pa.Array]()
        borders = np.flatnonzero(np.diff(number[order])) + 1
        for chosen in np.split(order, borders) if len(order) else ():
            part = self._stream.part(int(number[chosen[0]]))
            taken = self._of_part(part, wanted[chosen] - self._stream.starts[number[chosen[0]]])
            arrays += [taken] if isinstance(taken, pa.Array) else []
            values.append(taken)
        if values and len(arrays) == len(values) and len({array.type for array in arrays}) == 1:
            return pa.concat_arrays(arrays).take(pa.array(np.argsort(order)))
        listed = [
            value for taken in values for value in (as_list(taken) if isinstance(taken, pa.Array) else taken)
        ]
        return [listed[place] for place in np.argsort(order).tolist()]

    def _of_part(self, part: Part, rows: Int64s) -> list[Any] | pa.Array:
        if part.names is not None and self._name not in part.names:
            return [None] * len(rows)
        return part.column(self._name).take(rows.tolist())
