"""Where copy and original stand, and how often and how regularly the same words recur."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from dedup.repeats.observations.candidate import Repeated
from dedup.repeats.observations.page import Page, mean

_TOP = 8  # paragraphs among which headlines are


def places(repeated: Repeated) -> dict[str, float]:
    """Where both are on the page, in characters, paragraphs and words, and towards its body."""
    page, of = repeated.page, repeated.candidate
    length, words, before = max(1, len(page.article.text)), page.words_before[-1] or 1, page.words_before
    body_first, body_last = page.body
    return {
        "first_at": page.article.starts[of.of_first] / length,
        "at": page.article.starts[of.first] / length,
        "at_words": before[of.first] / words,
        "at_words_first": before[of.of_first] / words,
        "words_after": (words - before[of.last + 1]) / words,
        "from_end": float(page.count - 1 - of.last),
        "from_top": float(min(of.first, 40)),
        "from_top_first": float(min(of.of_first, 40)),
        "top": float(of.first < _TOP),
        "top_first": float(of.of_first < _TOP),
        "before_body": float(of.first < body_first),
        "before_body_first": float(of.of_first < body_first),
        "after_body": float(of.first > body_last),
        "after_body_first": float(of.of_first > body_last),
    }


def distances(repeated: Repeated) -> dict[str, float]:
    """How far copy and original are from each other."""
    page, of = repeated.page, repeated.candidate
    before, behind = (of.of_last, of.first) if of.of_first < of.first else (of.last, of.of_first)
    between = page.words_before[max(before + 1, behind)] - page.words_before[before + 1]
    return {
        "gap": float(behind - before - 1),
        "gap_words": float(between),
        "gap_share": between / max(1, page.words_before[-1]),
        "copy_before": float(of.first < of.of_first),
    }


def recurrence(repeated: Repeated) -> dict[str, float]:
    """How often the copy's words recur, how regularly, and between how many different neighbours."""
    page, copies = repeated.page, repeated.copies
    counts, hashes = page.article.hash_counts, page.hashes
    times = [counts[hashes[i]] for i in copies if hashes[i]] or [0]
    most = max(copies, key=lambda i: counts[hashes[i]])
    places = page.places.get(hashes[most], [copies[0]])
    span = places[-1] - places[0] if len(places) > 1 else abs(copies[0] - repeated.originals[0])
    if hashes[most] not in page.recurring or len(places) == 1:
        page.recurring[hashes[most]] = _of_places(page, places)
    return {
        "times": float(max(times)),
        "times_least": float(min(times)),
        "spread": span / page.count,
        "rank": bisect_left(places, most) / len(places),
    } | page.recurring[hashes[most]]


def _of_places(page: Page, places: Sequence[int]) -> dict[str, float]:
    """What all occurrences of one paragraph have in common."""
    hashes = page.hashes
    return {
        "rhythm": _rhythm(places),
        "different_before": len({hashes[i - 1] for i in places if i > 0}) / len(places),
        "different_after": len({hashes[i + 1] for i in places if i + 1 < page.count}) / len(places),
    }


def _rhythm(places: Sequence[int]) -> float:
    """How unequal the steps between more than two places are: their coefficient of variation; else -1."""
    if len(places) < 3:
        return -1.0
    steps = [float(after - before) for before, after in pairwise(places)]
    middle = mean(steps)
    return sqrt(mean((step - middle) ** 2 for step in steps)) / middle
