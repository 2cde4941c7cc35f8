"""A summary -> one HTML file that needs no other: what the run did, and every decision with the texts that it
is about, to be searched, filtered, ordered and disagreed with.

Nothing in it loads, and no text from outside acts: it is made harmless, then escaped or inserted as text, and
the policy of the page lets the browser run only the styles and the script of this page.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dedup.reports.html import attention, charts, entries, markup, notes, texts
from dedup.reports.html.documents import PageDocuments
from dedup.reports.html.page_run import PageRun
from dedup.reports.near_duplicates import fate, is_tagging
from dedup.reports.numbers import number
from dedup.reports.terminal import console
from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary

BYTES = 8_000_000
"""Texts of pairs that a page has, and as much of articles; later ones are listed without their texts."""

_HERE = Path(__file__).parent
_NOT_COUNTED = ("groups", "repeats", "templates")  # parts of the terminal report that are lists on a page


def render(summary: Summary, exhibits: Exhibits | None) -> Iterator[bytes]:
    """The page in parts. Texts are read while it is made, so the input must still be in its place. Without
    exhibits, the page has what the terminal shows, and no texts.
    """
    facts = PageRun.of(summary, exhibits)
    for part in _template().generate(_values(summary, exhibits, facts)):
        yield part.encode()


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_HERE / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": lambda count: f"{count:,}", "number": number, "options": _options}
    return environment.get_template("page.html")


def _values(summary: Summary, exhibits: Exhibits | None, facts: PageRun) -> dict[str, Any]:
    """What the template fills in."""
    style, script = _joined("style", "css"), _script()
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    return {
        "style": Markup(style),
        "script": Markup(script),
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "summary": summary,
        "run": facts,
        "headline": notes.headline(summary),
        "decisions": charts.decisions(summary),
        "notices": attention.notices(summary),
        "notes": notes,
        "fate": fate(summary),
        "charts": _charts(summary, exhibits),
        "parts": _parts(summary) if exhibits is None else {},
        "shown": Shown(summary, exhibits, facts),
    }


def _options(sentence: str) -> Markup:
    """A sentence whose options, such as --max-loss, are not broken at the end of a line."""
    return Markup(re.sub(r"(--[a-z][a-z-]*)", r"<span class=option>\1</span>", str(escape(sentence))))


def _joined(folder: str, kind: str) -> str:
    """The files of a folder, one after the other, in the order of their names."""
    return "\n".join(path.read_text("utf-8") for path in sorted((_HERE / folder).glob(f"*.{kind}")))


def _script() -> str:
    return f'"use strict";\n(() => {{\n{_joined("script", "js")}\nstart();\n}})();\n'


def _hash(content: str) -> str:
    """The hash by which the policy of the page allows this content."""
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


def _parts(summary: Summary) -> dict[str, Markup]:
    """The parts of the terminal report that are lists where a page has texts."""
    sections = console.sections(summary)
    return {key: Markup(markup.section(key, sections[key])) for key in _NOT_COUNTED if key in sections}


def _charts(summary: Summary, exhibits: Exhibits | None) -> list[charts.Chart]:
    """How similar near-duplicates are to their keepers, by both measures."""
    if exhibits is None or not exhibits.highlights.groups:
        return []
    options, word = summary["options"], fate(summary).word
    jaccard, coverage = exhibits.histogram("jaccard"), exhibits.histogram("coverage")
    title = f"Jaccard of the {word} article and the kept one"
    covered = f"Share of the {word} article that is in the kept one"
    all_of_it = "all of it is in the kept one"
    return [
        charts.histogram("jaccard", title, "the same words", jaccard, options["threshold"]),
        charts.histogram("coverage", covered, all_of_it, coverage, options["contained"]),
    ]


class Shown:
    """What the lists of a page have, and how many texts it shows, which is known once they are written."""

    def __init__(self, summary: Summary, exhibits: Exhibits | None, facts: PageRun) -> None:
        self._summary = summary
        self._exhibits = exhibits
        self._facts = facts
        self.groups = entries.groups(exhibits) if exhibits else []
        self.articles = entries.articles(exhibits) if exhibits else []
        self.calls = entries.calls(exhibits) if exhibits else []
        self._counts = dict.fromkeys(("pair", "article", "call"), 0)

    def blocks(self) -> Iterator[Markup]:
        """The content of the lists as script elements, for the script."""
        if self._exhibits is None:
            return
        exhibits = self._exhibits
        for key, found in (
            ("pair", ((pair.row, texts.pair(pair)) for pair in exhibits.dropped_pairs())),
            ("article", ((one.row, texts.article(one)) for one in exhibits.cut_articles())),
            ("call", ((pair.row, texts.pair(pair)) for pair in exhibits.call_pairs())),
        ):
            yield from self._texts(key, found)
        rows = entries.rows_of(self.groups, self.articles, self.calls)
        documents = PageDocuments(exhibits.outcome, rows)
        yield block("all-documents", [*documents])
        yield block("all-sites", documents.sites)
        for key in ("groups", "articles", "calls"):
            yield block(f"all-{key}", getattr(self, key))

    def _texts(self, key: str, found: Iterable[tuple[int, Any]]) -> Iterator[Markup]:
        size = 0
        for row, value in found:
            made = block(f"{key}-{row}", value)
            yield made
            self._counts[key] += 1
            if (size := size + len(made)) > BYTES:
                return

    def about(self) -> Markup:
        """What the script needs to know of the run."""
        facts = self._facts
        about = {
            "fate": fate(self._summary).word,
            "tags": is_tagging(self._summary),
            "compare": facts.compare(),
            "repeats": facts.repeats(),
            "key": f"{facts.name} {facts.began.isoformat()}",
        }
        return block("about-page", about)

    def sentences(self) -> Iterator[str]:
        """How much of the run is on the page. To be asked after `blocks`."""
        if self._exhibits is None:
            yield "This page has no texts: the engine of the run only counts."
            return
        outcome, word = self._exhibits.outcome, fate(self._summary).word
        counts = {
            "pair": (fate(self._summary).articles, f"{word} article", f"{word} articles"),
            "article": (len(outcome.findings.cuts), "article with cuts", "articles with cuts"),
            "call": (len(outcome.templates), "article kept for its facts", "articles kept for their facts"),
        }
        for key, (count, one, many) in counts.items():
            if count:
                shown = self._counts[key]
                rest = " The rest are in the ledger." if shown < count else ""
                yield f"This page shows {shown:,} of {count:,} {one if count == 1 else many} in full.{rest}"


def block(key: str, value: Any) -> Markup:
    """A value as a script element that is data: no `<` in it ends the element or begins a comment."""
    data = orjson.dumps(value).decode().replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="{key}">{data}</script>\n')
