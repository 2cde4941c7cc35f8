"""Runs and contained paragraphs -> candidates: what may be cut, and what it repeats."""

import re
from collections.abc import Iterator

from dedup.repeats.alignment import Containment, ParagraphRun, Stretch, stretches
from dedup.repeats.lexicon import LINK, NAME_BREAK, WORD, find_words
from dedup.repeats.observations.candidate import Candidate, Form
from dedup.repeats.observations.page import Page

TOP = 8  # a headline is one of the first 8 paragraphs
_LEAST_HEADLINE, _MAX_HEADLINE, _MAX_HEADLINE_LENGTH = 4, 40, 200  # words, words, characters
_MAX_ADDED = 12  # words that breadcrumbs or the name of a site add to a headline
_DIGITS = re.compile(r"\d+ ?")
_LEAST_PART = 6  # words
_LEAST_SENTENCE = 8  # words: with such a sentence between them a headline and a line are of different places
# least share of the paragraphs nearby that are sentences where a sentence stands in running text, and the
# greatest where it stands among labels
_RUNNING, _LABELS = 0.6, 0.34


def candidates(page: Page, runs: list[ParagraphRun], contained: list[Containment]) -> list[Candidate]:
    """Every candidate of an article; no paragraph may be cut by two of them."""
    lines: dict[str, set[int]] = {}
    found = list[Candidate]()
    for run in runs:
        members = {paragraph for a, b, _ in run.pairs for paragraph in (a, b)}
        keys = {line_key(page, i) for i in members}
        if len(keys) == 1 and keys != {""}:
            lines.setdefault(keys.pop(), set()).update(members)
        else:
            found += _of_run(page, run)
    taken = {i for candidate in found for i in candidate.paragraphs}
    for members in lines.values():
        of_lines = _of_equal_lines(page, members, taken)
        found += of_lines
        taken.update(candidate.first for candidate in of_lines)
    for containment in contained:
        candidate = _of_contained(page, *containment)
        if candidate and candidate.first not in taken:
            taken.add(candidate.first)
            found.append(candidate)
    return found


def line_key(page: Page, paragraph: int) -> str:
    """What paragraphs have in common that are equal but for their figures."""
    return _DIGITS.sub("", page.article.plain(paragraph))


def _of_equal_lines(page: Page, members: set[int], taken: set[int]) -> list[Candidate]:
    """The candidates of paragraphs that are equal but for their figures: of two the later one, or the earlier
    one as `_with_direction` says; of more all but the first.
    """
    hashes = {page.hashes[member] for member in members}
    equal = {i for value in hashes for i in page.places.get(value, ())}
    lines = sorted((members | equal) - taken)
    if len(lines) < 2:
        return []
    first, *others = lines
    scores = [100.0 if page.hashes[i] == page.hashes[first] else page.ratio(i, first) for i in others]
    if len(others) == 1:
        words = page.article.words_of(others)
        return [
            _with_direction(page, Stretch(first, first, others[0], others[0], 1, words, scores[0]), False)
        ]
    return [_single(page, i, first, "run", score) for i, score in zip(others, scores, strict=True)]


def _of_run(page: Page, run: ParagraphRun) -> Iterator[Candidate]:
    """The candidates of a run, one for each of its stretches."""
    for stretch in stretches(page.article, run):
        if stretch.run_length == 1:
            pair = stretch.of_first, stretch.first
            shorter, longer = sorted(pair, key=lambda i: page.sizes[i])
            line = _of_contained(page, shorter, longer, stretch.score)
            if line and line.form == "line":
                yield line
                continue
        yield _with_direction(page, stretch, run.interleaved)


def _with_direction(page: Page, stretch: Stretch, interleaved: bool) -> Candidate:
    """The later copy may be cut; or the earlier one, if that is a sentence among labels, such as a standfirst
    or a teaser, and the later one stands in running text.
    """
    of_first, of_last, first, last, run_length, run_words, score = stretch
    turned = (
        run_length == 1
        and page.ends_sentence[of_first]
        and _sentences_near(page, of_first) <= _LABELS
        and _sentences_near(page, first) >= _RUNNING
    )
    if turned:
        first, last, of_first, of_last = of_first, of_last, first, last
    form: Form = "alternate" if interleaved else "run"
    return Candidate(first, last, of_first, of_last, form, run_length, run_words, score)


def _sentences_near(page: Page, paragraph: int) -> float:
    """The share of the two paragraphs before and the two after it that end as sentences do."""
    near = [i for i in range(paragraph - 2, paragraph + 3) if i != paragraph and 0 <= i < page.count]
    return page.share(near, page.ends_sentence)


def _of_contained(page: Page, part: int, container: int, score: float) -> Candidate | None:
    """The candidate of a paragraph in a longer one. If the longer one is a headline with only breadcrumbs or
    the name of a site added, that may be cut; else the shorter one, if it has six words.
    """
    article = page.article
    added = page.sizes[container] - page.sizes[part]
    headline = min(part, container) < TOP and is_headline(page, part) and 0 < added <= _MAX_ADDED
    between = range(min(part, container) + 1, max(part, container))
    around_headline = headline and not any(
        page.sizes[i] >= _LEAST_SENTENCE and page.ends_sentence[i] for i in between
    )
    if around_headline and _adds_only_names(page.texts[part], page.texts[container]):
        return _single(page, container, part, "line", score)
    words = article.count_words(page.texts[part], page.sizes[part])
    return _single(page, part, container, "part", score) if words >= _LEAST_PART else None


def _single(page: Page, copy: int, original: int, form: Form, score: float) -> Candidate:
    words = page.article.words_of([copy])
    return Candidate(copy, copy, original, original, form, 1, words, score)


def _adds_only_names(headline: str, line: str) -> bool:
    """Whether a line is a headline with nothing but breadcrumbs or the name of a site around it, as in
    "World > HEADLINE | Post".
    """
    if LINK.search(line):
        return False
    place = find_words(headline, line)
    if not place:
        return False
    before, after = line[: place[0]].rstrip("\"'“„«([ "), line[place[1] :].lstrip("\"'”“»)]?! ")
    separated_before = not WORD.search(before) or NAME_BREAK.search(before[-2:] + " ")
    return bool(separated_before and (not WORD.search(after) or NAME_BREAK.search(" " + after[:2])))


def is_headline(page: Page, paragraph: int) -> bool:
    """Whether a paragraph reads like a headline: a few words that do not end as a sentence does."""
    text = page.texts[paragraph]
    return (
        _LEAST_HEADLINE <= page.sizes[paragraph] <= _MAX_HEADLINE
        and len(text) <= _MAX_HEADLINE_LENGTH
        and not text.endswith((".", "。", "।", ":", "：", ","))
    )
