"""Whether two articles that match are about different things: their titles, their figures or their names."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from dedup.facts.names import names_in_notes_differ
from dedup.facts.numbers import Slotted, are_short, is_template, may_differ, written
from dedup.facts.terms import Difference, FactKind, Titled
from dedup.facts.titles import titles_differ
from dedup.native.arrays import Bools, Int64s
from dedup.text.figures import figure_spans, figures

_NUMBERS = 3  # of those that differ that a reason names
_LONGEST = 60  # characters of a name or number in a reason
_REMEMBERED = 512  # articles of which is remembered what is asked for each of their pairs
_CORRECTION = re.compile(
    r"\b(?:correct(?:s|ed|ing|ion)\b|corrig|berichtig|korrig|rectif|errat)", re.IGNORECASE
)


def differences(
    articles: Sequence[Titled], left: Int64s, right: Int64s, have_numbers: Bools
) -> list[Difference | None]:
    """In what the articles left[i] and right[i] differ; None: in nothing that parts them. `have_numbers`: the
    pairs whose numbers may differ; those of the others are not compared.

    Both orders of a pair give the same answer, but for the order in which the reason names the two. A title
    parts articles before numbers do, and numbers before names.
    """
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    found = [_by_title(articles[one], articles[other]) for one, other in pairs]
    rest = np.array([difference is None for difference in found], bool) & have_numbers
    for i, difference in zip(
        np.flatnonzero(rest).tolist(), _by_numbers(articles, left[rest], right[rest]), strict=True
    ):
        found[i] = difference
    return [
        difference or _by_names(articles[one], articles[other])
        for difference, (one, other) in zip(found, pairs, strict=True)
    ]


def difference(left: Titled, right: Titled) -> Difference | None:
    """In what two articles differ, as `differences` has it."""
    return differences([left, right], np.array([0]), np.array([1]), np.ones(1, bool))[0]


def _by_title(one: Titled, other: Titled) -> Difference | None:
    if not (one.title and other.title) or one.title == other.title:
        return None
    is_correction = _is_correction(one) or _is_correction(other)
    named = titles_differ(one, other, with_facts=not is_correction)
    return _named("title", named) if named else None


def _by_numbers(articles: Sequence[Titled], left: Int64s, right: Int64s) -> Iterator[Difference | None]:
    """In what numbers these pairs differ."""
    rows, numbers = np.unique((left, right), return_inverse=True)
    left, right = numbers.reshape(2, -1)
    compared = [articles[row] for row in rows.tolist()]
    texts = figures(article.text for article in compared)
    short, may = are_short(texts), may_differ(texts, left, right)
    slotted = Slotted.of(texts)
    spans_of = lru_cache(_REMEMBERED)(lambda row: figure_spans(compared[row].text))
    is_correction = lru_cache(_REMEMBERED)(lambda row: _is_correction(compared[row]))
    for one, other, may_have in zip(left.tolist(), right.tolist(), may.tolist(), strict=True):
        found = None
        if may_have:
            of_pair = slotted.slots(one, other)
            is_short = bool(short[one] and short[other])
            if is_template(of_pair, is_short, is_correction(one) or is_correction(other)):
                pair = compared[one].text, compared[other].text
                spans, changes = [spans_of(one), spans_of(other)], sorted(of_pair.differing)
                named = written(pair, spans, texts, (one, other), changes[:_NUMBERS])
                found = _numbered(named, len(changes))
        yield found


def _by_names(one: Titled, other: Titled) -> Difference | None:
    """In what names two notes differ."""
    if not (one.is_note and other.is_note) or _is_correction(one) or _is_correction(other):
        return None
    named = names_in_notes_differ(one.text, other.text)
    return _named("names", named) if named else None


def _is_correction(article: Titled) -> bool:
    """Whether an article says that it corrects another."""
    return bool(_CORRECTION.search(article.title) or _CORRECTION.search(article.text))


def _named(by: FactKind, named: tuple[str, str]) -> Difference:
    left, right = (_shortened(name) for name in named)
    place = "title" if by == "title" else "text"
    verb = "says" if any(map(str.isdigit, left + right)) else "names"
    return Difference(by, f"{place} {verb} {right}, not {left}")


def _numbered(named: list[tuple[str, str, str]], count: int) -> Difference:
    """The difference of two texts in so many numbers, the first of which are `named`."""
    changed = ", ".join(f"{_shortened(one)} / {_shortened(other)}" for one, other, _ in named)
    more = f" and {count - len(named)} more" if count > len(named) else ""
    numbers = "1 number differs" if count == 1 else f"{count} numbers differ"
    return Difference("numbers", f"{numbers}: {changed}{more}")


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
