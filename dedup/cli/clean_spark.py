"""`dedup clean --engine spark`: paths in, folders out, each whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from uuid import uuid4

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from dedup.cli.clean import Job, status, written_files
from dedup.errors import OptionsError, OutputError
from dedup.files.staging import Staging
from dedup.options import Options
from dedup.spark.engine import Spark
from dedup.spark.read import read
from dedup.spark.run import Run, run
from dedup.spark.session import Cluster, java_reason, opened, work_folder
from dedup.spark.stages.decisions import ledger, rejects
from dedup.spark.summary import summarize
from dedup.spark.write import Folders, Written, in_order, kept
from dedup.summary.format import Summary
from dedup.summary.summary import times
from dedup.summary.totals import Totals


def clean_paths(job: Job, options: Options, cluster: Cluster) -> int:
    """Do a job on Spark; returns the exit status. Raises DedupError."""
    if job.targets.is_stdout and not job.dry_run:
        raise OptionsError("--engine spark writes a folder: add -o OUTPUT")
    with opened(cluster, job.quiet) as session:
        report = _clean(session, job, options)
    if not job.quiet:
        from dedup.reports.terminal import console as terminal

        terminal.show(report, sys.stdout)
    totals = Totals(**report["totals"])
    return status(job, totals.rejected, totals.touched, totals.records)


def _clean(session: SparkSession, job: Job, options: Options) -> Summary:
    """Do it; returns the report."""
    folders = Folders(session)
    for path in (job.targets.output, job.targets.ledger, job.targets.rejects_or_default):
        folders.check_new(path)
    output = job.targets.output
    work = f"{output}.unfinished-{uuid4().hex}" if output else work_folder(session, None)
    engine = Spark(session, work)
    try:
        with engine.settings():
            found = run(engine, read(session, job.inputs, options), options)
            report = summarize(engine, found, options)
            if not job.dry_run:
                with engine.stage("write"):
                    folders.write(_outputs(engine, job, options, found, report))
    except Py4JJavaError as error:
        raise OutputError(f"Spark gave up: {java_reason(error)}") from error
    finally:
        engine.release()
        folders.delete(work)
    return _finished(engine, report, job)


def _finished(engine: Spark, report: Summary, job: Job) -> Summary:
    """The report with the times of now and the folders that the job leaves; written, where it is wanted."""
    took = sum(engine.seconds.values())
    report = {**report, **times(engine.seconds, took), "files": written_files(job, bool(report["rejects"]))}
    path = job.targets.report
    if path and not job.dry_run:
        from dedup.reports import report_file as files

        with Staging() as staging:
            target = staging.open(path)
            for part in files.made(path, report, None):
                target.write(part)
    return report


def _outputs(engine: Spark, job: Job, options: Options, found: Run, report: Summary) -> Iterator[Written]:
    """What is written, the articles last: where these are whole, all is."""
    documents = found.table.where("decision != 'rejected'")
    targets = job.targets.keeping_rejects(bool(report["totals"]["rejected"]))
    if targets.rejects:
        yield Written(targets.rejects, in_order(rejects(engine, found.table)), "jsonl")
    if targets.ledger:
        yield Written(targets.ledger, in_order(ledger(engine, documents, undo=True)), "jsonl")
    yield Written(str(targets.output), kept(found, options), found.records.written)
