"""The format of ledgers and of rejects files: all that their writer and their readers must agree on.

A ledger is JSON Lines:

    {"dedup_ledger": 1, ...}    the version of the format, and what the run adds: its version, its options
    {"id": ..., ...}            a document: its identity, its decision and what led to it
    {"dedup_rows": ...}         Parquet: the rows among these records that the output lacks or has edited
    {"dedup_file": ...}         the end of an input file: its size and checksum, and where its output lies
    {"dedup_report": ...}       the summary of the run; a stream has none
    {"dedup_end": ...}          the end: number and checksum of the lines before it, checksums of the outputs

A line with an "undo" lists replacements as [start, removed bytes, length]; see `Undo`.

A rejects file is JSON Lines, too: a line for each record that is no document, with the record's bytes. A
record of more than LONG bytes takes several lines, numbered by "part". Where no rejects file is written, the
ledger has a line with the decision "rejected" and an "undo".
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, NotRequired, TypedDict

import orjson
import pyarrow as pa

from dedup.identity import Identity
from dedup.options import MACHINE, Options
from dedup.version import __version__

VERSION = 1

FILE_PREFIX = b'{"dedup_file":'
ROWS_PREFIX = b'{"dedup_rows":'
SUMMARY_PREFIX = b'{"dedup_report":'
END_PREFIX = b'{"dedup_end":'

LONG = 1 << 20  # bytes; from here on bytes are compressed, and a longer reject is written in parts
MOST = 1 << 30  # bytes of one value, where nobody knows how many there can be
DIGITS = 6  # decimal places of a similarity

_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS

Packed = str | dict[str, str]
"""Bytes in JSON: UTF-8 as a string, other bytes as {"base64": ...}, many bytes as {"zstd": ...}."""


def header_of(options: Options, run: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a run adds to the header of its ledger: the version of dedup, its options but for those of the
    machine, on which no decision depends, and `run`, the facts about the run (`dedup.ledger.run_facts`).
    """
    deciding = {name: value for name, value in options.as_values().items() if name not in MACHINE}
    return {"dedup": __version__, "options": deciding} | ({"run": run} if run else {})


def encode(line: Mapping[str, Any]) -> bytes:
    """A line as JSON, newline included."""
    return orjson.dumps(line, option=_OPTIONS)


def pack(data: bytes) -> Packed:
    """Bytes as JSON can hold them, compressed from LONG bytes on."""
    if len(data) >= LONG:
        import zstandard

        return {"zstd": base64.b64encode(zstandard.compress(data)).decode()}
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def unpack(packed: Packed, most: int = MOST) -> bytes:
    """The bytes that `pack` was given. Raises ValueError for what it does not return, and for more than
    `most` bytes, before they are decompressed.
    """
    return b"".join(unpack_in_parts(packed, most)[1])


def unpack_in_parts(packed: Packed, most: int = MOST) -> tuple[int, Iterable[bytes]]:
    """How many bytes `pack` was given, and the bytes in parts, each of which is made when it is asked for: a
    forged ledger may say that a file had as many as it likes. Raises ValueError as `unpack` does; so do the
    parts.
    """
    if isinstance(packed, str):
        data = packed.encode()
    elif "zstd" in packed:
        return _decompressed(base64.b64decode(packed["zstd"]), most)
    else:
        data = base64.b64decode(packed["base64"])
    return len(data), (data,)


def _decompressed(data: bytes, most: int) -> tuple[int, Iterable[bytes]]:
    import zstandard

    try:
        size = zstandard.frame_content_size(data)
    except zstandard.ZstdError as error:
        raise ValueError("no bytes that were compressed") from error
    if not 0 <= size <= most:
        raise ValueError("more bytes than the file has")

    def parts() -> Iterator[bytes]:
        left = size
        try:
            for part in zstandard.ZstdDecompressor().read_to_iter(data, write_size=LONG):
                left -= len(part)
                yield part
        except zstandard.ZstdError as error:
            raise ValueError("no bytes that were compressed") from error
        if left:
            raise ValueError("other bytes than were compressed")

    return size, parts()


class Undo(NamedTuple):
    """What undoes one replacement: the bytes `removed`, which begin at `start` of the original file, go back
    in place of the next `length` bytes of the output. On Spark, `start` counts from the start of the record.
    """

    start: int
    removed: bytes
    length: int

    def as_json(self) -> list[Any]:
        """[start, packed bytes, length], as "undo" lists it."""
        return [self.start, pack(self.removed), self.length]

    @classmethod
    def from_json(cls, values: list[Any], most: int = MOST) -> Undo:
        """The opposite of `as_json`. Raises ValueError or TypeError for other values, and for more than
        `most` removed bytes.
        """
        start, removed, length = values
        return cls(start, unpack(removed, most), length)


class Replacement(NamedTuple):
    """An `Undo` whose removed bytes, `size` of them, are unpacked when they are written."""

    start: int
    size: int
    removed: Iterable[bytes]
    length: int

    @classmethod
    def from_json(cls, values: list[Any], most: int) -> Replacement:
        """The values of `Undo.as_json`. Raises ValueError or TypeError for other ones, and for more than
        `most` removed bytes.
        """
        start, packed, length = values
        return cls(start, *unpack_in_parts(packed, most), length)


class OutputSpan(TypedDict):
    """Which part of an output came from an input file, in bytes; for a Parquet file in rows."""

    output: int | None
    """The index of the output; None: nothing of the file was copied to an output."""
    start: int
    length: int


NOT_IN_OUTPUT = OutputSpan(output=None, start=0, length=0)


class FileLine(OutputSpan):
    """The line that ends an input file."""

    dedup_file: str
    """The name of the file."""
    size: int
    """Its bytes, decompressed; of a Parquet file its rows."""
    crc32: int | None
    """The checksum of these bytes; None for a Parquet file."""
    undo: list[list[Any]]
    """What undoes the replacements after the last document."""
    extracted: NotRequired[Extracted]
    """Of a file of pages: size, crc32 and undo are then about the JSON Lines that were made from it."""


class Extracted(TypedDict):
    """What the lines of an input were made from: see `dedup.document.ExtractedFrom`."""

    form: str
    extractor: str
    size: int
    crc32: int
    sha256: str


class ParquetFileLine(FileLine):
    """The line that ends a Parquet file."""

    schema: str
    """The schema, packed by `pack_schema`."""
    packing: str
    """The compression, as `ParquetWriter` takes it."""


class Checksum(TypedDict):
    """An output as a run wrote it. `name`: its path in the folder, or the name of the file."""

    name: str
    size: int
    crc32: int


class RejectsChecksum(TypedDict):
    """A rejects file as a run wrote it. `name`: its path as it was given."""

    name: str
    lines: int
    crc32: int


class EndLine(TypedDict):
    """The last line of a ledger."""

    dedup_end: int
    """How many lines come before."""
    crc32: int
    """The checksum of these lines."""
    folder: bool
    """Whether the outputs are files of one folder."""
    outputs: list[Checksum]
    rejects: RejectsChecksum | None
    """None: the run wrote no rejects file."""


class ChangedRows(NamedTuple):
    """Rows of a Parquet file that the output lacks or has with another text."""

    rows: pa.Table
    """The rows as they were."""
    numbers: list[int]
    """The number of each row in the file, from 0, ascending."""
    lengths: list[int]
    """How many rows of the output are in the place of each: 0 or 1."""

    def as_json(self) -> dict[str, Any]:
        """The fields of a ledger line; the rows are an Arrow stream in base64."""
        stream = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with pa.ipc.new_stream(stream, self.rows.schema, options=options) as writer:
            writer.write_table(self.rows)
        packed = base64.b64encode(stream.getvalue()).decode()
        return {"dedup_rows": packed, "rows": self.numbers, "now": self.lengths}

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> ChangedRows:
        """The opposite of `as_json`. Raises ArrowInvalid, a ValueError, for what is no Arrow stream."""
        with pa.ipc.open_stream(base64.b64decode(line["dedup_rows"])) as stream:
            return cls(stream.read_all(), line["rows"], line["now"])


def pack_schema(schema: pa.Schema) -> str:
    """The schema of a Parquet file as its ledger line has it: base64."""
    return base64.b64encode(schema.serialize().to_pybytes()).decode()


def unpack_schema(packed: str) -> pa.Schema:
    """The schema that `pack_schema` was given."""
    return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(packed)))


def close_call(identity: Identity, jaccard: float, coverage: float, by: str, reason: str) -> dict[str, Any]:
    """A document with its similarity to another and why both are kept, as the "templates" of a ledger line
    list it. Ledgers before "by" and "reason" list those that differ in numbers.
    """
    similarity = {"jaccard": round(jaccard, DIGITS), "coverage": round(coverage, DIGITS)}
    return {**identity, **similarity, "by": by, "reason": reason}


def reject_fields(source: str, position: int | None, reason: str | None) -> dict[str, Any]:
    """The fields of a rejects line that describe its record. The key of the position is "line"."""
    return {"source": source, "line": position, "reason": reason}


def raw_fields(raw: bytes) -> dict[str, str]:
    """The field of a rejects line that has the bytes of the record: raw, raw_base64 or raw_zstd."""
    packed = pack(raw)
    return (
        {"raw": packed} if isinstance(packed, str) else {f"raw_{name}": data for name, data in packed.items()}
    )


def raw_bytes(line: Mapping[str, Any], most: int = MOST) -> bytes:
    """The bytes of the record of a rejects line; see `unpack`."""
    packed = {name: line[f"raw_{name}"] for name in ("zstd", "base64") if f"raw_{name}" in line}
    return unpack(packed or line["raw"], most)
