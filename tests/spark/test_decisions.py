"""Both engines make the same decisions, whatever the partitions, and also if executors die."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

import dedup
from dedup.cli.main import main
from dedup.errors import InputError
from dedup.identity import location_of
from dedup.sources.pinned import names_of
from dedup.spark.engine import Spark
from dedup.spark.stages.pairs import Pairs
from dedup.spark.stages.pinned import names_on_spark
from tests.spark.cluster import partitioned
from tests.spark.corpus import ALL, wrapped_texts, write_inputs
from tests.spark.outputs import as_lines, compare_engines, ledger_lines, reject_lines, unpacked
from tests.support.paths import ARTICLES

pytestmark = pytest.mark.slow

CASES = {
    "cleanest": [],
    "longest": ["--keep", "longest", "--max-loss", "0.5"],
    "first": [
        "--keep",
        "first",
        "--threshold",
        "0.9",
        "--contained",
        "0.95",
        "--ngram",
        "2",
        "--cut",
        "excerpt,block",
    ],
    "newest": ["--keep", "newest:date", "--contained", "off", "--no-repeats", "--max-document", "3K"],
    "oldest": ["--keep", "oldest:date", "--max-loss", "0.4", "--threshold", "0.6", "--caution", "0.9"],
    "preferred": ["--keep", "prefer:id=7,prefer:date=soon,oldest:date"],
    "all": ["--no-duplicates"],
    "tag": ["--action", "tag"],
}


@pytest.mark.parametrize("case", CASES)
def test_engines_make_the_same_decisions(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Chains, crowds, pages around an article, copies, templates and repeats, in files of all kinds: also if
    one task decides few matches and rounds the others, or if there is one partition.
    """
    if case == "oldest":
        monkeypatch.setattr("dedup.spark.stages.near_duplicates.MATCHES", 100)
    page = tmp_path / "report.html"
    with partitioned(session, "50000", "1" if case == "newest" else "4"):
        compare_engines(tmp_path, write_inputs(tmp_path, ALL), CASES[case], ["--report", str(page)])
    decided = ledger_lines(tmp_path / "spark")
    rejected = reject_lines(tmp_path / "spark")
    long = ["--max-document" in reason for _, _, reason, _ in rejected].count(True)
    assert len(decided) + long == len(ALL)
    assert (long > 0) == ("--max-document" in CASES[case])
    assert f"{len(decided) + len(rejected):,} articles in".encode() in page.read_bytes()
    became = {line["decision"] for line in decided} - {"kept", "cut"}
    assert became == {"all": set(), "tag": {"tagged"}}.get(case, {"dropped"})
    paths = [str(tmp_path / "spark" / name) for name in ("out.jsonl", "ledger", "rejects")]
    assert main(["restore", *paths[:2], "--rejects", paths[2], "-o", str(tmp_path / "again")]) == 0
    for path in (tmp_path / "in put").rglob("*.json*"):
        again = tmp_path / "again" / path.relative_to(tmp_path / "in put")
        assert unpacked(again) == as_lines(path)


def test_engines_spare_the_same_documents(session: SparkSession, tmp_path: Path) -> None:
    """Both engines make the same decisions with a list of ids and locations that are never dropped, and with
    the ledger of that run, which Spark also reads from an address.
    """
    inputs, listed = write_inputs(tmp_path, ALL), tmp_path / "keep.txt"
    names = [*map(str, range(0, len(ALL), 7)), *(f"sub/0.jsonl.gz:{i}" for i in range(1, 300, 9))]
    listed.write_text("\n".join([*names, "nobody"]))
    with partitioned(session, "50000", "4"):
        compare_engines(tmp_path, inputs, [*CASES["newest"], "--never-drop", str(listed)])
        dropped = [line for line in ledger_lines(tmp_path / "spark") if line["decision"] == "dropped"]
        assert dropped
        assert not {name for line in dropped for name in (line["id"], location_of(line))} & {*names}
        ledger, again = str(tmp_path / "spark" / "ledger"), tmp_path / "again"
        again.mkdir()
        compare_engines(again, inputs, ["--never-drop", ledger])
    of_address = names_on_spark(session, dedup.Options(never_drop=f"file://{ledger}"))
    assert [*of_address] == [*names_of(ledger)]
    with pytest.raises(InputError, match="PATH_NOT_FOUND"):
        names_on_spark(session, dedup.Options(never_drop=f"file://{ledger}/none"))


def test_partitions_do_not_matter(session: SparkSession, tmp_path: Path) -> None:
    """Files split into 20 blocks, and seven shuffle partitions, give the same outputs."""
    with partitioned(session, "9000", "7"):
        compare_engines(tmp_path, [str(ARTICLES)], [])


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


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc to find executors in")
def test_killed_executors_change_nothing(session: SparkSession, tmp_path: Path) -> None:
    """One executor is killed after the scan, another before pairs are verified; the outputs are the same."""
    killed: list[int] = []

    def kill() -> None:
        for stage in ("order", "pairs"):
            while not [*tmp_path.glob(f"spark/out.jsonl.unfinished-*/*-{stage}/_SUCCESS")]:
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
        compare_engines(tmp_path, write_inputs(tmp_path, wrapped_texts()), [])
    finally:
        done.set()
        killer.join()
    assert len(set(killed)) == 2
    assert not [*tmp_path.glob("spark/*unfinished*")]


def test_a_crowded_key_is_spread_over_tasks(session: SparkSession, tmp_path: Path) -> None:
    """Each of 20,000 documents in one bucket is compared with the first eight. Of 5,000 pairs of one document
    no task has many more than a thousand, and its text of 2 MB is sent once to each.
    """
    engine = Spark(session, f"file:{tmp_path}")
    keys = session.range(20_000).selectExpr("id AS rank", "7L AS key", "1L AS needed", "true AS asks")
    pairs = engine.query("candidates", keys=keys, round=engine.row(hubs=8, narrow=64))
    assert pairs.count() == 8 * 20_000 - 36
    assert pairs.agg({"earlier": "max"}).collect()[0][0] == 7
    order = session.range(5001).selectExpr("id AS rank", "id AS uid")
    long = "CAST(if(id = 0, repeat('ab', 1000000), 'ab') AS binary) AS record"
    documents = session.range(5001).selectExpr(
        "id AS uid",
        long,
        *(f"CAST(NULL AS string) AS {name}" for name in ("title", "url")),
        *(f"CAST(NULL AS binary) AS {name}" for name in ("cleaned", "cuts")),
    )
    side_by_side = Pairs(engine, order, documents, "rows", dedup.Options())
    of_one = session.range(1, 5001).selectExpr("0L AS left", "id AS right")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.spark.stages.pairs.PAIRS", 1000)
        rows = side_by_side._side_by_side(of_one)
    sizes = [row["count"] for row in rows.groupBy("left", "salt").count().collect()]
    assert sum(sizes) == 5000 + len(sizes)
    assert max(sizes) < 1200
    assert rows.selectExpr("sum(length(record))").collect()[0][0] == 2_000_000 * len(sizes) + 2 * 5000
