"""What came of a page of which something was cut, beside the true text of its article."""

import re
from collections import Counter
from typing import NamedTuple

from bench.sites.labelled import Page

_WORD = re.compile(r"\w+")


class Outcome(NamedTuple):
    """Of one page: F1 and recall of its words before and after cutting; how many lines are cut, and how many
    of these stand in the true text and not in what is left.
    """

    f1_before: float
    recall_before: float
    f1: float
    recall: float
    cut: int
    wrong: int


def outcome(page: Page, left: str) -> Outcome:
    """What came of a page of which this text is left."""
    before, after = _scores(page.text, page.truth), _scores(left, page.truth)
    all_lines, kept, true = _lines(page.text), _lines(left), _lines(page.truth)
    cut = all_lines - kept
    wrong = sum(max(0, min(true[line], all_lines[line]) - kept[line]) for line in cut)
    return Outcome(*before, *after, cut.total(), wrong)


def _scores(text: str, truth: str) -> tuple[float, float]:
    mine, true = _bag(text), _bag(truth)
    shared = (mine & true).total()
    if not shared:
        return (0.0, 0.0) if true else (1.0, 1.0)
    precision, recall = shared / mine.total(), shared / true.total()
    return 2 * precision * recall / (precision + recall), recall


def _bag(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))


def _lines(text: str) -> Counter[str]:
    return Counter(filter(None, (" ".join(_WORD.findall(line.lower())) for line in text.splitlines())))
