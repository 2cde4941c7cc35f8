"""A Result in a notebook: what its tables show, and that nothing in it acts."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

from dedup.api import clean
from dedup.reports.html import markup
from tests.support.examples import examples
from tests.support.hostile import hostile_texts, with_strings
from tests.support.reporting import OTHER, STORY

TAGS = {"div", "p", "table", "thead", "tbody", "tr", "th", "td", "bdi", "br", "span"}
STYLES = {"text-align", "vertical-align", "font-weight", "opacity", "overflow-x"}
ATTRIBUTES = {"style", "class", "scope", "tabindex", "role", "aria-label"}


class ParsedHtml(HTMLParser):
    """The tags, attributes and cells of a piece of HTML; refuses tags that do not close."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.rows, self.inside, self.texts = set(), [], [], [], []
        self.feed(html)
        self.close()
        assert not self.inside

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag != "br":
            self.inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if {"td", "th"} & {*self.inside}:
            self.rows[-1][-1] += data


def test_a_notebook_shows_the_counts(result):
    """The counts and shares of the terminal's report, the kinds of repeats, the groups and the reasons."""
    seen = ParsedHtml(result._repr_html_())
    totals = result.totals
    assert ["out", "3", "42.9%", f"{totals.kept_characters:,}", "29.6%"] in seen.rows
    assert [row[:3] for row in seen.rows if row[0] in ("in", "cut", "dropped", "unreadable")] == [
        ["in", "7", ""],
        ["cut", "1", "14.3%"],
        ["dropped", "2", "28.6%"],
        ["unreadable", "2", "28.6%"],
    ]
    assert ["block", "1", "1", "100.0%"] in [row[:4] for row in seen.rows]
    (group,) = [row for row in seen.rows if row[0] == "3"]
    assert group[1].endswith("to 1.000")
    assert group[2].startswith("first  memory:1  kept as the one most like the othersThe ferry to")
    assert ["1", "14.3%", '"text" is int, not a stringmemory:6'] in seen.rows


@pytest.mark.parametrize("documents", [[], [OTHER], [{"text": 5}], [STORY, OTHER]])
def test_empty_parts_are_absent(documents):
    """A run that found nothing has the counts, if there is something to count, and no other table."""
    seen = ParsedHtml(clean(documents)._repr_html_())
    rejected = sum(isinstance(document, dict) for document in documents)
    assert [row[0] for row in seen.rows if row[0] in ("in", "out")] == ["in", "out"] * bool(documents)
    assert not {"for example", "kept article, and how it begins"} & {*seen.texts}
    assert ("is int, not a string" in str(seen.rows)) == bool(rejected)


def test_many_groups_are_counted(result):
    """Only the largest groups are shown; the rest is a number."""
    texts = [
        f"{word} {STORY}".replace("e", word)
        for word in ("aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg", "hhhh", "iiii", "jjjj")
    ]
    seen = ParsedHtml(clean(texts * 2)._repr_html_())
    assert sum(row[0] == "2" for row in seen.rows) == 8
    assert "and 2 more groups" in seen.texts


@examples(100)
@given(text=hostile_texts)
def test_hostile_text_is_escaped(result, text):
    """Promise 6: whatever a text, an id or a reason holds, no markup, control or override of it is alive."""
    html = markup.fragment(with_strings(result.summary(), text))
    seen = ParsedHtml(html)
    assert seen.tags <= TAGS
    assert {name for name, _ in seen.attributes} <= ATTRIBUTES
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", html
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "</td></table><img src=x onerror=alert(1)>",
        '"><style>*{display:none}</style>',
        "&lt;b&gt;",
        "<!--",
        "]]>",
    ],
)
def test_markup_is_shown_as_it_is_written(result, text):
    """Markup in a text is read, not obeyed."""
    seen = ParsedHtml(markup.fragment(with_strings(result.summary(), text)))
    assert seen.tags <= TAGS
    assert any(text in shown for shown in seen.texts)


def test_it_needs_no_script_and_no_style(result):
    """No script, style sheet, link or colour of its own; MathJax leaves the texts alone."""
    seen = ParsedHtml(result._repr_html_())
    assert ("class", "dedup tex2jax_ignore mathjax_ignore") in seen.attributes
    styles = [
        part.split(":") for name, value in seen.attributes if name == "style" for part in value.split(";")
    ]
    assert {name.strip() for name, _ in styles} <= STYLES
    assert not {"script", "style", "link", "a", "img"} & seen.tags
    assert {attribute for attribute, _ in seen.attributes} <= ATTRIBUTES
