"""What the report says of a run: near-duplicates, repeats, losses, crowds."""

import re
from dataclasses import replace

import pytest

from dedup.api import clean
from dedup.pipeline import scan
from dedup.reports.terminal import console as terminal
from dedup.summary.groups import loss
from tests.support.reporting import DOCUMENTS, OTHER, STORY, full_summary, render, summary_of


def test_the_report_has_the_findings(result):
    """Kinds with counts and an example, groups with keeper and Jaccard, reasons with their places."""
    report = render(result, width=100)
    for part in (
        r"block +1 +1  100\.0%  The ferry to the outer",
        r"first: least sure \(\d\d%\), longest; \d+ characters, 100% similar",
        r" 3  0\.9\d+ to 1\.000  first  memory:1",
    ):
        assert re.search(part, report), part
    for part in (
        r"Closest call: near was dropped for first \(",
        r'1  14\.3%  "text" is int, not a string +\n +memory:6',
    ):
        assert re.search(part, report), part


@pytest.mark.parametrize("documents", [[], [{"id": "a", "text": OTHER}], [{"text": OTHER}, {"text": STORY}]])
def test_a_part_without_findings_is_one_line(documents):
    """A part with nothing to say is a line or absent; an empty input has no parts."""
    report = clean(documents).report(verbose=True)
    assert "for example" not in report
    assert "Closest call" not in report
    assert ("none found" in report) == bool(documents)
    assert ("The input has no articles." in report) == (not documents)


def test_a_disabled_search_is_not_called_empty():
    """With a search switched off the report does not say that nothing was found."""
    report = clean(DOCUMENTS, repeats=False, duplicates=False).report(verbose=True)
    assert report.count(": not searched") == 2
    assert "none found" not in report


@pytest.mark.parametrize(
    ("dates", "line"),
    [
        (["2024-01-03", "3 January 2024"], "2 articles with a date in 'date' (--keep)."),
        (
            ["7", "8", "x"],
            "2 articles with a number in 'date'; last come 1 with one that is not clearly a number",
        ),
        (
            ["2024-01-03", "03/04/2024", None],
            "last come 1 with one such as 03/04/2024, in March or April, 1 without one (--keep).",
        ),
    ],
)
def test_the_report_says_how_dates_were_read(dates, line):
    """The report says how many values of the policy's field could be read, and warns where many could not."""
    result = clean([{"text": OTHER, "date": date} for date in dates], keep="newest:date")
    report = re.sub(r"\s+", " ", result.report(verbose=True))
    assert line in report
    assert ("no readable value in the field 'date'" in report) == ("last" in line)


def test_the_report_says_how_many_articles_are_preferred():
    """Below the groups there is a line for each preference, also if no article has its value."""
    documents = [{"text": OTHER, "site": site, "date": "2024-01-03"} for site in ("a", "a", "b\x1b[31m")]
    report = re.sub(
        r"\s+",
        " ",
        clean(documents, keep="prefer:site=a,prefer:site=c\x1b[0m,newest:date").report(verbose=True),
    )
    assert "2 articles preferred, with 'a' in 'site' (--keep). 0 articles preferred, with 'c" in report
    assert "3 articles with a date in 'date' (--keep)." in report
    assert re.search("! No article has 'c.*' in the field 'site'. Check the value of --keep prefer", report)
    assert "\x1b" not in report


UNDECIDED = {"accident": [0.649, 0.615], "words": [60.0, 0.6]}


def left_with(evidence, monkeypatch):
    """What a run finds where every repeat is left as a pattern with this evidence."""
    find = scan.find_in_batch

    def leave_all(pairs, options):
        for document in find(pairs, options):
            left = [r._replace(kind="pattern", cut=False, evidence=evidence) for r in document.repeats]
            yield document._replace(repeats=left, cut_paragraphs=[])

    monkeypatch.setattr(scan, "find_in_batch", leave_all)
    return clean(DOCUMENTS[:1] * 5, duplicates=False, caution=0.65)


def test_uncertain_repeats_are_counted_and_shown(monkeypatch):
    """The report says how many were nearly cut, and shows three with how probable an accident is, rounded
    down; the JSON report says the same.
    """
    result = left_with(UNDECIDED, monkeypatch)
    report = render(result, width=100)
    assert (
        "5 uncertain repeats were left in place (30% or more likely to be scraping errors; --caution)"
        in report
    )
    assert len(re.findall(r"^ +64%  The ferry to the outer", report, re.MULTILINE)) == 3
    unsure = result.summary()["unsure"]
    assert (unsure["count"], len(unsure["examples"])) == (5, 3)
    assert unsure["examples"][2]["document"] == {"id": "first", "source": "memory", "position": 3}
    assert unsure["examples"][2]["accident"] == 0.649
    assert unsure["examples"][2]["text"].startswith("The ferry")


@pytest.mark.parametrize(
    "evidence",
    [
        {"accident": [0.29, -0.9], "words": [60.0, 0.6]},
        {"words": [8.0, 0.0]},
    ],
)
def test_decided_repeats_are_not_called_uncertain(evidence, monkeypatch):
    """An unlikely accident, and one whose probability is not known: no line about uncertain repeats."""
    result = left_with(evidence, monkeypatch)
    assert result.findings.counts == {("pattern", False): 5}
    assert "uncertain" not in result.report(verbose=True)
    assert result.summary()["unsure"]["count"] == 0


def test_close_calls_are_marked():
    """A group that hardly reaches the threshold says so."""
    assert "close to the threshold" not in clean(DOCUMENTS).report(verbose=True)
    lowest = clean(DOCUMENTS).highlights.groups[0].lowest
    assert "close to the threshold" in clean(DOCUMENTS, threshold=lowest - 0.01, contained=None).report(
        verbose=True
    )


def test_the_named_options_separate_the_least_similar_pair(result):
    """The report names the options that part the closest call, and with these both are kept."""
    report = " ".join(result.report(verbose=True).split())
    (options,) = re.findall(
        r"Closest call: near was dropped for first .*?\)\. (--.*?) would keep both\.", report
    )
    chosen = dict(zip(options.split()[::2], map(float, options.split()[1::2]), strict=True))
    assert set(chosen) == {"--threshold"}
    parted = {name[2:]: value for name, value in chosen.items()}
    assert clean(DOCUMENTS, **parted).totals.dropped == result.totals.dropped - 1


def test_lost_text_is_reported(result):
    """One line says how much the dropped ones lose; it is absent where they lose nothing."""
    report = " ".join(result.report(verbose=True).split())
    assert re.search(
        r"\d+\.\d% of the dropped text is not in the article kept instead; "
        r"at worst, \d+\.\d% of one article \(limit",
        report,
    )
    worst, overall = loss(result)
    assert worst == pytest.approx(1 - min(line["coverage"] for line in result.dropped), abs=1e-6)
    assert 0 < overall < worst
    shown = result.summary()["loss"]
    assert (shown["worst"], shown["overall"]) == (round(worst, 6), round(overall, 6))
    assert shown["example"]["document"]["id"] == "near"
    assert shown["example"]["share"] == shown["worst"]
    assert "of the dropped text" not in clean([{"text": STORY}, {"text": STORY}]).report(verbose=True)


def test_crowded_buckets_are_reported(result):
    """Only where documents were not compared with all others does the report speak of it."""
    crowded = replace(result, decisions=result.decisions._replace(crowded=1200, common=3))
    assert (
        "1,200 articles were compared with only some of the candidates; a few duplicates may remain."
        in " ".join(crowded.report(verbose=True).split())
    )
    assert "3 sampled shingles left out" in crowded.report(verbose=True)
    assert "may remain" not in result.report(verbose=True)
    assert "left out" not in result.report(verbose=True)


def test_counts_without_examples_make_a_report(result):
    """An engine that knows counts alone leaves examples empty: every count is shown, and nothing fails."""
    full = full_summary(summary_of(result))
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
    shown = terminal.plain(report, verbose=True)
    for part in (
        "30 groups",
        "and 30 more groups",
        "7 uncertain repeats were left",
        "block",
        "4 articles kept",
        "2 records",
    ):
        assert part in shown
    assert "numbers  articles" not in shown  # no head over nothing
