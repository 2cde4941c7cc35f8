"""Both engines decide the same: kept set, keepers, cleaned texts, ledger, rejects; whatever the partitions,
and also where executors die. There are two of them, each a process of its own.
"""

import base64
import csv
import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup
from dedup.cli.main import main

pyspark = pytest.importorskip("pyspark", reason="there is no pyspark here: pip install '.[spark]'")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("there is no Java here, which Spark needs", allow_module_level=True)

from pyspark.sql import DataFrame, SparkSession  # noqa: E402 - only where it can be

from dedup import spark as dedup_spark  # noqa: E402
from dedup.spark import write as writing  # noqa: E402
from dedup.spark.engine import Spark  # noqa: E402
from dedup.spark.stages.pairs import Beside  # noqa: E402

# Processes that live a minute do not win back what the second compiler of Java takes, nor several collectors.
os.environ["JDK_JAVA_OPTIONS"] = (
    f"{os.environ.get('JDK_JAVA_OPTIONS', '')} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
)

TOP = Path(__file__).parents[2]
FIXTURES = TOP / "fixtures/articles.jsonl"


SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.codegen.wholeStage": "false",  # to compile what few rows go through takes half of the time
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """A cluster of two executors."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    made = SparkSession.builder.master("local-cluster[2,1,1024]").config(map=SETTINGS).getOrCreate()
    yield made
    made.stop()


def words(seed: int, count: int) -> str:
    """So many words of their own for each seed."""
    return " ".join(f"w{seed}x{i}" for i in range(count))


def _chain() -> list[str]:
    said = words(0, 1200).split()
    return [" ".join(said[5 * i : 5 * i + 100]) for i in range(200)]


def _crowd() -> list[str]:
    template = words(0, 300)
    return [f"{template} {words(i % 50 + 1, 60)} {words(1000 + i, 4)}" for i in range(300)]


def _wrapped() -> list[str]:
    article = words(0, 400)
    wrapped = [f"{words(i + 1, 90)} {article}" for i in range(150)]
    return [
        *wrapped,
        f"{words(901, 600)} {article} {words(902, 600)}",
        words(0, 300),
        words(0, 20),
        *["", " .", "-"],
    ]


def _copies() -> list[str]:
    said = [words(i % 40, 50 + i % 7) for i in range(160)]
    return [*said, *(f"{text} one more" for text in said[:30])]


def _notes() -> list[str]:
    note = (
        "Rainfall at the harbour gauge reached {} millimetres by noon while the upper valley saw {} and "
        "winds off the breakwater touched {} knots; the ferry company expects {} sailings tomorrow, and the "
        "water board put the level of the lower reservoir at {} percent, a figure that its engineer called "
        "ordinary for the season."
    )
    return [note.format(*(random.Random(i).randint(2, 99) for _ in range(5))) for i in range(12)]


def _repeats() -> list[str]:
    fixtures = [json.loads(line)["text"] for line in FIXTURES.read_text("utf-8").splitlines()]
    return [
        *fixtures,
        *(f"{text}\n\n{text}" for text in fixtures[:12]),
        *(f"{words(i, 9)}\n\n{t}" for i, t in enumerate(fixtures)),
    ]


ALL = [*_chain(), *_crowd(), *_wrapped(), *_copies(), *_notes(), *_repeats()]
CASES = {
    "longest": [],
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
    "all": ["--no-duplicates"],
}


def _lines(texts: list[str]) -> list[str]:
    """The texts as lines, some of them without an id or a date, some broken, some blank."""
    lines = []
    for i, text in enumerate(texts):
        fields: dict[str, Any] = {"id": i, "text": text, "date": f"2026-{i * 7 % 12 + 1:02}"}
        for name in ("id", "date") if i % 11 == 3 else ():
            del fields[name]
        lines.append(json.dumps(fields, ensure_ascii=i % 2 == 0))
        lines += {5: [""], 8: ['{"text": 5}'], 13: ["{"], 21: [" "]}.get(i, [])
    return lines


def _write(folder: Path, texts: list[str]) -> list[str]:
    """Files of all sorts with these texts: the inputs."""
    lines = _lines(texts)
    a, b, c = lines[::3], lines[1::3], lines[2::3]
    (folder / "in put/sub").mkdir(parents=True)
    (folder / "in put/b+%20 [1].jsonl").write_bytes("\r\n".join(a).encode())
    (folder / "in put/a.jsonl").write_bytes(b"\xef\xbb\xbf" + "\n".join(b).encode() + b"\n")
    (folder / "in put/sub/0.jsonl.gz").write_bytes(gzip.compress("\n".join(c).encode() + b"\n\xff\n"))
    return [str(folder / "in put")]


def _share_kernels(site: Path) -> None:
    """Give an installed dedup the kernels that are compiled here: numba takes them where the code's times and
    sizes are the same. To compile them in three processes at once takes more than a minute.
    """
    for path in (TOP / "dedup/kernels").glob("*.py"):
        times = path.stat()
        os.utime(site / "dedup/kernels" / path.name, ns=(times.st_atime_ns, times.st_mtime_ns))
    (site / "dedup/kernels/__pycache__").mkdir(exist_ok=True)
    for path in (TOP / "dedup/kernels/__pycache__").glob("*.nb[ic]"):
        shutil.copy2(path, site / "dedup/kernels/__pycache__")


def _unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _as_lines(path: Path) -> bytes:
    """A file as restoring gives it: no byte-order mark, blank lines empty, each line ended."""
    lines = _unpacked(path).removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n").split(b"\n")
    return b"".join((line if line.strip() else b"") + b"\n" for line in lines)


def _both(tmp_path: Path, inputs: list[str], options: list[str], spark: list[str] | None = None) -> None:
    """Clean with both engines, and compare all that is written."""
    for engine in ("local", "spark"):
        if not (tmp_path / engine).exists():
            (tmp_path / engine).mkdir()
            more = spark or [] if engine == "spark" else []
            files = ["-o", "out.jsonl", "--ledger", "ledger", "--rejects", "rejects"]
            paths = [word if word.startswith("-") else str(tmp_path / engine / word) for word in files]
            assert main(["clean", *inputs, *paths, "--engine", engine, "--quiet", *options, *more]) in (0, 3)
    assert _kept(tmp_path / "spark") == _kept(tmp_path / "local")
    assert _ledger(tmp_path / "spark") == _ledger(tmp_path / "local")
    assert _rejects(tmp_path / "spark") == _rejects(tmp_path / "local")


def _read(path: Path) -> list[bytes]:
    """The lines of a file, or of the parts of a folder that is whole."""
    if path.is_dir():
        assert (path / "_SUCCESS").exists()
    parts = sorted(path.glob("part-*")) if path.is_dir() else [path]
    read = b"".join(part.read_bytes() for part in parts).removeprefix(b"\xef\xbb\xbf")
    return [line.rstrip(b"\r") for line in read.split(b"\n") if line.strip()]


def _kept(folder: Path) -> list[bytes]:
    return _read(folder / "out.jsonl")


def _ledger(folder: Path) -> list[dict[str, Any]]:
    """What is said of each document; what undoes it aside, which is told by the engine's own measure."""
    lines = [json.loads(line) for line in _read(folder / "ledger")]
    said = [line for line in lines if line.get("decision") in ("kept", "cut", "dropped")]
    return [{name: value for name, value in line.items() if name != "undo"} for line in said]


def _rejects(folder: Path) -> list[tuple[Any, ...]]:
    lines = [json.loads(line) for line in _read(folder / "rejects")]
    return [(line["source"], line["line"], line["reason"], _raw(line)) for line in lines]


def _raw(line: dict[str, Any]) -> bytes:
    """What could not be read."""
    held = line["raw"].encode() if "raw" in line else base64.b64decode(line["raw_base64"])
    return held.strip()


@pytest.mark.parametrize("case", CASES)
def test_engines_decide_alike(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Chains, crowds, pages around an article, copies, templates, repeats: in files of all sorts; also where
    one task may decide a few matches alone, and rounds the others, or where there is one partition.
    """
    if case == "oldest":
        monkeypatch.setattr("dedup.spark.stages.near_duplicates.MATCHES", 100)
    page = tmp_path / "report.html"
    with _parted(session, "50000", "1" if case == "newest" else "4"):
        _both(tmp_path, _write(tmp_path, ALL), CASES[case], ["--report", str(page)])
    said = _ledger(tmp_path / "spark")
    rejected = _rejects(tmp_path / "spark")
    long = ["--max-document" in reason for _, _, reason, _ in rejected].count(True)
    assert len(said) + long == len(ALL)
    assert (long > 0) == ("--max-document" in CASES[case])
    assert f"{len(said) + len(rejected):,} articles in".encode() in page.read_bytes()
    assert ("dropped" in {line["decision"] for line in said}) == (case != "all")
    paths = [str(tmp_path / "spark" / name) for name in ("out.jsonl", "ledger", "rejects")]
    assert main(["restore", *paths[:2], "--rejects", paths[2], "-o", str(tmp_path / "again")]) == 0
    for path in (tmp_path / "in put").rglob("*.json*"):
        again = tmp_path / "again" / path.relative_to(tmp_path / "in put")
        assert _unpacked(again) == _as_lines(path)


def test_partitions_do_not_matter(session: SparkSession, tmp_path: Path) -> None:
    """Files cut in 20 blocks, and seven partitions."""
    with _parted(session, "9000", "7"):
        _both(tmp_path, [str(FIXTURES)], [])


@contextmanager
def _parted(session: SparkSession, split: str, parts: str) -> Iterator[None]:
    """Files are cut in blocks of so many bytes, and rows shuffled in so many parts."""
    settings = {"spark.sql.files.maxPartitionBytes": split, "spark.sql.shuffle.partitions": parts}
    before = {name: session.conf.get(name) for name in settings}
    try:
        for name, value in settings.items():
            session.conf.set(name, value)
        yield
    finally:
        for name, value in before.items():
            session.conf.set(name, str(value))


def _executors() -> list[int]:
    """The processes of the executors."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"CoarseGrainedExecutorBackend" in process.read_bytes():
                found.append(int(process.parent.name))
        except OSError:
            continue  # it is gone
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc to find executors in")
def test_executors_that_die_change_nothing(session: SparkSession, tmp_path: Path) -> None:
    """One is killed when the scan is held by both, another when pairs are to be verified."""
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
        _both(tmp_path, _write(tmp_path, _wrapped()), [])
    finally:
        done.set()
        killer.join()
    assert len(set(killed)) == 2
    assert not [*tmp_path.glob("spark/*unfinished*")]


def _table(form: str, texts: list[str | None]) -> pa.Table:
    """Rows with an id, a text, and other columns."""
    count = len(texts)
    columns = {
        "n": pa.array(range(count)),
        "text": pa.array(texts),
        "id": pa.array([f"r{i}" for i in range(count)]),
    }
    if form == "parquet":
        columns["tags"] = pa.array([["a", str(i)] if i % 3 else None for i in range(count)])
        columns["when"] = pa.array(
            [i * 10**9 if i % 4 else None for i in range(count)], pa.timestamp("us", "UTC")
        )
    return pa.table(columns)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_tables_come_out_as_tables(session: SparkSession, tmp_path: Path, form: str) -> None:
    """Rows keep their other columns; what is no row, or has no text, is rejected."""
    texts: list[str | None] = [*_repeats()[:60], "", 'he said "so", and left;\tquickly', *_notes()]
    (tmp_path / "in").mkdir()
    for number in range(2):
        table = _table(form, [*texts[number::2], *([None] if form == "parquet" else [])])
        path = tmp_path / f"in/{number}.{form}"
        if form == "parquet":
            pq.write_table(table, path)
        else:
            rows = [table.column_names, *zip(*(column.to_pylist() for column in table.columns), strict=True)]
            with path.open("w", newline="") as file:
                csv.writer(file, delimiter="," if form == "csv" else "\t").writerows(rows)
                file.write("1\n")
    for engine in ("local", "spark"):
        out, ledger, bad = (str(tmp_path / engine / name) for name in ("out", "ledger", "rejects"))
        (tmp_path / engine).mkdir()
        arguments = [
            "clean",
            str(tmp_path / "in"),
            "-o",
            out,
            "--ledger",
            ledger,
            "--rejects",
            bad,
            "--quiet",
        ]
        assert main([*arguments, "--engine", engine]) == 3
    said = [_ledger(tmp_path / engine) for engine in ("local", "spark")]
    if form != "parquet":  # Spark counts rows, and not the lines that they take
        said = [
            json.loads(re.sub('"position": [0-9]+', '"position": 0', json.dumps(lines))) for lines in said
        ]
    assert said[0] == said[1]
    assert len(_read(tmp_path / "spark/rejects")) == 2
    local, spark = (_rows(tmp_path / engine / "out", form) for engine in ("local", "spark"))
    assert local == spark
    assert 40 < len(spark) < len(texts)


def _rows(folder: Path, form: str) -> list[dict[str, Any]]:
    """The rows of a folder, in the order of its files."""
    if form == "parquet":
        return [row for path in sorted(folder.glob("*.parquet")) for row in pq.read_table(path).to_pylist()]
    rows = []
    for path in sorted(folder.glob(f"*.{form}") if [*folder.glob(f"*.{form}")] else folder.glob("part-*")):
        with path.open(newline="") as file:
            rows += [*csv.DictReader(file, delimiter="," if form == "csv" else "\t")]
    return rows


def test_a_dataframe(session: SparkSession) -> None:
    """Rows as the local run takes them, in any order: kept rows, and a ledger that names keepers by id."""
    texts = [*_repeats(), *_notes(), *_copies()[:80]]
    rows: list[tuple[str, str | None, int]] = [(f"{i:04}", text, -i) for i, text in enumerate(texts)]
    table = session.createDataFrame([*rows, ("none", None, 5)], "id string, text string, `n.1` int")
    expected = dedup.clean([{"id": name, "text": text} for name, text, _ in rows])
    for given in (table, table.repartition(5, "text")):
        kept, ledger = dedup_spark.clean(given)
        found = {row["id"]: row for row in ledger.collect()}
        assert found.pop("none").decision == "rejected"
        assert {name: _said(row.line) for name, row in found.items()} == {
            line["id"]: _said(json.dumps(line)) for line in expected.ledger()
        }
        assert {row["id"]: (row["text"], row["n.1"]) for row in kept.collect()} == {
            one["id"]: (one["text"], -int(one["id"])) for one in expected.kept
        }


def _said(line: str) -> dict[str, Any]:
    """A line of a ledger, but for where documents stand: rows of a DataFrame stand nowhere."""
    said: dict[str, Any] = json.loads(line)
    said["keeper"] = said.get("keeper", {}).get("id")
    said["templates"] = [one["id"] for one in said.get("templates", [])]
    del said["source"], said["position"]
    return said


def test_the_session_of_the_caller_is_left_alone(session: SparkSession) -> None:
    """No view of its own is lost, no setting is changed, nothing stays cached."""
    session.range(3).createOrReplaceTempView("keys")
    before = session.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch")
    kept, _ = dedup_spark.clean(session.createDataFrame([("a", "b"), ("c", "d")], "id string, text string"))
    assert kept.count() == 2
    assert session.table("keys").count() == 3
    assert session.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch") == before
    assert not session.sparkContext._jsc.sc().getPersistentRDDs().size()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ("id string, body string", 'there is no column \'text\', only "id" and "body"'),
        ("id string, text int", "'text' holds int, not strings"),
        ("text string, text string", "there are several columns 'text'"),
    ],
)
def test_a_dataframe_without_texts_is_refused(session: SparkSession, columns: str, complaint: str) -> None:
    """In a sentence that names the column."""
    with pytest.raises(dedup.InputError, match=complaint.split(",", maxsplit=1)[0]):
        dedup_spark.clean(session.createDataFrame([], columns))


def test_a_wide_key_costs_no_more_than_its_share(session: SparkSession, tmp_path: Path) -> None:
    """Of 20,000 documents in one bucket each meets the first eight; of 5,000 pairs of one document no task
    has much more than a thousand, and its text of 2 MB travels once for them.
    """
    engine = Spark(session, f"file:{tmp_path}")
    keys = session.range(20_000).selectExpr("id AS place", "7L AS key", "1L AS needed", "true AS asks")
    found = engine.query("candidates", keys=keys, round=engine.row(hubs=8, narrow=64))
    assert found.count() == 8 * 20_000 - 36
    assert found.agg({"earlier": "max"}).collect()[0][0] == 7
    order = session.range(5001).selectExpr("id AS place", "id AS uid")
    long = "CAST(if(id = 0, repeat('ab', 1000000), 'ab') AS binary) AS record"
    documents = session.range(5001).selectExpr(
        "id AS uid", long, *(f"CAST(NULL AS binary) AS {n}" for n in ("cleaned", "cuts"))
    )
    beside = Beside(engine, order, documents, "rows", dedup.Options())
    pairs = session.range(1, 5001).selectExpr("0L AS left", "id AS right")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.spark.stages.pairs.PAIRS", 1000)
        rows = beside._beside(pairs)
    sizes = [row["count"] for row in rows.groupBy("left", "salt").count().collect()]
    assert sum(sizes) == 5000 + len(sizes)
    assert max(sizes) < 1200
    assert rows.selectExpr("sum(length(record))").collect()[0][0] == 2_000_000 * len(sizes) + 2 * 5000


def test_reports_of_both_engines(
    session: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They count the same, have the same schema, and name the same groups; with --fail-over both say so."""
    lines = [
        json.loads(line) for line in _lines([*_repeats(), *_notes(), *_copies()]) if line.startswith('{"id')
    ]
    for i, line in enumerate(lines):
        line["url"] = f"https://www.host{i % 5}.example/{i}"
    (tmp_path / "in.jsonl").write_text("\n".join([*map(json.dumps, lines), "{"]))
    found = []
    for engine in ("local", "spark"):
        out, report = str(tmp_path / f"{engine}.jsonl"), tmp_path / f"{engine}.json"
        arguments = ["clean", str(tmp_path / "in.jsonl"), "-o", out, "--report", str(report)]
        assert main([*arguments, "--engine", engine, "--fail-over", "5%"]) == 4
        found.append(json.loads(report.read_bytes()))
        said = capsys.readouterr()
        assert f"{len(lines) + 1} articles in" in said.out
        assert "--fail-over 5 %" in said.err
    local, spark = found
    jsonschema.validate(spark, json.loads((TOP / "dedup/summary/report.schema.json").read_bytes()))
    same = [
        "options",
        "totals",
        "shares",
        "repeats",
        "compared",
        "sites",
        "seen",
        "crowded",
        "common",
        "rejects",
    ]
    assert {name: spark[name] for name in same} == {name: local[name] for name in same}
    assert spark["unsure"]["count"] == local["unsure"]["count"]
    assert spark["templates"]["count"] == local["templates"]["count"]
    assert spark["loss"] == {**local["loss"], "example": None}
    for name in ("keeper", "size", "lowest", "highest", "margin"):
        assert [one[name] for one in spark["groups"]["largest"]] == [
            one[name] for one in local["groups"]["largest"]
        ]
    assert spark["groups"]["least_alike"] == local["groups"]["least_alike"]


@pytest.mark.parametrize("late", [False, True])
def test_what_another_run_wrote_stays(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """A folder that is there when a run comes to write is not touched, even where it was not seen in time."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/part-0.jsonl").write_text("theirs")
    lines = session.range(3).selectExpr("CAST(id AS string) AS line")
    outputs = [writing.Written(str(tmp_path / name), lines, "jsonl") for name in ("ledger", "out")]
    if late:
        monkeypatch.setattr(writing.Folders, "check_new", lambda *_: None)
    with pytest.raises(dedup.OutputError, match="out"):
        writing.Folders(session).write(outputs)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out/part-0.jsonl").read_text() == "theirs"


REFUSED = {
    "no output": ([str(FIXTURES)], "add -o OUTPUT"),
    "no such file": (["/nowhere/*.jsonl", "-o", "{out}"], "/nowhere"),
    "an index": ([str(FIXTURES), "-o", "{out}", "--index", "seen.index"], "has no --index"),
    "standard input": (["-", "-o", "{out}"], "has no -"),
    "there already": ([str(FIXTURES), "-o", "{there}"], "is there already"),
    "a setting": ([str(FIXTURES), "-o", "{out}", "--spark-conf", "x=1"], "spark.NAME=VALUE"),
    "a format": (["{array}", "-o", "{out}"], "does not read .json"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_said(
    session: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    """In one sentence, with status 1 or 2, and nothing is left."""
    words, complaint = REFUSED[case]
    (tmp_path / "there").mkdir()
    (tmp_path / "a.json").write_text("[]")
    places = {"out": tmp_path / "out", "there": tmp_path / "there", "array": tmp_path / "a.json"}
    assert main(["clean", *(word.format(**places) for word in words), "--engine", "spark"]) in (1, 2)
    said = capsys.readouterr().err.strip()
    assert complaint in said
    assert said.startswith("dedup: ")
    assert "\n" not in said
    assert {path.name for path in tmp_path.iterdir()} == {"there", "a.json"}


def test_a_run_that_fails_leaves_nothing(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the ledger, which was whole, nor what lay between the stages."""
    real = writing._write

    def broken(path: str, table: DataFrame, form: str) -> None:
        real(
            path, table.selectExpr("raise_error('the disk is full')") if path.endswith("out") else table, form
        )

    monkeypatch.setattr(writing, "_write", broken)
    arguments = ["clean", str(FIXTURES), "-o", str(tmp_path / "out"), "--ledger", str(tmp_path / "ledger")]
    assert main([*arguments, "--engine", "spark", "--quiet", "--no-duplicates"]) == 1
    assert not [*tmp_path.iterdir()]


def test_the_guide(tmp_path: Path) -> None:
    """What docs/spark.md has to be typed for a stand-alone cluster, as it stands there: dedup reaches the
    executors as a wheel in an environment of their own.
    """
    build, *runs = re.findall(r"```bash\n(.*?)```", (TOP / "docs/spark.md").read_text("utf-8"), re.DOTALL)
    known = {
        "DEDUP": str(TOP),
        "ENV": str(tmp_path / "env"),
        "MASTER": "local-cluster[2,1,1024]",
        "CRAWL": str(FIXTURES),
        "CLEAN": str(tmp_path / "clean"),
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "SPARK_CONF_DIR": str(tmp_path / "conf"),
        "PIP_NO_INDEX": "1",  # all that is needed is here already,
        "PIP_NO_BUILD_ISOLATION": "0",  # and what builds it, too (0: leave isolation out)
    }
    environment = {name: value for name, value in os.environ.items() if name != "PYSPARK_PYTHON"} | known
    subprocess.run([sys.executable, "-m", "venv", known["ENV"]], check=True)
    (tmp_path / "conf").mkdir()
    defaults = "\n".join(f"{name} {value}" for name, value in SETTINGS.items())
    (tmp_path / "conf/spark-defaults.conf").write_text(defaults)
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    (site / "others.pth").write_text(str(Path(pyspark.__file__).parent.parent))
    (tmp_path / "env/bin/spark-submit").symlink_to(Path(sys.executable).with_name("spark-submit"))
    for block in (build, *runs):
        subprocess.run(
            ["bash", "-euc", block], cwd=tmp_path, env=environment, check=True, capture_output=True
        )
        _share_kernels(site)
    assert (site / "dedup/engines/sql/candidates.sql").exists()
    expected = [str(tmp_path / name) for name in ("local.jsonl", "local.ledger")]
    assert main(["clean", str(FIXTURES), "-o", expected[0], "--ledger", expected[1], "--quiet"]) == 0
    for name in ("clean", "clean-2"):
        assert _read(tmp_path / name) == _read(Path(expected[0]))
    said = [json.loads(line) for line in _read(tmp_path / "clean.ledger")]
    assert [line["decision"] for line in said] == [
        line["decision"] for line in map(json.loads, _read(Path(expected[1]))) if "decision" in line
    ]
