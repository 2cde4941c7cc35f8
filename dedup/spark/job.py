"""`dedup clean --engine spark`: paths in, folders out, each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from dedup.engines.spark import Spark
from dedup.errors import OptionsError, OutputError
from dedup.job import Job, status
from dedup.options import Options
from dedup.spark.deciding import ledger, rejects
from dedup.spark.reading import read
from dedup.spark.running import Run, run
from dedup.spark.sessions import Cluster, java_reason, opened, work_folder
from dedup.spark.writing import Folders, Written, in_order, kept


def clean_paths(job: Job, options: Options, cluster: Cluster) -> int:
    """Do a job on Spark; returns the exit status. Raises DedupError."""
    if job.output in (None, "-") and not job.dry_run:
        raise OptionsError("--engine spark writes a folder: add -o OUTPUT")
    with opened(cluster, job.quiet) as session:
        counts = _clean(session, job, options)
    records = sum(counts.values())
    return status(job, counts.get("rejected", 0), records - counts.get("kept", 0), records)


def _clean(session: SparkSession, job: Job, options: Options) -> dict[str, int]:
    """Do it; returns how many records there are of each decision."""
    folders = Folders(session)
    for path in (job.output, job.ledger, job.rejects_file):
        folders.check_new(path)
    work = f"{job.output}.unfinished-{uuid4().hex}" if job.output else work_folder(session, None)
    engine = Spark(session, work)
    try:
        with engine.settings():
            found = run(engine, read(session, job.inputs, options), options)
            with engine.stage("report"):
                counts = {row[0]: row[1] for row in found.table.groupBy("decision").count().collect()}
            if not job.dry_run:
                with engine.stage("write"):
                    folders.write(_outputs(engine, job, options, found, counts.get("rejected", 0)))
            return counts
    except Py4JJavaError as error:
        raise OutputError(f"Spark gave up: {java_reason(error)}") from error
    finally:
        engine.release()
        folders.delete(work)


def _outputs(engine: Spark, job: Job, options: Options, found: Run, bad: int) -> Iterator[Written]:
    """What is written, the articles last: where these are whole, all is."""
    documents = found.table.where("decision != 'rejected'")
    if bad or job.rejects:
        yield Written(job.rejects_file, in_order(rejects(engine, found.table)), "jsonl")
    if job.ledger:
        yield Written(job.ledger, in_order(ledger(engine, documents, undo=True)), "jsonl")
    yield Written(str(job.output), kept(found, options), found.records.written)
