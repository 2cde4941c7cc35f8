"""The outputs of a run: where each file goes (the plan), and writing them with the ledger and the rejects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from dedup.document import File
from dedup.errors import OptionsError
from dedup.files.discovery import UNWRITTEN, format_of
from dedup.files.locations.names import is_address, is_table, join, last_part, shown
from dedup.files.names import is_file_or_new, lines_name
from dedup.files.staging import Staging
from dedup.files.target import Target
from dedup.ledger.record import Record
from dedup.ledger.records import records_of
from dedup.ledger.writer import LedgerWriter
from dedup.outputs import convert
from dedup.outputs.sinks import Sink
from dedup.outputs.splice import splice
from dedup.outputs.targets import Targets
from dedup.pipeline.outcome import Outcome
from dedup.sources.field_names import names_in_files
from dedup.sources.files import Files

if TYPE_CHECKING:
    from dedup.outputs.parquet_rows import RowSink


class Plan(NamedTuple):
    """Where the documents go: one file of one format (`path` None: standard output), or a folder."""

    path: str | None
    format: str | None
    """None: a folder, in which every file keeps its format."""
    tags: bool = False
    """Whether near-duplicates are tagged, so that documents have tags."""
    copies_rows: bool = False
    """Whether rows of tables go to a table of the same columns."""

    def splices(self, files: Sequence[File], file: File) -> bool:
        """Whether the file's own bytes are copied; otherwise its documents are written anew."""
        if self.format is None or self.copies_rows:
            return True
        return file.format == self.format and (file.format == "jsonl" or len(files) == 1)

    def path_of(self, file: File) -> str | None:
        """Where the documents of a file go; None: to standard output."""
        if self.format is None:
            return join(self.path or ".", output_name(file))
        return self.path

    def copies_bytes(self, files: Sequence[File]) -> bool:
        """Whether everything that is written is copied from the bytes of the files."""
        return all(self.splices(files, file) and file.format != "parquet" for file in files)


def output_name(file: File) -> str:
    """The name of a file's output in a folder: its own, or that of JSON Lines for pages."""
    return file.name if file.lines is None else lines_name(file.name)


def plan(files: Sequence[File], output: str | None, tags: bool = False) -> Plan:
    """The plan for an output: None or "-" is standard output. Raises OptionsError if documents are to have
    tags and an output is text.
    """
    path, form = _path_and_format(files, output)
    planned = Plan(path, form, tags, form == "table" and not tags and _share_columns(files))
    is_text = planned.format == "text" or (
        planned.format is None and any(file.format == "text" for file in files)
    )
    if tags and is_text:
        raise OptionsError(
            "--action tag writes two fields into articles, and text files have no fields: name an output "
            "such as clean.jsonl, or leave --action out"
        )
    return planned


def _share_columns(files: Sequence[File]) -> bool:
    """Whether all files are rows of tables that have the same columns."""
    if not all(file.origin and is_table(file.origin.location) for file in files):
        return False
    names = [tuple(names_in_files([file], 0)) for file in files if file.size]
    return len(names) > 0 and len({*names}) == 1


def _path_and_format(files: Sequence[File], output: str | None) -> tuple[str | None, str | None]:
    """The path and the format of a plan."""
    if output in (None, "-"):
        return None, "text" if [file.format for file in files] == ["text"] else "jsonl"
    assert output is not None
    if is_table(output):
        return output, "table"
    if is_address(output):
        form = format_of(last_part(shown(output)))
        return output, None if output.endswith("/") else form or _no_format(output)
    form = format_of(output)
    if form in UNWRITTEN:
        raise OptionsError(
            f"dedup writes no {form.upper()}, and {output} says so: name an output such as clean.jsonl"
        )
    if form is None and not is_file_or_new(output) and not Path(output).is_dir():
        return output, "jsonl"  # a device, a pipe or an open file
    if output.endswith(("/", "\\")) or Path(output).is_dir() or form is None:
        return output, None
    if form == "json" and all(f.format == "jsonl" and format_of(f.path) == "json" for f in files):
        form = "jsonl"  # JSON Lines in files called .json stay JSON Lines
    return output, form


def _no_format(output: str) -> NoReturn:
    raise OptionsError(
        f"--output names {shown(output)}, and no format is known by that ending: name an object such as "
        "clean.jsonl, or a folder, which ends in /"
    )


def write_outcome(
    outcome: Outcome,
    source: Files,
    targets: Targets,
    staging: Staging,
    header: dict[str, Any] | None = None,
    summary: dict[str, Any] | None = None,
) -> None:
    """Write what a run decided about the documents of `source`; see `write`."""
    tags = outcome.options.tags
    merge_unchanged = not tags and plan(source.files, targets.output).copies_bytes(source.files)
    write(source, records_of(outcome, merge_unchanged), targets, staging, header, summary, tags)


def write(
    source: Files,
    records: Iterable[Record],
    targets: Targets,
    staging: Staging,
    header: dict[str, Any] | None = None,
    summary: dict[str, Any] | None = None,
    tags: bool = False,
) -> None:
    """Write the cleaned documents, the ledger and the rejects; `staging` puts them in place when it closes.

    `records`: one for every document and every reject, sorted by file and start. `header`: the fields of the
    ledger's first line. `summary`: the run's summary, which goes into the ledger, too. `tags`: whether the
    records of documents have tags. Raises InputError if a file changed since it was listed, OptionsError,
    OutputError.
    """
    planned = plan(source.files, targets.output, tags)
    if planned.format is None:
        staging.make_folder(str(planned.path))
    ledger = LedgerWriter(
        staging.open(targets.ledger) if targets.ledger else None,
        staging.open(targets.rejects) if targets.rejects else None,
        header or {},
    )
    writer = _OutputWriter(source, planned, ledger, staging)
    for file, group in _by_file(records, source.files):
        writer.add(file, group)
    outputs = writer.finish()
    if summary is not None:
        ledger.summary(summary)
    ledger.end(outputs, planned.format is None)


def _by_file(records: Iterable[Record], files: Sequence[File]) -> Iterator[tuple[File, Iterator[Record]]]:
    """Every file with its records, if any. Raises ValueError if the records are not sorted by file."""
    groups = groupby(records, attrgetter("file"))
    group = next(groups, None)
    for index, file in enumerate(files):
        if group is not None and group[0] == index:
            yield file, group[1]
            group = next(groups, None)
        else:
            yield file, iter(())
    if group is not None:
        raise ValueError(f"records are not sorted by file: {group[0]} after {len(files) - 1}")


class _OutputWriter:
    """Writes each file to its output, by copying its bytes or by writing its documents anew."""

    def __init__(self, source: Files, planned: Plan, ledger: LedgerWriter, staging: Staging) -> None:
        self._files = source.files
        self._fields = source.fields
        self._plan = planned
        self._ledger = ledger
        self._staging = staging
        self._outputs: list[tuple[str, Target]] = []
        self._sink: Sink | None = None
        self._row_sink: RowSink | None = None
        if planned.format is not None:
            target = self._open(planned.path, last_part(planned.path or "-"))
            if not planned.copies_bytes(self._files):
                self._open_sink(planned.format, target)

    def _open(self, path: str | None, name: str) -> Target:
        target = self._staging.stdout() if path is None else self._staging.open(path)
        self._outputs.append((name, target))
        return target

    def _open_sink(self, form: str, target: Target) -> None:
        """Open the sink of the output: for rows, if all inputs are Parquet files that share a schema."""
        tables = [file for file in self._files if file.format != "damaged"]
        if form == "parquet" and tables and all(file.format == "parquet" for file in tables):
            from dedup.outputs.parquet_rows import RowSink, shared_schema
            from dedup.sources.tag_columns import tagged_schema

            if schema := shared_schema(tables):
                self._row_sink = RowSink(target, tagged_schema(schema) if self._plan.tags else schema)
                return
        self._sink = convert.sink_for(form, target, self._fields, self._plan.tags)

    def add(self, file: File, records: Iterator[Record]) -> None:
        """Write the documents of one file; `records` are all of its documents and rejects."""
        if self._plan.format is None:
            self._add_to_folder(file, records)
        elif file.format == "parquet":
            sink = self._row_sink or self._sink
            assert sink is not None
            self._add_rows(file, records, sink)
        elif self._plan.splices(self._files, file):
            splice(file, records, self._ledger, self._outputs[0][1], 0, self._plan.tags)
        else:
            convert.convert(file, records, self._ledger, self._fields, self._sink)

    def _add_to_folder(self, file: File, records: Iterator[Record]) -> None:
        """Write a file of the same name. A file whose only document is removed is not written."""
        if file.single:
            records = iter(only := list(records))
            if only and only[0].is_removed:
                convert.convert(file, records, self._ledger, self._fields, None)
                return
        target = self._open(self._plan.path_of(file), output_name(file))
        if file.format == "parquet":
            from dedup.outputs.parquet_rows import RowSink

            sink = RowSink(target)
            self._add_rows(file, records, sink)
            sink.close()
        else:
            splice(file, records, self._ledger, target, len(self._outputs) - 1, self._plan.tags)
        target.close()

    def _add_rows(self, file: File, records: Iterator[Record], sink: Sink | RowSink) -> None:
        from dedup.outputs.parquet_rows import write_rows

        output = len(self._outputs) - 1
        write_rows(file, records, self._ledger, self._fields, sink, output, self._plan.tags)

    def finish(self) -> list[tuple[str, Target]]:
        """Close the outputs and return them with the names that the ledger knows them by."""
        for sink in (self._sink, self._row_sink):
            if sink:
                sink.close()
        for _, target in self._outputs:
            target.close()
        return self._outputs
