"""A whole job: documents in, decisions made, results written or returned. What `dedup clean` and
`dedup.clean` call.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from dedup.errors import OptionsError
from dedup.files.staging import Entry, Staging
from dedup.ledger.format import header_of
from dedup.options import Options
from dedup.outputs.targets import Targets
from dedup.outputs.writer import write_outcome
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Progress
from dedup.pipeline.run import run
from dedup.sources.files import Files
from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary, WrittenFiles
from dedup.summary.highlights import Highlights
from dedup.summary.summary import summarize, times, without_timings
from dedup.summary.totals import totals

if TYPE_CHECKING:
    from dedup.index.session import IndexSession


class Seen(NamedTuple):
    """The index that a job goes on with: its file, how many seconds to wait for it, and how old what is in it
    may be ("90d"; None: of any age).
    """

    path: str
    wait: float
    forget: str | None


class Job(NamedTuple):
    """What `dedup clean` was asked for."""

    inputs: Sequence[str]
    targets: Targets
    dry_run: bool
    quiet: bool
    seen: Seen | None = None
    fail_over: float | None = None

    @property
    def shown(self) -> bool:
        """Whether the report is all there is: nobody named an output, and standard output is a terminal."""
        return self.targets.output is None and sys.stdout.isatty()


def clean_files(job: Job, options: Options) -> int:
    """Do a job; returns the exit status. Raises DedupError."""
    source = Files(job.inputs, options)
    _spare_inputs(job, source)
    with opened(job.seen, options) as index, _watched(job, source) as told:
        name = name_of(job.inputs, job.targets.output, source)
        outcome = index.run(source, told, name) if index is not None else run(source, options, told)
        highlights = Highlights(outcome)
        wanted = not job.quiet or job.targets.report or job.targets.ledger
        summary = summarize(highlights) if wanted else None
        if not job.dry_run:
            entry = index.entry(outcome, name) if index is not None else None
            _write(job, source, highlights, summary, entry)
    if not job.quiet and summary is not None:
        from dedup.reports.terminal import console as terminal

        to_stderr = not job.dry_run and not job.shown and job.targets.is_stdout
        file = sys.stderr if to_stderr else sys.stdout
        terminal.show(with_timings(summary, job, outcome), file, outcome if job.shown else None)
    counts = totals(outcome)
    return status(job, counts.rejected, counts.touched, counts.records)


@contextmanager
def opened(seen: Seen | None, options: Options) -> Iterator["IndexSession | None"]:
    """The index of a job, where it has one."""
    if seen is None:
        yield None
        return
    from dedup.index.session import IndexSession

    with IndexSession(seen.path, options, wait=seen.wait, forget=seen.forget) as index:
        yield index


def name_of(inputs: Sequence[str], output: str | None, source: Files) -> str:
    """What tells a job from others in its index: the same inputs, unchanged, and the same output. Done again
    it takes its own place there; nothing tells it where the input is a stream.
    """
    if "-" in inputs:
        return ""
    parts = [[str(file.path.resolve()), file.size, file.mtime_ns] for file in source.files]
    place = str(Path(output).resolve()) if output else None
    return sha256(orjson.dumps([parts, place])).hexdigest()


def _watched(job: Job, source: Files) -> AbstractContextManager[Progress | None]:
    """Bars on the terminal; for a quiet job nothing is loaded that shows, 0.02 s."""
    if job.quiet:
        return nullcontext()
    from dedup.reports.terminal import progress

    return progress.shown(source.files, job.quiet)


def _spare_inputs(job: Job, source: Files) -> None:
    """Refuse to write anything but the output over an input, of which it alone is made, and anything over the
    index.
    """
    inputs = {file.path.resolve() for file in source.files}
    index = job.seen.path if job.seen else None
    for option, path in [*job.targets._asdict().items(), ("index", index)]:
        if path and option != "output" and Path(path).resolve() in inputs:
            raise OptionsError(f"--{option} names {path}, which is an input; name another file")
        if path and index and option != "index" and Path(path).resolve() == Path(index).resolve():
            raise OptionsError(f"--{option} and --index both name {path}; name another file")


def _write(
    job: Job,
    source: Files,
    highlights: Highlights,
    summary: Summary | None,
    entry: Entry | None,
) -> None:
    """Write the cleaned documents, the ledger, the rejects, the report, and enter the index: all or none."""
    began, outcome = time.perf_counter(), highlights.outcome
    targets = job.targets.keeping_rejects(bool(outcome.corpus.rejects))
    header, kept = header_of(outcome.options), without_timings(summary) if summary else None
    with Staging(outcome.options.workers != 1, None if job.shown else entry) as staging:
        if not job.shown:
            write_outcome(outcome, source, targets, staging, header, kept)
            outcome.seconds["write"] = time.perf_counter() - began
        if targets.report and summary:
            from dedup.reports import report_file as files

            target = staging.open(targets.report)
            for part in files.made(targets.report, with_timings(summary, job, outcome), Exhibits(highlights)):
                target.write(part)


def with_timings(summary: Summary, job: Job, outcome: Outcome) -> Summary:
    """A summary with the times measured so far, and the files that the job writes."""
    files = written_files(job, bool(summary["rejects"]))
    return {**summary, **times(outcome.seconds, outcome.took), "files": files}


def written_files(job: Job, rejected: bool) -> WrittenFiles:
    """The `files` of a summary: what a job writes. `rejected`: whether any record could not be read."""
    unwritten = job.dry_run or job.shown
    targets = job.targets.keeping_rejects(rejected)
    return {
        "articles": None if unwritten else targets.output or "-",
        "ledger": None if unwritten else targets.ledger,
        "rejects": None if unwritten else targets.rejects,
        "report": None if job.dry_run else targets.report,
        "dry_run": job.dry_run,
    }


def status(job: Job, rejected: int, touched: int, count: int) -> int:
    """0; or 3 where so many records could not be read, with a sentence that says where they stand; or 4 where
    more of the `count` records than the job allows are `touched`: dropped, cut or not readable.
    """
    found = 0
    if rejected:
        unwritten = job.dry_run or job.shown
        place = (
            "stayed where they are (nothing was written)"
            if unwritten
            else f"stand in {job.targets.rejects_or_default}"
        )
        _say(f"{rejected:,} records could not be read; they {place}, each with its line and reason")
        found = 3
    if job.fail_over is not None and touched > job.fail_over * count:
        share, limit = f"{100 * touched / count:.2f} %", f"{100 * job.fail_over:g} %"
        _say(
            f"{touched:,} of {count:,} records ({share}) were dropped, cut or unreadable: --fail-over {limit}"
        )
        found = 4
    return found


def _say(sentence: str) -> None:
    print(f"dedup: {sentence}", file=sys.stderr)
