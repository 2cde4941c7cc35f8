"""The report of a finished run, shown again from its ledger."""

import re
import subprocess
import sys

import orjson
import pytest

from dedup.api import clean
from dedup.cli.main import main
from dedup.files.staging import Staging
from dedup.ledger.reader import check_ledger
from dedup.ledger.writer import LedgerWriter
from dedup.restore import restore
from dedup.summary.summary import without_timings
from tests.support.paths import ARTICLES
from tests.support.reporting import DOCUMENTS, full_summary, summary_of

BAD = b'{"id": "bad", "text": 5}\n'


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a crawl, of which a line cannot be read; commands run in it, 100 columns wide."""
    (tmp_path / "crawl.jsonl").write_bytes(ARTICLES.read_bytes() + BAD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def without_time(report):
    """A report without the part that says where the time went."""
    parts = [part for part in report.split("\n\n") if not part.startswith("Time: ")]
    return re.sub(r"( UTC), \d+\.\d s\.", r"\1.", "\n\n".join(parts))


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_the_report_is_shown_again(place, capsys, suffix):
    """`dedup report` prints the bytes that the run printed, but for the times; restore takes the ledger as
    it is.
    """
    ledger = f"ledger.jsonl{suffix}"
    for verbose in ([], ["-v"]):
        assert main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--ledger", ledger, *verbose]) == 3
        shown = capsys.readouterr().out
        assert main(["report", ledger, *verbose]) == 0
        assert capsys.readouterr().out == without_time(shown)
    restore("clean.jsonl", ledger, "clean.jsonl.rejects.jsonl" if "rejects" in shown else None, "again.jsonl")
    assert (place / "again.jsonl").read_bytes() == (place / "crawl.jsonl").read_bytes()


def test_quiet_runs_store_their_report(place, capsys):
    """--quiet silences the terminal; the ledger has the report."""
    main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "--quiet"])
    capsys.readouterr()
    assert main(["report", "ledger.jsonl"]) == 0
    assert capsys.readouterr().out.startswith("Kept 39 of 49 articles (79.6%)")


def test_the_undo_command_has_the_folder(place, capsys):
    """The ledger knows the folder that was written to."""
    main(["clean", "crawl.jsonl", "-o", "out/", "--ledger", "ledger.jsonl", "--quiet"])
    capsys.readouterr()
    main(["report", "ledger.jsonl"])
    assert "dedup restore out/ ledger.jsonl" in capsys.readouterr().out


def test_a_ledger_without_a_report_is_refused(place, capsys):
    """The ledger of a stream, and that of an older dedup, have no report; one sentence says so."""
    command = [sys.executable, "-m", "dedup", "clean", "-", "-o", "o", "--ledger", "l.jsonl", "--stream"]
    subprocess.run(command, input=ARTICLES.read_bytes(), capture_output=True, check=True)
    assert main(["report", "l.jsonl"]) == 1
    assert "has no report: neither a stream nor an older dedup" in capsys.readouterr().err


@pytest.mark.parametrize("change", ["cut", "altered", "no ledger", "missing"])
def test_a_damaged_ledger_is_refused(place, capsys, change):
    """A ledger that was cut short or altered, and a file that is no ledger, are refused in one sentence."""
    main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "--quiet"])
    complete = (place / "ledger.jsonl").read_bytes()
    changed = {
        "cut": complete[: len(complete) // 2],
        "altered": complete.replace(b'"groups":', b'"gruops":'),
        "no ledger": (place / "crawl.jsonl").read_bytes(),
    }
    if change in changed:
        (place / "ledger.jsonl").write_bytes(changed[change])
    else:
        (place / "ledger.jsonl").unlink()
    capsys.readouterr()
    assert main(["report", "ledger.jsonl"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("report", [{}, {"totals": 5}, {"totals": {"documents": "1"}}, 7, []])
def test_a_report_of_another_version_is_refused(place, capsys, report):
    """A complete ledger whose report this version cannot show is refused in one sentence."""
    with Staging() as staging:
        ledger = LedgerWriter(staging.open("ledger.jsonl"), None, {"dedup": "9", "options": {}})
        ledger.summary(report)
        ledger.end([], folder=False)
    assert main(["report", "ledger.jsonl"]) == 1
    assert "dedup '9' wrote it" in capsys.readouterr().err


def test_the_stored_report_depends_on_nothing_but_the_run(place):
    """The report is stored before the last line, without anything that differs from run to run or between
    machines.
    """
    main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "--quiet"])
    *_, line, end = (place / "ledger.jsonl").read_bytes().splitlines()
    assert end.startswith(b'{"dedup_end":')
    report = orjson.loads(line)["dedup_report"]
    assert not {"seconds", "elapsed", "bytes", "files"} & {*report}
    assert not {"workers", "memory"} & {*report["options"]}
    assert check_ledger("ledger.jsonl").summary == report


def leaves(value, path=()):
    """Where the strings of a report stand, the names of its fields among them."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        yield from leaves(one, (*path, key))
    if isinstance(value, str) or path[-2:-1] == ("repeats",):
        yield path


def changed(value, path, text):
    """The same with `text` at this place; a field of "repeats" is called so."""
    if not path:
        return text
    key, rest = path[0], path[1:]
    if isinstance(value, list):
        return [changed(one, rest, text) if i == key else one for i, one in enumerate(value)]
    if key == "repeats" and len(rest) == 1:
        return {**value, key: dict.fromkeys([text], value[key][rest[0]])}
    return {**value, key: changed(value[key], rest, text)}


def test_strings_in_a_ledger_are_escaped(place, capsys):
    """Any string anywhere in a stored report is shown escaped, or refused in one sentence."""
    report = without_timings(full_summary(summary_of(clean(DOCUMENTS))))
    places = list(leaves(report))
    assert len(places) > 60
    for path in places:
        with Staging() as staging:
            ledger = LedgerWriter(staging.open("ledger.jsonl"), None, {"dedup": "\x1b[31m", "options": {}})
            ledger.summary(changed(report, path, "\x1b[31m\u202ered"))
            ledger.end([], folder=False)
        status = main(["report", "ledger.jsonl"])
        shown = "".join(capsys.readouterr())
        assert status in (0, 1)
        assert "\x1b" not in shown, path
        assert "\u202e" not in shown, path
