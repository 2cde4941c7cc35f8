"""What a run on Spark sends between machines, by stage, what it takes beside the local engine, and whether
both say the same.

`growth --spark` runs it. Two executors of one core and 4 GB each, processes of their own, on this
machine. A stage's rows and bytes are what its tasks wrote for others to fetch (shuffle writes, compressed);
its seconds are those that its tasks ran: both are read from Spark's event log. Kept lines are compared byte
by byte, in order; lines of the ledger without what undoes them, which each engine tells by its own measure.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.harness.measure import run
from bench.paths import build

SEVERAL = 50_000
"""So many documents are cleaned on several clusters."""
BILLION = 1_000_000_000
STAGES = {
    "read": "each record, to the part of its number",
    "scan": "what is known of each document, likewise",
    "blocks": "how many lines each block of a file has",
    "order": "buckets and samples, in the order of keeping",
    "copies": "the same words",
    "buckets": "buckets that several documents have",
    "samples": "samples that several documents have",
    "keys": "those of documents still kept, for another round",
    "crowded": "who stands behind the first of a wide key",
    "candidates": "pairs that share samples",
    "pairs": "pairs that were not compared yet",
    "matches": "the texts of each pair, beside each other",
    "keepers": "who goes for whom",
    "dropped": "the closest keeper",
    "templates": "templates of which both are kept",
    "losses": "what keepers lack, and who they are",
    "report": "counts",
    "write": "articles and ledger, in order",
}
_SETTINGS = {
    "spark.driver.memory": "3g",
    "spark.eventLog.compress": "false",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.rolling.enabled": "false",
    "spark.ui.enabled": "false",
}


class Cluster(NamedTuple):
    """Where to run, and in how many parts rows are shuffled."""

    master: str
    partitions: int


USUAL = Cluster("local-cluster[2,1,4096]", 200)
CLUSTERS = (
    USUAL,
    Cluster("local-cluster[2,1,4096]", 7),
    Cluster("local-cluster[3,1,2048]", 40),
    Cluster("local[2]", 64),
)


class Found(NamedTuple):
    """One size and cluster: bytes of text, seconds of both engines, lines kept, lines of both outputs and
    ledgers that differ, by stage on Spark [rows, bytes, seconds].
    """

    documents: int
    master: str
    partitions: int
    size: int
    local: float
    spark: float
    kept: int
    unlike: int
    stages: dict[str, list[float]]


def measured(corpus: Path, documents: int, cluster: Cluster) -> Found:
    """Clean a corpus with both engines."""
    command = [sys.executable, "-m", "dedup", "clean", str(corpus), "--quiet"]
    with TemporaryDirectory(dir=build("")) as name:
        folder = Path(name)
        local = run([*command, *_outputs(folder, "local"), "--workers", "2"])
        settings = {**_SETTINGS, "spark.eventLog.dir": f"file:{folder}", "spark.local.dir": name}
        settings["spark.sql.shuffle.partitions"] = str(cluster.partitions)
        told = [word for pair in settings.items() for word in ("--spark-conf", "=".join(pair))]
        engine = ["--engine", "spark", "--master", cluster.master, *told]
        spark = run([*command, *_outputs(folder, "spark"), *engine])
        logs = (path for path in folder.iterdir() if path.name.startswith(("app-", "local-")))
        (log,) = (path for path in logs if path.is_file())
        kept, unlike = _unlike(*(_lines(folder / f"{name}.jsonl") for name in ("local", "spark")))
        _, said = _unlike(
            *(map(_said, _lines(folder / f"{name}.ledger.jsonl")) for name in ("local", "spark"))
        )
        size, seconds = corpus.stat().st_size, (local.seconds, spark.seconds)
        return Found(documents, *cluster, size, *seconds, kept, unlike + said, _stages(log))


def _outputs(folder: Path, name: str) -> list[str]:
    return ["-o", str(folder / f"{name}.jsonl"), "--ledger", str(folder / f"{name}.ledger.jsonl")]


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, or of the parts of a folder in order; of a ledger those of documents."""
    for part in sorted(path.glob("part-*")) if path.is_dir() else [path]:
        with part.open("rb") as lines:
            yield from (line for line in lines if not line.startswith(b'{"dedup_'))


def _said(line: bytes) -> dict[str, Any]:
    """A line of a ledger without what undoes it."""
    return {name: value for name, value in json.loads(line).items() if name != "undo"}


def _unlike(local: Iterator[Any], spark: Iterator[Any]) -> tuple[int, int]:
    """How many lines there are, and how many of them differ."""
    pairs = [0, 0]
    for one, other in zip_longest(local, spark):
        pairs[0] += 1
        pairs[1] += one != other
    return pairs[0], pairs[1]


def _stages(log: Path) -> dict[str, list[float]]:
    """By name of a stage what its tasks did, of an event log."""
    named: dict[int, str] = {}
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for event in _events(log):
        if event["Event"] == "SparkListenerJobStart":
            said = event["Properties"].get("spark.job.description") or ""
            named.update(dict.fromkeys(event["Stage IDs"], said.removeprefix("dedup: ")))
        elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            metrics = event["Task Metrics"]
            of = sums[named.get(event["Stage ID"], "")]
            of[0] += metrics["Shuffle Write Metrics"]["Shuffle Records Written"]
            of[1] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            of[2] += metrics["Executor Run Time"] / 1000
    return dict(sums)


def _events(log: Path) -> Iterator[dict[str, Any]]:
    with log.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def engines(rows: list[Found]) -> list[str]:
    """A line for each size: the seconds of both engines, and in how many lines they differ."""
    lines = [
        "| articles | MB | kept | lines that differ | local, s | Spark, s | times the local | core seconds |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        ran = sum(stage[2] for stage in row.stages.values())
        times = f"{row.local:.1f} | {row.spark:.1f} | {row.spark / row.local:.1f}"
        size = f"{row.documents:,} | {row.size / 1e6:,.0f} | {row.kept:,} | {row.unlike:,}"
        lines.append(f"| {size} | {times} | {ran:,.0f} |")
    return lines


def clusters(rows: list[Found]) -> list[str]:
    """A line for each cluster: in how many lines its outputs differ from the local engine's."""
    lines = [
        "| articles | cluster | partitions | kept | lines that differ | s |",
        "|--:|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        where = f"{row.documents:,} | `{row.master}` | {row.partitions}"
        lines.append(f"| {where} | {row.kept:,} | {row.unlike:,} | {row.spark:.1f} |")
    return lines


def stages(rows: list[Found]) -> list[str]:
    """A line for each stage: rows and bytes a document, size by size; for a billion, as at the largest."""
    sizes = [f"{row.documents:,}" for row in rows]
    head = [f"rows, {size}" for size in sizes] + [f"bytes, {size}" for size in sizes]
    lines = [
        f"| stage | what is sent | {' | '.join(head)} | a billion, TB |",
        "|---|---|" + "--:|" * (len(head) + 1),
    ]
    totals = [[0.0, 0.0] for _ in rows]
    for name, what in STAGES.items():
        each = [[value / row.documents for value in row.stages.get(name, [0, 0, 0])[:2]] for row in rows]
        totals = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(totals, each, strict=True)]
        lines.append(_line(name, what, each))
    return [*lines, _line("all", "", totals)]


def _line(name: str, what: str, each: list[list[float]]) -> str:
    rows = [f"{rows:.2f}" for rows, _ in each]
    sizes = [f"{size:,.0f}" for _, size in each]
    whole = each[-1][1] * BILLION / 1e12
    return f"| {name} | {what} | {' | '.join([*rows, *sizes])} | {whole:.2f} |"


def cost(rows: list[Found]) -> list[str]:
    """Core hours of a billion documents, as at the largest size."""
    last = rows[-1]
    hours = sum(stage[2] for stage in last.stages.values()) / last.documents * BILLION / 3600
    local = last.local * 2 / last.documents * BILLION / 3600
    size = last.size / last.documents * BILLION / 1e12
    return [
        "| | documents | TB | core hours | of a billion documents | a TB |",
        "|---|--:|--:|--:|--:|--:|",
        f"| dedup on Spark, as at {last.documents:,} | {_cost(hours, size)}",
        f"| dedup, local engine, two cores (it does not go that far) | {_cost(local, size)}",
        *(_published(*one) for one in PUBLISHED),
    ]


def _cost(hours: float, size: float) -> str:
    return f"1,000 million | {size:.1f} | {hours:,.0f} | {hours:,.0f} | {hours / size:,.0f} |"


PUBLISHED = [
    (
        "BigCode's MinHash on Dataproc, the Java of The Stack: 10 machines of 16 cores, 40 minutes [1]",
        42e6,
        0.319,
        107,
    ),
    ("the same, its JSON: 15 machines of 16 cores, 5 hours [1]", None, 1.3, 1200),
    ("SlimPajama, 1.21 T tokens: 64 cores, 2.5 days, peak 1.4 TB of memory [2]", None, None, 3840),
]


def _published(what: str, documents: float | None, size: float | None, hours: float) -> str:
    count = f"{documents / 1e6:,.0f} million" if documents else ""
    each = f"{hours / documents * BILLION:,.0f}" if documents else ""
    whole = f"{size:g}" if size else ""
    return (
        f"| {what} | {count} | {whole} | {hours:,.0f} | {each} | {f'{hours / size:,.0f}' if size else ''} |"
    )
