"""A cluster of two executors on this machine, and what kills them."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
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


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="there is no /proc to find executors in"
)


@contextmanager
def executors_killed(folder: Path, *stages: str) -> Iterator[list[int]]:
    """Kills an executor as soon as the first table of each of these stages, one after the other, is in a work
    folder below this folder. Gives the processes that are killed.
    """
    killed: list[int] = []

    def kill() -> None:
        for stage in stages:
            while not [*folder.glob(f"*/*-{stage}/_SUCCESS")]:
                time.sleep(0.01)
                if done.is_set():
                    return
            victim = _executors()[0]
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    done = threading.Event()
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        done.set()
        killer.join()


def _executors() -> list[int]:
    """The processes of this session's executors."""
    executors = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"CoarseGrainedExecutorBackend" in process.read_bytes() and _is_ours(process.parent):
                executors.append(int(process.parent.name))
        except OSError:
            continue  # it has ended
    return executors


def _is_ours(process: Path) -> bool:
    """Whether this process, or one that it started, started the process. Raises OSError if it has ended."""
    while process.name not in ("0", "1", str(os.getpid())):
        parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
        process = process.with_name(parent)
    return process.name == str(os.getpid())
