"""A page as a browser reads it."""

import re
from html.parser import HTMLParser

import orjson

from dedup.reports.html import page
from dedup.summary import exhibits
from tests.support.reporting import summary_of

VOID = {"meta", "path", "rect", "input", "br"}
TAGS = VOID | {"html", "head", "title", "style", "body", "header", "main", "footer", "nav", "section", "div"}
TAGS |= {"p", "h1", "h2", "h3", "a", "b", "small", "span", "bdi", "button", "textarea", "code", "ul", "li"}
TAGS |= {"details", "summary", "noscript", "table", "thead", "tbody", "tr", "th", "td", "figure"}
TAGS |= {"figcaption", "svg", "script", "label", "select", "option", "form", "dl", "dt", "dd"}
DEAD = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Parsed(HTMLParser):
    """A page as a browser reads it: its elements with their attributes, its text, its scripts."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.texts, self.scripts, self.style = [], [], [], [], ""
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
            self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())

    def data(self, key):
        """The value of a block of data; None where there is none."""
        blocks = [data for attributes, data in self.scripts if attributes.get("id") == key]
        return orjson.loads(blocks[0]) if blocks else None

    @property
    def documents(self):
        """What the page says of each document, by row."""
        names = ["row", "name", "place", "title", "opening", "url", "is_link", "date", "site", "line"]
        listed = (dict(zip(names, one, strict=True)) for one in self.data("all-documents"))
        return {one["row"]: one for one in listed}

    def lines(self, group):
        """The lines for --never-drop of a group: of its keeper, then of the dropped documents."""
        of_all = [self.documents[row] for row in (group[0], *(dropped[0] for dropped in group[3]))]
        return [one["name"] if one["line"] == 0 else one["line"] for one in of_all]


def made(result, report=None):
    return Parsed(
        b"".join(page.render(report or summary_of(result), exhibits.Exhibits(result.highlights))).decode()
    )
