"""Runs and contained paragraphs -> findings: of which kind each repeat is, and whether it is an accident or its author's intent.

What is observed of a repeat is a handful of named numbers; `verdict` weighs them. Both stand in the ledger beside each repeat.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from dedup.alignment import Article, Run

_SYMBOL = re.compile(r"[{}\[\]<>=;|\\/_#*@$%^&~`+]")
_TRAIL = re.compile(r"[>»›/|\\·•→:]|\s[-–—]\s")

_TOP = 8  # a headline stands among the first paragraphs
_TRAIL_WORDS = 15  # words that a breadcrumb or a site's name adds to a headline
_LEAST_EXCERPT = 6


class Finding(NamedTuple):
    """A repeat in paragraph numbers: the copy first..last repeats of_first..of_last (inclusive)."""

    first: int
    last: int
    of_first: int
    of_last: int
    kind: str
    score: float
    evidence: dict[str, float]


def segments(run: Run) -> Iterator[list[tuple[int, int, float]]]:
    """The parts of a run whose later copies stand without a gap: what lies in a gap is no repeat."""
    part = [run.pairs[0]]
    for pair in run.pairs[1:]:
        if pair[1] == part[-1][1] + 1 and (pair[0] == part[-1][0] + 1 and not run.interleaved):
            part.append(pair)
        else:
            yield part
            part = [pair]
    yield part


def judge(article: Article, runs: list[Run], inside: list[tuple[int, int, float]], caution: float) -> list[Finding]:
    """Every repeat of an article with its kind: `pattern` where what is observed speaks for an author's intent."""
    times = Counter(article.hashes)
    found = [_finding(article, run, part, times, caution) for run in runs for part in segments(run)]
    covered = {i for finding in found for i in range(finding.first, finding.last + 1)}
    for shorter, longer, score in inside:
        finding = _contained(article, shorter, longer, score)
        if finding and covered.isdisjoint((finding.first,)):
            covered.add(finding.first)
            found.append(finding)
    return found


def _finding(article: Article, run: Run, part: list[tuple[int, int, float]], times: Counter[int], caution: float) -> Finding:
    """One part of a run, judged."""
    seen = observe(article, run, part, times)
    (a, b, _), (a_last, b_last, _) = part[0], part[-1]
    score = min(alike for _, _, alike in part)
    if len(run.pairs) == 1 and article.hashes[a] != article.hashes[b]:
        shorter, longer = sorted((a, b), key=lambda i: article.sizes[i])
        breadcrumb = _contained(article, shorter, longer, score)
        if breadcrumb and breadcrumb.kind == "title" and article.plain(shorter) in article.plain(longer):
            return breadcrumb
    if seen["run"] >= 2:
        kind = "block"
    elif a < _TOP and _headline(article, b):
        kind = "title"
    else:
        kind = "exact" if article.hashes[a] == article.hashes[b] else "near"
    seen["accident"] = accident(seen, kind)
    return Finding(b, b_last, a, a_last, kind if seen["accident"] >= caution else "pattern", score, seen)


def _contained(article: Article, shorter: int, longer: int, score: float) -> Finding | None:
    """A paragraph inside a longer one: a headline in a breadcrumb (which goes), or an excerpt."""
    extra = article.sizes[longer] - article.sizes[shorter]
    top = min(shorter, longer) < _TOP and _headline(article, shorter)
    seen = {"words": float(article.sizes[shorter]), "extra_words": float(extra)}
    if top and extra <= _TRAIL_WORDS and _TRAIL.search(article.said(longer)):
        return Finding(longer, longer, shorter, shorter, "title", score, seen)
    if article.sizes[shorter] < _LEAST_EXCERPT:
        return None
    return Finding(shorter, shorter, longer, longer, "excerpt", score, seen)


def _headline(article: Article, paragraph: int) -> bool:
    """Whether a paragraph reads like a headline: a few words that do not end as a sentence does."""
    said = article.said(paragraph)
    return 4 <= article.sizes[paragraph] <= 40 and len(said) <= 200 and not re.search(r"[.。।:]$", said)


def accident(seen: dict[str, float], kind: str) -> float:
    """How likely it is that nobody meant to say this twice, 0 to 1."""
    if seen["differing_figures"] or seen["symbols"] > 0.05:
        return 0.1
    if kind == "title":
        return 0.9
    return 0.9 if seen["run_words"] >= 24 else 0.2


def observe(article: Article, run: Run, part: list[tuple[int, int, float]], times: Counter[int]) -> dict[str, float]:
    """The named observations about one part of a run."""
    joined = " ".join(article.said(b) for _, b, _ in part)
    return {
        "words": float(sum(article.sizes[b] for _, b, _ in part)),
        "run": float(len(run.pairs)),
        "run_words": float(sum(article.sizes[b] for _, b, _ in run.pairs)),
        "times": float(max(times[article.hashes[b]] for _, b, _ in part)),
        "symbols": round(len(_SYMBOL.findall(joined)) / max(1, len(joined)), 3),
        "differing_figures": float(differing_figures(article, part)),
    }


def differing_figures(article: Article, part: list[tuple[int, int, float]]) -> int:
    """Words with figures that stand in one copy alone."""
    figures = 0
    for a, b, _ in part:
        if article.hashes[a] != article.hashes[b]:
            one, two = Counter(article.plain(a).split()), Counter(article.plain(b).split())
            figures += sum(any(c.isdigit() for c in word) for word in ((one - two) + (two - one)).elements())
    return figures
