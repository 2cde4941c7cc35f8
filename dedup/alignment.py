"""Proposed pairs of paragraphs -> runs: how alike they are (rapidfuzz), and which follow each other in both
places.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz, process

# rapidfuzz ratio (0 to 100) of the words from which on two paragraphs are the same but for a few characters
NEAR = 85.0
INSIDE = 88.0  # partial ratio from which on the shorter stands inside the longer
_SKIP = (
    2  # steps of a run: paragraphs that stand in one copy alone or are changed in one are passed over singly
)
_NO_WORD = re.compile(r"[\W_]+")


@dataclass
class Article:
    """One document's paragraphs, for looking at its repeats.

    `spans`: character ranges in `text`; `hashes`: of each paragraph's words, 0 where it has none; `sizes`:
    words.
    """

    text: str
    spans: list[tuple[int, int]]
    hashes: list[int]
    sizes: list[int]
    _plain: dict[int, str] = field(default_factory=dict)

    def said(self, paragraph: int) -> str:
        """A paragraph as it stands."""
        start, end = self.spans[paragraph]
        return self.text[start:end]

    def plain(self, paragraph: int) -> str:
        """A paragraph's letters, marks and digits in words, case-folded: what rapidfuzz compares."""
        if paragraph not in self._plain:
            self._plain[paragraph] = _NO_WORD.sub(" ", self.said(paragraph).casefold()).strip()
        return self._plain[paragraph]


class Run(NamedTuple):
    """Pairs of paragraphs that follow each other in both places: (earlier, later, how alike), later ones
    ascending.
    """

    pairs: list[tuple[int, int, float]]
    interleaved: bool = False


def align(
    article: Article, proposed: list[tuple[int, int, bool]]
) -> tuple[list[Run], list[tuple[int, int, float]]]:
    """Runs of paragraphs that are the same or nearly so, and pairs (shorter, longer, score) of which one
    stands inside the other.
    """
    same = {(a, b): 100.0 for a, b, exact in proposed if exact}
    unsure = [(a, b) for a, b, exact in proposed if not exact]
    inside: list[tuple[int, int, float]] = []
    if unsure:
        left, right = [article.plain(a) for a, _ in unsure], [article.plain(b) for _, b in unsure]
        ratios = process.cpdist(left, right, scorer=fuzz.ratio, score_cutoff=NEAR)
        same |= {pair: float(ratio) for pair, ratio in zip(unsure, ratios, strict=True) if ratio}
        rest = [i for i, ratio in enumerate(ratios) if not ratio]
        parts = process.cpdist(
            [left[i] for i in rest], [right[i] for i in rest], scorer=fuzz.partial_ratio, score_cutoff=INSIDE
        )
        for i, part in zip(rest, parts, strict=True):
            if part:
                shorter, longer = sorted(unsure[i], key=lambda paragraph: len(article.plain(paragraph)))
                inside.append((shorter, longer, float(part)))
    return _runs(article, same), inside


def _runs(article: Article, same: dict[tuple[int, int], float]) -> list[Run]:
    """Join pairs along their diagonals: each later paragraph belongs to one run, the one that goes on
    longest.
    """
    twins: dict[int, list[int]] = {}
    for a, b in sorted(same):
        twins.setdefault(b, []).append(a)
    taken: set[int] = set()
    runs = []
    for b in sorted(twins):
        if b in taken:
            continue
        run = max((_follow(article, same, a, b, taken) for a in _starts(article, twins, b)), key=len)
        taken.update(later for _, later, _ in run)
        runs.append(Run(run))
    return _join_interleaved(runs)


def _starts(article: Article, twins: dict[int, list[int]], b: int) -> list[int]:
    """Earlier paragraphs that `b` may repeat: those proposed, and the ones from which a run leads to what was
    proposed for the next.
    """
    starts = list(twins[b])
    for ahead in (1, 2, 3):
        starts += [
            a - ahead
            for a in twins.get(b + ahead, ())
            if a >= ahead and article.hashes[a - ahead] == article.hashes[b]
        ]
    return list(dict.fromkeys(a for a in starts if a < b))


def _follow(
    article: Article, same: dict[tuple[int, int], float], a: int, b: int, taken: set[int]
) -> list[tuple[int, int, float]]:
    """The run from (a, b) on, passing over up to _SKIP paragraphs that stand in one copy alone."""
    run = [(a, b, same.get((a, b), 100.0))]
    begin = b
    while True:
        for step_a, step_b in ((1, 1), (2, 1), (1, 2), (2, 2)):
            next_a, next_b = a + step_a, b + step_b
            if next_a >= begin or next_b >= len(article.spans) or next_b in taken:
                continue
            score = _alike(article, same, next_a, next_b, step_a + step_b == _SKIP)
            if score:
                a, b = next_a, next_b
                run.append((a, b, score))
                break
        else:
            return run


def _alike(article: Article, same: dict[tuple[int, int], float], a: int, b: int, adjacent: bool) -> float:
    """How alike two paragraphs are, 0 where below NEAR; a pair that was not proposed is compared only as the
    very next of a run.
    """
    if article.hashes[a] == article.hashes[b] and article.hashes[a]:
        return 100.0
    if (a, b) in same:
        return same[a, b]
    if not article.hashes[a] and not article.hashes[b]:
        return 100.0 if adjacent and article.said(a) == article.said(b) else 0.0
    return fuzz.ratio(article.plain(a), article.plain(b), score_cutoff=NEAR) if adjacent else 0.0


def _join_interleaved(runs: list[Run]) -> list[Run]:
    """p1 p1 p2 p2 ...: paragraphs each of which stands again at once are one run."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1].pairs[-1] if joined else (0, 0, 0.0)
        (a, b, _), single = run.pairs[0], len(run.pairs) == 1
        if joined and single and b == a + 1 and a == last[1] + 1 and last[1] == last[0] + 1:
            joined[-1] = Run(joined[-1].pairs + run.pairs, True)
        else:
            joined.append(run)
    return joined
