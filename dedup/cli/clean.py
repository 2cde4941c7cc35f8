"""`dedup clean`: files in; cleaned files, ledger, rejects and reports out."""

import os
import sys
import time
from argparse import Namespace
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from dedup.cli.job import Job, claim_index, claim_inputs, job_of, open_index, run_name, written_by
from dedup.cli.options import options_of
from dedup.errors import OptionsError
from dedup.files.claims import Claims
from dedup.files.earlier.finished_run import FinishedRun
from dedup.files.journal.journal import Journal
from dedup.files.journal.recovery import recover
from dedup.files.locations.names import is_elsewhere, is_table
from dedup.files.names import is_file_or_new
from dedup.files.staging import Staging
from dedup.ledger.format import header_of
from dedup.ledger.run_facts import for_ledger
from dedup.options import Options
from dedup.outputs.writer import plan, write_outcome
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Progress
from dedup.pipeline.run import run
from dedup.sources.files import Files
from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary
from dedup.summary.highlights import Highlights
from dedup.summary.summary import summarize, times, without_timings
from dedup.summary.totals import Totals, totals


def clean(arguments: Namespace) -> int:
    """Run `dedup clean`; returns the exit status. Raises DedupError."""
    options = options_of(arguments)
    report_only = arguments.output is None and not arguments.stream and sys.stdout.isatty()
    job = job_of(arguments, report_only)
    if arguments.engine == "spark":
        return _clean_on_spark(arguments, job, options)
    if arguments.master or arguments.spark_conf:
        raise OptionsError("--master and --spark-conf are settings of Spark: add --engine spark")
    if arguments.stream:
        from dedup.cli.stream import clean_stream

        return clean_stream(job, options)
    return clean_files(job, options)


def _clean_on_spark(arguments: Namespace, job: Job, options: Options) -> int:
    unsupported = {
        "--index": arguments.index is not None,
        "--stream": arguments.stream,
        "--memory": arguments.memory,
        "--workers": arguments.workers,
        "-": "-" in arguments.inputs,
        "tables of SQLite": any(map(is_table, filter(None, (*arguments.inputs, arguments.output)))),
    }
    for name, is_given in unsupported.items():
        if is_given:
            raise OptionsError(f"--engine spark does not take {name}: leave it out, or use --engine local")
    try:
        from dedup.cli.clean_spark import clean_paths
        from dedup.spark.session import Cluster
    except ModuleNotFoundError as error:
        raise OptionsError(
            f"--engine spark needs {error.name}: pip install 'dedup-articles[spark]', or use spark-submit"
        ) from error
    return clean_paths(job, options, Cluster(arguments.master, arguments.spark_conf))


def clean_files(job: Job, options: Options) -> int:
    """Run a job on this machine; returns the exit status. Raises DedupError."""
    with job.claim_targets() as journal:
        return _clean_files(job, options, journal)


def _clean_files(job: Job, options: Options, journal: Journal) -> int:
    if options.never_drop_file:
        recover(options.never_drop_file)
    source = Files(job.inputs, options, written_by(job))
    plan(source.files, job.targets.output, options.tags)  # refuses what cannot be written
    _claim_targets(job, options, source)
    with open_index(job.index_settings, options) as index, _progress(job, source) as progress:
        name = run_name(job.inputs, job.targets.output, source.files) if index is not None else ""
        adds = job.writes and not job.dry_run
        if index is not None:
            outcome = index.run(source, progress, name, adds)
        else:
            outcome = run(source, options, progress)
        highlights = Highlights(outcome)
        is_needed = not job.quiet or job.targets.report or job.targets.ledger
        summary = summarize(highlights) if is_needed else None
        if not job.dry_run:
            entry = index.entry(outcome, name) if index is not None and job.writes else None
            _write(job, source, highlights, summary, Staging(options.workers != 1, entry, journal))
    if job.targets.report == "-" and summary is not None:
        from dedup.reports import report_file

        sys.stdout.buffer.write(b"".join(report_file.render("-", with_timings(summary, job, outcome), None)))
    if not job.quiet and summary is not None:
        _print_report(job, outcome, with_timings(summary, job, outcome))
    counts = Totals(**summary["totals"]) if summary is not None else totals(outcome)
    return job.status(counts.rejected, counts.touched, counts.records)


def _claim_targets(job: Job, options: Options, source: Files) -> None:
    """Raise OptionsError if two targets are one file, or if a target is an input, the index or the file of
    --never-drop. The output alone may replace inputs, if a ledger can undo that. The rejects count with their
    default file, which a run may need.
    """
    claims = claim_inputs(job.inputs, source.files)
    if options.never_drop_file:
        claims.write("--never-drop", options.never_drop_file)
    if job.index_settings:
        claim_index(claims, job.index_settings.path)
    possible = job.targets.keeping_rejects(job.writes)
    replaced = _claim_output(claims, job, source)
    for option, path in possible._replace(output=None)._asdict().items():
        if path and (option, path) != ("report", "-"):
            claims.write(f"--{option}", path)
    claims.check_stdout()
    undo = [path for path in (possible.ledger, possible.rejects) if path and is_file_or_new(path)]
    if not replaced or not job.writes:
        return
    if len(undo) < 2:
        raise OptionsError(
            f"--output would overwrite the input {replaced[0]}, and nothing could undo it: name another "
            f"output, or add --ledger FILE{_hint_for_second_run(job, replaced[0])}"
        )
    earlier = FinishedRun.of(Path(str(possible.ledger)))
    if earlier and any(earlier.output_at(Path(path).absolute()) for path in replaced):
        raise OptionsError(
            f"{possible.ledger} is what can undo an earlier run on {replaced[0]}, and would be overwritten: "
            "name another --ledger"
        )


def _hint_for_second_run(job: Job, replaced: str) -> str:
    """What else helps if an input that would be replaced was found in a folder or by a glob."""
    named = Claims()
    for entry in filter(os.path.isfile, job.inputs):
        named.read(entry)
    if "-" in job.inputs:
        named.read_stdin()
    return "" if named.is_read(replaced) else ", or delete it if an earlier run wrote it"


def _claim_output(claims: Claims, job: Job, source: Files) -> list[str]:
    """Claim the outputs that are no inputs, and return those that are. Raises OptionsError."""
    if job.targets.is_stdout:
        return []
    planned, replaced = plan(source.files, job.targets.output), list[str]()
    outputs = {str(job.targets.output): ""}
    if planned.format is None:
        outputs |= {
            str(planned.path_of(file)): f"is the output of the input {file.name}" for file in source.files
        }
    for path, what in outputs.items():
        if claims.is_read(path) and not is_elsewhere(path):
            replaced.append(path)
        else:
            claims.write("--output", path, what)
    return replaced


def _progress(job: Job, source: Files) -> AbstractContextManager[Progress | None]:
    """Progress bars. A quiet job does not load rich, which takes 0.02 s."""
    if job.quiet:
        return nullcontext()
    from dedup.reports.terminal import progress

    return progress.shown(source.files, job.quiet, source.columns)


def _write(
    job: Job,
    source: Files,
    highlights: Highlights,
    summary: Summary | None,
    staging: Staging,
) -> None:
    """Write articles, ledger, rejects and report, and add the run to the index: all or none."""
    began, outcome = time.perf_counter(), highlights.outcome
    targets = job.targets.keeping_rejects(bool(outcome.corpus.rejects))
    with staging:
        if job.writes:
            lasting = without_timings(summary) if summary else None
            header = header_of(outcome.options, for_ledger(job.facts, targets.ledger))
            write_outcome(outcome, source, targets, staging, header, lasting)
            outcome.seconds["write"] = time.perf_counter() - began
        if targets.report not in (None, "-") and summary:
            from dedup.reports import report_file

            path = str(targets.report)
            target, summary = staging.open(path), with_timings(summary, job, outcome)
            for part in report_file.render(path, summary, Exhibits(highlights)):
                target.write(part)


def _print_report(job: Job, outcome: Outcome, summary: Summary) -> None:
    """Print the report where it does not mix with the articles. A `report_only` job prints short ones with
    it.
    """
    from dedup.reports.terminal import console as terminal

    mixes = (job.writes and job.targets.is_stdout) or job.targets.report == "-"
    terminal.show(
        summary, sys.stderr if mixes else sys.stdout, outcome if job.report_only else None, job.verbose
    )


def with_timings(summary: Summary, job: Job, outcome: Outcome) -> Summary:
    """A summary with the times measured so far, and the files that the job writes."""
    skipped = outcome.source.skipped if isinstance(outcome.source, Files) else {}
    files = job.written_files(bool(summary["rejects"]), skipped)
    return {**summary, **times(outcome.seconds, outcome.took), "run": job.facts, "files": files}
