"""`dedup clean --engine spark`: paths in; folders out, all of them complete or none."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from uuid import uuid4

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from dedup.cli.finished import write_report
from dedup.cli.job import Job
from dedup.errors import OptionsError, OutputError
from dedup.files.claims import Claims
from dedup.options import Options
from dedup.reports import report_file
from dedup.spark.engine import Spark
from dedup.spark.read import read
from dedup.spark.records import Records
from dedup.spark.run import SparkOutcome, run
from dedup.spark.session import Cluster, java_reason, opened, work_folder
from dedup.spark.stages.decisions import ledger, rejects
from dedup.spark.summary import summarize
from dedup.spark.write import Folders, FolderToWrite, in_order, kept
from dedup.summary.format import Summary
from dedup.summary.summary import times
from dedup.summary.totals import Totals


def clean_paths(job: Job, options: Options, cluster: Cluster) -> int:
    """Run a job on Spark; returns the exit status. Raises DedupError."""
    if job.targets.is_stdout and not job.dry_run:
        raise OptionsError("--engine spark writes a folder: add -o OUTPUT")
    with opened(cluster, job.quiet) as session:
        summary = _clean(session, job, options)
    if not job.quiet:
        from dedup.reports.terminal import console as terminal

        terminal.show(summary, sys.stderr if job.targets.report == "-" else sys.stdout, verbose=job.verbose)
    totals = Totals(**summary["totals"])
    return job.status(totals.rejected, totals.touched, totals.records)


def _clean(session: SparkSession, job: Job, options: Options) -> Summary:
    """Run a job in a session, write its folders and its report; returns the summary. Raises DedupError."""
    folders = Folders(session)
    output = job.targets.output
    _check_apart(job)
    for path in (output, job.targets.ledger, job.targets.rejects_or_default):
        folders.check_new(path)
    work = f"{output}.unfinished-{uuid4().hex}" if output else work_folder(session, None)
    engine = Spark(session, work)
    try:
        with engine.settings():
            records = read(session, job.inputs, options)
            _check_report(job, records)
            outcome = run(engine, records, options)
            summary = summarize(engine, outcome, options)
            if not job.dry_run:
                with engine.stage("write"):
                    folders.write(_outputs(engine, job, options, outcome, summary))
    except Py4JJavaError as error:
        raise OutputError(f"Spark failed: {java_reason(error)}") from error
    finally:
        engine.release()
        folders.delete(work)
    summary = _with_timings(summary, engine, job, records.skipped)
    if job.targets.report and not (job.dry_run and job.targets.report != "-"):
        write_report(job.targets.report, report_file.render(job.targets.report, summary, None))
    return summary


def _outputs(
    engine: Spark, job: Job, options: Options, outcome: SparkOutcome, summary: Summary
) -> Iterator[FolderToWrite]:
    """The tables to write. The articles come last: where they are complete, all are."""
    documents = outcome.table.where("decision != 'rejected'")
    targets = job.targets.keeping_rejects(bool(summary["totals"]["rejected"]))
    if targets.rejects:
        yield FolderToWrite(targets.rejects, in_order(rejects(engine, outcome.table)), "jsonl")
    if targets.ledger:
        yield FolderToWrite(targets.ledger, in_order(ledger(engine, documents, undo=True)), "jsonl")
    yield FolderToWrite(str(targets.output), kept(outcome, options), outcome.records.written)


def _check_apart(job: Job) -> None:
    """Raise OptionsError if a target is another one, or is in its folder."""
    targets = [
        (f"--{name}", path) for name, path in job.targets.keeping_rejects(True)._asdict().items() if path
    ]
    for option, path in targets:
        for other, folder in targets:
            if option != other and f"{path.rstrip('/')}/".startswith(f"{folder.rstrip('/')}/"):
                raise OptionsError(f"{option} names {path}, which {other} names or has; name another path")


def _check_report(job: Job, records: Records) -> None:
    """Raise OptionsError if the report would overwrite an input."""
    if job.targets.report not in (None, "-"):
        claims = Claims()
        for path in records.paths:
            claims.read(path)
        claims.write("--report", str(job.targets.report))


def _with_timings(summary: Summary, engine: Spark, job: Job, skipped: Mapping[str, str]) -> Summary:
    """A summary with the times measured so far, and the folders that the job writes. `skipped`: files that
    were not read, by name, with what each is.
    """
    files = job.written_files(bool(summary["rejects"]), skipped)
    return {
        **summary,
        **times(engine.seconds, sum(engine.seconds.values())),
        "run": job.facts,
        "files": files,
    }
