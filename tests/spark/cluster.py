"""A cluster of two executors on this machine."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

# Processes that live a minute do not win back what the second compiler of Java takes, nor several collectors.
os.environ["JDK_JAVA_OPTIONS"] = (
    f"{os.environ.get('JDK_JAVA_OPTIONS', '')} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
)
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.codegen.wholeStage": "false",  # compiling code for few rows takes half of the time
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@contextmanager
def cluster() -> Iterator[SparkSession]:
    """A session on a cluster of two executors, each a process of its own."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master("local-cluster[2,1,1024]").config(map=SETTINGS).getOrCreate()
    yield session
    session.stop()


@contextmanager
def partitioned(session: SparkSession, split: str, parts: str) -> Iterator[None]:
    """Sets how files are split, into blocks of `split` bytes, and rows, into `parts` partitions."""
    settings = {"spark.sql.files.maxPartitionBytes": split, "spark.sql.shuffle.partitions": parts}
    before = {name: session.conf.get(name) for name in settings}
    try:
        for name, value in settings.items():
            session.conf.set(name, value)
        yield
    finally:
        for name, value in before.items():
            session.conf.set(name, str(value))
