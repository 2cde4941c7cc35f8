"""A whole job: documents in, decisions made, results written or returned. What `dedup clean` and
`dedup.clean` call.
"""

import json
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson

from dedup import __version__, outputs
from dedup.errors import OptionsError
from dedup.options import MACHINE, Options
from dedup.pipeline import Progress, run
from dedup.recording import records
from dedup.result import Result
from dedup.sources import Files, Memory


def clean(documents: Any, options: Options | None = None, **changes: Any) -> Result:
    """Decide what to cut and what to drop among `documents`.

    `documents`: a list of strings or of mappings; a pyarrow Table; a frame of pandas or polars; or paths: one
    string (a file, folder or glob), a Path, or a list of Paths. `changes` are single options, as
    `clean(documents, threshold=0.9)`. Nothing is written. Raises InputError, OptionsError.
    """
    chosen = replace(options or Options(), **changes)
    paths = [documents] if isinstance(documents, str | Path) else documents
    if (isinstance(paths, list) and paths and all(isinstance(path, Path) for path in paths)) or isinstance(
        documents, str
    ):
        return run(Files([str(path) for path in paths], chosen), chosen)
    return run(Memory(documents, chosen), chosen)


class Job(NamedTuple):
    """What `dedup clean` was asked for; None for a file that is not wanted."""

    inputs: Sequence[str]
    output: str | None
    ledger: str | None
    rejects: str | None
    report: str | None
    dry_run: bool
    quiet: bool

    @property
    def shown(self) -> bool:
        """Whether the report is all there is: nobody named an output, and standard output is a terminal."""
        return self.output is None and sys.stdout.isatty()

    @property
    def rejects_file(self) -> str:
        """Where the records that could not be read go: never nowhere."""
        if self.rejects:
            return self.rejects
        base = "dedup" if self.output in (None, "-") else str(self.output).rstrip("/\\")
        return f"{base}.rejects.jsonl"


def clean_files(job: Job, options: Options) -> int:
    """Do a job; returns the exit status. Raises DedupError."""
    source = Files(job.inputs, options)
    _spare_inputs(job, source)
    with _watched(job, source) as told:
        result = run(source, options, told)
        if not job.quiet:
            from dedup.reports import terminal

            terminal.prepare(result)
        if not job.dry_run:
            _write(job, source, result)
    if not job.quiet:
        to_stderr = not job.dry_run and not job.shown and job.output in (None, "-")
        terminal.show(result, job, file=sys.stderr if to_stderr else sys.stdout)
    return _status(job, result)


def _watched(job: Job, source: Files) -> AbstractContextManager[Progress | None]:
    """Bars on the terminal; for a quiet job nothing is loaded that shows, 0.02 s."""
    if job.quiet:
        return nullcontext()
    from dedup.reports import progress

    return progress.shown(source.files, job.quiet)


def _spare_inputs(job: Job, source: Files) -> None:
    """Refuse to write anything but the output over an input: only the output is made of it."""
    inputs = {file.path.resolve() for file in source.files}
    for option, path in (("ledger", job.ledger), ("rejects", job.rejects), ("report", job.report)):
        if path and Path(path).resolve() in inputs:
            raise OptionsError(f"--{option} names {path}, which is an input; name another file")


def _write(job: Job, source: Files, result: Result) -> None:
    """Write the cleaned documents, the ledger, the rejects and the report, all or none."""
    began = time.perf_counter()
    rejects = job.rejects_file if result.documents.rejects else job.rejects
    options = {name: value for name, value in asdict(result.options).items() if name not in MACHINE}
    header = {"dedup": __version__, "options": options}
    with outputs.Staging(behind=result.options.workers != 1) as staging:
        if not job.shown:
            fates = records(result, outputs.plan(source.files, job.output).copies(source.files))
            outputs.write(
                source.files, fates, source.fields, job.output, job.ledger, rejects, header, staging
            )
            result.seconds["write"] = time.perf_counter() - began
        if job.report:
            report = orjson.dumps(result.summary(), option=orjson.OPT_INDENT_2)
            staging.open(job.report).write(report + b"\n")


def kept(result: Result) -> Any:
    """The kept documents with their cleaned texts: as they were given, or as mappings where they came from
    files.
    """
    if isinstance(result.source, Memory):
        rows = result.kept_rows().tolist()
        texts = result.texts(rows)
        return result.source.kept(rows, [result.documents.cleaned(row, texts[row]) for row in rows])
    assert isinstance(result.source, Files)
    with TemporaryDirectory() as folder:
        written = str(Path(folder, "kept.jsonl"))
        with outputs.Staging() as staging:
            outputs.write(
                result.source.files,
                records(result, together=False),
                result.source.fields,
                written,
                None,
                None,
                {},
                staging,
            )
        return [json.loads(line) for line in Path(written).read_bytes().splitlines() if line.strip()]


def _status(job: Job, result: Result) -> int:
    """0, or 3 where something could not be read, with a sentence that says where it stands."""
    count = len(result.documents.rejects)
    if not count:
        return 0
    unwritten = job.dry_run or job.shown
    place = "stayed where they are (nothing was written)" if unwritten else f"stand in {job.rejects_file}"
    print(
        f"dedup: {count:,} records could not be read; they {place}, each with its line and reason",
        file=sys.stderr,
    )
    return 3
