"""Every decision on disk, with what it takes to undo it.

A ledger is JSON Lines: a header; for each input file a line per document and then the file's own line; the
report of the run, unless it was a stream; an end. What was replaced stands as "undo": a list of [start, the
bytes that stood there, length of what stands there now], where `start` counts the bytes of the original file.
The rejects file holds the records that were no documents.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import orjson

from dedup.document import File
from dedup.files.compression import Data
from dedup.files.reading import gathered
from dedup.files.staging import Target
from dedup.ledger.format import LONG, VERSION, Entry, Part, Undo, pack
from dedup.ledger.record import Record

_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


class Ledger:
    """Writes the ledger and the rejects of one run; either target may be missing."""

    def __init__(self, target: Target | None, rejects: Target | None, header: dict[str, Any]) -> None:
        self._target = target
        self._rejects = rejects
        self._pending: list[Undo] = []
        self._lines = self._reject_lines = 0
        self._write({"dedup_ledger": VERSION, **header})

    def _write(self, line: dict[str, Any]) -> None:
        if self._target:
            self._target.write(orjson.dumps(line, option=_OPTIONS))
            self._lines += 1

    def postpone(self, start: int, removed: bytes, length: int = 0) -> None:
        """Note what was replaced outside of documents: it goes with the next line."""
        if self._target and (removed or length):
            self._pending.append([start, pack(removed), length])

    def document(self, line: bytes | None, undo: list[Entry], documents: int = 1) -> None:
        """The line of one document, a JSON object, or of several. Without one the undo goes with the next."""
        for entry in undo:
            self.postpone(*entry)
        if line is None or not self._target:
            return
        if self._pending:
            first, newline, others = line.partition(b"\n")
            line = b'%b,"undo":%b}%b\n' % (first[:-1], orjson.dumps(self._taken()), newline + others)
        else:
            line += b"\n"
        self._target.write(line)
        self._lines += documents

    def _taken(self) -> list[Undo]:
        taken, self._pending = self._pending, []
        return taken

    def reject(self, name: str, record: Record, raw: Iterable[Data], whole: bool = True) -> None:
        """A record that is no document, in parts: to the rejects, or into the ledger when there is no rejects
        file. A long one takes several lines there, each with its `part`, and is never held whole.

        Not `whole`: raw is only a rendering, and what is needed to undo stands elsewhere.
        """
        line = {"source": name, "line": record.position, "reason": record.reason}
        if record.end - record.start <= LONG or not whole:
            self._reject(line, record.start, b"".join(raw), whole)
            return
        start = record.start
        for part, data in enumerate(gathered(raw, LONG), 1):
            self._reject({**line, "part": part}, start, data, whole)
            start += len(data)

    def _reject(self, line: dict[str, Any], start: int, raw: bytes, whole: bool) -> None:
        """A line for a record, or a part of one, that starts there."""
        if self._rejects:
            packed = pack(raw)
            held = {"raw": packed} if isinstance(packed, str) else {f"raw_{k}": v for k, v in packed.items()}
            place = {"start": start} if whole else {}
            self._rejects.write(orjson.dumps({**line, **held, **place}, option=_OPTIONS))
            self._reject_lines += 1
        elif self._target:
            if whole:
                self.postpone(start, raw)
            self._write({**line, "decision": "rejected", "undo": self._taken()})

    def rows(self, data: bytes, places: list[int], lengths: list[int]) -> None:
        """Rows of a Parquet file as they were, and how many rows stand in the place of each now (0 or 1)."""
        if places:
            self._write({"dedup_rows": base64.b64encode(data).decode(), "rows": places, "now": lengths})

    def file(self, file: File, size: int, crc: int | None, part: Part, **more: Any) -> None:
        """The line that closes a file."""
        place = dict(zip(("output", "start", "length"), part, strict=True))
        line = {"dedup_file": file.name, "size": size, "crc32": crc, **place, **more}
        self._write({**line, "undo": self._taken()})

    def report(self, report: dict[str, Any]) -> None:
        """What was found in the whole run."""
        self._write({"dedup_report": report})

    def end(self, outputs: list[tuple[str, Target]], folder: bool) -> None:
        """The last line: what a whole ledger and its outputs must look like."""
        if not self._target:
            return
        sums = [{"name": name, "size": target.size, "crc32": target.crc} for name, target in outputs]
        rejects = None
        if self._rejects:
            rejects = {"name": self._rejects.name, "lines": self._reject_lines, "crc32": self._rejects.crc}
        line = {"dedup_end": self._lines, "crc32": self._target.crc, "folder": folder}
        self._write({**line, "outputs": sums, "rejects": rejects})
