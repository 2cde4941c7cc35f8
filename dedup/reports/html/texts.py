"""The texts that a page shows on demand, as JSON: pairs of texts with their differences, articles with their
cuts. Everything in it is harmless text, which the script inserts as text.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

from dedup.explain.passages import Passage
from dedup.reports import shorten
from dedup.reports.numbers import percent, score
from dedup.reports.repeat_evidence import accident, evidence_lines
from dedup.reports.safe import safe_lines
from dedup.summary.exhibits import CutArticle, TextPair

_ROWS = 40  # rows of two texts side by side
_LOST = 600  # characters of a paragraph that a keeper lacks
_STRETCH = 300  # characters at both ends of a long stretch that are shown; of a cut three times as many
_REPEATS = 50  # repeats of an article that are listed
PLAIN, CUT, ORIGINAL, NOTE = range(4)
"""The kinds of stretches of an article: kept, cut, what a cut repeats, a note."""
SHARED, ALONE, LEFT_OUT = range(3)
"""The kinds of fragments of a passage: in both texts, only in this one, a note."""


def pair(pair: TextPair) -> dict[str, Any]:
    """A document beside another one: {"rows": a note, or [passages, passages]; "more": rows left out;
    "lost": [text, share of it that the other one has]}. A passage is a note, or [where it is in the other
    text if it was moved, [kind of fragment, text], ...].
    """
    rows = [*shorten.rows(pair.rows)]
    return {
        "rows": [
            row
            if isinstance(row, str)
            else [_passages(row.left, "this one"), _passages(row.right, "the other one")]
            for row in rows[:_ROWS]
        ],
        "more": max(0, len(rows) - _ROWS),
        "lost": [[_paragraph(text), percent(coverage)] for text, coverage in pair.missing],
    }


def _paragraph(text: str) -> str:
    """A paragraph, shortened at its end."""
    head = shorten.cut(text, _LOST)
    return safe_lines(head) + (f" … {len(text) - len(head):,} more characters" if head != text else "")


def _passages(passages: list[Passage], label: str) -> list[Any]:
    shortened = shorten.passages(passages, label)
    return [passage if isinstance(passage, str) else _passage(passage) for passage in shortened]


def _passage(passage: Passage) -> list[Any]:
    moved = f"further {passage.moved} in the other" if passage.moved else ""
    fragments = [
        [LEFT_OUT if count % 2 else SHARED if fragment.shared else ALONE, shorten.flat(part)]
        for fragment in passage.fragments
        for count, part in enumerate(shorten.parts(fragment))
    ]
    return [moved, *fragments]


def article(article: CutArticle) -> dict[str, Any]:
    """An article with its cuts: {"text": [kind of stretch, text, number of the repeat] ..., "repeats": [kind,
    how similar, probability of a scraping error, evidence] ..., "more": repeats left out}.
    """
    repeats = [
        [repeat.kind, score(repeat.score), accident(repeat), "; ".join(evidence_lines(repeat))]
        for repeat in article.repeats[:_REPEATS]
    ]
    return {
        "text": [*_stretches(article)],
        "repeats": repeats,
        "more": max(0, len(article.repeats) - _REPEATS),
    }


def _stretches(article: CutArticle) -> Iterator[list[Any]]:
    """The text in stretches, each with the number of the repeat that it is part of, from 1 on."""
    text, numbered = article.text.rstrip(), list(enumerate(article.repeats, 1))
    spans = [(ORIGINAL, repeat.of_start, repeat.of_end, number) for number, repeat in numbered]
    spans += [(CUT, repeat.start, repeat.end, number) for number, repeat in numbered]
    edges = sorted({0, len(text), *(edge for _, *span, _ in spans for edge in span if edge < len(text))})
    kinds = dict.fromkeys(edges, (PLAIN, 0))
    for kind, start, end, number in spans:
        for edge in edges[bisect_left(edges, start) : bisect_left(edges, end)]:
            kinds[edge] = (kind, number) if kinds[edge][0] != CUT else kinds[edge]
    parts = [(kinds[start], start, end) for start, end in pairwise(edges)]
    for (kind, number), run in groupby(parts, key=lambda part: part[0]):
        members = [*run]
        yield from _shortened(text[members[0][1] : members[-1][2]], kind, number)


def _shortened(stretch: str, kind: int, number: int) -> Iterator[list[Any]]:
    size = _STRETCH if kind == PLAIN else 3 * _STRETCH
    first, hidden, last = shorten.ends(stretch, size)
    if len(hidden) <= size // 2:
        yield [kind, safe_lines(stretch), number]
        return
    yield [kind, safe_lines(first), number]
    yield [NOTE, f" … {len(hidden):,} characters not shown … ", 0]
    yield [kind, safe_lines(last), number]
