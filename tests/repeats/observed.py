"""What is observed of the repeats of a text."""

import pyarrow as pa

from dedup.repeats.alignment import align, compare_paragraphs
from dedup.repeats.article import articles_with_candidates, find_pairs
from dedup.repeats.candidates import candidates
from dedup.repeats.classify import observe_candidates
from dedup.repeats.observations.page import Page
from dedup.text.encoding import utf8


def observed_in(text: str) -> list[dict[str, float]]:
    """The observations of each candidate of a text."""
    observed = []
    for _, article, pairs in articles_with_candidates(find_pairs(*utf8(pa.array([text], pa.large_string())))):
        page = Page(article)
        similar, contained = compare_paragraphs(article, pairs)
        found = candidates(page, align(article, similar), contained)
        observed += observe_candidates(page, found).values()
    return observed


def first_observed(text: str) -> dict[str, float]:
    """The observations of the first candidate."""
    return observed_in(text)[0]
