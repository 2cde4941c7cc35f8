"""Writes the ledger and the rejects of one run; `dedup.ledger.format` describes both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import orjson

from dedup.document import File
from dedup.files.compression import Data
from dedup.files.names import as_text
from dedup.files.reading import regroup
from dedup.files.target import Target
from dedup.ledger.format import (
    LONG,
    VERSION,
    ChangedRows,
    Checksum,
    EndLine,
    Extracted,
    FileLine,
    OutputSpan,
    ParquetFileLine,
    RejectsChecksum,
    Undo,
    encode,
    raw_fields,
    reject_fields,
)
from dedup.ledger.record import Record


class LedgerWriter:
    """Writes the ledger and the rejects of one run. Without a ledger nothing can be undone; without a rejects
    file the rejects go into the ledger.
    """

    def __init__(self, target: Target | None, rejects: Target | None, header: dict[str, Any]) -> None:
        self._target = target
        self._rejects = rejects
        self._pending: list[list[Any]] = []
        """Undo, as JSON, that the next line is to have."""
        self._lines = self._reject_lines = 0
        self._write({"dedup_ledger": VERSION, **header})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._target:
            self._target.write(encode(line))
            self._lines += 1

    def note_undo(self, undo: Undo) -> None:
        """Note a replacement outside of documents: the next line gets what undoes it."""
        if self._target and (undo.removed or undo.length):
            self._pending.append(undo.as_json())

    def document(self, line: bytes | None, undo: Sequence[Undo], documents: int = 1) -> None:
        """Write the line of a document, a JSON object without an undo, or of several documents, with newlines
        between. `line` None: nothing is written, and the next line gets the undo.
        """
        for replacement in undo:
            self.note_undo(replacement)
        if line is None or not self._target:
            return
        if self._pending:
            first, newline, others = line.partition(b"\n")
            line = b'%b,"undo":%b}%b\n' % (first[:-1], orjson.dumps(self._take_pending()), newline + others)
        else:
            line += b"\n"
        self._target.write(line)
        self._lines += documents

    def _take_pending(self) -> list[list[Any]]:
        pending, self._pending = self._pending, []
        return pending

    def reject(self, source: str, record: Record, raw: Iterable[Data], exact: bool = True) -> None:
        """Write a record that is no document, of which `raw` has the bytes in parts. A long record takes
        several lines and is never in memory at once.

        Not `exact`: `raw` only renders the record, and other lines have what restores it.
        """
        line = reject_fields(source, record.position, record.reason)
        if record.end - record.start <= LONG or not exact:
            self._reject_line(line, record.start, b"".join(raw), exact)
            return
        start = record.start
        for part, data in enumerate(regroup(raw, LONG), 1):
            self._reject_line({**line, "part": part}, start, data, exact)
            start += len(data)

    def _reject_line(self, line: dict[str, Any], start: int, raw: bytes, exact: bool) -> None:
        """Write a line for a record, or for a part of one, that begins at `start` of the file."""
        if self._rejects:
            where = {"start": start} if exact else {}
            self._rejects.write(encode({**line, **raw_fields(raw), **where}))
            self._reject_lines += 1
        elif self._target:
            if exact:
                self.note_undo(Undo(start, raw, 0))
            self._write({**line, "decision": "rejected", "undo": self._take_pending()})

    def rows(self, rows: ChangedRows) -> None:
        """Write the changed rows of a Parquet file, after the lines of their documents."""
        if self._target:
            self._write(rows.as_json())

    def file(self, file: File, size: int, crc: int, span: OutputSpan) -> None:
        """Write the line that ends an input file of `size` bytes."""
        line = FileLine(
            dedup_file=file.name,
            size=size,
            crc32=crc,
            output=span["output"],
            start=span["start"],
            length=span["length"],
            undo=self._take_pending(),
        )
        if file.lines:
            line["extracted"] = cast(Extracted, file.lines.origin()._asdict())
        self._write(line)

    def parquet_file(self, file: File, rows: int, span: OutputSpan, schema: str, compression: str) -> None:
        """Write the line that ends a Parquet file with so many rows; `schema` is packed."""
        self._write(
            ParquetFileLine(
                dedup_file=file.name,
                size=rows,
                crc32=None,
                output=span["output"],
                start=span["start"],
                length=span["length"],
                schema=schema,
                packing=compression,
                undo=self._take_pending(),
            )
        )

    def summary(self, summary: dict[str, Any]) -> None:
        """Write the summary of the run."""
        self._write({"dedup_report": summary})

    def end(self, outputs: list[tuple[str, Target]], folder: bool) -> None:
        """Write the last line: the checksums of the ledger, of the named outputs and of the rejects.
        `folder`: whether the outputs are files of one folder.
        """
        if not self._target:
            return
        checksums = [Checksum(name=name, size=target.size, crc32=target.crc) for name, target in outputs]
        rejects = None
        if self._rejects:
            rejects = RejectsChecksum(
                name=as_text(self._rejects.name), lines=self._reject_lines, crc32=self._rejects.crc
            )
        self._write(
            EndLine(
                dedup_end=self._lines,
                crc32=self._target.crc,
                folder=folder,
                outputs=checksums,
                rejects=rejects,
            )
        )
