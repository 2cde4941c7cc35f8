"""The cleaned files: where each goes (the plan), and writing them with the ledger and the rejects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from dedup.document import Edit, Fields, File
from dedup.files.discovery import format_of
from dedup.files.staging import Entry, Staging, Target
from dedup.ledger.record import Record
from dedup.ledger.writer import Ledger
from dedup.outputs import convert as conversion
from dedup.outputs.sinks import Sink
from dedup.outputs.splice import splice
from dedup.outputs.targets import Targets
from dedup.sources.files import Files

__all__ = ["Edit", "Entry", "Plan", "Record", "Staging", "Target", "plan", "write"]


class Plan(NamedTuple):
    """Where the documents go: one stream (`path` None: standard output) of one format, or a folder."""

    path: str | None
    format: str | None
    """None: a folder, in which every file keeps its own."""

    def splices(self, files: Sequence[File], file: File) -> bool:
        """Whether the file's own bytes are copied; otherwise its documents are written anew."""
        if self.format is None:
            return True
        return file.format == self.format and (file.format == "jsonl" or len(files) == 1)

    def copies(self, files: Sequence[File]) -> bool:
        """Whether all that is written are copies of the files' own bytes."""
        return all(self.splices(files, file) and file.format != "parquet" for file in files)


def plan(files: Sequence[File], output: str | None) -> Plan:
    """The plan for an output: None or "-" is standard output."""
    if output in (None, "-"):
        return Plan(None, "text" if [file.format for file in files] == ["text"] else "jsonl")
    assert output is not None
    form = format_of(output)
    if form is None and Path(output).exists() and not Path(output).is_dir() and not Path(output).is_file():
        return Plan(output, "jsonl")  # a device or a pipe
    if output.endswith(("/", "\\")) or Path(output).is_dir() or form is None:
        return Plan(output, None)
    if form == "json" and all(f.format == "jsonl" and format_of(f.path) == "json" for f in files):
        form = "jsonl"  # JSON Lines that are called .json stay what they are
    return Plan(output, form)


def write(
    source: Files,
    records: Iterable[Record],
    targets: Targets,
    staging: Staging,
    header: dict[str, Any] | None = None,
    summary: dict[str, Any] | None = None,
) -> None:
    """Write the cleaned documents, the ledger and the rejects; `staging` puts them in place when it closes.

    `records`: one for every document and every reject, sorted by file and start. `header`: the fields of the
    ledger's first line. `summary`: the run's summary, which goes into the ledger, too.
    Raises InputError when a file changed since it was found, OutputError.
    """
    where = plan(source.files, targets.output)
    book = Ledger(
        staging.open(targets.ledger) if targets.ledger else None,
        staging.open(targets.rejects) if targets.rejects else None,
        header or {},
    )
    writer = _Writer(source.files, source.fields, where, book, staging)
    for index, group in _by_file(records, len(source.files)):
        writer.add(index, group)
    outputs = writer.finish()
    if summary is not None:
        book.report(summary)
    book.end(outputs, where.format is None)


def _by_file(records: Iterable[Record], count: int) -> Iterator[tuple[int, Iterator[Record]]]:
    """The records of each file, also of those that have none."""
    groups = groupby(records, attrgetter("file"))
    held = next(groups, None)
    for index in range(count):
        if held is not None and held[0] == index:
            yield index, held[1]
            held = next(groups, None)
        else:
            yield index, iter(())
    if held is not None:
        raise ValueError(f"records are not sorted by file: {held[0]} after {count - 1}")


class _Writer:
    """Sends each file to its output, by copying or by writing anew."""

    def __init__(
        self, files: Sequence[File], fields: Fields, where: Plan, book: Ledger, staging: Staging
    ) -> None:
        self._files = files
        self._fields = fields
        self._plan = where
        self._book = book
        self._staging = staging
        self._outputs: list[tuple[str, Target]] = []
        self._sink: Sink | None = None
        if where.format is not None:
            target = self._open(where.path, Path(where.path or "-").name)
            if not where.copies(files):
                self._sink = self._shared_sink(where.format, target)

    def _open(self, path: str | None, name: str, folders: bool = False) -> Target:
        target = self._staging.stdout() if path is None else self._staging.open(path, folders)
        self._outputs.append((name, target))
        return target

    def _shared_sink(self, form: str, target: Target) -> Sink:
        if form == "parquet" and all(file.format == "parquet" for file in self._files):
            from dedup.outputs import parquet_rows as tables

            if schema := tables.shared_schema(self._files):
                return tables.RowSink(target, schema)
        return conversion.sink(form, target, self._fields)

    def add(self, index: int, records: Iterator[Record]) -> None:
        """Write the documents of one file; `records` are all of its documents and rejects."""
        file = self._files[index]
        if self._plan.format is None:
            self._add_own(file, records)
        elif file.format == "parquet":
            self._add_rows(file, records, self._sink)
        elif self._plan.splices(self._files, file):
            splice(file, records, self._book, self._outputs[0][1], 0)
        else:
            conversion.convert(file, records, self._book, self._fields, self._sink)

    def _add_own(self, file: File, records: Iterator[Record]) -> None:
        """To a file of the same name in the folder; a file whose one document is gone leaves none."""
        if file.single:
            held = list(records)
            records = iter(held)
            if held and held[0].gone:
                conversion.convert(file, records, self._book, self._fields, None)
                return
        target = self._open(str(Path(self._plan.path or ".") / file.name), file.name, folders=True)
        if file.format == "parquet":
            from dedup.outputs import parquet_rows as tables

            sink = tables.RowSink(target)
            self._add_rows(file, records, sink)
            sink.close()
        else:
            splice(file, records, self._book, target, len(self._outputs) - 1)
        target.close()

    def _add_rows(self, file: File, records: Iterator[Record], sink: Sink | None) -> None:
        from dedup.outputs import parquet_rows as tables

        tables.write(file, records, self._book, self._fields, sink, len(self._outputs) - 1)

    def finish(self) -> list[tuple[str, Target]]:
        """Close the outputs and return them with the names that the ledger knows them by."""
        if self._sink:
            self._sink.close()
        for _, target in self._outputs:
            target.close()
        return self._outputs
