"""Documents written anew in another format; the ledger keeps each one's original whole.

On the way from format to format a document is one line of JSON, the richest of the formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import orjson

from dedup.document import BOM, Edit, Fields, File
from dedup.files.reading import Source, gathered
from dedup.files.staging import Target
from dedup.formats import csv
from dedup.formats.csv_rows import DELIMITERS
from dedup.ledger.format import Entry, Part
from dedup.ledger.record import Record
from dedup.ledger.writer import Ledger
from dedup.outputs.sinks import ArraySink, CsvSink, LineSink, Sink, TextSink

_NEWLINES = re.compile(rb"[\r\n]+")


def convert(file: File, records: Iterable[Record], book: Ledger, fields: Fields, sink: Sink | None) -> None:
    """Send the documents of a file to the sink. Without a sink nothing of the file is left."""
    source = Source(file, summed=True)
    header = csv.header(file) if file.format in DELIMITERS else ()
    for record in records:
        if record.reason is not None:
            _postpone(source, record.start, book)
            book.reject(file.name, record, source.slices(record.end))
            continue
        before = source.offset
        gap, raw = source.read(record.start), source.read(record.end)
        if sink and not record.dropped:
            sink.document(as_json(file, edited(raw, record.start, record.edits), header, fields))
        book.document(record.line, [Entry(before, gap + raw, 0)])
    _postpone(source, None, book)
    book.file(file, source.offset, source.crc, Part(None, 0, 0))
    source.close()


def _postpone(source: Source, end: int | None, book: Ledger) -> None:
    """Note that what stands between records, up to `end`, is left out."""
    at = source.offset
    for part in gathered(source.slices(end)):
        book.postpone(at, part)
        at += len(part)


def edited(raw: bytes, start: int, edits: Sequence[Edit]) -> bytes:
    """The bytes, which stand at `start`, with the edits made."""
    parts, at = [], 0
    for edit in edits:
        parts += [raw[at : edit.start - start], edit.new]
        at = edit.end - start
    return b"".join([*parts, raw[at:]])


def as_json(file: File, raw: bytes, header: tuple[str, ...], fields: Fields) -> bytes:
    """One document of a file as a line of JSON. A text file is its name and its text."""
    if file.format in ("json", "jsonl"):
        return _NEWLINES.sub(b" ", raw.strip())  # inside a JSON string no raw newline can stand
    if file.format == "text":
        return orjson.dumps({fields.id: file.name, fields.text: raw.removeprefix(BOM).decode()})
    row = csv.cells(raw, file.format)
    return orjson.dumps(dict(zip(header, row, strict=True)))


def sink(form: str, target: Target, fields: Fields) -> Sink:
    """The sink that writes this format."""
    if form == "json":
        return ArraySink(target)
    if form == "text":
        return TextSink(target, fields.text)
    if form in DELIMITERS:
        return CsvSink(target, form)
    if form == "parquet":
        from dedup.outputs import parquet_columns as columns

        return columns.ColumnSink(target)
    return LineSink(target)
