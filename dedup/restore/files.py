"""The inputs again, from output, ledger and rejects: every replacement undone in one pass over each."""

from __future__ import annotations

import base64
import heapq
import zlib
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any

from dedup.document import File
from dedup.errors import InputError, LedgerError
from dedup.files.compression import compression_of
from dedup.files.reading import Source
from dedup.files.staging import Staging, Target
from dedup.ledger.format import FILE_MARK, ROWS_MARK, Entry, unpack
from dedup.ledger.reader import Survey, lines, parsed, survey


def restore(output: str, ledger: str, rejects: str | None, original: str) -> list[str]:
    """See `dedup.ledger.restore`."""
    try:
        return _restore(output, ledger, rejects, original)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise LedgerError(f"{ledger!r} is not as dedup writes a ledger ({type(error).__name__}).") from error


def _restore(output: str, ledger: str, rejects: str | None, original: str) -> list[str]:
    """The same, of a ledger that dedup wrote: of what another did no field is as it should be."""
    for path, what in ((output, "output"), (ledger, "ledger"), (rejects, "rejects file")):
        if path is not None and not Path(path).exists():
            raise LedgerError(f"The {what} {path!r} does not exist; restore needs it.")
    known = survey(ledger)
    outputs = _outputs(known, output)
    _check_rejects(known, rejects)
    with Staging() as staging:
        run = _Run(known, ledger, rejects, outputs)
        folder = len(known.files) > 1 or original.endswith(("/", "\\")) or Path(original).is_dir()
        paths = [str(Path(original, safe_name(f["dedup_file"]))) if folder else original for f in known.files]
        for path, file in zip(paths, known.files, strict=True):
            with staging.open(path, folders=folder) as target:
                run.file(file, target)
    return paths


def safe_name(name: str) -> str:
    """A file's name, which must stay below the folder that it is restored to."""
    path = PurePosixPath(name)
    if path.is_absolute() or Path(name).is_absolute() or ".." in path.parts:
        raise LedgerError(f"The ledger names a file outside of the folder, {name!r}: dedup did not write it.")
    return name


def _outputs(known: Survey, output: str) -> list[File]:
    """The outputs that the ledger names, each checked."""
    found = []
    for sums in known.end["outputs"]:
        path = Path(output, safe_name(sums["name"])) if known.end["folder"] else Path(output)
        file = File(str(path), path, "jsonl", compression_of(path))
        source = Source(_present(file), summed=True)
        try:
            source.skip(sums["size"])
            whole = not any(source.slices())
        except InputError:
            whole = False
        if not whole or source.crc != sums["crc32"]:
            raise LedgerError(
                f"{str(path)!r} is not the output that belongs to the ledger, or was changed since."
            )
        found.append(file)
    return found


def _present(file: File) -> File:
    if not file.path.is_file():
        raise LedgerError(f"The output {file.name!r} is missing; restore needs it.")
    return file


def _check_rejects(known: Survey, rejects: str | None) -> None:
    sums = known.end["rejects"]
    if not sums or not sums["lines"]:
        return
    if rejects is None:
        raise LedgerError(
            f"The rejects of that run, {sums['name']!r}, are needed too: name them with --rejects."
        )
    crc = 0
    for line in lines(rejects):
        crc = zlib.crc32(line, crc)
    if crc != sums["crc32"]:
        raise LedgerError(f"{rejects!r} is not the rejects file of the run that wrote this ledger.")


class _Run:
    """The restoring of one run: ledger and rejects are read on from file to file."""

    def __init__(self, known: Survey, ledger: str, rejects: str | None, outputs: list[File]) -> None:
        self._ledger = ledger
        self._lines = lines(ledger)
        needed = known.end["rejects"] and known.end["rejects"]["lines"]
        self._rejects = _Rejects(rejects if needed else None)
        self._outputs = outputs
        self._source: tuple[int, Source] | None = None

    def file(self, file: dict[str, Any], target: Target) -> None:
        """Write one file again."""
        if "schema" in file:
            from dedup.restore import parquet as tables

            output = None if file["output"] is None else self._outputs[file["output"]]
            tables.restore(file, self._row_entries(), output, target)
            self._rejects.skip(file["dedup_file"])
            return
        entries = heapq.merge(self._entries(), self._rejects.entries(file["dedup_file"]), key=itemgetter(0))
        self._splice_back(file, entries, target)
        if target.size != file["size"] or target.crc != file["crc32"]:
            raise LedgerError(f"{file['dedup_file']!r} does not come out as it was: its check sum differs.")

    def _splice_back(self, file: dict[str, Any], entries: Iterable[Entry], target: Target) -> None:
        source = self._part(file)
        end = source.offset + file["length"] if source else 0
        at = 0
        for start, removed, length in entries:
            _copy(source, start - at, end, target)
            target.write(removed)
            if source:
                source.skip(min(source.offset + length, end))
            at = start + len(removed)
        _copy(source, file["size"] - at, end, target)

    def _part(self, file: dict[str, Any]) -> Source | None:
        """The output of a file, at the place where the file's part starts."""
        if file["output"] is None:
            return None
        if self._source is None or self._source[0] != file["output"]:
            self._source = (file["output"], Source(self._outputs[file["output"]]))
        self._source[1].skip(file["start"])
        return self._source[1]

    def _entries(self) -> Iterator[Entry]:
        """What the lines of the next file undo, in order."""
        for line in self._lines:
            ends = line.startswith(FILE_MARK)
            if ends or b'"undo":' in line:
                for start, removed, length in parsed(line, self._ledger).get("undo", ()):
                    yield Entry(start, unpack(removed), length)
            if ends:
                return

    def _row_entries(self) -> Iterator[tuple[bytes, list[int], list[int]]]:
        """The rows that the lines of the next file, a Parquet one, hold: Arrow data, places, lengths now."""
        for line in self._lines:
            if line.startswith(FILE_MARK):
                return
            if line.startswith(ROWS_MARK):
                held = parsed(line, self._ledger)
                yield base64.b64decode(held["dedup_rows"]), held["rows"], held["now"]


class _Rejects:
    """The rejects file, read on from file to file."""

    def __init__(self, path: str | None) -> None:
        self._stream = (parsed(line, path) for line in lines(path)) if path else iter(())
        self._held = next(self._stream, None)

    def _of(self, name: str) -> Iterator[dict[str, Any]]:
        while self._held is not None and self._held["source"] == name:
            yield self._held
            self._held = next(self._stream, None)

    def entries(self, name: str) -> Iterator[Entry]:
        """The rejects of the next file as what to put back."""
        for line in self._of(name):
            packed = {kind: line[f"raw_{kind}"] for kind in ("zstd", "base64") if f"raw_{kind}" in line}
            yield Entry(line["start"], unpack(packed or line["raw"]), 0)

    def skip(self, name: str) -> None:
        """Pass by the rejects of a file that does not need them."""
        for _ in self._of(name):
            pass


def _copy(source: Source | None, length: int, end: int, target: Target) -> None:
    """Copy this many bytes of the output, which may not reach beyond `end`."""
    if length < 0 or (length and (source is None or source.offset + length > end)):
        raise LedgerError("The ledger does not fit the output: its spans overlap or reach too far.")
    if source:
        for part in source.slices(source.offset + length):
            target.write(part)
