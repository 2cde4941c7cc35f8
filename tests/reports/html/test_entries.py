"""The texts of the page: pairs side by side, articles with their cuts."""

import random

from hypothesis import given
from hypothesis import strategies as st

from dedup.api import Result, clean
from dedup.errors import InputError
from dedup.index.index import Index
from dedup.index.session import IndexSession
from dedup.repeats.find import Repeat
from dedup.reports.html import entries, texts
from dedup.reports.safe import safe_lines
from dedup.sources.memory import Memory
from dedup.sources.pinned import names_in_lines
from dedup.summary import exhibits
from tests.reports.html.parsed_page import made
from tests.support.articles import paragraph
from tests.support.examples import examples
from tests.support.reporting import DOCUMENTS, OTHER, STORY, summary_of


def test_every_dropped_document_is_listed(result, parsed):
    """Each is in the group of its keeper, with the numbers of the ledger."""
    groups, documents = parsed.data("all-groups"), parsed.documents
    listed = {
        documents[dropped[0]]["name"]: (documents[group[0]]["name"], dropped[1])
        for group in groups
        for dropped in group[3]
    }
    ledger = {line["id"]: (line["keeper"]["id"], line["jaccard"]) for line in result.dropped}
    assert listed.keys() == ledger.keys() == {"copy", "near"}
    for name, (keeper, jaccard) in ledger.items():
        assert listed[name] == (keeper, int(jaccard * 1000 + 1e-9))
    assert [documents[group[0]]["opening"][:20] for group in groups] == [STORY[:20]]


def test_a_dropped_document_is_beside_its_keeper(result, parsed):
    """What only one of them has is marked, the rest is shared; both texts are there."""
    row = next(row for row in range(5) if result.identity(row)["id"] == "near")
    pair = parsed.data(f"pair-{row}")
    only: list[set[str]] = [set(), set()]
    for both in pair["rows"]:
        for side, passages in enumerate(both if isinstance(both, list) else []):
            for _, *pieces in passages:
                only[side] |= {text for kind, text in pieces if kind == 1}
    assert only == [{"lemons"}, {"oranges"}]


def test_each_document_has_its_line_for_never_drop(tmp_path):
    """The lines of a dropped document and of its keeper name them, whatever their ids are; a document of an
    earlier run has none.
    """
    ids = ["plain", '"quoted"', "\x1b[31m\n", None]
    documents = [{"id": id_, "text": STORY} for id_ in ids]
    page = made(clean(documents))
    (group,) = page.data("all-groups")
    lines = page.lines(group)
    assert sorted(lines) == sorted(["plain", '"\\"quoted\\""', '"\\u001b[31m\\n"', "memory:4"])
    assert not clean(documents, never_drop=[*names_in_lines("", [line.encode() for line in lines])]).dropped
    with Index(tmp_path / "seen.index") as index:
        index.add_each(documents[:1])
    with IndexSession(tmp_path / "seen.index") as session:
        outcome = session.run(Memory(documents[1:], session.options))
        page = made(Result.of(outcome))
    (group,) = page.data("all-groups")
    assert (page.lines(group)[0], len(group[3]), group[1]) == ("", 3, "kept by an earlier run")


LONG = "\n\n".join(paragraph(random.Random(number), ideographs=False) for number in range(40))
ALONE = "The harbour master wrote in his diary that the lamp had gone out twice and that he had slept badly."


def test_what_is_lost_is_shown():
    """A paragraph that the keeper lacks is shown in full with the dropped one, and counted in the list."""
    shorter = "\n\n".join([*LONG.split("\n\n")[:36], ALONE])
    lossy = made(clean([{"id": "kept", "text": LONG}, {"id": "lossy", "text": shorter}], keep="longest"))
    (dropped,) = lossy.data("all-groups")[0][3]
    assert dropped[3:5] == [1, len(ALONE)]
    assert lossy.data(f"pair-{dropped[0]}")["lost"] == [[ALONE, "0.0%"]]


def test_each_cut_is_in_its_place(result, parsed):
    """The stretches of an article are its text; those that are cut are its repeats, with what decided."""
    (listed,) = parsed.data("all-articles")
    article = parsed.data(f"article-{listed[0]}")
    document = parsed.documents[listed[0]]
    assert (document["name"], document["place"]) == ("first", "memory:1")
    assert (listed[1:3], listed[6]) == (["cut", 1], ["block"])
    text = DOCUMENTS[0]["text"]
    assert "".join(stretch for _, stretch, _ in article["text"]) == text
    (repeat,) = result.repeats_of(listed[0])
    cut = [stretch for kind, stretch, number in article["text"] if kind == texts.CUT and number == 1]
    first = [stretch for kind, stretch, number in article["text"] if kind == texts.ORIGINAL and number == 1]
    assert cut == [text[repeat.start : repeat.end]]
    assert first == [text[repeat.of_start : repeat.of_end]]
    (shown,) = article["repeats"]
    assert shown[:2] == ["block", "100%"]
    assert any(word in shown[3] for word in ("rule", "(+"))


@examples(100)
@given(
    text=st.text("ab \n\t<é字", max_size=400),
    spans=st.lists(st.tuples(*[st.integers(0, 400)] * 4), max_size=6),
)
def test_pieces_add_up_to_the_text(text, spans):
    """However repeats overlap, no part of a text is doubled or missing, and what is cut is marked."""
    bare = text.rstrip()
    repeats = [
        Repeat(*sorted(span[:2]), *sorted(span[2:]), "exact", 100.0, True, {"accident": [0.9, 1.0]})
        for span in spans
        if max(span) <= len(bare) and span[0] != span[1]
    ]
    stretches = texts.article(exhibits.CutArticle(0, text, [], repeats))["text"]
    assert "".join(stretch for _, stretch, _ in stretches) == "".join(map(safe_lines, [bare]))
    cut = {at for repeat in repeats for at in range(repeat.start, repeat.end)}
    if "\t" not in bare:
        marks = [kind == texts.CUT for kind, stretch, _ in stretches for _ in stretch]
        assert marks == [at in cut for at in range(len(bare))]


def test_texts_are_bounded(result, monkeypatch):
    """At most PAIRS pairs have texts, at most LISTED documents are listed; long documents have no texts."""
    monkeypatch.setattr(exhibits, "PAIRS", 1)
    assert exhibits.Exhibits(result.highlights).pairs == [
        row for row in range(5) if result.identity(row)["id"] == "near"
    ]
    monkeypatch.setattr(entries, "LISTED", 1)
    assert len(made(result).data("all-groups")[0][3]) == 1
    monkeypatch.setattr(exhibits, "LONGEST", 100)
    assert exhibits.Exhibits(result.highlights).pairs == exhibits.Exhibits(result.highlights).articles == []


def test_long_texts_are_shortened():
    """Of a text of 90,000 characters what differs and what is cut is shown, and a note for the rest."""
    text = "\n\n".join(f"{OTHER} {number}" for number in range(800))
    page = made(clean([{"id": "a", "text": text}, {"id": "b", "text": text + "\n\nThe end."}]))
    pairs = [data for attributes, data in page.scripts if attributes.get("id", "").startswith("pair-")]
    assert pairs
    assert all(len(data) < 20_000 for data in pairs)
    assert any("paragraphs shared" in data or "characters shared" in data for data in pairs)


def test_an_input_that_has_changed_is_shown_without_texts(monkeypatch):
    """The lists are there, the texts are not, and nothing fails."""
    changed = clean(DOCUMENTS)
    report = summary_of(changed)

    def gone(*_):
        raise InputError("the input has changed")

    monkeypatch.setattr(changed, "texts", gone)
    monkeypatch.setattr(changed.source, "fetch", gone)
    page = made(changed, report)
    assert len(page.data("all-groups")[0][3]) == 2
    assert not [one for one, _ in page.scripts if one.get("id", "").startswith(("pair-", "article-"))]
    assert [page.documents[one[0]]["name"] for one in page.data("all-groups")[0][3]] == ["near", "copy"]


def test_articles_that_are_kept_for_their_facts_are_listed():
    """Each is with the one that it matches, with what differs, and both texts side by side."""
    notes = [
        {"id": str(n), "title": f"Sea level {n} cm", "text": f"{STORY} It rose by {n} cm."} for n in (3, 4)
    ]
    page = made(clean(notes))
    ((row, other, *_, by, reason),) = page.data("all-calls")
    assert (page.documents[row]["name"], page.documents[other]["name"]) == ("4", "3")
    assert by in ("title", "numbers")
    assert "3" in reason
    assert page.data(f"call-{row}")["rows"]


def test_ids_that_several_articles_have_are_told_apart():
    """Where several articles have an id, the line for --never-drop is the location."""
    page = made(clean([{"id": "same", "text": STORY}, {"id": "same", "text": STORY}]))
    (group,) = page.data("all-groups")
    assert page.lines(group) == ["memory:1", "memory:2"]
