"""`dedup.clean` and its result: the cleaned documents, and the decision about every document."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Unpack

import numpy as np

from dedup.files.claims import Claims
from dedup.files.locations.names import check_target
from dedup.files.staging import Staging
from dedup.identity import Identity
from dedup.ledger.lines import LedgerLines
from dedup.options import OptionChanges, Options
from dedup.outputs.decision_table import decision_table
from dedup.outputs.targets import Targets
from dedup.outputs.writer import write_outcome
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.run import run
from dedup.repeats.find import Repeat
from dedup.sources.decision_frame import decision_frame
from dedup.sources.files import Files
from dedup.sources.memory import Memory
from dedup.summary.format import Summary
from dedup.summary.highlights import Highlights
from dedup.summary.summary import summarize
from dedup.summary.totals import Totals, totals

_LINES_AT_ONCE = 4096  # ledger lines that are parsed at once: those of all documents would fill the memory


def clean(documents: Any, options: Options | None = None, **changes: Unpack[OptionChanges]) -> "Result":
    """Decide which repeats to cut, and which documents to drop or to tag. Nothing is written.

    `documents`: a list of strings or of mappings; a pyarrow Table or RecordBatch; a DataFrame of pandas or
    polars; a Hugging Face Dataset; or paths: one string (a file, folder, glob, address or table), a Path, or
    a list of Paths. Also what can be read only once, and is copied to a temporary file: a generator or any
    other iterator of strings, of mappings or of frames (chunks of pandas); a RecordBatchReader; a relation
    of DuckDB; a LazyFrame of polars; an IterableDataset of Hugging Face. `changes`: single options, as in
    `clean(documents, threshold=0.9)`. Raises InputError, OptionsError.
    """
    options = replace(options or Options(), **changes)
    paths = [documents] if isinstance(documents, str | Path) else documents
    are_paths = isinstance(documents, str) or (
        isinstance(paths, list) and paths and all(isinstance(path, Path) for path in paths)
    )
    source = Files([str(path) for path in paths], options) if are_paths else Memory(documents, options)
    return Result.of(run(source, options))


@dataclass
class Result(Outcome):
    """The outcome of a run, with the cleaned documents, the ledger and the report."""

    @classmethod
    def of(cls, outcome: Outcome) -> "Result":
        """The result of a run with this outcome."""
        return cls(**{field.name: getattr(outcome, field.name) for field in fields(outcome)})

    @property
    def kept(self) -> Any:
        """The kept documents with their cleaned texts, of the type that was given: strings, mappings, a
        table, a frame, or a stream, which is read as it is asked for; mappings if they came from files. With
        action="tag" that is every document, and near-duplicates have the fields duplicate_of and similarity.
        """
        if isinstance(self.source, Memory):
            starts, rows = self.table.column("start").to_numpy(), self.output_rows()
            cuts = {int(starts[row]): self.findings.cuts[row] for row in rows if row in self.findings.cuts}
            tags = [self.tag(row) for row in rows.tolist()] if self.options.tags else None
            return self.source.select(starts[rows], cuts, tags)
        assert isinstance(self.source, Files)
        return _kept_of_files(self, self.source)

    @property
    def dropped(self) -> list[dict[str, Any]]:
        """The ledger lines of the dropped documents; none with action="tag"."""
        return [] if self.options.tags else LedgerLines(self).as_values(self.dropped_rows())

    @property
    def tagged(self) -> list[dict[str, Any]]:
        """The ledger lines of the documents tagged as near-duplicates; none without action="tag"."""
        return LedgerLines(self).as_values(self.dropped_rows()) if self.options.tags else []

    @property
    def repeats(self) -> list[tuple[Identity, Repeat]]:
        """Every repeat with the identity of its document, in order."""
        return [
            (self.identity(row), repeat)
            for row in sorted(self.findings.repeats)
            for repeat in self.repeats_of(row)
        ]

    def ledger(self) -> Iterator[dict[str, Any]]:
        """The ledger line of every document, in order."""
        lines, rows = LedgerLines(self), np.arange(len(self.table))
        for start in range(0, len(rows), _LINES_AT_ONCE):
            yield from lines.as_values(rows[start : start + _LINES_AT_ONCE])

    @cached_property
    def totals(self) -> Totals:
        """Counts of documents and characters: read, kept, cut, dropped and tagged."""
        return totals(self)

    @cached_property
    def highlights(self) -> Highlights:
        """The groups of near-duplicates and the examples that reports show."""
        return Highlights(self)

    def summary(self) -> Summary:
        """What the run did, as plain values that `Summary` describes."""
        return summarize(self.highlights)

    def to_frame(self) -> Any:
        """A row for each document and each record that could not be read, in the order of the input: its
        decision, and what led to it (`dedup.outputs.decision_table`). It is a frame of the library that the
        documents came in, with the same index in pandas, so that it joins to them; else of pandas; without
        pandas a table of Arrow.
        """
        return decision_frame(decision_table(self), self.source)

    def write_report(self, path: str | Path) -> None:
        """Write the report, in the format that the name ends in: .html, .json, .md or .txt; compressed if .gz
        or .zst follows. Raises OutputError, OptionsError for an input or another extension.
        """
        from dedup.outputs.targets import check_report
        from dedup.reports import report_file
        from dedup.summary.exhibits import Exhibits

        claims = Claims()
        for file in self.source.files if isinstance(self.source, Files) else ():
            claims.read(file.path if file.origin is None else file.origin.location)
        claims.write("write_report", path)
        check_target("write_report", str(path))
        check_report(str(path), "write_report")
        with Staging() as staging:
            target = staging.open(path)
            for part in report_file.render(str(path), self.summary(), Exhibits(self.highlights)):
                target.write(part)

    def __repr__(self) -> str:
        """What became of the documents, in three lines."""
        counts = self.totals
        duplicates = f"{counts.tagged:,} tagged" if self.options.tags else f"{counts.dropped:,} dropped"
        return (
            f"<dedup.Result: {counts.records:,} in, {counts.kept:,} out\n"
            f"  near-duplicates: {duplicates}; cleaned of repeats: {counts.cut:,}; "
            f"unreadable: {counts.rejected:,}\n"
            "  .kept  .to_frame()  .write_report(path)  print() shows the report>"
        )

    def report(self, verbose: bool = False) -> str:
        """The report as plain text, 80 columns wide; the whole one if `verbose`."""
        from dedup.reports.terminal import console

        return console.plain(self.summary(), verbose=verbose)

    def __str__(self) -> str:
        """The short report as plain text, 80 columns wide."""
        return self.report()

    def _repr_html_(self) -> str:
        """The report for a notebook, as HTML."""
        from dedup.reports.html import markup

        return markup.fragment(self.summary())


def _kept_of_files(outcome: Outcome, source: Files) -> list[dict[str, Any]]:
    """The kept documents of files, as `dedup clean` would write them to JSON Lines."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "kept.jsonl")
        with Staging() as staging:
            write_outcome(outcome, source, Targets(str(path)), staging)
        return [json.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
