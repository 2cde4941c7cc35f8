"""Spark sessions: where they run, and where tables between their stages may be stored."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from uuid import uuid4

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from dedup.errors import OptionsError, OutputError


class Cluster(NamedTuple):
    """Where to run. `master`: None for what spark-submit says, else this machine; `settings`: of Spark, as
    NAME=VALUE.
    """

    master: str | None
    settings: Sequence[str]


@contextmanager
def opened(cluster: Cluster, quiet: bool) -> Iterator[SparkSession]:
    """The active session, or a new one that is stopped at the end. Raises OptionsError, OutputError."""
    active = SparkSession.getActiveSession()
    session = _start(cluster, quiet)
    try:
        yield session
    finally:
        if active is None:
            session.stop()


def _start(cluster: Cluster, quiet: bool) -> SparkSession:
    given = dict(_setting(text) for text in cluster.settings)
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise OutputError("Spark needs Java 17 or later: install it, or name it as JAVA_HOME")
    # On this machine executors use this Python, which has dedup; on others the one that Spark is set to.
    if (cluster.master or "local").startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    progress = not quiet and sys.stderr.isatty()
    own = {"spark.log.level": "ERROR", "spark.ui.showConsoleProgress": str(progress).lower()}
    builder = SparkSession.builder.appName("dedup")
    if cluster.master:
        builder = builder.master(cluster.master)
    for name, value in {**own, **given}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except PySparkException as error:
        raise OutputError(f"Spark does not start: {str(error).splitlines()[0]}") from error
    except Py4JJavaError as error:
        raise OutputError(f"Spark does not start: {java_reason(error)}") from error


def _setting(text: str) -> tuple[str, str]:
    """NAME=VALUE. Raises OptionsError."""
    name, equal, value = text.partition("=")
    if not equal or not name.startswith("spark."):
        raise OptionsError(f"--spark-conf must be spark.NAME=VALUE, not {text!r}")
    return name, value


def java_reason(error: Exception) -> str:
    """The reason that Java gives, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith(("Caused by:", ":"))]
    return (causes or lines or [type(error).__name__])[-1].removeprefix("Caused by:").lstrip(": ")


def work_folder(session: SparkSession, named: str | None) -> str:
    """The folder for tables between stages. Raises OptionsError if none is known that all executors see."""
    context = session.sparkContext
    folder = named or context.getCheckpointDir()
    if folder:
        return f"{folder.rstrip('/')}/dedup-{uuid4().hex}"
    if not str(context.master).startswith("local"):
        raise OptionsError(
            "the executors are on other machines: name a folder that all of them see, as work='hdfs:///tmp/dedup'"
        )
    path = tempfile.mkdtemp(prefix="dedup-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return f"file:{path}"
