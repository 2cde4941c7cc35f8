"""Documents in the caller's memory, as a source."""

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dedup.columns import READ_AGAIN
from dedup.document import Cut, Edit, Reject, Tag
from dedup.errors import InputError
from dedup.formats.blocks import Batch, Spans, without_failures
from dedup.formats.columns import Columns, preferences, record_batch, site_names
from dedup.native.arrays import Int64s
from dedup.native.scan import ScanPlan
from dedup.options import Options
from dedup.sources.arrow_columns import Column
from dedup.sources.containers import Container, container
from dedup.sources.field_names import names_in_records
from dedup.sources.source import fields_of
from dedup.sources.streams.stream import StreamContainer
from dedup.text.arrow_values import as_list
from dedup.text.encoding import is_text, replace_surrogates, string_array
from dedup.text.fields.sort_keys import is_missing, sort_keys
from dedup.text.ranges import without
from dedup.text.scanned import ScannedTexts, scanned_texts

_BLOCK = 2000  # documents of a block
_FEW = 64  # documents of a block that stays: one that is checked alone is parsed up to four times
_MISSING = "missing"


class MemoryBlock(NamedTuple):
    """Documents of a `Memory`: a range of rows, or some rows in order."""

    rows: range | list[int]

    def halves(self) -> list["MemoryBlock"]:
        """The block in two; nothing for one document."""
        middle = len(self.rows) // 2
        return [MemoryBlock(self.rows[:middle]), MemoryBlock(self.rows[middle:])] if middle else []

    def reject(self, reason: str) -> Reject:
        """The reject for the block, which is one document."""
        (row,) = self.rows
        return Reject(0, row + 1, row, row + 1, reason)


class Memory:
    """Documents of the caller, in any container of `dedup.sources.containers`. Raises InputError if there
    is no column of texts, or if strings are to be tagged.
    """

    def __init__(self, documents: Any, options: Options) -> None:
        self.fields = fields_of(options)
        self.names = ["memory"]
        self._few: tuple[tuple[int, ...], Batch] | None = None
        self.container = container(documents, self.fields.text)
        if options.tags:
            self.container.check_fields()
        names = self.container.names or []
        strings = (None if names.count(name) > 1 else name for name in (self.fields.title, self.fields.url))
        preferred = (preference.field for preference in self.fields.preferences)
        read = (*self.fields[:3], *strings, self.fields.site, *preferred)
        self.columns = [_column(self.container, name) for name in read]
        if self.columns[0] is None:
            have = ", ".join(map(str, self.container.names or ["none"]))
            raise InputError(f'there is no column "{self.fields.text}"; there are: {have}')

    def blocks(self) -> Iterator[MemoryBlock]:
        """All documents, 2,000 at a time."""
        count = len(self.container)
        return (MemoryBlock(range(first, min(first + _BLOCK, count))) for first in range(0, count, _BLOCK))

    def fetch(self, documents: pa.Table) -> Iterator[MemoryBlock]:
        """Only these documents. `documents`: their rows are in the column start."""
        rows = documents.column("start").to_pylist()
        return (MemoryBlock(rows[first : first + _BLOCK]) for first in range(0, len(rows), _BLOCK))

    def parse(self, block: MemoryBlock) -> Batch:
        """The documents of a block; those without a string as their text are rejects."""
        if len(block.rows) > _FEW:
            return without_failures(self._parse, block, MemoryBlock.halves)
        few, rows = self._few, tuple(block.rows)
        if few is None or few[0] != rows:
            few = self._few = rows, without_failures(self._parse, block, MemoryBlock.halves)
        return few[1]

    def _parse(self, block: MemoryBlock) -> Batch:
        values = [None if column is None else column.take(block.rows) for column in self.columns]
        texts, reasons = _texts(values[0])
        is_document = texts.is_valid()
        rows = np.array(block.rows, np.int64)
        spans = Spans(rows, rows + 1, np.zeros(len(rows), np.int32), rows, rows + 1, rows + 1)
        preferred = [None if column is None else _as_list(column) for column in values[6:]]
        urls = _strings(values[4], len(texts))
        sites = None if values[5] is None else _as_list(values[5])
        columns = Columns(
            _as_strings(values[1], len(texts)),
            texts,
            _sort_keys(values[2], len(texts)),
            _strings(values[3], len(texts)),
            urls,
            preferences(preferred, self.fields, len(texts)),
            site_names(urls, sites, self.fields),
        )
        if reasons:
            columns = Columns(*(column.filter(is_document) for column in columns))
        documents = record_batch(
            spans.take(np.flatnonzero(is_document.to_numpy(zero_copy_only=False))), columns
        )
        return _MemoryBatch(
            documents,
            spans.rejects(
                (i, f'"{self.fields.text}" is {what}, not a string') for i, what in reasons.items()
            ),
        )

    def texts(self, block: MemoryBlock) -> list[pa.LargeStringArray]:
        """The texts, titles and URLs of a block."""
        documents = self.parse(block).documents
        return [documents.column(name) for name in READ_AGAIN]

    def scan(self, block: MemoryBlock, plan: ScanPlan) -> tuple[Batch, ScannedTexts]:
        """The documents of a block, and what is found of their texts."""
        batch = self.parse(block)
        return batch, scanned_texts(batch.documents.column("text"), plan)

    def field_names(self) -> list[str]:
        """The names of the columns, or of the fields of the first mappings."""
        names = self.container.names
        if names is not None:
            return [str(name) for name in names]
        rows = np.arange(min(len(self.container), _BLOCK))
        return names_in_records(self.container.select(rows, {}))

    def ordered_by(self, field: str) -> "Memory":
        """The same documents, of which the column `order` has the sort keys of this field."""
        other = copy(self)
        other._few = None
        names = self.container.names or []
        column = None if names.count(field) > 1 else _column(self.container, field)
        other.columns = [*self.columns[:2], column, *self.columns[3:]]
        return other

    def size_of(self, block: MemoryBlock) -> int:
        """The documents of a block."""
        return len(block.rows)

    def select(self, rows: Int64s, cuts: dict[int, list[Cut]], tags: Sequence[Tag] | None = None) -> Any:
        """The documents of these rows (ascending), in the kind of container they came in, without what is cut
        of their texts, and with these tags as their fields. `cuts`: by row. Those of a stream are read as
        they are asked for.
        """
        whole = self.container
        if not isinstance(whole, StreamContainer):
            return _selected(whole, self.fields.text, rows, cuts, tags)

        def parts() -> Iterator[Any]:
            for part, start, low, high in whole.rows_by_part(rows):
                of_part = rows[low:high]
                part_cuts = {row - start: cuts[row] for row in of_part.tolist() if row in cuts}
                part_tags = None if tags is None else tags[low:high]
                yield _selected(part, self.fields.text, of_part - start, part_cuts, part_tags)

        return whole.back(parts, tags is not None)


def _selected(
    documents: Container, text: str, rows: Int64s, cuts: dict[int, list[Cut]], tags: Sequence[Tag] | None
) -> Any:
    """The documents of these rows of a container; see `Memory.select`. `text`: the column of texts."""
    cut_rows = sorted(cuts)
    texts = _as_list(documents.column(text).take(cut_rows)) if cut_rows else []
    cleaned = [without(text, cuts[row]) for row, text in zip(cut_rows, texts, strict=True)]
    indices = np.searchsorted(rows, cut_rows).tolist()
    selected = documents.select(rows, dict(zip(indices, cleaned, strict=True)))
    return selected if tags is None else documents.with_tags(selected, tags)


class _MemoryBatch(Batch):
    """The documents of a block. No file is edited: `Memory.select` makes cleaned copies."""

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:  # noqa: ARG002 - as its base has it
        return []


def _column(documents: Container, name: str | None) -> Column | None:
    """The column of this name, if there is one. Raises InputError if there are several."""
    if name is None or (documents.names is not None and name not in documents.names):
        return None
    if documents.names is not None and documents.names.count(name) > 1:
        raise InputError(f'there are several columns "{name}": rename the others')
    return documents.column(name)


def _as_list(values: "list[Any] | pa.Array") -> list[Any]:
    return values if isinstance(values, list) else as_list(values)


def _texts(values: "list[Any] | pa.Array") -> tuple[pa.LargeStringArray, dict[int, str]]:
    """The texts, null where a value is no string; and, by index, what such a value is."""
    if isinstance(values, pa.Array) and is_text(values.type):
        try:
            values.validate(full=True)
        except pa.ArrowInvalid:
            return _decode(values.cast(pa.large_binary()).to_pylist())
        return values, dict.fromkeys(np.flatnonzero(values.is_null()).tolist(), _MISSING)
    listed = _as_list(values)
    bad = {i: _describe(value) for i, value in enumerate(listed) if not isinstance(value, str)}
    texts = [None if i in bad else text for i, text in enumerate(listed)] if bad else listed
    return string_array(texts, pa.large_string()), bad


def _decode(values: list[bytes | None]) -> tuple[pa.LargeStringArray, dict[int, str]]:
    """The texts of values, null where one is no UTF-8 or missing; and, by index, what such a value is."""
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


def _as_strings(values: "list[Any] | pa.Array | None", count: int) -> pa.StringArray:
    """Ids as strings; null where there is none."""
    if values is None:
        return pa.nulls(count, pa.string())
    if isinstance(values, pa.Array):
        if is_text(values.type):
            return _texts(values)[0].cast(pa.string())
        if pa.types.is_integer(values.type) or values.type == pa.timestamp("ns"):
            return values.cast(pa.string())  # Python has no value with nanoseconds
    return pa.array([_as_text(value) for value in _as_list(values)], pa.string())


def _sort_keys(values: "list[Any] | pa.Array | None", count: int) -> pa.StringArray:
    return pa.nulls(count, pa.string()) if values is None else sort_keys(values)


def _strings(values: "list[Any] | pa.Array | None", count: int) -> pa.LargeStringArray:
    """The strings among the values; null for all others."""
    if values is None:
        return pa.nulls(count, pa.large_string())
    if isinstance(values, pa.Array):
        return _texts(values)[0]
    return string_array([value if isinstance(value, str) else None for value in values], pa.large_string())


def _as_text(value: Any) -> str | None:
    return None if is_missing(value) else replace_surrogates(str(value))


def _describe(value: Any) -> str:
    """What a value is that is no string: missing, or the name of its type."""
    return _MISSING if is_missing(value) else type(value).__name__
