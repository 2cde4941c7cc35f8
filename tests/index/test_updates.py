"""Updates: the same address, or else the same id again, with other words."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.cli.main import main
from dedup.index.index import Decision, Index
from tests.cli.streams import stream
from tests.index.articles import invented
from tests.support.command import json_lines
from tests.support.examples import examples
from tests.support.tables import cases

pytestmark = pytest.mark.usefixtures("fast_disk")
TABLE = cases("updates")
SETTINGS = ["pass", "drop"]
TEXTS = [text for seed in range(3) for text in invented(3, seed)]
VARIANTS = ["{}", "{}?utm_source=x", "{}#top"]


def named(decision: Decision) -> str:
    """A decision of an index as the table has it: documents are numbered from 0."""
    if decision.keeper is not None:
        return f"dropped {decision.keeper['position'] - 1}"
    return "kept" if decision.update_of is None else f"update {decision.update_of['position'] - 1}"


def lines_of(paths: Iterator[Path] | list[Path]) -> Iterator[dict[str, Any]]:
    """The lines of documents of ledgers."""
    for path in paths:
        yield from (line for line in json_lines(path) if "decision" in line)


@pytest.mark.parametrize("updates", SETTINGS)
@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["case"])
def test_an_index_decides_as_the_table_says(tmp_path: Path, case: dict[str, Any], updates: str) -> None:
    """One by one, all at once, and asked before each is added."""
    with Index(tmp_path / "one", updates=updates) as one, Index(tmp_path / "all", updates=updates) as every:
        asked_and_added = [(one.check(document), one.add(document)) for document in case["documents"]]
        assert [named(added) for _, added in asked_and_added] == case[updates]
        assert [named(asked) for asked, _ in asked_and_added] == case[updates]
        assert [named(decision) for decision in every.add_each(case["documents"])] == case[updates]


@pytest.mark.parametrize("updates", SETTINGS)
@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["case"])
def test_runs_decide_as_the_table_says(tmp_path: Path, case: dict[str, Any], updates: str) -> None:
    """Runs of the command over one document each; the ledgers name what each is an update of."""
    decisions = []
    for number, document in enumerate(case["documents"]):
        source, ledger = tmp_path / f"{number}.jsonl", tmp_path / f"{number}.ledger.jsonl"
        source.write_bytes(orjson.dumps(document) + b"\n")
        arguments = [
            "--index",
            tmp_path / "index",
            "--ledger",
            ledger,
            "-o",
            tmp_path / f"{number}.out.jsonl",
        ]
        assert main(["clean", str(source), *map(str, arguments), "--updates", updates, "--quiet"]) == 0
        (line,) = lines_of([ledger])
        other = line.get("keeper") or line.get("update_of")
        what = "update" if "update_of" in line else line["decision"]
        decisions.append(what if other is None else f"{what} {other['source'].partition('.')[0]}")
        assert other is None or "date" in other
    assert decisions == case[updates]


@pytest.mark.parametrize("updates", SETTINGS)
@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["case"])
def test_a_stream_decides_as_the_table_says(
    tmp_path: Path, case: dict[str, Any], updates: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line by line, with and without an index file; the counts name the updates."""
    content = b"".join(orjson.dumps(document) + b"\n" for document in case["documents"])
    for number, index in enumerate([[], ["--index", tmp_path / "index"]]):
        ledger, out = tmp_path / f"{number}.ledger.jsonl", tmp_path / f"{number}.out.jsonl"
        assert stream(content, "-o", out, "--ledger", ledger, "--updates", updates, *index) == 0
        decisions = []
        for line in lines_of([ledger]):
            other = line.get("keeper") or line.get("update_of")
            what = "update" if "update_of" in line else line["decision"]
            decisions.append(what if other is None else f"{what} {other['position'] - 1}")
        assert decisions == case[updates]
        count = sum(decision.startswith("update") for decision in case[updates])
        assert f" {count} updates; " in capsys.readouterr().err


visits = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(VARIANTS), st.integers(0, len(TEXTS) - 1), st.integers(0, 2)
    ),
    min_size=2,
    max_size=8,
)


def documents_of(crawl: list[tuple[int, str, int, int]]) -> list[dict[str, Any]]:
    """Documents of pages that are visited again, with texts that change by a word or more."""
    return [
        {
            "id": str(number),
            "url": variant.format(f"https://harbour.example/{page}"),
            "text": TEXTS[text] + " again" * more,
            "page": page,
        }
        for number, (page, variant, text, more) in enumerate(crawl)
    ]


@given(visits)
@examples(60)
def test_what_is_an_update(tmp_path_factory: pytest.TempPathFactory, crawl: list[Any]) -> None:
    """With `pass` an unchanged article is dropped and never an update; a changed one is never dropped for an
    earlier version of its own, and is named as an update of the latest one if it is kept. Several at once are
    decided as one by one.
    """
    documents, folder = documents_of(crawl), tmp_path_factory.mktemp("updates")
    with Index(folder / "one") as one, Index(folder / "each") as each:
        decisions = [one.add(document) for document in documents]
        assert list(map(named, each.add_each(documents))) == list(map(named, decisions))
    kept: dict[int, list[int]] = {}
    for number, (document, decision) in enumerate(zip(documents, decisions, strict=True)):
        versions = kept.setdefault(document["page"], [])
        is_unchanged = any(documents[version]["text"] == document["text"] for version in versions)
        if is_unchanged:
            assert decision.dropped
        if decision.keeper is not None:
            keeper = documents[int(decision.keeper["id"])]
            assert keeper["page"] != document["page"] or keeper["text"] == document["text"]
            continue
        latest = str(versions[-1]) if versions else None
        assert (decision.update_of and decision.update_of["id"]) == latest
        versions.append(number)


@given(visits, st.sampled_from(SETTINGS), st.integers(0, 99))
@examples(8)
def test_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, crawl: Any, updates: str, seed: int
) -> None:
    """The inputs of several runs with one index come back from outputs and ledgers, byte for byte."""
    documents, folder = documents_of(crawl), tmp_path_factory.mktemp("restore")
    border = random.Random(seed).randrange(len(documents))
    for number, part in enumerate([documents[:border], documents[border:]]):
        source, out, ledger, back = (
            folder / f"{number}.{name}" for name in ("jsonl", "out.jsonl", "led", "back")
        )
        source.write_bytes(b"".join(orjson.dumps(document) + b"\n" for document in part))
        arguments = ["-o", out, "--ledger", ledger, "--index", folder / "index", "--updates", updates]
        assert main(["clean", str(source), *map(str, arguments), "--quiet"]) == 0
        assert main(["restore", str(out), str(ledger), "-o", str(back)]) == 0
        assert back.read_bytes() == source.read_bytes()


def test_an_update_replaces_nothing(tmp_path: Path) -> None:
    """The earlier version stays in the index, and so do both after another run."""
    documents = TABLE[1]["documents"]
    with Index(tmp_path / "index") as index:
        index.add_many(documents[:1])
        result = index.add_many(documents[1:])
        assert (len(index), result.totals.kept, result.totals.updated) == (2, 1, 1)
        assert result.summary()["shares"]["updated"] == 1
        assert "Kept 1 update of earlier articles." in str(result)
        assert [index.check({"text": document["text"]}).jaccard for document in documents] == [1, 1]


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ("first", "0"),
        ("longest", "1"),
        ("oldest:date", "0"),
        ("newest:date", "3"),
        ("prefer:id=2,first", "2"),
    ],
)
def test_the_canonical_copy_is_kept(keep: str, kept: str) -> None:
    """Of exact copies in one run the first canonical one is kept, unless a field or `first` decides."""
    url, text = "https://news.harbour.example/ferry", TABLE[0]["documents"][0]["text"]
    documents = [
        {"id": str(number), "url": url + end, "text": text, "date": f"2026-01-{number + 1:02}"}
        for number, end in enumerate(["?fbclid=x", "?page=1", "#top", ""])
    ]
    assert [article["id"] for article in dedup.clean(documents, keep=keep).kept] == [kept]


def test_old_and_removed_versions_do_not_count(tmp_path: Path) -> None:
    """What is forgotten or removed is no earlier version; nor is what a run replaces that is repeated."""
    old, new = TABLE[1]["documents"]
    with Index(tmp_path / "index") as index:
        index.add(old)
        index.remove("1")
        assert index.check(new).update_of is None
    source = tmp_path / "a.jsonl"
    source.write_bytes(orjson.dumps(new) + b"\n")
    arguments = ["clean", str(source), "-o", str(tmp_path / "out.jsonl"), "--index", str(tmp_path / "other")]
    for _ in range(2):
        assert main([*arguments, "--ledger", str(tmp_path / "led.jsonl"), "--quiet"]) == 0
        (line,) = lines_of([tmp_path / "led.jsonl"])
        assert line["decision"] == "kept"
        assert "update_of" not in line


def test_other_fields_may_have_the_address(tmp_path: Path) -> None:
    """--url-field and --id-field name what updates are found by; without either there are none."""
    old, new = ({"link": one["url"], "key": "k", "text": one["text"]} for one in TABLE[1]["documents"])
    for number, (options, expected) in enumerate(
        [({"url_field": "link"}, "update 0"), ({"id_field": "key"}, "update 0"), ({}, "dropped 0")]
    ):
        with Index(tmp_path / str(number), **options) as index:
            assert [named(index.add(document)) for document in (old, new)] == ["kept", expected]
