"""The facts about a run: its date, and paths that lead to the same files from every folder."""

import os

import pytest

from dedup.cli.main import main
from dedup.ledger.run_facts import for_ledger, from_ledger, now
from tests.support.paths import ARTICLES


@pytest.mark.parametrize(
    "path",
    ["crawl.jsonl", "sub/crawl*.jsonl", "../up.jsonl", "out/", "/abs/olute.jsonl", "-", "s3://bucket/a"],
)
@pytest.mark.parametrize("ledger", ["ledger.jsonl", "deep/er/ledger.jsonl", "../ledger.jsonl"])
def test_paths_lead_to_the_same_place(tmp_path, monkeypatch, path, ledger):
    """What the header of a ledger has leads there from wherever the ledger is read."""
    here = tmp_path / "a/b"
    (here / "c").mkdir(parents=True)
    monkeypatch.chdir(here)
    facts = {"date": "", "engine": "local", "inputs": [path], "output": path, "index": None, "settings": []}
    stored = for_ledger(facts, ledger)
    place = path if path == "-" or "://" in path else os.path.normpath(here / path)
    for folder in (here, here / "c", tmp_path):
        monkeypatch.chdir(folder)
        read = from_ledger(stored, os.path.relpath(here / ledger))
        (shown,) = read["inputs"]
        assert (shown if path == place else os.path.normpath(folder / shown)) == place
        assert read["output"].endswith("/") == path.endswith("/")


@pytest.mark.parametrize(
    ("epoch", "date"), [("0", "1970-01-01T00:00:00Z"), ("1764547200", "2025-12-01T00:00:00Z")]
)
def test_the_date_can_be_fixed(monkeypatch, epoch, date):
    """SOURCE_DATE_EPOCH replaces the clock; what is no number does not."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert now() == date
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert now() > "2026"


def test_equal_runs_write_equal_ledgers(tmp_path, monkeypatch):
    """With the date fixed, two runs differ in no byte; the folder that holds them is in none."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    ledgers = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "crawl.jsonl").write_bytes(ARTICLES.read_bytes())
        paths = [str(folder / file) for file in ("crawl.jsonl", "clean.jsonl", "ledger.jsonl")]
        assert main(["clean", paths[0], "-o", paths[1], "--ledger", paths[2], "-q"]) == 0
        ledgers.append((folder / "ledger.jsonl").read_bytes())
    assert ledgers[0] == ledgers[1]
    assert str(tmp_path).encode() not in ledgers[0]
