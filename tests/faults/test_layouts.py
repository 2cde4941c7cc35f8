"""Where files lie: no input is lost, whatever else a command is told to write (fixtures/layouts.jsonl)."""

from pathlib import Path

import pytest

from dedup.cli.main import main
from tests.faults.layouts import build, command, contents, grow, link, sources
from tests.support.command import json_lines
from tests.support.paths import FIXTURES

CASES = json_lines(FIXTURES / "layouts.jsonl")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_layout(case, tmp_path, monkeypatch, capsys):
    """The status and the sentence of the table. A run that is refused writes nothing; one that replaces its
    inputs can be undone; others leave them. `again`: what a second run writes as the first did.
    """
    monkeypatch.chdir(tmp_path)
    build(tmp_path, case)
    original = contents(tmp_path)
    for words in case.get("before", []):
        assert main([*words.split(), "--quiet"]) in (0, 3)
    link(tmp_path, case)
    grow(tmp_path, case)
    Path(case.get("stdout", "x")).touch()
    before = contents(tmp_path)
    capsys.readouterr()
    words = case["run"].split()
    words += ["--quiet"] if words[0] == "clean" else []
    status = command(words, monkeypatch, case.get("stdin", ""), case.get("stdout", ""))
    assert status == case["status"]
    says, after = capsys.readouterr().err, contents(tmp_path)
    assert case.get("says", "") in says
    if case["status"] in (1, 2):
        assert len(says.splitlines()) == 1
        assert after == before
        return
    assert {*case.get("made", [])} <= {*after}
    assert all(after[name] == before[name] for name in case.get("again", []))
    if "read" in case:
        ledger = words[words.index("--ledger") + 1]
        assert sources(ledger) == case["read"]
    if "restore" in case:
        output, ledger, rejects = case["restore"]
        more = ["--rejects", rejects] if rejects else []
        target = "again/" if output.endswith("/") else "again/in.jsonl"
        Path("again").mkdir()
        assert main(["restore", output, ledger, "-o", target, *more]) == 0
        restored = contents(tmp_path / "again")
        assert {*restored.values()} == {*original.values()}
    else:
        assert all(after[name] == before[name] for name in original if name not in case.get("same", []))
        assert all(after[name] == original[name] for name in case.get("same", []))
