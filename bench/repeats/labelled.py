"""The judged repeats of DEDUP_DATA, matched to what dedup finds in the same pages."""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dedup.repeats.alignment import Stretch, align, compare_paragraphs, stretches
from dedup.repeats.article import articles_with_candidates
from dedup.repeats.features import all_features
from dedup.repeats.find import line_start
from dedup.repeats.page_features import PageFeatures
from dedup.repeats.split_paragraphs import join_split_paragraphs
from dedup.text.encoding import replace_surrogates
from dedup.text.paragraphs import split
from dedup.text.words import words

Span = tuple[int, int]


class Seen(NamedTuple):
    """A repeat as it is observed: where its copy and its original stand in the text, and the named
    observations.
    """

    span: Span
    of: Span
    observations: dict[str, float]


def seen(text: str) -> list[Seen]:
    """Every run of repeated paragraphs of a text with its observations, before any verdict."""
    paragraphs = split(pa.array([replace_surrogates(text)], pa.large_string()))
    found = []
    for _, article, pairs in articles_with_candidates(paragraphs, words(paragraphs)):
        joined, similar, _ = join_split_paragraphs(article, *compare_paragraphs(article, pairs))
        page = PageFeatures(joined)
        for run in align(joined, similar):
            found += [_seen(page, stretch) for stretch in stretches(joined, run)]
    return found


def _seen(page: PageFeatures, stretch: Stretch) -> Seen:
    article = page.article
    span = line_start(article.text, article.starts[stretch.first]), article.ends[stretch.last]
    of = line_start(article.text, article.starts[stretch.of_first]), article.ends[stretch.of_last]
    return Seen(span, of, all_features(page, stretch))


def shared(one: Span, other: Span) -> int:
    """Characters that two spans have in common."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def covers(span: Span, place: Span) -> bool:
    """Whether a span holds at least 80 % of a place."""
    return shared(span, place) >= 0.8 * (place[1] - place[0])


def matching(found: list[Seen], unit: dict[str, Any]) -> int | None:
    """The smallest repeat found that covers a judged unit, its original where the unit's other place is if
    there is one.
    """
    best: tuple[tuple[bool, int], int] | None = None
    for i, repeat in enumerate(found):
        for place, other in ((unit["again"], unit["first"]), (unit["first"], unit["again"])):
            if covers(repeat.span, place):
                key = (not covers(repeat.of, other), repeat.span[1] - repeat.span[0])
                best = min(best, (key, i)) if best else (key, i)
    return best[1] if best else None


def matrix(rows: list[dict[str, float]], names: list[str]) -> np.ndarray:
    """Observations as float64 (rows, names)."""
    return np.array([[row[name] for name in names] for row in rows], np.float64).reshape(
        len(rows), len(names)
    )
