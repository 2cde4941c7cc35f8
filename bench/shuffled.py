"""What a run on Spark sends between machines: rows and bytes a document, by stage, as its event log has them.

    python bench/scale.py --spark [--most 100000] [--write]

Two executors of one core and 4 GB each on this machine, beside the local engine with two workers. A stage's
numbers are the shuffle writes of its tasks; core seconds are the run times of its tasks.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from corpora import BUILD
from measure import run

MASTER = "local-cluster[2,1,4096]"
STAGES = {
    "read": "records, by their number",
    "scan": "what the scan knows, by number",
    "blocks": "how many lines each block has",
    "order": "the order of keeping",
    "copies": "the very same words",
    "buckets": "buckets that stand twice",
    "samples": "samples, those that stand twice",
    "keys": "keys of further rounds",
    "crowded": "who stands behind the first of a bucket",
    "candidates": "pairs that share samples",
    "pairs": "pairs to verify",
    "matches": "both texts of each pair",
    "keepers": "who goes for whom",
    "dropped": "the closest keeper",
    "templates": "templates of the kept",
    "losses": "what keepers lack, and who they are",
    "report": "what the report counts",
    "write": "articles and ledger, in order",
}


class Found(NamedTuple):
    """One size: seconds of both engines, the stages on Spark."""

    documents: int
    size: int
    local: float
    spark: float
    stages: dict[str, list[float]]


def measured(corpus: Path, documents: int) -> Found:
    """Clean a corpus with both engines."""
    with TemporaryDirectory(dir=BUILD) as folder:
        files = [
            "-o",
            str(Path(folder, "out.jsonl")),
            "--ledger",
            str(Path(folder, "ledger.jsonl")),
            "--quiet",
        ]
        command = [sys.executable, "-m", "dedup", "clean", str(corpus), *files]
        local = run([*command, "--workers", "2"])
    with TemporaryDirectory(dir=BUILD) as folder:
        files = ["-o", str(Path(folder, "out")), "--ledger", str(Path(folder, "ledger")), "--quiet"]
        settings = {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": f"file:{folder}",
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
            "spark.driver.memory": "3g",
            "spark.ui.enabled": "false",
        }
        said = [word for pair in settings.items() for word in ("--spark-conf", "=".join(pair))]
        command = [sys.executable, "-m", "dedup", "clean", str(corpus), *files, "--engine", "spark"]
        spark = run([*command, "--master", MASTER, *said])
        (log,) = (path for path in Path(folder).iterdir() if path.name.startswith("app-"))
        stages = _stages(log)
    return Found(documents, corpus.stat().st_size, local.seconds, spark.seconds, stages)


def _stages(log: Path) -> dict[str, list[float]]:
    """By name of a stage what its tasks did, of an event log."""
    named: dict[int, str] = {}
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for event in _events(log):
        if event["Event"] == "SparkListenerJobStart":
            said = event["Properties"].get("spark.job.description", "")
            named.update(dict.fromkeys(event["Stage IDs"], said.removeprefix("dedup: ")))
        elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            metrics = event["Task Metrics"]
            wrote, of = metrics["Shuffle Write Metrics"], sums[named.get(event["Stage ID"], "")]
            of[0] += wrote["Shuffle Records Written"]
            of[1] += wrote["Shuffle Bytes Written"]
            of[2] += metrics["Executor Run Time"] / 1000
    return dict(sums)


def _events(log: Path) -> Iterator[dict[str, Any]]:
    with log.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
