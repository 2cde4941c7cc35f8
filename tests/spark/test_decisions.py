"""Both engines make the same decisions, whatever the partitions, and also if executors die."""

import json
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
from tests.spark.cluster import executors_killed, needs_proc, partitioned
from tests.spark.corpus import ALL, site_pages, wrapped_texts, write_inputs
from tests.spark.outputs import as_lines, compare_engines, ledger_lines, reject_lines, unpacked
from tests.support.paths import ARTICLES

pytestmark = pytest.mark.slow

CASES = {
    "cleanest": [],
    "oldest": [
        *(
            "--keep",
            "oldest:date",
            "--threshold",
            "0.6",
            "--contained",
            "0.8",
            "--max-loss",
            "0.4",
            "--ngram",
            "2",
        ),
        *("--cut", "excerpt,block", "--caution", "0.9", "--action", "tag", "--max-document", "3K"),
    ],
    "all": ["--no-duplicates"],
}
NEWEST = ["--keep", "newest:date", "--contained", "off", "--no-repeats"]


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
    with partitioned(session, "50000", "1" if case == "oldest" else "4"):
        compare_engines(tmp_path, write_inputs(tmp_path, ALL), CASES[case], ["--report", str(page)])
    decided = ledger_lines(tmp_path / "spark")
    rejected = reject_lines(tmp_path / "spark")
    long = ["--max-document" in reason for _, _, reason, _ in rejected].count(True)
    assert len(decided) + long == len(ALL)
    assert (long > 0) == ("--max-document" in CASES[case])
    assert f"{len(decided) + len(rejected):,} articles in".encode() in page.read_bytes()
    became = {line["decision"] for line in decided} - {"kept", "cut"}
    assert became == {"all": set(), "oldest": {"tagged"}}.get(case, {"dropped"})
    paths = [str(tmp_path / "spark" / name) for name in ("out.jsonl", "ledger", "rejects")]
    assert main(["restore", *paths[:2], "--rejects", paths[2], "-o", str(tmp_path / "again")]) == 0
    for path in (tmp_path / "in put").rglob("*.json*"):
        again = tmp_path / "again" / path.relative_to(tmp_path / "in put")
        assert unpacked(again) == as_lines(path)


def test_engines_spare_the_same_documents(session: SparkSession, tmp_path: Path) -> None:
    """Both engines make the same decisions with a list of ids and locations that are never dropped. Of
    the ledger of that run, Spark reads the same ids as this machine, also from an address.
    """
    inputs, listed = write_inputs(tmp_path, ALL), tmp_path / "keep.txt"
    names = [*map(str, range(0, len(ALL), 7)), *(f"sub/0.jsonl.gz:{i}" for i in range(1, 300, 9))]
    listed.write_text("\n".join([*names, "nobody"]))
    with partitioned(session, "50000", "4"):
        compare_engines(tmp_path, inputs, [*NEWEST, "--never-drop", str(listed)])
        dropped = [line for line in ledger_lines(tmp_path / "spark") if line["decision"] == "dropped"]
        assert dropped
        assert not {name for line in dropped for name in (line["id"], location_of(line))} & {*names}
        ledger = str(tmp_path / "spark" / "ledger")
    of_address = names_on_spark(session, dedup.Options(never_drop=f"file://{ledger}"))
    assert [*of_address] == [*names_of(ledger)]
    with pytest.raises(InputError, match="PATH_NOT_FOUND"):
        names_on_spark(session, dedup.Options(never_drop=f"file://{ledger}/none"))


def test_engines_cut_the_same_of_sites(session: SparkSession, tmp_path: Path) -> None:
    """Pages of a site are cut of what it prints, though its pages are in several partitions: both where they
    repeat something themselves and where they do not. Copies in the pages of several sites match then.
    """
    (tmp_path / "in.jsonl").write_text("\n".join([*map(json.dumps, site_pages()), "{", '{"text": 5}', ""]))
    with partitioned(session, "15000", "2"):
        compare_engines(tmp_path, [str(tmp_path / "in.jsonl")], ["--keep", "longest"])
    decided = ledger_lines(tmp_path / "spark")
    kinds = [frozenset(repeat["kind"] for repeat in line.get("repeats", [])) for line in decided]
    assert {frozenset({"site"}), frozenset({"site", "block"}), frozenset()} <= {*kinds}
    assert sum("site" in of_page for of_page in kinds) > 30
    assert [line["decision"] for line in decided].count("dropped") == 2


def test_partitions_do_not_matter(session: SparkSession, tmp_path: Path) -> None:
    """Files split into 20 blocks, and seven shuffle partitions, give the same outputs."""
    with partitioned(session, "9000", "7"):
        compare_engines(tmp_path, [str(ARTICLES)], [])


@needs_proc
def test_killed_executors_change_nothing(session: SparkSession, tmp_path: Path) -> None:
    """One executor is killed after the scan, another before pairs are verified; the outputs are the same."""
    with executors_killed(tmp_path / "spark", "order", "pairs") as killed:
        compare_engines(tmp_path, write_inputs(tmp_path, wrapped_texts()), [])
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
