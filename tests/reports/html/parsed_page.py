"""A page as a browser reads it."""

import re
from html.parser import HTMLParser

import orjson

from dedup.reports.html import page
from dedup.summary import exhibits
from tests.support.reporting import summary_of

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
    "button",
    "textarea",
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


def made(result, report=None):
    return Parsed(
        b"".join(page.render(report or summary_of(result), exhibits.Exhibits(result.highlights))).decode()
    )
