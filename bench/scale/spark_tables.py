"""The tables of spark.py, for bench/scale/spark.md."""

from typing import NamedTuple

BILLION = 1_000_000_000
STAGES = {
    "read": "each record, to the partition of its number",
    "scan": "what is computed of each document, likewise",
    "blocks": "the number of lines in each block of a file",
    "order": "buckets and samples, by rank",
    "copies": "documents with the same words",
    "buckets": "buckets that several documents have",
    "samples": "samples that several documents have",
    "keys": "keys of documents still kept, for another round",
    "crowded": "documents behind the first ones of a wide key",
    "candidates": "pairs that share samples",
    "pairs": "pairs not compared yet",
    "matches": "the texts of each pair, side by side",
    "keepers": "each dropped document and its keeper",
    "dropped": "the closest keeper of each",
    "templates": "templates with both documents kept",
    "losses": "paragraphs that keepers lack, and the keepers",
    "report": "counts",
    "write": "articles and ledger, in order",
}


class Cluster(NamedTuple):
    """A Spark master, and the number of partitions of a shuffle."""

    master: str
    partitions: int


class Row(NamedTuple):
    """One corpus on one cluster.

    `size`: bytes of the corpus. `local`, `spark`: seconds of each engine. `kept`: lines of output.
    `differing`: lines of output and ledger that differ between the engines. `stages`: by the name of a stage
    on Spark its [rows, bytes, seconds].
    """

    documents: int
    master: str
    partitions: int
    size: int
    local: float
    spark: float
    kept: int
    differing: int
    stages: dict[str, list[float]]


def engines(rows: list[Row]) -> list[str]:
    """A line for each size: the seconds of both engines, and the lines that differ."""
    lines = [
        "| articles | MB | kept | lines that differ | local, s | Spark, s | times the local | core seconds |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        core_seconds = sum(seconds for _, _, seconds in row.stages.values())
        times = f"{row.local:.1f} | {row.spark:.1f} | {row.spark / row.local:.1f}"
        size = f"{row.documents:,} | {row.size / 1e6:,.0f} | {row.kept:,} | {row.differing:,}"
        lines.append(f"| {size} | {times} | {core_seconds:,.0f} |")
    return lines


def clusters(rows: list[Row]) -> list[str]:
    """A line for each cluster: how many lines of its outputs differ from the local engine's."""
    lines = [
        "| articles | cluster | partitions | kept | lines that differ | s |",
        "|--:|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        where = f"{row.documents:,} | `{row.master}` | {row.partitions}"
        lines.append(f"| {where} | {row.kept:,} | {row.differing:,} | {row.spark:.1f} |")
    return lines


def stages(rows: list[Row]) -> list[str]:
    """A line for each stage: rows and bytes per document at each size, and TB for a billion documents."""
    sizes = [f"{row.documents:,}" for row in rows]
    head = [f"rows, {size}" for size in sizes] + [f"bytes, {size}" for size in sizes]
    lines = [
        f"| stage | what is sent | {' | '.join(head)} | a billion, TB |",
        "|---|---|" + "--:|" * (len(head) + 1),
    ]
    totals = [[0.0, 0.0] for _ in rows]
    for name, sent in STAGES.items():
        each = [[value / row.documents for value in row.stages.get(name, [0, 0, 0])[:2]] for row in rows]
        totals = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(totals, each, strict=True)]
        lines.append(_stage(name, sent, each))
    return [*lines, _stage("all", "", totals)]


def _stage(name: str, sent: str, each: list[list[float]]) -> str:
    """A line of a stage. `each`: rows and bytes per document, by size."""
    rows = [f"{rows:.2f}" for rows, _ in each]
    sizes = [f"{size:,.0f}" for _, size in each]
    terabytes = each[-1][1] * BILLION / 1e12
    return f"| {name} | {sent} | {' | '.join([*rows, *sizes])} | {terabytes:.2f} |"


def cost(rows: list[Row]) -> list[str]:
    """Core hours for a billion documents, projected from the largest size, beside published figures."""
    last = rows[-1]
    hours = sum(seconds for _, _, seconds in last.stages.values()) / last.documents * BILLION / 3600
    local = last.local * 2 / last.documents * BILLION / 3600
    size = last.size / last.documents * BILLION / 1e12
    return [
        "| | documents | TB | core hours | per billion documents | per TB |",
        "|---|--:|--:|--:|--:|--:|",
        f"| dedup on Spark, as at {last.documents:,} | {_projected(hours, size)}",
        f"| dedup, local engine, two cores (it does not go that far) | {_projected(local, size)}",
        *(_published(*figures) for figures in PUBLISHED),
    ]


def _projected(hours: float, size: float) -> str:
    return f"1,000 million | {size:.1f} | {hours:,.0f} | {hours:,.0f} | {hours / size:,.0f} |"


# What was run, documents, TB, core hours.
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
    per_billion = f"{hours / documents * BILLION:,.0f}" if documents else ""
    terabytes, per_terabyte = (f"{size:g}", f"{hours / size:,.0f}") if size else ("", "")
    return f"| {what} | {count} | {terabytes} | {hours:,.0f} | {per_billion} | {per_terabyte} |"
