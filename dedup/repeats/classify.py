"""Runs and contained paragraphs -> findings: the kind of each repeat, and which of its copies goes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dedup.repeats.alignment import Run
from dedup.repeats.article import Article
from dedup.repeats.evidence import weigh
from dedup.repeats.features import Page, Place, Seen
from dedup.repeats.lexicon import LINK, WORD

_TOP = 8  # a headline stands among the first paragraphs
_TRAIL = re.compile(
    r"[>»›/|\\·•→:]|\s[-–—]\s"
)  # what joins a headline to a site's name or to the sections above it
_TRAIL_WORDS = 12  # words that a breadcrumb or a site's name adds to a headline at the most
_LEAST_EXCERPT = 6
_TOLD = 6  # observations that a finding names


class Finding(NamedTuple):
    """A repeat in paragraph numbers: the copy first..last (inclusive) repeats of_first..of_last.

    `evidence`: "accident" with its probability and logit, then the observations that weighed most, each with
    value and weight.
    """

    first: int
    last: int
    of_first: int
    of_last: int
    kind: str
    score: float
    evidence: dict[str, list[float]]


def judge(
    article: Article, runs: list[Run], inside: list[tuple[int, int, float]], caution: float
) -> list[Finding]:
    """Every repeat of an article. `pattern` is the kind of those whose probability of an accident is below
    `caution`.
    """
    if not runs and not inside:
        return []
    page = Page(article)
    found = [finding for run in runs for finding in _of_run(page, run, caution)]
    if len(found) < 2 and not inside:
        return found
    taken = {i for finding in found for i in range(finding.first, finding.last + 1)}
    for shorter, longer, score in inside:
        finding = _contained(page, shorter, longer, score)
        if finding and finding.first not in taken:
            taken.add(finding.first)
            found.append(finding)
    return list(_without_circles(found))


def _without_circles(found: list[Finding]) -> Iterator[Finding]:
    """The findings less those that would send a paragraph away for one that goes for it: one must stay."""
    goes: dict[int, list[int]] = {}
    for finding in found:
        pairs = list(
            zip(
                range(finding.first, finding.last + 1),
                range(finding.of_first, finding.of_last + 1),
                strict=False,
            )
        )
        if not goes or not any(_leads(goes, original, copy) for copy, original in pairs):
            for copy, original in pairs:
                goes.setdefault(copy, []).append(original)
            yield finding


def _leads(goes: dict[int, list[int]], start: int, end: int) -> bool:
    """Whether what goes for what leads from one paragraph to another."""
    waiting, known = [start], {start}
    while waiting:
        at = waiting.pop()
        if at == end:
            return True
        new = [other for other in goes.get(at, ()) if other not in known]
        known.update(new)
        waiting += new
    return False


def segments(run: Run) -> Iterator[list[tuple[int, int, float]]]:
    """The parts of a run whose copies stand without a gap: what lies in a gap is no repeat."""
    part = [run.pairs[0]]
    for pair in run.pairs[1:]:
        if pair[1] == part[-1][1] + 1 and pair[0] == part[-1][0] + 1 and not run.interleaved:
            part.append(pair)
        else:
            yield part
            part = [pair]
    yield part


def places(article: Article, run: Run) -> Iterator[Place]:
    """The parts of a run as places."""
    run_words = article.spoken_in([b for _, b, _ in run.pairs])
    for part in segments(run):
        (a, b, _), (a_last, b_last, _) = part[0], part[-1]
        yield Place(a, a_last, b, b_last, len(run.pairs), run_words, min([score for _, _, score in part]))


def _of_run(page: Page, run: Run, caution: float) -> Iterator[Finding]:
    """The findings of a run."""
    for place in places(page.article, run):
        if place.run == 1 and place.score < 100:
            shorter, longer = sorted((place.of_first, place.first), key=lambda i: page.article.sizes[i])
            breadcrumb = _contained(page, shorter, longer, place.score)
            if breadcrumb and breadcrumb.kind == "title":
                yield breadcrumb
                continue
        seen = Seen(page, place)
        accident, added = weigh(seen)
        kind = _kind(page, place) if accident >= caution else "pattern"
        yield Finding(
            place.first,
            place.last,
            place.of_first,
            place.of_last,
            kind,
            place.score,
            _told(accident, seen, added),
        )


def _kind(page: Page, place: Place) -> str:
    """block, title, exact or near."""
    if place.run > 1:
        return "block"
    if place.of_first < _TOP and headline(page.article, place.first):
        return "title"
    same = page.article.hashes[place.first] == page.article.hashes[place.of_first]
    return "exact" if same else "near"


def _contained(page: Page, shorter: int, longer: int, score: float) -> Finding | None:
    """A paragraph inside a longer one: a headline in a line that adds a breadcrumb or a site's name to it
    (which goes), or an excerpt.
    """
    article = page.article
    extra = article.sizes[longer] - article.sizes[shorter]
    top = min(shorter, longer) < _TOP and headline(article, shorter) and 0 < extra <= _TRAIL_WORDS
    if top and _only_trails(article.said(shorter), article.said(longer)):
        return Finding(longer, longer, shorter, shorter, "title", score, {"words_added": [float(extra), 0.0]})
    words = article.spoken(article.said(shorter), article.sizes[shorter])
    if words < _LEAST_EXCERPT:
        return None
    return Finding(shorter, shorter, longer, longer, "excerpt", score, {"words": [round(words, 1), 0.0]})


def _only_trails(title: str, line: str) -> bool:
    """Whether a line is a headline with nothing but trails around it: "World > HEADLINE | Post"."""
    if LINK.search(line):
        return False
    match = re.search(r"\W+".join(map(re.escape, WORD.findall(title))), line, re.IGNORECASE)
    if not match:
        return False
    before, after = line[: match.start()].rstrip("\"'“„«([ "), line[match.end() :].lstrip("\"'”“»)]?! ")
    trails_before = not WORD.search(before) or _TRAIL.search(before[-2:] + " ")
    return bool(trails_before and (not WORD.search(after) or _TRAIL.search(" " + after[:2])))


def headline(article: Article, paragraph: int) -> bool:
    """Whether a paragraph reads like a headline: a few words that do not end as a sentence does."""
    said = article.said(paragraph)
    return (
        4 <= article.sizes[paragraph] <= 40
        and len(said) <= 200
        and not said.endswith((".", "。", "।", ":", "：", ","))
    )


def _told(accident: float, seen: dict[str, float], added: dict[str, float]) -> dict[str, list[float]]:
    """The probability and the observations that weighed most."""
    strongest = sorted(added, key=lambda name: -abs(added[name]))[:_TOLD]
    logit = sum(added.values())
    return {"accident": [round(accident, 3), round(logit, 3)]} | {
        name: [round(seen.get(name, 1.0), 3), added[name]] for name in strongest
    }
