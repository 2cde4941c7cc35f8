"""What a page shows on demand, as JSON: pairs of texts with their differences, articles with their cuts,
lists of both. Everything in it is harmless text; page.js puts it in place as text.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

import orjson

from dedup.explain.passages import Passage
from dedup.pipeline.outcome import Outcome
from dedup.repeats.find import Repeat
from dedup.reports import shorten as shortened
from dedup.reports.layout import alike, percent, similarity
from dedup.reports.safe import location, name, safe, safe_lines, short
from dedup.reports.terminal.findings import chance, jaccard_range
from dedup.summary.exhibits import CutArticle, DroppedPair, Exhibits

LISTED = 50_000  # dropped documents that a page lists, and articles with cuts
_ROWS = 40  # rows of two texts beside each other
_LOST = 600  # characters of a paragraph that a keeper lacks
_OPENING = 160  # columns of how a keeper begins
_STRETCH = 300  # characters at both ends of a long stretch between two cuts; of a cut three times as many
_REPEATS = 50  # repeats of an article that are listed
_FEATURES = 3  # of each repeat
PLAIN, CUT, ORIGINAL, NOTE = range(4)
"""What a stretch of an article is: left, cut, what the cut repeats, a note."""


def block(key: str, value: Any) -> bytes:
    """A value as a script element that nothing runs: no `<` in it ends the element or begins a comment."""
    data = orjson.dumps(value).replace(b"<", b"\\u003c")
    return b'<script type="application/json" id="%s">%s</script>\n' % (key.encode(), data)


def pair(held: DroppedPair) -> dict[str, Any]:
    """A dropped document beside its keeper: {"rows": a note, or [passages, passages]; "more": rows that are
    left out; "lost": [text, covered]}. A passage is a note, or [where it was moved, [shared (0), only here
    (1) or a note (2), text] ...].
    """
    rows = [*shortened.sampled(held.rows)]
    return {
        "rows": [
            one
            if isinstance(one, str)
            else [_passages(one.left, "this one"), _passages(one.right, "the kept one")]
            for one in rows[:_ROWS]
        ],
        "more": max(0, len(rows) - _ROWS),
        "lost": [[_ended(text), percent(covered)] for text, covered in held.missing],
    }


def _ended(text: str) -> str:
    head = shortened.cut(text, _LOST)
    return safe_lines(head) + (f" … {len(text) - len(head):,} more characters" if head != text else "")


def _passages(some: list[Passage], label: str) -> list[Any]:
    return [one if isinstance(one, str) else _passage(one) for one in shortened.passages(some, label)]


def _passage(passage: Passage) -> list[Any]:
    moved = f"further {passage.moved} in the other" if passage.moved else ""
    shown = [
        [2 if count % 2 else int(not fragment.shared), shortened.flat(part)]
        for fragment in passage.fragments
        for count, part in enumerate(shortened.parts(fragment))
    ]
    return [moved, *shown]


def article(cutting: CutArticle) -> dict[str, Any]:
    """An article with its cuts: {"text": [what it is, text, number of the repeat] ..., "repeats": [kind, how
    alike, probability of an accident, what weighed] ..., "more": repeats that are not listed}.
    """
    repeats = cutting.repeats
    told = [[one.kind, alike(one.score), _accident(one), _weighed(one)] for one in repeats[:_REPEATS]]
    return {"text": [*_stretches(cutting)], "repeats": told, "more": max(0, len(repeats) - _REPEATS)}


def _accident(repeat: Repeat) -> str:
    accident = repeat.evidence.get("accident")
    return chance(accident[0]) if accident else "-"


def _weighed(repeat: Repeat) -> str:
    """The features that weighed most: name, value, weight if it has one."""
    told = [(key, values) for key, values in repeat.evidence.items() if key != "accident"]
    return "; ".join(
        f"{safe(key).replace('_', ' ')} {value:g}" + (f" ({weight:+.2f})" if weight else "")
        for key, (value, weight) in told[:_FEATURES]
    )


def _stretches(cutting: CutArticle) -> Iterator[list[Any]]:
    """The text in stretches, each with the number of the repeat that it belongs to, from 1 on."""
    text, numbered = cutting.text.rstrip(), list(enumerate(cutting.repeats, 1))
    marks = [(ORIGINAL, one.of_start, one.of_end, number) for number, one in numbered]
    marks += [(CUT, one.start, one.end, number) for number, one in numbered]
    edges = sorted({0, len(text), *(edge for _, *span, _ in marks for edge in span if edge < len(text))})
    found = dict.fromkeys(edges, (PLAIN, 0))
    for kind, start, end, number in marks:
        for edge in edges[bisect_left(edges, start) : bisect_left(edges, end)]:
            found[edge] = (kind, number) if found[edge][0] != CUT else found[edge]
    spans = [(found[start], start, end) for start, end in pairwise(edges)]
    for (kind, number), same in groupby(spans, key=lambda span: span[0]):
        stretch = [*same]
        yield from _shown(text[stretch[0][1] : stretch[-1][2]], kind, number)


def _shown(stretch: str, kind: int, number: int) -> Iterator[list[Any]]:
    size = _STRETCH if kind == PLAIN else 3 * _STRETCH
    hidden = len(stretch) - 2 * size
    if hidden <= size // 2:
        yield [kind, safe_lines(stretch), number]
        return
    yield [kind, safe_lines(stretch[:size]), number]
    yield [NOTE, f" … {hidden:,} characters not shown … ", 0]
    yield [kind, safe_lines(stretch[-size:]), number]


def groups(exhibits: Exhibits, openings: dict[int, str]) -> list[Any]:
    """The groups of near-duplicates: [id, place, opening, Jaccard, the lowest one, flags, dropped]. Each
    dropped one is [row, id, place, Jaccard, coverage, share that is lost, paragraphs that the keeper lacks,
    characters of these].
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
        told = jaccard_range(group.lowest, group.highest)
        dropped = [_dropped(outcome, row, jaccard) for jaccard, row in members]
        listed.append([*_called(outcome, group.keeper), opening, told, group.lowest, flags, dropped])
    return listed


def _dropped(outcome: Outcome, row: int, jaccard: float) -> list[Any]:
    covered = float(outcome.keepers.coverage[row])
    missing = outcome.decisions.lost.get(row, [])
    lost = sum(one.end - one.start for one in missing)
    told = [similarity(jaccard), percent(covered), round(1 - covered, 4), len(missing), lost]
    return [row, *_called(outcome, row), *told]


def _called(outcome: Outcome, row: int) -> tuple[str, str]:
    """What a document is called, and where it stands where that says more."""
    identity = outcome.identity(row)
    return name(identity), location(identity) if identity["id"] is not None else ""


def articles(outcome: Outcome) -> list[Any]:
    """The articles of which something is cut, most first: [row, id, place, decision, repeats cut, characters
    cut, share of the text, kinds].
    """
    cut = outcome.table.column("cut").to_numpy()
    characters = outcome.table.column("characters").to_numpy()
    rows = sorted(outcome.findings.cuts, key=lambda row: (-int(cut[row]), row))[:LISTED]
    listed = []
    for row in rows:
        kinds = [repeat.kind for repeat in outcome.repeats_of(row) if repeat.cut]
        share = int(cut[row]) / max(1, int(characters[row]))
        told = [outcome.decision(row), len(kinds), int(cut[row]), share, percent(share), sorted({*kinds})]
        listed.append([row, *_called(outcome, row), *told])
    return listed
