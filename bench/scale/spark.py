"""Spark beside the local engine: seconds of both, lines that differ, and what Spark sends between machines.

    python -m bench.scale.spark [--most 100000] [--keep] [--write]

The corpora have 10,000, 50,000 (on several clusters), 100,000 and 1,000,000 articles, up to --most. Two
executors of one core and 4 GB each run on this machine, as processes of their own. Rows and bytes of a stage
are those that its tasks wrote for other tasks to fetch (shuffle writes, compressed); its seconds are the run
times of its tasks. Both are read from Spark's event log. Kept lines are compared byte by byte, in order;
lines of the ledger without `undo`, whose units depend on the engine.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.corpora.cache import temporary_corpus
from bench.harness.figures import code_digest, commit, load_current, machine, save, write_table
from bench.harness.measure import run
from bench.paths import FIXTURES, TOP, build
from bench.scale import growth, spark_tables
from bench.scale.spark_tables import Cluster, Row

SEVERAL = 50_000  # the number of documents that are cleaned on several clusters
SIZES = (10_000, SEVERAL, 100_000, 1_000_000)
USUAL = Cluster("local-cluster[2,1,4096]", 200)
CLUSTERS = (
    USUAL,
    Cluster("local-cluster[2,1,4096]", 7),
    Cluster("local-cluster[3,1,2048]", 40),
    Cluster("local[2]", 64),
)
ENGINES = ("local", "spark")
PROGRAM = "bench.scale.spark --write"
_SETTINGS = {
    "spark.driver.memory": "3g",
    "spark.eventLog.compress": "false",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.rolling.enabled": "false",
    "spark.ui.enabled": "false",
}


def measure(corpus: Path, documents: int, cluster: Cluster) -> Row:
    """Clean a corpus with both engines, and compare what they write."""
    command = [sys.executable, "-m", "dedup", "clean", str(corpus), "--quiet"]
    with TemporaryDirectory(dir=build("")) as directory:
        folder = Path(directory)
        local = run([*command, *_outputs(folder, "local"), "--workers", "2"])
        spark = run([*command, *_outputs(folder, "spark"), *_engine(folder, cluster)])
        logs = (path for path in folder.iterdir() if path.name.startswith(("app-", "local-")))
        (log,) = (path for path in logs if path.is_file())
        kept, differing = _count_differing(*(_lines(folder / f"{name}.jsonl") for name in ENGINES))
        _, in_ledger = _count_differing(
            *(map(_without_undo, _lines(folder / f"{name}.ledger.jsonl")) for name in ENGINES)
        )
        size, seconds = corpus.stat().st_size, (local.seconds, spark.seconds)
        return Row(documents, *cluster, size, *seconds, kept, differing + in_ledger, _stages(log))


def _outputs(folder: Path, engine: str) -> list[str]:
    return ["-o", str(folder / f"{engine}.jsonl"), "--ledger", str(folder / f"{engine}.ledger.jsonl")]


def _engine(folder: Path, cluster: Cluster) -> list[str]:
    """The options that run on Spark; its event log and its own files go to the folder."""
    settings = {
        **_SETTINGS,
        "spark.eventLog.dir": f"file:{folder}",
        "spark.local.dir": str(folder),
        "spark.sql.shuffle.partitions": str(cluster.partitions),
    }
    options = [word for pair in settings.items() for word in ("--spark-conf", "=".join(pair))]
    return ["--engine", "spark", "--master", cluster.master, *options]


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, or of a folder's parts in order; of a ledger only those of documents."""
    for part in sorted(path.glob("part-*")) if path.is_dir() else [path]:
        with part.open("rb") as lines:
            yield from (line for line in lines if not line.startswith(b'{"dedup_'))


def _without_undo(line: bytes) -> dict[str, Any]:
    return {name: value for name, value in json.loads(line).items() if name != "undo"}


def _count_differing(local: Iterator[Any], spark: Iterator[Any]) -> tuple[int, int]:
    """How many lines there are, and how many of them differ."""
    count = differing = 0
    for local_line, spark_line in zip_longest(local, spark):
        count += 1
        differing += local_line != spark_line
    return count, differing


def _stages(log: Path) -> dict[str, list[float]]:
    """Rows written, bytes written and seconds of the tasks of each stage, from an event log."""
    names: dict[int, str] = {}
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for event in _events(log):
        if event["Event"] == "SparkListenerJobStart":
            description = event["Properties"].get("spark.job.description") or ""
            names.update(dict.fromkeys(event["Stage IDs"], description.removeprefix("dedup: ")))
        elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            metrics = event["Task Metrics"]
            stage = sums[names.get(event["Stage ID"], "")]
            stage[0] += metrics["Shuffle Write Metrics"]["Shuffle Records Written"]
            stage[1] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            stage[2] += metrics["Executor Run Time"] / 1000
    return dict(sums)


def _events(log: Path) -> Iterator[dict[str, Any]]:
    with log.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def report(row: Row, conditions: str, write: bool) -> None:
    """Save a measured row, and print the tables of all rows that were measured with this code.

    `write`: also put them into the page.
    """
    figures = load_current("spark")
    before = [Row(**saved) for saved in figures["rows"]] if figures else []
    by_key = {row[:3]: row for row in (*before, row)}
    rows = [by_key[key] for key in sorted(by_key)]
    save("spark", {"rows": [row._asdict() for row in rows], "code": code_digest()})
    usual = [row for row in rows if row[1:3] == USUAL]
    several = [row for row in rows if row.documents == SEVERAL]
    for table in (spark_tables.engines, spark_tables.clusters, spark_tables.stages, spark_tables.cost):
        lines = [conditions, "", *table(several if table is spark_tables.clusters else usual)]
        print("\n".join([*lines, ""]), flush=True)
        if write:
            write_table(TOP / "bench/scale/spark.md", f"{PROGRAM}: {table.__name__}", lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=100_000, help="skip larger sizes (default: 100,000)")
    parser.add_argument("--keep", action="store_true", help="do not delete the corpora")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/scale/spark.md")
    options = parser.parse_args()
    growth.clean(FIXTURES, 1)  # compiled code is cached from here on
    conditions = f"{machine()}; dedup {commit()}; `{USUAL.master}`."  # before a table is written
    for documents in (size for size in SIZES if size <= options.most):
        with temporary_corpus(documents, options.keep) as path:
            for cluster in CLUSTERS if documents == SEVERAL else [USUAL]:
                report(measure(path, documents, cluster), conditions, options.write)


if __name__ == "__main__":
    main()
