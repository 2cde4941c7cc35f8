"""The report of a run: what it says, in which order, and that it fits."""

import re
import sys
from collections import Counter
from copy import copy
from dataclasses import replace
from io import StringIO

import pytest
from rich.cells import cell_len

from dedup.api import clean
from dedup.document import Reject
from dedup.pipeline import scan
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal import cut_articles as marked
from dedup.summary.groups import loss
from dedup.summary.totals import reasons
from tests.support.reporting import ARTICLES, OTHER, STORY, WROTE, everything, rendered, to, told


@pytest.fixture(scope="module")
def result():
    return clean(ARTICLES)


def test_parts_stand_in_order(result):
    """The report goes from the sentence that sums up to the command that undoes it."""
    titles = list(terminal.sections(told(result)))
    assert titles == ["headline", "check", "totals", "groups", "repeats", "rejects", "time", "files"]
    assert list(terminal.sections(everything(told(result)))) == [
        *titles[:3],
        "sites",
        *titles[3:5],
        "templates",
        *titles[5:],
    ]


def test_headline_says_all_counts(result):
    """One sentence: in, out, dropped, cleaned, unreadable; in = out + dropped + unreadable."""
    halves = ["7 articles in, 3 out:", "2 near-duplicates dropped, 1 cleaned of repeats, 2 unreadable"]
    assert terminal.plain(result.summary(), 100).split("\n\n")[0] == " ".join(halves)
    assert terminal.plain(result.summary(), 70).split("\n\n")[0] == "\n".join(halves)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_report_fits(result, width):
    """No line is wider than the terminal, and none ends in blanks."""
    report = terminal.plain(everything(told(result)), width)
    assert max(map(cell_len, report.split("\n"))) <= width
    assert not re.search(r"[^\S\n]$", report, re.MULTILINE)


def test_report_says_what_was_found(result):
    """Kinds with counts and an example, groups with keeper and Jaccard, reasons with their places."""
    report = rendered(result, width=80)
    for part in (
        r"block +1 +1  100\.0 %  The ferry to the outer",
        r"first: longest(, least sure \(.*\))?; \d+ characters, 100 % alike",
        r" 3  0\.9\d+ to 1\.000  first  memory:1",
    ):
        assert re.search(part, report), part
    for part in (
        r"Least alike: near dropped for first at 0\.9",
        r'1  14\.3 %  "text" is int, not a string +\n +memory:6',
    ):
        assert re.search(part, report), part


def test_few_cuts_are_struck_out_in_place(result):
    """What was cut stands where it stood: between [- and -] without colour, struck out with it."""
    plain, coloured = rendered(result), rendered(result, colour=True)
    assert plain.count("[-The ferry to the outer") == 3  # the echo, and how the two dropped ones begin
    assert re.search(r"since then\. *\n *\n\[-The ferry", plain)
    assert "near  dropped for first\n[-The ferry" in plain
    assert "[-" not in coloured
    assert re.search(r"\x1b\[9;31mThe ferry to the outer", coloured)


def test_cut_of_blanks_alone_is_not_marked():
    """Nothing is marked where nothing that can be seen was cut."""
    assert marked.struck("a \n b", [(1, 4)], colour=False).plain == "a \n b"


def test_long_articles_are_not_shown_whole():
    """A million characters do not fill the terminal."""
    shown = marked.struck("word " * 200_000, [(30_000, 30_010)], colour=False).plain
    assert len(shown) < 21_000
    assert shown.endswith("… the rest is not shown")


@pytest.mark.parametrize("documents", [[], [{"id": "a", "text": OTHER}], [{"text": OTHER}, {"text": STORY}]])
def test_nothing_found_is_said_in_a_line(documents):
    """A part with nothing to say is a line or absent; an empty input has no parts."""
    report = str(clean(documents))
    assert "for example" not in report
    assert "Least alike" not in report
    assert ("none found" in report) == bool(documents)
    assert ("There was no article in the input." in report) == (not documents)


def test_what_was_not_looked_for_is_not_called_absent():
    """With a search switched off the report does not say that nothing was found."""
    report = str(clean(ARTICLES, repeats=False, duplicates=False))
    assert report.count(": not looked for") == 2
    assert "none found" not in report


UNDECIDED = {"accident": [0.649, 0.615], "words": [60.0, 0.6]}


def left_with(evidence, monkeypatch):
    """What a run finds where every repeat is left as a pattern with this evidence."""
    find = scan.repeat_stage.find

    def finds(paragraphs, said, options):
        for found in find(paragraphs, said, options):
            left = [r._replace(kind="pattern", cut=False, evidence=evidence) for r in found.repeats]
            yield found._replace(repeats=left, gone=[])

    monkeypatch.setattr(scan.repeat_stage, "find", finds)
    return clean(ARTICLES[:1] * 5, duplicates=False, caution=0.65)


def test_repeats_left_for_lack_of_evidence_are_counted_and_shown(monkeypatch):
    """The report says how many were nearly cut, and shows three with how probable an accident is, rounded
    down; the JSON report says the same.
    """
    result = left_with(UNDECIDED, monkeypatch)
    report = rendered(result, width=100)
    assert "5 repeats left for lack of evidence: an accident with a probability of 0.3 to 0.65" in report
    assert len(re.findall(r"^ +0\.64  The ferry to the outer", report, re.MULTILINE)) == 3
    unsure = result.summary()["unsure"]
    assert (unsure["count"], len(unsure["examples"])) == (5, 3)
    assert unsure["examples"][2]["document"] == {"id": "first", "source": "memory", "position": 3}
    assert unsure["examples"][2]["accident"] == 0.649
    assert unsure["examples"][2]["text"].startswith("The ferry")


@pytest.mark.parametrize(
    "evidence",
    [
        {"accident": [0.29, -0.9], "words": [60.0, 0.6]},
        {"accident": [0.5, 0.0], "rule_lines": [1.0, -4.6]},
        {"words": [8.0, 0.0]},
    ],
)
def test_what_evidence_or_a_rule_decided_is_not_called_unsure(evidence, monkeypatch):
    """An unlikely accident, a rule's word, an excerpt: no line about lack of evidence."""
    result = left_with(evidence, monkeypatch)
    assert result.corpus.kinds == {("pattern", False): 5}
    assert "lack of evidence" not in str(result)
    assert result.summary()["unsure"]["count"] == 0


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (WROTE, "dedup restore out.jsonl ledger.jsonl --rejects out.jsonl.rejects.jsonl -o ORIGINAL"),
        (to(ledger=None), "No ledger was written: add --ledger FILE to be able to undo this."),
        (
            to(output="my out.jsonl", rejects="r"),
            "dedup restore 'my out.jsonl' ledger.jsonl --rejects r",
        ),
        (to(output=None), "articles  to standard output"),
        (WROTE._replace(dry_run=True), "Dry run: nothing was written."),
    ],
)
def test_report_ends_with_how_to_undo(result, job, words):
    """The last part names the files, and the command that gives the input back or what it needs."""
    assert words in rendered(result, job, width=120)


def test_articles_that_go_nowhere_are_said_to(result, monkeypatch):
    """Where a terminal alone shows the articles, the report says that nothing was written."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = rendered(result, to(output=None))
    assert "nothing was written. Add -o OUTPUT" in shown
    assert "To undo" not in shown


def test_log_file_is_plain(result, monkeypatch):
    """Outside a terminal, and with NO_COLOR, there are no codes; a log has 80 columns."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    forced = StringIO()
    terminal.show(told(result), forced)
    monkeypatch.delenv("FORCE_COLOR")
    log = StringIO()
    terminal.show(told(result), log)
    assert "\x1b" not in forced.getvalue() + log.getvalue()
    assert max(map(len, log.getvalue().split("\n"))) <= 80


def test_encoding_without_the_characters_is_no_error(tmp_path):
    """A log in ASCII gets escapes."""
    with (tmp_path / "log").open("w", encoding="ascii") as log:
        terminal.show(told(clean([{"id": "字", "text": f"{STORY}\n\n{STORY}"}])), log)
    assert r"\u5b57" in (tmp_path / "log").read_text("ascii")


@pytest.mark.parametrize("count", [3, 4])
def test_few_articles_are_shown_on_a_terminal(count):
    """Three articles that go nowhere else are shown in full, four are not."""
    file, shown = StringIO(), clean(ARTICLES[:1] * count, duplicates=False)
    terminal.show(told(shown), file, shown)
    assert ("[-The ferry" in file.getvalue()) == (count == 3)


def test_close_calls_are_marked():
    """A group that hardly reaches the threshold says so."""
    assert "close to the threshold" not in str(clean(ARTICLES))
    lowest = clean(ARTICLES).highlights.groups[0].lowest
    assert "close to the threshold" in str(clean(ARTICLES, threshold=lowest - 0.01, contained=None))


def test_what_would_part_the_least_alike(result):
    """The report names the options that part the least alike pair, and with these the pair is parted."""
    report = " ".join(str(result).split())
    (options,) = re.findall(r"Least alike: near dropped for first .*?; (--.*?) part", report)
    chosen = dict(zip(options.split()[::2], map(float, options.split()[1::2]), strict=True))
    assert set(chosen) == {"--threshold", "--contained"}
    parted = {name[2:]: value for name, value in chosen.items()}
    assert clean(ARTICLES, **parted).totals.dropped == result.totals.dropped - 1


def test_what_is_lost_is_told(result):
    """One line says how much the dropped ones lose; it is absent where they lose nothing."""
    report = " ".join(str(result).split())
    assert re.search(r"dropped ones lose \d+\.\d % of their text, \d+\.\d % at worst \(--max-loss\)", report)
    worst, overall = loss(result)
    assert worst == pytest.approx(1 - min(line["coverage"] for line in result.dropped), abs=1e-6)
    assert 0 < overall < worst
    shown = result.summary()["loss"]
    assert (shown["worst"], shown["overall"]) == (round(worst, 6), round(overall, 6))
    assert shown["example"]["document"]["id"] == "near"
    assert shown["example"]["share"] == shown["worst"]
    assert "lose" not in str(clean([{"text": STORY}, {"text": STORY}]))


def test_crowded_buckets_are_told(result):
    """Only where documents were not compared with all others does the report speak of it."""
    crowded = replace(result, decisions=result.decisions._replace(crowded=1200, common=3))
    assert "1,200 articles stood in crowded buckets" in str(crowded)
    assert "3 sampled shingles left out" in str(crowded)
    assert "crowded" not in str(result)
    assert "left out" not in str(result)


def test_summary_has_what_the_report_says(result):
    """The JSON report: its keys, and the counts of the terminal report."""
    summary = result.summary()
    keys = (
        "dedup options alarms totals shares repeats examples compared unsure sites groups seen loss "
        "templates crowded common rejects seconds elapsed bytes files"
    )
    assert list(summary) == keys.split()
    assert summary["totals"]["documents"] == 5
    assert summary["shares"]["dropped"] == pytest.approx(2 / 7, abs=1e-6)
    assert summary["repeats"] == {"block": {"found": 1, "cut": 1}}
    assert summary["compared"] == result.corpus.compared._asdict()
    assert summary["unsure"] == {"count": 0, "examples": []}
    assert summary["seen"] == 0
    assert summary["groups"]["count"] == 1
    assert summary["groups"]["largest"][0]["keeper"] == {"id": "first", "source": "memory", "position": 1}
    assert summary["groups"]["largest"][0]["size"] == 3
    assert summary["rejects"][0]["first"] == [{"source": "memory", "position": 6}]


def test_shares_add_up(result):
    """What is kept, dropped and rejected is all of what came in; so are the characters."""
    shares = result.totals.shares
    assert shares["kept"] + shares["dropped"] + shares["rejected"] == pytest.approx(1)
    assert sum(shares[f"{name}_characters"] for name in ("kept", "cut", "dropped")) == pytest.approx(1)


def test_reasons_are_counted_and_placed(result):
    """Rejects are grouped by reason, the most frequent first, with the first places of each."""
    many = replace(result, corpus=copy(result.corpus))
    many.corpus.rejects = [
        Reject(0, line, line, line + 1, "odd" if line % 2 else "even") for line in range(1, 20)
    ]
    assert Counter({reason.text: reason.records for reason in reasons(many)}) == {"odd": 10, "even": 9}
    assert reasons(many)[0].first == [("memory", line) for line in (1, 3, 5, 7, 9)]


def test_table_of_a_result_is_untouched_by_reporting(result):
    """A report only reads."""
    before = result.table
    str(result)
    assert result.table.equals(before)


def test_aggregates_alone_make_a_report(result):
    """An engine that knows counts alone leaves examples empty: every count is shown, and nothing fails."""
    full = everything(told(result))
    report = {
        **full,
        "examples": [],
        "unsure": {"count": 7, "examples": []},
        "sites": {**full["sites"], "worst": []},
        "groups": {"count": 30, "largest": [], "unlike": [], "least_alike": None},
        "loss": {**full["loss"], "example": None},
        "templates": {"count": 4, "examples": []},
        "rejects": [{**one, "first": []} for one in full["rejects"]],
        "bytes": None,
    }
    shown = terminal.plain(report)
    for part in (
        "30 groups",
        "and 30 more groups",
        "7 repeats left",
        "block",
        "4 articles kept",
        "2 records",
    ):
        assert part in shown
    assert "figures  of" not in shown  # no head over nothing
