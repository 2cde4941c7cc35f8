"""Proposed pairs of paragraphs -> runs: how alike they are (rapidfuzz), and which follow each other in both
places.
"""

from itertools import groupby
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from dedup.repeats.article import Article, Pair

# rapidfuzz ratio (0 to 100) of the words from which on two paragraphs are the same but for a few characters
NEAR = 85
INSIDE = 88.0  # partial ratio from which on the shorter stands inside the longer
_SKIP = 2  # steps of a run: single paragraphs that one copy lacks or has changed are passed over
# pairs of runs that are walked, for each paragraph and in all: 20,000 equal lines have 200 million
_WORK, _MOST_WORK = 20, 2_000_000
# characters of two paragraphs, multiplied, the shorter one's squared, up to which one is looked for in the
# other: of 15,377 found in 34,922 real pages and articles the longest takes a twentieth of this; one that was
# not found took fifty times this, ten seconds
_INSIDE_WORK = 10**11
_LONG = 500  # characters from which on looking first at what two texts have in common is worth it

Proposed = tuple[int, int, bool]
"""A pair of paragraphs, the earlier one first, and whether their words are equal."""
Scored = tuple[int, int, float]
Same = dict[Pair, float]
"""Pairs of paragraphs, the earlier one first, and how alike they are."""
Inside = tuple[int, int, float]
"""A paragraph, a longer one that holds it, and how well."""


class Run(NamedTuple):
    """Pairs of paragraphs that follow each other in both places: (earlier, later, how alike), later ones
    ascending.
    """

    pairs: list[Scored]
    interleaved: bool = False


def compare(article: Article, proposed: list[Proposed]) -> tuple[Same, list[Inside]]:
    """Which of the proposed pairs are the same or nearly so, and which have one inside the other."""
    same = {(a, b): 100.0 for a, b, exact in proposed if exact}
    unsure = [(a, b) for a, b, exact in proposed if not exact and article.comparable(a, b)]
    inside: list[Inside] = []
    if unsure:
        article.compared += len(unsure)
        left, right = [article.plain(a) for a, _ in unsure], [article.plain(b) for _, b in unsure]
        scores = process.cpdist(left, right, scorer=fuzz.ratio, score_cutoff=NEAR)
        pairs = zip(scores.tolist(), left, right, strict=True)
        ratios = [0.0 if score and _goes_on(one, other) else score for score, one, other in pairs]
        same |= {pair: float(ratio) for pair, ratio in zip(unsure, ratios, strict=True) if ratio}
        rest = [i for i, ratio in enumerate(ratios) if not ratio and may_hold(left[i], right[i])]
        parts = process.cpdist(
            [left[i] for i in rest], [right[i] for i in rest], scorer=fuzz.partial_ratio, score_cutoff=INSIDE
        )
        for i, part in zip(rest, parts, strict=True):
            if part:
                shorter, longer = sorted(unsure[i], key=lambda paragraph: len(article.plain(paragraph)))
                inside.append((shorter, longer, float(part)))
    return same, inside


def may_hold(one: str, other: str) -> bool:
    """Whether the shorter of two texts may stand inside the longer: that is looked for in no more than a
    second, and not where they have too little in common, which is found out in a thousandth of the time.

    If L characters of a text of s are those of a window of w <= s, in order, L <= w, and their ratio 200 L /
    (s + w) is at least INSIDE, then L is at least INSIDE s / (200 - INSIDE).
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) ** 2 * len(longer) > _INSIDE_WORK:
        return False
    least = int(INSIDE * len(shorter) / (200 - INSIDE))
    return len(shorter) < _LONG or LCSseq.similarity(shorter, longer, score_cutoff=least) > 0


def align(article: Article, same: Same) -> list[Run]:
    """Runs of paragraphs that are the same or nearly so: pairs are joined along their diagonals; each later
    paragraph belongs to one run, that with most words.
    """
    seeds = list(same)
    if len(seeds) > 1:
        times, hashes = article.times, article.hashes
        seeds.sort(key=lambda pair: (times[hashes[pair[1]]], pair[1], pair[0]))
    visited: set[Pair] = set()
    diagonals = []
    work = min(_WORK * len(article.sizes), _MOST_WORK)
    for seed in seeds:
        if seed not in visited and len(visited) <= work:
            diagonals.append(_diagonal(article, same, seed))
            visited.update([(a, b) for a, b, _ in diagonals[-1]])
    if len(diagonals) == 1:  # nearly always, and what follows leaves one as it is
        return [Run(diagonals[0])]
    diagonals.sort(key=lambda run: (-sum([article.sizes[b] for _, b, _ in run]), run[0][1]))
    taken: set[int] = set()
    pieces = [piece for diagonal in diagonals for piece in _free(diagonal, taken)]
    return _join_interleaved(_chain(sorted(pieces, key=lambda piece: piece[0][1])))


def _diagonal(article: Article, same: Same, seed: Pair) -> list[Scored]:
    """The longest run through `seed` in which both places go on paragraph by paragraph, without overlap."""
    (a, b), run = seed, [(*seed, same[seed])]
    while a > 0 and (score := _alike(article, same, a - 1, b - 1)) and seed[0] < b - 1:
        a, b = a - 1, b - 1
        run.append((a, b, score))
    run.reverse()
    begin = b
    a, b = seed
    while a + 1 < begin and b + 1 < len(article.sizes) and (score := _alike(article, same, a + 1, b + 1)):
        a, b = a + 1, b + 1
        run.append((a, b, score))
    return run


def _free(diagonal: list[Scored], taken: set[int]) -> list[list[Scored]]:
    """The parts of a run whose later paragraphs belong to no other yet; they are taken now."""
    parts = [
        list(part) for free, part in groupby(diagonal, key=lambda scored: scored[1] not in taken) if free
    ]
    taken.update(b for part in parts for _, b, _ in part)
    return parts


def _chain(pieces: list[list[Scored]]) -> list[Run]:
    """Join pieces that go on where another ends but for a paragraph that one copy lacks or has changed."""
    runs: list[Run] = []
    for piece in pieces:
        (a, b, _), (last_a, last_b, _) = piece[0], runs[-1].pairs[-1] if runs else (-9, -9, 0.0)
        joins = 1 <= a - last_a <= _SKIP and 1 <= b - last_b <= _SKIP
        if joins and piece[-1][0] < runs[-1].pairs[0][1]:
            runs[-1].pairs.extend(piece)
        else:
            runs.append(Run(piece))
    return runs


def _alike(article: Article, same: Same, a: int, b: int) -> float:
    """How alike two paragraphs are that stand next to a pair of a run, 0 where below NEAR, or where the copy
    goes on where the original ends: what it adds would go with the run.
    """
    if article.hashes[a] == article.hashes[b] and article.hashes[a]:
        return 100.0
    if not article.hashes[a] and not article.hashes[b]:
        return 100.0 if article.said(a) == article.said(b) else 0.0
    score = same[a, b] if (a, b) in same else article.ratio(a, b, NEAR)
    return 0.0 if score and _goes_on(article.plain(a), article.plain(b)) else score


def _goes_on(original: str, copy: str) -> bool:
    """Whether a copy is the original with two words or more before or behind it: one alone may be a slip."""
    if copy.startswith(f"{original} "):
        return " " in copy[len(original) + 1 :]
    return copy.endswith(f" {original}") and " " in copy[: -len(original) - 1]


def _join_interleaved(runs: list[Run]) -> list[Run]:
    """p1 p1 p2 p2 ...: paragraphs each of which stands again at once are one run."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1].pairs[-1] if joined else (0, 0, 0.0)
        (a, b, _), single = run.pairs[0], len(run.pairs) == 1
        if joined and single and b == a + 1 and a == last[1] + 1 and last[1] == last[0] + 1:
            joined[-1].pairs.extend(run.pairs)
            joined[-1] = Run(joined[-1].pairs, True)
        else:
            joined.append(run)
    return joined
