"""Matches that are both kept because they differ in facts, in a whole run."""

from pathlib import Path

import orjson

import dedup
from tests.support.articles import words
from tests.support.paths import TOP

NOTE = "Qtly div 18 cts vs 18 cts prior. Pay April 15. Record March 31."
CASES = [orjson.loads(line) for line in (TOP / "fixtures/facts.jsonl").read_bytes().splitlines()]


def _decisions(documents: list[dict[str, str]], **options: object) -> list[str]:
    return [line["decision"] for line in dedup.clean(documents, **options).ledger()]


def test_titles_part_notes_of_the_same_words() -> None:
    """Two companies' notes are both kept with the reason; another note of one of them is dropped."""
    titles = ["Harlow Paper sets quarterly", "Brightwater Mills payout", "Brightwater Mills sets dividend"]
    result = dedup.clean([{"id": title, "title": title, "text": NOTE} for title in titles])
    harlow, brightwater, again = result.ledger()
    assert [harlow["decision"], brightwater["decision"], again["decision"]] == ["kept", "kept", "dropped"]
    assert again["keeper"]["id"] == brightwater["id"]
    (call,) = brightwater["templates"]
    assert (call["id"], call["by"]) == (harlow["id"], "title")
    assert call["reason"] == "title names Brightwater Mills payout, not Harlow Paper sets"
    assert result.summary()["templates"]["by"] == {"title": 1}
    assert call["reason"] in result.report(verbose=True)


def test_the_title_field_decides() -> None:
    """Titles count in the field that is named, and nowhere else."""
    notes = [{"head": f"{name} sets quarterly", "text": NOTE} for name in ("Harlow", "Brightwater")]
    assert _decisions(notes) == ["kept", "dropped"]
    assert _decisions(notes, title_field="head") == ["kept", "kept"]
    assert _decisions(notes, title_field="") == ["kept", "dropped"]


def test_copies_of_articles_do_not_need_equal_titles() -> None:
    """Of articles with the same words one is kept, whatever their titles, unless they are notes."""
    titles = ["Harlow wins at home", "Why Brightwater lost"]
    assert _decisions([{"title": title, "text": words(1, 200)} for title in titles]) == ["kept", "dropped"]


def test_the_cases_hold_in_a_run() -> None:
    """What fixtures/facts.jsonl says of a pair is what a run decides, where the pair matches."""
    for case in CASES:
        documents = [
            {"title": case["title"], "text": case["text"]},
            {"title": case["other_title"], "text": case["other_text"]},
        ]
        kept = _decisions(documents, threshold=0.1, repeats=False).count("kept")
        assert kept == (2 if case["verdict"] == "keep both" else 1), case["what"]


def test_a_crowd_of_notes_keeps_one_of_each_company() -> None:
    """Of 300 notes of the same words about 100 companies one of each is kept."""
    names = [words(1000 + i, 1) for i in range(400)]
    names = list(dict.fromkeys(name for name in names if len(name) > 4))[:100]
    notes = [
        {"title": f"{name} Corp sets {kind}", "text": NOTE}
        for kind in ("payout", "dividend", "div")
        for name in names
    ]
    assert _decisions(notes).count("kept") == len(names)


def test_an_index_remembers_titles(tmp_path: Path) -> None:
    """A note of a company that an earlier run kept is dropped; one of another company is kept."""
    with dedup.Index(tmp_path / "index") as index:
        first, other, again = (
            index.add_many([{"id": str(i), "title": title, "text": NOTE}])
            for i, title in enumerate(("Harlow sets quarterly", "Larkspur sets quarterly", "Harlow payout"))
        )
    lines = [next(iter(result.ledger())) for result in (first, other, again)]
    assert [line["decision"] for line in lines] == ["kept", "kept", "dropped"]
    assert lines[1]["templates"][0]["reason"] == "title names Larkspur, not Harlow"
    assert lines[2]["keeper"]["id"] == "0"
