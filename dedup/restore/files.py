"""Input files restored from output, ledger and rejects: one pass over each undoes every replacement."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dedup.document import File
from dedup.errors import InputError, LedgerError
from dedup.files.compression import Data, compression_of
from dedup.files.lines import read_lines
from dedup.files.locations.copies import local_copy
from dedup.files.locations.names import check_target, join
from dedup.files.reading import FileReader
from dedup.files.staging import Staging
from dedup.files.target import Target
from dedup.ledger.format import (
    FILE_PREFIX,
    MOST,
    ROWS_PREFIX,
    ChangedRows,
    Checksum,
    FileLine,
    ParquetFileLine,
    Replacement,
    raw_bytes,
)
from dedup.ledger.reader import CheckedLedger, check_ledger, foreign, parse_line
from dedup.restore.checks import check_name, check_targets, check_there
from dedup.restore.pages import explain_pages, name_of

if TYPE_CHECKING:
    import pyarrow as pa


def restore(
    output: str, ledger: str, rejects: str | None, original: str, explain: Callable[[str], None]
) -> list[str]:
    """Write every input file again and return the paths; see `dedup.restore.restore`."""
    with foreign(ledger):
        return _restore(output, ledger, rejects, original, explain)


def _restore(
    output: str, ledger: str, rejects: str | None, original: str, explain: Callable[[str], None]
) -> list[str]:
    check_there(output, ledger, rejects)
    checked = check_ledger(ledger)
    restorer = Restorer.of(checked, output, ledger, rejects)
    check_target("--original", original)
    names = [*map(name_of, checked.files)]
    is_folder = original.endswith(("/", "\\")) or Path(original).is_dir()
    of_pages = sum("extracted" in file for file in checked.files)
    are_lines = 0 < of_pages == len(names)
    into_folder = is_folder or (len(names) > 1 and not are_lines)
    paths = [join(original, check_name(name)) if into_folder else original for name in names]
    check_targets(paths, {"ledger": ledger, "rejects file": rejects})
    explain_pages(of_pages, explain)
    with Staging() as staging:
        if not into_folder:
            with staging.open(original) as target:
                for file in checked.files:
                    restorer.file(file, target)
            return [original]
        staging.make_folder(original)
        for path, file in zip(paths, checked.files, strict=True):
            with staging.open(path) as target:
                restorer.file(file, target)
    return paths


def _check_outputs(checked: CheckedLedger, output: str) -> list[File]:
    """The outputs that the ledger names. Raises LedgerError if one is missing or was changed."""
    outputs = []
    for checksum in checked.end["outputs"]:
        place = join(output, check_name(checksum["name"])) if checked.end["folder"] else output
        path = Path(local_copy(place))
        file = File(str(path), path, "jsonl", compression_of(path))
        if not path.is_file():
            raise LedgerError(f"The output {file.name!r} is missing; restore needs it.")
        if not _is_unchanged(file, checksum):
            raise LedgerError(
                f"{file.name!r} is not the output that belongs to the ledger, or was changed since: "
                "use the output as the run wrote it."
            )
        outputs.append(file)
    return outputs


def _is_unchanged(file: File, checksum: Checksum) -> bool:
    """Whether a file has this size and checksum."""
    reader = FileReader(file, checksum=True)
    try:
        reader.skip(checksum["size"])
        is_longer = any(reader.slices())
    except InputError:
        return False
    return not is_longer and bool(reader.crc == checksum["crc32"])


def _check_rejects(checked: CheckedLedger, rejects: str | None) -> None:
    """Raise LedgerError if the run had rejects and these are not them."""
    checksum = checked.end["rejects"]
    if not checksum or not checksum["lines"]:
        return
    if rejects is None:
        raise LedgerError(f"Restore needs the rejects of the run, too: add --rejects {checksum['name']!r}")
    crc = 0
    for line in read_lines(rejects):
        crc = zlib.crc32(line, crc)
    if crc != checksum["crc32"]:
        raise LedgerError(
            f"{rejects!r} is not the rejects file of the run that wrote the ledger, or was changed since: "
            "use the file as the run wrote it."
        )


class Restorer:
    """Restores the files of one run. Files are to come in the order of the ledger: it and the rejects are
    read once, from file to file.
    """

    def __init__(self, checked: CheckedLedger, ledger: str, rejects: str | None, outputs: list[File]) -> None:
        self._ledger = ledger
        self._lines = read_lines(ledger)
        has_rejects = checked.end["rejects"] and checked.end["rejects"]["lines"]
        self._rejects = _RejectsReader(rejects if has_rejects else None)
        self._outputs = outputs
        self._reader: tuple[int, FileReader] | None = None
        """The output that is being read, and its index."""

    @classmethod
    def of(cls, checked: CheckedLedger, output: str, ledger: str, rejects: str | None) -> Restorer:
        """The restorer of a run. Raises LedgerError if its output or its rejects are missing or changed."""
        outputs = _check_outputs(checked, output)
        _check_rejects(checked, rejects)
        return cls(checked, ledger, rejects, outputs)

    def file(self, file: FileLine, target: Target) -> None:
        """Write a file again, given the ledger line that ends it. Raises LedgerError."""
        if "schema" in file:
            self._parquet_file(cast(ParquetFileLine, file), target)
            return
        size, crc = 0, 0
        for part in self.parts(file):
            target.write(part)
            size, crc = size + len(part), zlib.crc32(part, crc)
        if size != file["size"] or crc != file["crc32"]:
            raise LedgerError(
                f"{file['dedup_file']!r} cannot be restored: its checksum differs from that of the original. "
                "Use output, ledger and rejects of the same run."
            )

    def _parquet_file(self, file: ParquetFileLine, target: Target) -> None:
        from dedup.restore import parquet

        output = None if file["output"] is None else self._outputs[file["output"]]
        parquet.restore(file, self._changed_rows(), output, target)
        self._rejects.skip(file["dedup_file"])

    def rows(self, file: ParquetFileLine) -> Iterator[list[pa.RecordBatch]]:
        """The rows of a Parquet file, in order, in lists of batches. All of them are to be taken."""
        from dedup.restore import parquet

        output = None if file["output"] is None else self._outputs[file["output"]]
        yield from parquet.rows_of(file, self._changed_rows(), output)
        self._rejects.skip(file["dedup_file"])

    def skip(self, file: FileLine) -> None:
        """Skip a file that is not restored."""
        while not next(self._lines).startswith(FILE_PREFIX):
            pass
        self._rejects.skip(file["dedup_file"])

    def parts(self, file: FileLine) -> Generator[Data]:
        """The bytes of the file in parts: those of its output, with every replacement undone. A caller who
        stops early is to close the iterator.
        """
        of_rejects = self._rejects.undo(file["dedup_file"], file["size"])
        undo = heapq.merge(self._undo(file["size"]), of_rejects, key=attrgetter("start"))
        try:
            yield from self._splice_back(file, undo)
        finally:
            for _ in undo:  # the ledger and the rejects are read up to the next file
                pass

    def _splice_back(self, file: FileLine, undo: Iterable[Replacement]) -> Iterator[Data]:
        reader = self._output_at(file)
        end = reader.offset + file["length"] if reader else 0
        restored = 0  # bytes of the original
        for start, size, removed, length in undo:
            yield from _copied(reader, start - restored, end)
            yield from removed
            if reader:
                reader.skip(min(reader.offset + length, end))
            restored = start + size
        yield from _copied(reader, file["size"] - restored, end)

    def _output_at(self, file: FileLine) -> FileReader | None:
        """The output of a file, read up to where the file's part begins; None if it has no output."""
        if file["output"] is None:
            return None
        if self._reader is None or self._reader[0] != file["output"]:
            self._reader = (file["output"], FileReader(self._outputs[file["output"]]))
        self._reader[1].skip(file["start"])
        return self._reader[1]

    def _undo(self, size: int) -> Iterator[Replacement]:
        """What undoes the replacements in the next file, of `size` bytes, from its ledger lines, in order."""
        for line in self._lines:
            is_last = line.startswith(FILE_PREFIX)
            if is_last or b'"undo":' in line:
                for values in parse_line(line, self._ledger).get("undo", ()):
                    yield Replacement.from_json(values, size)
            if is_last:
                return

    def _changed_rows(self) -> Iterator[ChangedRows]:
        """The changed rows of the next file, which is a Parquet file, from its ledger lines."""
        for line in self._lines:
            if line.startswith(FILE_PREFIX):
                return
            if line.startswith(ROWS_PREFIX):
                yield ChangedRows.from_json(parse_line(line, self._ledger))


class _RejectsReader:
    """Reads a rejects file once, from input file to input file. `path` None: there are no rejects."""

    def __init__(self, path: str | None) -> None:
        self._lines = (parse_line(line, path) for line in read_lines(path)) if path else iter(())
        self._next = next(self._lines, None)

    def _of(self, source: str) -> Iterator[dict[str, Any]]:
        while self._next is not None and self._next["source"] == source:
            yield self._next
            self._next = next(self._lines, None)

    def undo(self, source: str, size: int) -> Iterator[Replacement]:
        """What puts the rejects of the next input file, of `size` bytes, back."""
        for line in self._of(source):
            raw = raw_bytes(line, min(size, MOST))
            yield Replacement(line["start"], len(raw), (raw,), 0)

    def skip(self, source: str) -> None:
        """Skip the rejects of an input file that is restored without them."""
        for _ in self._of(source):
            pass


def _copied(reader: FileReader | None, length: int, end: int) -> Iterable[Data]:
    """So many bytes of the output. Raises LedgerError if they reach beyond `end`."""
    if length < 0 or (length and (reader is None or reader.offset + length > end)):
        raise LedgerError(
            "The ledger does not fit the output: its replacements overlap or reach too far. "
            "Use output and ledger of the same run."
        )
    return reader.slices(reader.offset + length) if reader else ()
