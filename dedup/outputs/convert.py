"""Documents written anew in another format; the ledger keeps the original bytes of each."""

from __future__ import annotations

import re
from collections.abc import Iterable

import orjson

from dedup.document import BOM, Fields, File
from dedup.files.reading import FileReader, regroup
from dedup.files.target import Target
from dedup.formats import csv
from dedup.formats.csv_rows import DELIMITERS
from dedup.ledger.format import NOT_IN_OUTPUT, Undo
from dedup.ledger.record import Record
from dedup.ledger.writer import LedgerWriter
from dedup.outputs.json_tags import tagged
from dedup.outputs.sinks import CsvSink, JsonArraySink, JsonLinesSink, Sink, TableSink, TextSink
from dedup.outputs.splice import apply_edits

_NEWLINES = re.compile(rb"[\r\n]+")


def sink_for(form: str, target: Target, fields: Fields, tags: bool) -> Sink:
    """The sink that writes this format. `tags`: whether the documents have tags."""
    if form == "json":
        return JsonArraySink(target)
    if form == "text":
        return TextSink(target, fields.text)
    if form in DELIMITERS:
        return CsvSink(target, form, tags)
    if form == "table":
        return TableSink(target, tags)
    if form == "parquet":
        from dedup.outputs.parquet_columns import ColumnSink

        return ColumnSink(target, tags)
    return JsonLinesSink(target)


def convert(
    file: File, records: Iterable[Record], ledger: LedgerWriter, fields: Fields, sink: Sink | None
) -> None:
    """Write the kept documents of a file to the sink. Without a sink the file has no output."""
    reader = FileReader(file, checksum=True)
    header = csv.header(file) if file.format in DELIMITERS else ()
    for record in records:
        if record.reason is not None:
            _leave_out(reader, record.start, ledger)
            ledger.reject(file.name, record, reader.slices(record.end))
            continue
        start = reader.offset
        gap, raw = reader.read(record.start), reader.read(record.end)
        if sink and not record.dropped:
            line = as_json(file, apply_edits(raw, record.start, record.edits), header, fields)
            sink.document(line if record.tag is None else tagged(line, record.tag))
        ledger.document(record.line, [Undo(start, gap + raw, 0)])
    _leave_out(reader, None, ledger)
    ledger.file(file, reader.offset, reader.crc, NOT_IN_OUTPUT)
    reader.close()


def _leave_out(reader: FileReader, end: int | None, ledger: LedgerWriter) -> None:
    """Leave out what is between two records, up to byte `end`, or at the end of the file."""
    start = reader.offset
    for part in regroup(reader.slices(end)):
        ledger.note_undo(Undo(start, part, 0))
        start += len(part)


def as_json(file: File, raw: bytes, header: tuple[str, ...], fields: Fields) -> bytes:
    """A document of a file as a line of JSON. Of a text file that is its name as the id, and its text."""
    if file.format in ("json", "jsonl"):
        return _NEWLINES.sub(b" ", raw.strip())  # a raw newline is never inside a JSON string
    if file.format == "text":
        return orjson.dumps({fields.id: file.name, fields.text: raw.removeprefix(BOM).decode()})
    cells = csv.cells(raw, file.format)
    return orjson.dumps(dict(zip(header, cells, strict=True)))
