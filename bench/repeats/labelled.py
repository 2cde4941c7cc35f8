"""The judged repeats of DEDUP_DATA, matched to what dedup observes in the same pages; and the sites that
these are from, of which a fifth is set aside.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from bench.corpora.data import read_documents
from dedup.repeats.alignment import align, compare_paragraphs
from dedup.repeats.article import articles_with_candidates, find_pairs
from dedup.repeats.candidates import candidates
from dedup.repeats.classify import alike, observe_candidates
from dedup.repeats.find import line_start
from dedup.repeats.observations.page import Page
from dedup.repeats.split_paragraphs import join_split_paragraphs
from dedup.text.encoding import replace_surrogates, utf8

FILES = ("repeats/pages", "repeats/articles")
WHOLE_PAGES = ("html-text", "inscriptis")
"""What these extractors give is a page with its menus; the others give the article."""
_HOST = re.compile(r"((?:[\w-]+\.)+(?:com|org|net|de|fr|uk|jp|ru|it|es|eu|at|ch|info|tv|io|us|ca|au|in))\b")
_ASIDE = 5

Span = tuple[int, int]


class Observed(NamedTuple):
    """A repeat before any verdict: the spans of its copy and of the original, its observations, the number of
    the first one that is decided with it, and the form of its candidate.
    """

    span: Span
    of: Span
    features: dict[str, float]
    alike: int
    form: str


class JudgedPage(NamedTuple):
    """A page with judged repeats (`units`), the site that it is from, and what is observed in it."""

    file: str
    page: str
    site: str
    is_whole: bool
    units: list[dict[str, Any]]
    observed: list[Observed]


def judged_pages() -> list[JudgedPage]:
    """All pages with judged repeats, those that are set aside too."""
    return [
        JudgedPage(
            *(name, page["page"], site_of(page["set"], page["page"]), page["extractor"] in WHOLE_PAGES),
            *(page["units"], observe(page["text"])),
        )
        for name in FILES
        for page in read_documents(name)
    ]


def site_of(collection: str, page: str) -> str:
    """The site that a page of a collection is from, by its name; the page itself where that does not tell."""
    if collection == "fundus":
        return page.split("/")[1].split("_", maxsplit=1)[0].casefold()
    if collection == "crawl-to-the-future":
        return page.split("/", maxsplit=1)[0]
    host = _HOST.search(page)
    return (host[1] if host else page).removeprefix("www.").casefold()


def is_set_aside(site: str) -> bool:
    """Whether a site is of the fifth that no fit sees, chosen by its name alone."""
    return hashlib.sha256(f"set aside {site}".encode()).digest()[0] % _ASIDE == 0


def observe(text: str) -> list[Observed]:
    """Every candidate in a text."""
    texts = pa.array([replace_surrogates(text)], pa.large_string())
    repeats = list[Observed]()
    for _, article, pairs in articles_with_candidates(find_pairs(*utf8(texts))):
        joined, similar, contained = join_split_paragraphs(article, *compare_paragraphs(article, pairs))
        page = Page(joined)
        found = candidates(page, align(joined, similar), contained)
        first_of = {i: members[0] for members in alike(page, found) for i in members}
        for i, (candidate, features) in enumerate(
            zip(found, observe_candidates(page, found).values(), strict=True)
        ):
            span = line_start(joined.text, joined.starts[candidate.first]), joined.ends[candidate.last]
            of = line_start(joined.text, joined.starts[candidate.of_first]), joined.ends[candidate.of_last]
            first = len(repeats) - i + first_of.get(i, i)
            repeats.append(Observed(span, of, features, first, candidate.form))
    return repeats


def decided_alike(repeats: list[Observed], logits: np.ndarray) -> np.ndarray:
    """The logits (float64) once those that are decided alike have the mean of theirs."""
    numbers = np.array([repeat.alike for repeat in repeats], np.int64)
    sums, counts = np.bincount(numbers, logits, len(numbers)), np.bincount(numbers, minlength=len(numbers))
    return np.asarray(sums[numbers] / counts[numbers])


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


def highest_logit(unit: dict[str, Any], repeats: list[Observed], logits: np.ndarray) -> float:
    """The highest logit from which on 80% of one copy of a unit is cut; -inf where no repeat covers it."""
    best = -np.inf
    for copy in (unit["again"], unit["first"]):
        overlaps = sorted(
            ((logits[i], overlap(copy, repeat.span)) for i, repeat in enumerate(repeats)), reverse=True
        )
        gone = 0
        for logit, characters in overlaps:
            gone += characters
            if gone >= 0.8 * (copy[1] - copy[0]):
                best = max(best, float(logit))
                break
    return best


def feature_matrix(rows: Iterable[dict[str, float]], names: list[str]) -> np.ndarray:
    """The named observations of each row, as float64 (rows, names)."""
    listed = [[row[name] for name in names] for row in rows]
    return np.array(listed, np.float64).reshape(len(listed), len(names))
