"""The HTML report: what stands in it, that it needs nothing else, and that no text from outside acts."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.api import clean
from dedup.cli.main import main
from dedup.errors import InputError
from dedup.repeats.find import Repeat
from dedup.reports.html import entries, page
from dedup.reports.safe import safe_lines
from dedup.summary import exhibits
from dedup.summary.groups import least_alike
from dedup.text.encoding import encodable
from tests.reports.test_safe import disguised, outside, with_texts
from tests.support.reporting import ARTICLES, OTHER, STORY, everything, told

VOID = {"meta", "path", "rect", "input", "br"}
TAGS = VOID | {
    "html",
    "head",
    "title",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "nav",
    "section",
    "div",
    "p",
}
TAGS |= {
    "h1",
    "h2",
    "h3",
    "a",
    "b",
    "small",
    "span",
    "bdi",
    "code",
    "ul",
    "li",
    "details",
    "summary",
    "noscript",
}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "svg", "text", "script"}
TAGS |= {"label", "select", "option"}
DEAD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Parsed(HTMLParser):
    """A page as a browser reads it: its elements with their attributes, its text, its scripts."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.said, self.scripts, self.style = [], [], [], [], ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["script"]:
            self.scripts.append((self.elements[-1][1], data))
        elif self.open[-1:] == ["style"]:
            self.style += data
        else:
            self.said.append(data)

    @property
    def text(self):
        return " ".join("".join(self.said).split())

    def data(self, key):
        """What a block of data holds; None where there is none."""
        found = [data for attributes, data in self.scripts if attributes.get("id") == key]
        return orjson.loads(found[0]) if found else None


def made(result, report=None):
    return Parsed(b"".join(page.made(report or told(result), exhibits.Exhibits(result.highlights))).decode())


@pytest.fixture(scope="module")
def result():
    return clean(ARTICLES)


@pytest.fixture(scope="module")
def parsed(result):
    return made(result)


def test_the_page_says_what_the_terminal_says(parsed):
    """The sentence that sums up, what to look at first, kinds, groups, reasons, time, how to undo."""
    assert parsed.text.startswith("dedup: the report of a run Skip to the findings dedup ")
    for said in (
        "7 articles in, 3 out",
        "2 near-duplicates dropped, 1 cleaned of repeats, 2 unreadable",
        "Look at first",
        "1 group, 2 dropped (28.6 %); Jaccard 0.8 or more, or 80 % covered",
        "Least alike: near dropped for first at 0.9",
        "characters, 100 % alike",
        '"text" is int, not a string',
        "Of those that match, the longest is kept.",
        "To undo: dedup restore out.jsonl ledger.jsonl --rejects out.jsonl.rejects.jsonl -o ORIGINAL",
    ):
        assert said in parsed.text, said


def test_the_page_needs_nothing_else(parsed):
    """No element loads anything: links lead to places of the page, and the style names no address."""
    for tag, attributes in parsed.elements:
        assert not {"src", "srcset", "data", "action", "style", "background"} & attributes.keys(), tag
        assert attributes.get("href", "#").startswith("#")
    assert not re.search(r"url\(|@import|https?:", parsed.style)
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["href"][1:] for tag, attributes in parsed.elements if tag == "a"} <= set(ids)


def test_a_browser_runs_this_script_alone(parsed):
    """The policy forbids everything but the page's own script and style, known by their hashes."""
    metas = [attributes for tag, attributes in parsed.elements if tag == "meta"]
    policy = next(meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy")
    (script,) = [data for attributes, data in parsed.scripts if "type" not in attributes]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for rule, content in (("script-src", script), ("style-src", parsed.style)):
        assert rules[rule] == f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", script)


def test_every_dropped_document_is_found(result, parsed):
    """Each stands in the group of its keeper, with the numbers of the ledger."""
    groups = parsed.data("all-groups")
    found = {one[1]: (group[0], one[3]) for group in groups for one in group[6]}
    ledger = {line["id"]: (line["keeper"]["id"], line["jaccard"]) for line in result.dropped}
    assert found.keys() == ledger.keys() == {"copy", "near"}
    for name, (keeper, jaccard) in ledger.items():
        assert found[name] == (keeper, f"{int(jaccard * 1000 + 1e-9) / 1000:.3f}")
    assert [group[2][:20] for group in groups] == [STORY[:20]]


def test_a_dropped_document_stands_beside_its_keeper(result, parsed):
    """What only one of them has is marked, the rest is shared; both texts are there."""
    row = next(row for row in range(5) if result.identity(row)["id"] == "near")
    pair = parsed.data(f"pair-{row}")
    only: list[set[str]] = [set(), set()]
    for both in pair["rows"]:
        for side, passages in enumerate(both if isinstance(both, list) else []):
            for _, *pieces in passages:
                only[side] |= {said for kind, said in pieces if kind == 1}
    assert only == [{"lemons"}, {"oranges"}]


LONG = "\n\n".join(
    f"{OTHER} That was in the year {year} of the oven, and nobody knew why." for year in range(40)
)
ALONE = "The harbour master wrote in his diary that the lamp had gone out twice and that he had slept badly."


def test_what_is_lost_is_shown():
    """A paragraph that the keeper lacks stands in full at the dropped one, and in the list it is counted."""
    shorter = "\n\n".join([*LONG.split("\n\n")[:36], ALONE])
    lossy = made(clean([{"id": "kept", "text": LONG}, {"id": "lossy", "text": shorter}]))
    (dropped,) = lossy.data("all-groups")[0][6]
    assert dropped[6:] == [1, len(ALONE)]
    assert lossy.data(f"pair-{dropped[0]}")["lost"] == [[ALONE, "0.0 %"]]


def test_each_cut_stands_in_its_place(result, parsed):
    """The stretches of an article are its text; those that are cut are its repeats, with what decided."""
    (listed,) = parsed.data("all-articles")
    found = parsed.data(f"article-{listed[0]}")
    assert (listed[1:5], listed[8]) == (["first", "memory:1", "cut", 1], ["block"])
    text = ARTICLES[0]["text"]
    assert "".join(said for _, said, _ in found["text"]) == text
    (repeat,) = result.repeats_of(listed[0])
    cut = [said for kind, said, number in found["text"] if kind == entries.CUT and number == 1]
    first = [said for kind, said, number in found["text"] if kind == entries.ORIGINAL and number == 1]
    assert cut == [text[repeat.start : repeat.end]]
    assert first == [text[repeat.of_start : repeat.of_end]]
    (told_of,) = found["repeats"]
    assert told_of[:2] == ["block", "100 %"]
    assert any(word in told_of[3] for word in ("rule", "(+"))


@settings(max_examples=100, deadline=None)
@given(
    text=st.text("ab \n\t<é字", max_size=400),
    spans=st.lists(st.tuples(*[st.integers(0, 400)] * 4), max_size=6),
)
def test_stretches_are_the_text(text, spans):
    """However repeats overlap, nothing of a text stands twice or is missing, and what is cut is marked so."""
    bare = text.rstrip()
    repeats = [
        Repeat(*sorted(span[:2]), *sorted(span[2:]), "exact", 100.0, True, {"accident": [0.9, 1.0]})
        for span in spans
        if max(span) <= len(bare) and span[0] != span[1]
    ]
    found = entries.article(exhibits.Cutting(0, text, [], repeats))["text"]
    assert "".join(said for _, said, _ in found) == "".join(map(safe_lines, [bare]))
    gone = {at for one in repeats for at in range(one.start, one.end)}
    if "\t" not in bare:
        marks = [kind == entries.CUT for kind, said, _ in found for _ in said]
        assert marks == [at in gone for at in range(len(bare))]


@settings(max_examples=60, deadline=None)
@given(
    text=outside
    | st.sampled_from(["</script><script>x()</script>", "<!--<script>", "\"'><img src=x onerror=x()>"])
)
def test_text_from_outside_never_acts(result, text):
    """Promise 6: whatever a text, an id, a path, a host or a reason holds, it makes no element, no attribute
    and no script of the page, and nothing that hides or reorders is alive in it.
    """
    hostile = with_texts(result, text)
    hostile.texts = lambda rows: dict.fromkeys(rows, encodable(f"{text}{STORY}"))
    for kept in ("highlights",):
        hostile.__dict__.pop(kept, None)
    raw = b"".join(
        page.made(disguised(everything(told(result)), text), exhibits.Exhibits(hostile.highlights))
    ).decode()
    assert not DEAD.search(raw)
    found = Parsed(raw)
    assert {tag for tag, _ in found.elements} <= TAGS
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    assert len([data for attributes, data in found.scripts if "type" not in attributes]) == 1
    for attributes, data in found.scripts:
        if "type" in attributes:
            assert "<" not in data
            orjson.loads(data)


def test_texts_are_bounded(result, monkeypatch):
    """So many pairs and articles have their texts, so many documents are listed; long ones have none."""
    monkeypatch.setattr(exhibits, "PAIRS", 1)
    assert exhibits.Exhibits(result.highlights).pairs == [
        row for row in range(5) if result.identity(row)["id"] == "near"
    ]
    monkeypatch.setattr(entries, "LISTED", 1)
    assert len(made(result).data("all-groups")[0][6]) == 1
    monkeypatch.setattr(exhibits, "LONGEST", 100)
    assert exhibits.Exhibits(result.highlights).pairs == exhibits.Exhibits(result.highlights).articles == []


def test_long_texts_are_shortened():
    """Of a text of 90,000 characters what differs and what is cut is shown, and a note for the rest."""
    text = "\n\n".join(f"{OTHER} {number}" for number in range(800))
    found = made(clean([{"id": "a", "text": text}, {"id": "b", "text": text + "\n\nThe end."}]))
    pairs = [data for attributes, data in found.scripts if attributes.get("id", "").startswith("pair-")]
    assert pairs
    assert all(len(data) < 20_000 for data in pairs)
    assert any("paragraphs shared" in data or "characters shared" in data for data in pairs)


def test_an_input_that_has_changed_is_shown_without_texts(monkeypatch):
    """The lists are there, the texts are not, and nothing fails."""
    changed = clean(ARTICLES)
    report = told(changed)

    def gone(rows):
        raise InputError("the input has changed")

    monkeypatch.setattr(changed, "texts", gone)
    found = made(changed, report)
    assert len(found.data("all-groups")[0][6]) == 2
    assert not [one for one, _ in found.scripts if one.get("id", "").startswith(("pair-", "article-"))]


@pytest.mark.parametrize(
    ("documents", "options"),
    [
        ([], {}),
        ([{"text": OTHER}], {}),
        ([{"text": ""}] * 3, {}),
        (ARTICLES, {"repeats": False, "duplicates": False}),
    ],
)
def test_nothing_found_is_a_page_too(documents, options):
    """An empty input, one article, nothing looked for: a page without lists."""
    found = made(clean(documents, **options))
    assert found.data("all-groups") == found.data("all-articles") == []
    assert not [tag for tag, _ in found.elements if tag == "input"]


def test_a_summary_alone_makes_a_page(result):
    """An engine that has no texts at hand gives the sections of the terminal, the groups as a table."""
    found = Parsed(b"".join(page.made(everything(told(result)), None)).decode())
    assert "1 group" not in found.text
    assert "30 groups, 2 dropped" in found.text
    assert "To undo: dedup restore" in found.text
    assert "It has no texts" in found.text
    assert {one["id"] for one, _ in found.scripts if "id" in one} == {"about-page"}


def test_distributions_count_every_dropped_document(result):
    """Bars and those at 1 are all dropped ones; the table says the same as the bars."""
    for of in ("jaccard", "coverage"):
        spread = exhibits.Exhibits(result.highlights).spread(of)
        assert sum(spread.counts) + spread.whole == result.totals.dropped
    near = result.keepers.jaccard[least_alike(result)]
    assert [
        place
        for place, count in enumerate(exhibits.Exhibits(result.highlights).spread("jaccard").counts)
        if count
    ] == [int(near * 50)]


def test_the_page_has_the_texts_of_an_input_that_is_replaced(tmp_path, capsys):
    """`-o` over the input: the page has what was cut and dropped, and it is written with the output."""
    crawl, report = tmp_path / "crawl.jsonl", tmp_path / "report.HTML"
    crawl.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in ARTICLES))
    assert main(["clean", str(crawl), "-o", str(crawl), "--report", str(report)]) == 3
    found = Parsed(report.read_text(encoding="utf-8"))
    assert found.data(f"pair-{found.data('all-groups')[0][6][0][0]}")["rows"]
    assert "crawl.jsonl:2" in str(found.data("all-groups"))
    capsys.readouterr()
