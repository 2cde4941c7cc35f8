"""What a page shows on demand, as JSON: pairs of texts with their differences, articles with their cuts, and
lists of both. Everything in it is harmless text, which page.js inserts as text.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

import orjson

from dedup.explain.passages import Passage
from dedup.identity import name_of
from dedup.pipeline.outcome import Outcome
from dedup.reports import shorten
from dedup.reports.numbers import percent, score, similarity
from dedup.reports.repeat_evidence import accident, evidence_lines
from dedup.reports.safe import location, name, safe_lines, short
from dedup.reports.terminal.findings import jaccard_range
from dedup.sources.pinned import line_of
from dedup.summary.exhibits import CutArticle, DroppedPair, Exhibits

LISTED = 50_000  # dropped documents that a page lists, and articles with cuts
_ROWS = 40  # rows of two texts side by side
_LOST = 600  # characters of a paragraph that a keeper lacks
_OPENING = 160  # columns of how a keeper begins
_STRETCH = 300  # characters at both ends of a long stretch that are shown; of a cut three times as many
_REPEATS = 50  # repeats of an article that are listed
PLAIN, CUT, ORIGINAL, NOTE = range(4)
"""The kinds of stretches of an article: kept, cut, what a cut repeats, a note."""
SHARED, ALONE, LEFT_OUT = range(3)
"""The kinds of fragments of a passage: in both texts, only in this one, a note."""


def block(key: str, value: Any) -> bytes:
    """A value as a script element that is data: no `<` in it ends the element or begins a comment."""
    data = orjson.dumps(value).replace(b"<", b"\\u003c")
    return b'<script type="application/json" id="%s">%s</script>\n' % (key.encode(), data)


def pair(pair: DroppedPair) -> dict[str, Any]:
    """A dropped document beside its keeper: {"rows": a note, or [passages, passages]; "more": rows left out;
    "lost": [text, share of it that the keeper has]}. A passage is a note, or [where it is in the other text
    if it was moved, [kind of fragment, text], ...].
    """
    rows = [*shorten.rows(pair.rows)]
    return {
        "rows": [
            row
            if isinstance(row, str)
            else [_passages(row.left, "this one"), _passages(row.right, "the kept one")]
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
    hidden = len(stretch) - 2 * size
    if hidden <= size // 2:
        yield [kind, safe_lines(stretch), number]
        return
    yield [kind, safe_lines(stretch[:size]), number]
    yield [NOTE, f" … {hidden:,} characters not shown … ", 0]
    yield [kind, safe_lines(stretch[-size:]), number]


def groups(exhibits: Exhibits, openings: dict[int, str]) -> list[Any]:
    """The groups of near-duplicates: [name and location of the keeper, how it begins, range of Jaccard,
    lowest Jaccard, flags, dropped, line]. Each dropped one is [row, name, location, Jaccard, coverage,
    share that is lost, paragraphs that the keeper lacks, their characters, line]. The line is that of the
    document in a file for --never-drop; empty for one of an earlier run.
    """
    unlike, left, listed = exhibits.highlights.unlike, LISTED, []
    outcome = exhibits.outcome
    for group in exhibits.highlights.groups:
        if left <= 0:
            break
        members = sorted(zip(group.jaccard, group.dropped, strict=True))[:left]
        left -= len(members)
        flags = ["members look unlike"] * (group.keeper in unlike) + ["close call"] * group.is_close
        opening = short(openings.get(group.keeper, ""), _OPENING)
        jaccards = jaccard_range(group.lowest, group.highest)
        dropped = [_dropped(outcome, row, jaccard) for jaccard, row in members]
        listed.append(
            [
                *_name_and_location(outcome, group.keeper),
                *(opening, jaccards, group.lowest, flags, dropped),
                _never_drop_line(outcome, group.keeper),
            ]
        )
    return listed


def _dropped(outcome: Outcome, row: int, jaccard: float) -> list[Any]:
    coverage = float(outcome.keepers.coverage[row])
    missing = outcome.decisions.lost.get(row, [])
    characters = sum(paragraph.end - paragraph.start for paragraph in missing)
    similar = [similarity(jaccard), percent(coverage), round(1 - coverage, 4)]
    line = _never_drop_line(outcome, row)
    return [row, *_name_and_location(outcome, row), *similar, len(missing), characters, line]


def _never_drop_line(outcome: Outcome, row: int) -> str:
    """The line of a document in a file for --never-drop; empty for a document of an earlier run."""
    identity = outcome.identity(row)
    return "" if "date" in identity else line_of(name_of(identity))


def _name_and_location(outcome: Outcome, row: int) -> tuple[str, str]:
    """The name of a document, and its location if that is not its name."""
    identity = outcome.identity(row)
    return name(identity), location(identity) if identity["id"] is not None else ""


def articles(outcome: Outcome) -> list[Any]:
    """The articles with cuts, the one with most characters cut first: [row, name, location, decision, repeats
    cut, characters cut, share of the text, that in per cent, kinds].
    """
    cut = outcome.table.column("cut").to_numpy()
    characters = outcome.table.column("characters").to_numpy()
    rows = sorted(outcome.findings.cuts, key=lambda row: (-int(cut[row]), row))[:LISTED]
    listed = []
    for row in rows:
        kinds = [repeat.kind for repeat in outcome.repeats_of(row) if repeat.cut]
        share = int(cut[row]) / max(1, int(characters[row]))
        counts = [len(kinds), int(cut[row]), share, percent(share)]
        listed.append(
            [row, *_name_and_location(outcome, row), outcome.decision(row), *counts, sorted({*kinds})]
        )
    return listed
