"""Every word of a report or a ledger is explained, in the terminal as in the docs."""

import pytest

from dedup.api import clean
from dedup.cli.main import main
from dedup.explain import terms
from dedup.explain.terms.page import HEADS, page
from dedup.explain.terms.rejects import REJECTS, of_reason
from dedup.facts.terms import FACT_KINDS
from dedup.keeping.cleanest import REASONS
from dedup.matching.matches import KINDS_OF_MATCH
from dedup.options import KINDS
from dedup.policy import POLICIES
from dedup.repeats.evidence import fitted
from dedup.repeats.meanings import in_words
from dedup.reports.near_duplicates import KEPT_AS
from dedup.sites.meanings import MEANINGS
from dedup.summary.format import ALARMS
from tests.support.paths import ARTICLES, TOP


def names(group):
    """The names of the terms of a group."""
    return [term.name for term in terms.all_terms() if term.group == group]


def test_every_word_has_a_term():
    """Alarms, kinds, matches, close calls, reasons and observations are those of the code."""
    assert {*names("alarm")} == {*ALARMS}
    assert {*names("kind of repeat")} == {*KINDS}
    assert names("match") == [*KINDS_OF_MATCH]
    assert names("close call") == [*FACT_KINDS]
    assert {*names("reason for keeping")} == {*KEPT_AS} >= {*REASONS, *POLICIES} - {"cleanest"}
    assert {*fitted().steps} <= {*names("observation of a repeat")}
    assert all(in_words(name, 1.0) for name in names("observation of a repeat"))
    assert {*names("observation of what a site prints")} == {*MEANINGS}
    assert [*dict.fromkeys(term.group for term in terms.all_terms())] == [*HEADS]


def test_a_term_is_complete():
    """Each has a meaning, an example and an advice, which are sentences; no name comes twice in a group."""
    every = [*terms.all_terms()]
    assert len({(term.group, term.name) for term in every}) == len(every)
    for term in every:
        assert all(term)
        assert term.meaning.endswith(".")
        assert term.advice.endswith(".")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b'{"id": "a", "text": ', "not valid JSON"),
        (b"[1, 2]", "not an object"),
        (b'{"id": "a"}', "no field"),
        (b'{"text": null}', "not a string"),
        (b'{"text": 5}', "not a string"),
        (b'{"text": "\xff"}', "invalid UTF-8"),
        (b'{"text": "' + b"long " * 1000 + b'"}', "too long"),
        (b'{"text": "a", "b": ' + b"[" * 3000 + b"]" * 3000 + b"}", "nested"),
    ],
)
def test_the_reason_of_a_reject_is_explained(tmp_path, line, name):
    """What a run writes as the reason leads to its term."""
    (tmp_path / "crawl.jsonl").write_bytes(ARTICLES.read_bytes() + line + b"\n")
    result = clean(str(tmp_path / "crawl.jsonl"), max_document=1 << 14 if name == "nested" else 4096)
    reasons = [reject["reason"] for reject in result.summary()["rejects"]]
    assert name in [term.name for reason in reasons for term in of_reason(reason)], reasons
    assert terms.called(name)[0].name == name


def test_rows_and_failures_are_explained():
    """Reasons of CSV files, and of what nobody expected."""
    assert of_reason("the row has 5 cells, the header 6")[0].name == "wrong number of cells"
    assert of_reason("it could not be read: KeyError: 1")[0].name == "could not be read"
    assert of_reason("lost") == []
    assert len(REJECTS) == 9


def test_the_page_is_what_the_command_says():
    """docs/explain.md is written by the code, and has the words of every term."""
    written = (TOP / "docs/explain.md").read_text(encoding="utf-8")
    assert written == page(), "write it anew: python -m dedup.explain.terms.page > docs/explain.md"
    plain = written.replace("\\|", "|").replace("&lt;", "<")
    assert all(term.meaning in plain and term.example in plain for term in terms.all_terms())


@pytest.mark.parametrize("name", ["without words", "without-words", "WITHOUT_WORDS"])
def test_explain_shows_a_term(capsys, name):
    """A name in any notation: what it means, an example, what to do."""
    assert main(["explain", name]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    (term,) = terms.called(name)
    assert (
        f"without words: alarm meaning {term.meaning} example {term.example} what to do {term.advice}"
        == shown
    )


def test_explain_lists_all_names(capsys):
    """Without a name all names are listed; several names may be given; a wrong one gets a hint."""
    assert main(["explain"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert all(term.name in shown for term in terms.all_terms())
    assert main(["explain", "title", "echo"]) == 0
    assert capsys.readouterr().out.count("what to do") == 3
    assert main(["explain", "eccho"]) == 2
    assert "did you mean echo?" in capsys.readouterr().err
