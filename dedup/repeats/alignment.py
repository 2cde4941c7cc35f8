"""Which paragraphs of an article are similar, by rapidfuzz, and which similar pairs follow each other:
candidate pairs -> similar pairs -> runs -> stretches.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from dedup.repeats.article import Article, CandidatePair, ParagraphPair

# least rapidfuzz ratio (0 to 100) of two plain texts that are the same but for a few characters
NEAR = 85
CONTAINED = 88.0  # least partial ratio of a text and a longer one that contains it
_MAX_STEP = 2  # from a pair of a run to the next: a paragraph that one copy lacks or changed is passed over
# pairs visited along diagonals, for each paragraph and in all: 20,000 equal lines have 200 million
_VISITS_PER_PARAGRAPH, _MAX_VISITS = 20, 2_000_000
# square of the shorter length times the longer (characters) up to which a paragraph is searched for in
# another: of 15,377 contained paragraphs in 34,922 real pages and articles the longest takes a twentieth of
# this; one that was not contained took fifty times this, ten seconds
_SEARCH_WORK = 10**11
_LONG = 500  # least characters for which a cheap test of what two texts have in common pays off

ScoredPair = tuple[int, int, float]
"""Two paragraphs, the earlier one first, and their similarity (0 to 100)."""
SimilarPairs = dict[ParagraphPair, float]
"""The similarity (NEAR to 100) of each similar pair of paragraphs, the earlier one first."""


class Containment(NamedTuple):
    """A paragraph (`part`), a longer one that contains it, and their partial ratio (0 to 100)."""

    part: int
    container: int
    score: float


class ParagraphRun(NamedTuple):
    """Similar pairs that follow each other both as originals and as copies, in the order of the copies.
    `interleaved`: each original is followed by its copy at once.
    """

    pairs: list[ScoredPair]
    interleaved: bool = False


class Stretch(NamedTuple):
    """A part of a run without gaps: the paragraphs first..last (inclusive) copy of_first..of_last.

    `run_length`: pairs of the run it is part of; `run_words`: words of that run's copies; `score`: the
    similarity (0 to 100) of its least similar pair.
    """

    of_first: int
    of_last: int
    first: int
    last: int
    run_length: int
    run_words: float
    score: float


def compare_paragraphs(
    article: Article, candidates: list[CandidatePair]
) -> tuple[SimilarPairs, list[Containment]]:
    """Which candidate pairs are similar, and in which of the others one paragraph contains the other."""
    similar = {(a, b): 100.0 for a, b, equal in candidates if equal}
    unequal = [(a, b) for a, b, equal in candidates if not equal and article.is_comparable(a, b)]
    contained: list[Containment] = []
    if unequal:
        article.fuzzy_pairs += len(unequal)
        left, right = [article.plain(a) for a, _ in unequal], [article.plain(b) for _, b in unequal]
        scores = process.cpdist(left, right, scorer=fuzz.ratio, score_cutoff=NEAR)
        scored = zip(scores.tolist(), left, right, strict=True)
        ratios = [0.0 if score and _extends(copy, original) else score for score, original, copy in scored]
        similar |= {pair: float(ratio) for pair, ratio in zip(unequal, ratios, strict=True) if ratio}
        rest = [i for i, ratio in enumerate(ratios) if not ratio and may_contain(left[i], right[i])]
        partial_ratios = process.cpdist(
            [left[i] for i in rest],
            [right[i] for i in rest],
            scorer=fuzz.partial_ratio,
            score_cutoff=CONTAINED,
        )
        for i, partial_ratio in zip(rest, partial_ratios, strict=True):
            if partial_ratio:
                part, container = sorted(unequal[i], key=lambda paragraph: len(article.plain(paragraph)))
                contained.append(Containment(part, container, float(partial_ratio)))
    return similar, contained


def may_contain(left: str, right: str) -> bool:
    """Whether the longer of two texts may contain the shorter: False where searching would take more than a
    second, and where they have too little in common, which takes a thousandth of the search to find out.

    If L characters of a text of s are those of a window of w <= s, in order, L <= w, and their ratio 200 L /
    (s + w) is at least CONTAINED, then L is at least CONTAINED s / (200 - CONTAINED).
    """
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) ** 2 * len(longer) > _SEARCH_WORK:
        return False
    least = int(CONTAINED * len(shorter) / (200 - CONTAINED))
    return len(shorter) < _LONG or LCSseq.similarity(shorter, longer, score_cutoff=least) > 0


def align(article: Article, similar: SimilarPairs) -> list[ParagraphRun]:
    """Similar pairs joined along their diagonals into runs. A paragraph is a copy in one run only, the one
    with most words.
    """
    seeds = list(similar)
    if len(seeds) > 1:
        counts, hashes = article.hash_counts, article.hashes
        seeds.sort(key=lambda pair: (counts[hashes[pair[1]]], pair[1], pair[0]))
    visited: set[ParagraphPair] = set()
    diagonals = []
    visits = min(_VISITS_PER_PARAGRAPH * len(article.word_counts), _MAX_VISITS)
    for seed in seeds:
        if seed not in visited and len(visited) <= visits:
            diagonals.append(_diagonal(article, similar, seed))
            visited.update([(a, b) for a, b, _ in diagonals[-1]])
    if len(diagonals) == 1:  # so it is nearly always; what follows would not change it
        return [ParagraphRun(diagonals[0])]
    diagonals.sort(key=lambda run: (-sum([article.word_counts[b] for _, b, _ in run]), run[0][1]))
    taken: set[int] = set()
    parts = [part for diagonal in diagonals for part in _take_free(diagonal, taken)]
    return _join_interleaved(_bridge_gaps(sorted(parts, key=lambda part: part[0][1])))


def _diagonal(article: Article, similar: SimilarPairs, seed: ParagraphPair) -> list[ScoredPair]:
    """The longest run through `seed` in which original and copy both continue paragraph by paragraph and do
    not overlap.
    """
    (a, b), run = seed, [(*seed, similar[seed])]
    while a > 0 and (score := _similarity(article, similar, a - 1, b - 1)) and seed[0] < b - 1:
        a, b = a - 1, b - 1
        run.append((a, b, score))
    run.reverse()
    begin = b
    a, b = seed
    while (
        a + 1 < begin
        and b + 1 < len(article.word_counts)
        and (score := _similarity(article, similar, a + 1, b + 1))
    ):
        a, b = a + 1, b + 1
        run.append((a, b, score))
    return run


def _take_free(diagonal: list[ScoredPair], taken: set[int]) -> list[list[ScoredPair]]:
    """The parts of a diagonal whose copies are not `taken` yet; adds them to `taken`."""
    parts = [list(part) for free, part in groupby(diagonal, key=lambda pair: pair[1] not in taken) if free]
    taken.update(b for part in parts for _, b, _ in part)
    return parts


def _bridge_gaps(parts: list[list[ScoredPair]]) -> list[ParagraphRun]:
    """Runs from parts in the order of their copies. A part that continues the part before it is joined to it;
    one paragraph between them, which one copy lacks or has changed, is skipped.
    """
    runs: list[ParagraphRun] = []
    for part in parts:
        (a, b, _), (last_a, last_b, _) = part[0], runs[-1].pairs[-1] if runs else (-9, -9, 0.0)
        goes_on = 1 <= a - last_a <= _MAX_STEP and 1 <= b - last_b <= _MAX_STEP
        if goes_on and part[-1][0] < runs[-1].pairs[0][1]:
            runs[-1].pairs.extend(part)
        else:
            runs.append(ParagraphRun(part))
    return runs


def _similarity(article: Article, similar: SimilarPairs, a: int, b: int) -> float:
    """The similarity (0 to 100) of a pair next to a pair of a run: 0 if below NEAR, or if the copy adds words
    to the original, which would be cut with the run.
    """
    if article.hashes[a] == article.hashes[b] and article.hashes[a]:
        return 100.0
    if not article.hashes[a] and not article.hashes[b]:
        return 100.0 if article.paragraph(a) == article.paragraph(b) else 0.0
    score = similar[a, b] if (a, b) in similar else article.ratio(a, b, NEAR)
    return 0.0 if score and _extends(article.plain(b), article.plain(a)) else score


def _extends(copy: str, original: str) -> bool:
    """Whether a copy is the original with two words or more before or after it. A single word may be a
    slip.
    """
    if copy.startswith(f"{original} "):
        return " " in copy[len(original) + 1 :]
    return copy.endswith(f" {original}") and " " in copy[: -len(original) - 1]


def _join_interleaved(runs: list[ParagraphRun]) -> list[ParagraphRun]:
    """Single pairs whose copy follows its original at once (p1 p1 p2 p2 ...), joined to one run where they
    follow each other.
    """
    joined: list[ParagraphRun] = []
    for run in runs:
        last = joined[-1].pairs[-1] if joined else (0, 0, 0.0)
        (a, b, _), single = run.pairs[0], len(run.pairs) == 1
        if joined and single and b == a + 1 and a == last[1] + 1 and last[1] == last[0] + 1:
            joined[-1].pairs.extend(run.pairs)
            joined[-1] = ParagraphRun(joined[-1].pairs, True)
        else:
            joined.append(run)
    return joined


def stretches(article: Article, run: ParagraphRun) -> Iterator[Stretch]:
    """The parts of a run without gaps."""
    run_words = article.words_of([b for _, b, _ in run.pairs])
    for part in _without_gaps(run):
        (a, b, _), (a_last, b_last, _) = part[0], part[-1]
        least = min([score for _, _, score in part])
        yield Stretch(a, a_last, b, b_last, len(run.pairs), run_words, least)


def _without_gaps(run: ParagraphRun) -> Iterator[list[ScoredPair]]:
    """The pairs of a run, split at each gap: a paragraph in a gap repeats nothing."""
    part = [run.pairs[0]]
    for pair in run.pairs[1:]:
        if pair[1] == part[-1][1] + 1 and pair[0] == part[-1][0] + 1 and not run.interleaved:
            part.append(pair)
        else:
            yield part
            part = [pair]
    yield part
