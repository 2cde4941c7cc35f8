"""Runs and contained paragraphs -> repeats: the kind of each, and which of its two copies is to be cut."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dedup.repeats.alignment import Containment, ParagraphRun, Stretch, stretches
from dedup.repeats.article import Article
from dedup.repeats.evidence import accident_probability
from dedup.repeats.features import RepeatFeatures
from dedup.repeats.lexicon import LINK, WORD
from dedup.repeats.page_features import PageFeatures

_TOP = 8  # a headline is one of the first 8 paragraphs
_LEAST_HEADLINE, _MAX_HEADLINE, _MAX_HEADLINE_LENGTH = 4, 40, 200  # words, words, characters
# what joins a headline to the name of its site, or to the sections above it
_SEPARATOR = re.compile(r"[>»›/|\\·•→:]|\s[-–—]\s")
_MAX_ADDED = 12  # words that breadcrumbs or the name of a site add to a headline
_LEAST_EXCERPT = 6  # words
_NAMED_FEATURES = 6  # features that the evidence of a repeat names


class ParagraphRepeat(NamedTuple):
    """A repeat in numbers of paragraphs: the copy first..last (inclusive) repeats of_first..of_last.

    `kind`: block, exact, near, title, excerpt or pattern; `score`: similarity, 0 to 100; `evidence`:
    "accident" with its probability and the sum of all weights, then the features that weighed most, each with
    its value and its weight. Of a paragraph that is contained in another one, it is `words_added` (title) or
    `words` (excerpt) alone.
    """

    first: int
    last: int
    of_first: int
    of_last: int
    kind: str
    score: float
    evidence: dict[str, list[float]]


def classify(
    article: Article, runs: list[ParagraphRun], contained: list[Containment], caution: float
) -> list[ParagraphRepeat]:
    """Every repeat of an article. A repeat is of the kind `pattern` if the probability that it is an accident
    is below `caution` (0 to 1).
    """
    if not runs and not contained:
        return []
    page = PageFeatures(article)
    repeats = [repeat for run in runs for repeat in _classify_run(page, run, caution)]
    if len(repeats) < 2 and not contained:
        return repeats
    taken = {i for repeat in repeats for i in range(repeat.first, repeat.last + 1)}
    for containment in contained:
        repeat = _classify_contained(article, *containment)
        if repeat and repeat.first not in taken:
            taken.add(repeat.first)
            repeats.append(repeat)
    return list(_without_cycles(repeats))


def _without_cycles(repeats: list[ParagraphRepeat]) -> Iterator[ParagraphRepeat]:
    """The repeats without those by which all copies of a paragraph would be cut: one has to stay."""
    originals: dict[int, list[int]] = {}
    for repeat in repeats:
        copies = range(repeat.first, repeat.last + 1)
        pairs = list(zip(copies, range(repeat.of_first, repeat.of_last + 1), strict=False))
        if not originals or not any(_leads_to(originals, original, copy) for copy, original in pairs):
            for copy, original in pairs:
                originals.setdefault(copy, []).append(original)
            yield repeat


def _leads_to(originals: dict[int, list[int]], start: int, end: int) -> bool:
    """Whether a path from copies to their originals leads from one paragraph to another."""
    waiting, reached = [start], {start}
    while waiting:
        paragraph = waiting.pop()
        if paragraph == end:
            return True
        new = [original for original in originals.get(paragraph, ()) if original not in reached]
        reached.update(new)
        waiting += new
    return False


def _classify_run(page: PageFeatures, run: ParagraphRun, caution: float) -> Iterator[ParagraphRepeat]:
    """The repeats of a run, one for each of its stretches."""
    for stretch in stretches(page.article, run):
        if stretch.run_length == 1 and stretch.score < 100:
            pair = stretch.of_first, stretch.first
            shorter, longer = sorted(pair, key=lambda i: page.article.word_counts[i])
            title = _classify_contained(page.article, shorter, longer, stretch.score)
            if title and title.kind == "title":
                yield title
                continue
        features = RepeatFeatures(page, stretch)
        probability, weights = accident_probability(features)
        kind = _kind(page.article, stretch) if probability >= caution else "pattern"
        evidence = _evidence(probability, features, weights)
        yield ParagraphRepeat(
            stretch.first, stretch.last, stretch.of_first, stretch.of_last, kind, stretch.score, evidence
        )


def _kind(article: Article, stretch: Stretch) -> str:
    """block, title, exact or near."""
    if stretch.run_length > 1:
        return "block"
    if stretch.of_first < _TOP and _is_headline(article, stretch.first):
        return "title"
    equal = article.hashes[stretch.first] == article.hashes[stretch.of_first]
    return "exact" if equal else "near"


def _classify_contained(article: Article, part: int, container: int, score: float) -> ParagraphRepeat | None:
    """The repeat of a paragraph in a longer one. If the longer one is a headline with only breadcrumbs or the
    name of a site added, it is a title, and the copy is the longer one. Else it is an excerpt, and the copy
    is the shorter one, or None if that has fewer than 6 words.
    """
    added = article.word_counts[container] - article.word_counts[part]
    headline = min(part, container) < _TOP and _is_headline(article, part) and 0 < added <= _MAX_ADDED
    if headline and _adds_only_names(article.paragraph(part), article.paragraph(container)):
        return ParagraphRepeat(
            container, container, part, part, "title", score, {"words_added": [float(added), 0.0]}
        )
    words = article.count_words(article.paragraph(part), article.word_counts[part])
    if words < _LEAST_EXCERPT:
        return None
    return ParagraphRepeat(
        part, part, container, container, "excerpt", score, {"words": [round(words, 1), 0.0]}
    )


def _adds_only_names(headline: str, line: str) -> bool:
    """Whether a line is a headline with nothing but breadcrumbs or the name of a site around it, as in
    "World > HEADLINE | Post".
    """
    if LINK.search(line):
        return False
    match = re.search(r"\W+".join(map(re.escape, WORD.findall(headline))), line, re.IGNORECASE)
    if not match:
        return False
    before, after = line[: match.start()].rstrip("\"'“„«([ "), line[match.end() :].lstrip("\"'”“»)]?! ")
    separated_before = not WORD.search(before) or _SEPARATOR.search(before[-2:] + " ")
    return bool(separated_before and (not WORD.search(after) or _SEPARATOR.search(" " + after[:2])))


def _is_headline(article: Article, paragraph: int) -> bool:
    """Whether a paragraph reads like a headline: a few words that do not end as a sentence does."""
    text = article.paragraph(paragraph)
    return (
        _LEAST_HEADLINE <= article.word_counts[paragraph] <= _MAX_HEADLINE
        and len(text) <= _MAX_HEADLINE_LENGTH
        and not text.endswith((".", "。", "।", ":", "：", ","))
    )


def _evidence(
    probability: float, features: dict[str, float], weights: dict[str, float]
) -> dict[str, list[float]]:
    """The probability of an accident with the sum of all weights, and the features that weighed most."""
    strongest = sorted(weights, key=lambda name: -abs(weights[name]))[:_NAMED_FEATURES]
    total = sum(weights.values())
    return {"accident": [round(probability, 3), round(total, 3)]} | {
        name: [round(features.get(name, 1.0), 3), weights[name]] for name in strongest
    }
