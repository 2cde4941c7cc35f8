"""The judged repeats of DEDUP_DATA, matched to what dedup observes in the same pages."""

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


class Observed(NamedTuple):
    """A repeat before any verdict: the spans of its copy and of the original, and its features."""

    span: Span
    of: Span
    features: dict[str, float]


def observe(text: str) -> list[Observed]:
    """Every run of repeated paragraphs in a text."""
    paragraphs = split(pa.array([replace_surrogates(text)], pa.large_string()))
    repeats = []
    for _, article, pairs in articles_with_candidates(paragraphs, words(paragraphs)):
        joined, similar, _ = join_split_paragraphs(article, *compare_paragraphs(article, pairs))
        page = PageFeatures(joined)
        for run in align(joined, similar):
            repeats += [_observed(page, stretch) for stretch in stretches(joined, run)]
    return repeats


def _observed(page: PageFeatures, stretch: Stretch) -> Observed:
    article = page.article
    span = line_start(article.text, article.starts[stretch.first]), article.ends[stretch.last]
    of = line_start(article.text, article.starts[stretch.of_first]), article.ends[stretch.of_last]
    return Observed(span, of, all_features(page, stretch))


def overlap(left: Span, right: Span) -> int:
    """How many characters two spans have in common."""
    return max(0, min(left[1], right[1]) - max(left[0], right[0]))


def covers(span: Span, part: Span) -> bool:
    """Whether a span holds at least 80% of another."""
    return overlap(span, part) >= 0.8 * (part[1] - part[0])


def match_unit(repeats: list[Observed], unit: dict[str, Any]) -> int | None:
    """The index of the smallest repeat that covers one copy of a judged unit; None where there is none.

    A repeat whose original covers the unit's other copy is preferred.
    """
    best: tuple[tuple[bool, int], int] | None = None
    for i, repeat in enumerate(repeats):
        for copy, other in ((unit["again"], unit["first"]), (unit["first"], unit["again"])):
            if covers(repeat.span, copy):
                key = (not covers(repeat.of, other), repeat.span[1] - repeat.span[0])
                best = min(best, (key, i)) if best else (key, i)
    return best[1] if best else None


def feature_matrix(rows: list[dict[str, float]], names: list[str]) -> np.ndarray:
    """The named features of each row, as float64 (rows, names)."""
    return np.array([[row[name] for name in names] for row in rows], np.float64).reshape(
        len(rows), len(names)
    )
