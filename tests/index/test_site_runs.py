"""What an index knows of sites, in runs of the command: the ledger says so, and a rerun replaces it."""

import sqlite3
from pathlib import Path

import orjson
import pytest

from dedup.cli.main import main
from tests.cli.streams import stream
from tests.sites.pages import Site

SITE = Site("daily.example")


def write(path: str, pages: list[dict[str, str]]) -> None:
    Path(path).write_bytes(b"".join(orjson.dumps(page) + b"\n" for page in pages))


def texts(path: str) -> list[str]:
    return [orjson.loads(line)["text"] for line in Path(path).read_bytes().splitlines()]


def has_template(text: str) -> bool:
    """Whether something of what the site prints is left."""
    printed = [*SITE.head, "Most read on", "Sign up for the daily", "All rights reserved"]
    return any(line in text for line in printed)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with many pages of a site, and with two that come later."""
    monkeypatch.chdir(tmp_path)
    write("many.jsonl", SITE.pages(30))
    write("two.jsonl", SITE.pages(32)[30:])


def test_a_stream_is_clean_from_the_tenth_page_on() -> None:
    """A second one with the same index is clean from the first page on."""
    for name, first in (("many", 9), ("two", 0)):
        arguments = (
            "--index",
            "seen.index",
            "-o",
            f"{name}.out.jsonl",
            "--ledger",
            f"{name}.ledger",
            "--quiet",
        )
        assert stream(Path(f"{name}.jsonl").read_bytes(), *arguments) == 0
        assert not any(map(has_template, texts(f"{name}.out.jsonl")[first:]))
        restored = ("restore", f"{name}.out.jsonl", f"{name}.ledger", "-o", f"{name}.back.jsonl")
        assert main([*restored]) == 0
        assert Path(f"{name}.back.jsonl").read_bytes() == Path(f"{name}.jsonl").read_bytes()


def test_a_run_cuts_what_earlier_runs_know() -> None:
    """Two pages say nothing by themselves; the ledger tells how many pages of earlier runs decided. The input
    comes back byte for byte.
    """
    assert main(["clean", "two.jsonl", "-o", "alone.jsonl", "--quiet"]) == 0
    assert all(map(has_template, texts("alone.jsonl")))
    assert main(["index", "add", "seen.index", "many.jsonl", "--quiet"]) == 0
    outputs = ("-o", "out.jsonl", "--ledger", "decisions.jsonl")
    assert main(["clean", "two.jsonl", *outputs, "--index", "seen.index", "--quiet"]) == 0
    assert not any(map(has_template, texts("out.jsonl")))
    lines = [orjson.loads(line) for line in Path("decisions.jsonl").read_bytes().splitlines()]
    evidence = [
        repeat["evidence"] for line in lines for repeat in line.get("repeats", []) if repeat["kind"] == "site"
    ]
    assert evidence
    for observed in evidence:
        names = ("on_pages", "of_pages", "earlier_pages")
        assert [observed[name] for name in names] == [[32.0, 0.0], [32.0, 0.0], [30.0, 0.0]]
    assert main(["restore", "out.jsonl", "decisions.jsonl", "-o", "back.jsonl"]) == 0
    assert Path("back.jsonl").read_bytes() == Path("two.jsonl").read_bytes()


def test_without_earlier_runs_the_ledger_names_none() -> None:
    """Nor does it in a run with a new index."""
    for index in ((), ("--index", "new.index")):
        command = ["clean", "many.jsonl", "-o", "out.jsonl", "--ledger", "decisions.jsonl", "--quiet", *index]
        assert main(command) == 0
        ledger = Path("decisions.jsonl").read_bytes()
        assert b"on_pages" in ledger
        assert b"earlier_pages" not in ledger


def stored() -> list[tuple[int, bytes, bytes]]:
    """What the index has of sites."""
    with sqlite3.connect("seen.index") as file:
        rows = file.execute("SELECT site, folded, held FROM sites").fetchall()
    file.close()
    return rows


def test_a_run_that_is_repeated_replaces_what_it_said() -> None:
    """The same inputs and output once more: the output is the same, and each page was counted once."""
    command = ["clean", "many.jsonl", "-o", "out.jsonl", "--index", "seen.index", "--quiet"]
    assert main(command) == 0
    first, before = Path("out.jsonl").read_bytes(), stored()
    assert main(command) == 0
    assert Path("out.jsonl").read_bytes() == first
    assert stored() == before
    assert len(before) == 1
