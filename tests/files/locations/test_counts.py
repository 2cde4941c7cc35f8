"""Of every input, each record is kept, dropped or rejected; the same records by file, web, store, table and
standard input have the same fate.
"""

import io
import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.cli.main import main
from tests.files.locations.servers import Bucket, Web
from tests.support.articles import articles
from tests.support.command import json_lines
from tests.support.examples import examples

Record = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def _folder(tmp_path_factory: pytest.TempPathFactory, fast_disk: None) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("counts"))
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A web server of a folder."""
    from tests.files.locations.servers import serving_web

    with serving_web(tmp_path_factory.mktemp("site")) as started:
        yield started


def lines(records: list[Record]) -> bytes:
    """Records as JSON Lines."""
    return b"".join(orjson.dumps(record) + b"\n" for record in records)


def put_table(records: list[Record]) -> None:
    """Store records as a table."""
    with closing(sqlite3.connect("in.db")) as connection:
        connection.execute("DROP TABLE IF EXISTS t")
        connection.execute("CREATE TABLE t (id, text)")
        rows = [(record["id"], record["text"]) for record in records]
        connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
        connection.commit()


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    """Articles, near-duplicates among them, and records without a text."""
    texts: list[Any] = [*draw(articles(most=8)), None]
    order = draw(st.permutations(texts))
    return [{"id": f"r{number}", "text": text} for number, text in enumerate(order)]


@given(records())
@examples(12)
def test_every_record_has_a_fate_wherever_it_is(bucket: Bucket, site: Web, crawl: list[Record]) -> None:
    """In = kept + dropped + rejected for each kind of input, and ids have the same fate in all of them; what
    can be restored comes back.
    """
    data = lines(crawl)
    Path("in.jsonl").write_bytes(data)
    (site.folder / "in.jsonl").write_bytes(data)
    put_table(crawl)
    nested = [{"id": record["id"], "content": {"text": record["text"]}} for record in crawl]
    Path("nested.jsonl").write_bytes(lines(nested))
    inputs: dict[str, tuple[list[str], bytes | None]] = {
        "file": (["in.jsonl"], None),
        "web": ([f"{site.address}/in.jsonl"], None),
        "store": ([bucket.put("counts/in.jsonl", data)], None),
        "table": (["in.db::t"], None),
        "nested": (["nested.jsonl", "--text-field", "content.text"], None),
        "lines": (["-"], data),
        "array": (["-"], json.dumps(crawl).encode()),
    }
    expected = None
    for words, stdin in inputs.values():
        fates = fates_of(words, stdin, crawl)
        expected = expected or fates
        assert fates == expected
    of_stream = dedup.clean(record for record in crawl)
    assert {row["id"]: row["decision"] for row in of_stream.ledger()} == {
        id_: fate for id_, fate in expected.items() if fate != "rejected"
    }
    assert of_stream.totals.records == len(crawl)


def fates_of(words: list[str], stdin: bytes | None, crawl: list[Record]) -> dict[str, str]:
    """What becomes of each record of an input, by id, once through `clean` and `restore`."""
    for name in ("out.jsonl", "rejects.jsonl", "ledger.jsonl", "back"):
        Path(name).unlink(missing_ok=True)
    targets = ["-o", "out.jsonl", "--ledger", "ledger.jsonl", "--rejects", "rejects.jsonl", "--quiet"]
    with pytest.MonkeyPatch.context() as patch:
        if stdin is not None:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        assert main(["clean", *words, *targets]) == 3
    fates = {line["id"]: line["decision"] for line in json_lines(Path("ledger.jsonl")) if "decision" in line}
    kept = [line["id"] for line in json_lines(Path("out.jsonl"))]
    rejected = [json.loads(line["raw"])["id"] for line in json_lines(Path("rejects.jsonl"))]
    dropped = [id_ for id_, fate in fates.items() if fate == "dropped"]
    assert sorted([*kept, *dropped, *rejected]) == sorted(record["id"] for record in crawl)
    assert main(["restore", "out.jsonl", "ledger.jsonl", "--rejects", "rejects.jsonl", "-o", "back"]) == 0
    back = Path("back").read_bytes()
    if words[0] in ("-", "nested.jsonl"):
        assert back == (stdin if stdin is not None else Path("nested.jsonl").read_bytes())
    else:
        assert [orjson.loads(line) for line in back.splitlines()] == crawl
    return fates | dict.fromkeys(rejected, "rejected")


def test_other_commands_count_the_same(
    bucket: Bucket, site: Web, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """`repeats`, `sites`, `tune`, `compare` and `index` read each kind of input alike."""
    text = "One article of the crawl, which is long enough to be compared with other articles. "
    crawl = [{"id": f"r{n}", "text": None if n == 5 else f"{text * 3}\n\n{n // 2} {text}"} for n in range(9)]
    data = lines(crawl)
    Path("in.jsonl").write_bytes(data)
    (site.folder / "in.jsonl").write_bytes(data)
    put_table(crawl)
    places = ["in.jsonl", f"{site.address}/in.jsonl", bucket.put("counts/other.jsonl", data), "in.db::t"]
    commands: dict[str, Callable[[str], list[str]]] = {
        "repeats": lambda place: ["repeats", place],
        "sites": lambda place: ["sites", place, "--quiet"],
        "tune": lambda place: ["tune", place, "--quiet"],
        "compare": lambda place: ["compare", "r1", "r2", "--in", place],
        "add": lambda place: ["index", "add", f"{places.index(place)}.index", place],
        "check": lambda place: ["index", "check", f"{places.index(place)}.index", place, "--quiet"],
    }
    for command, words_of in commands.items():
        printed = set()
        for place in places:
            status = main(words_of(place))
            out = capfdbinary.readouterr().out.decode()
            name = place if "://" in place or "::" in place else "in.jsonl"
            out = (
                out.replace(place, "PLACE")
                .replace(name, "PLACE")
                .replace(f"{places.index(place)}.index", "I")
            )
            if command == "tune":  # below, lines are filled up to their width
                out = "\n".join(out.splitlines()[:2])
            if command == "check":  # a keeper has the second in which it entered the index
                out = str([json.loads(line)["decision"] for line in out.splitlines()])
                assert out.count("dropped") == 8
            printed.add((status, out))
        assert len(printed) == 1, command
        if command in ("tune", "add"):
            assert "8" in out or "9" in out
