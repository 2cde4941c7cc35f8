"""Repeats -> those worth showing: of each kind the longest, and the one whose cutting is least sure; and
those that were nearly cut.
"""

from typing import NamedTuple

from dedup.repeats.find import Repeat

DOUBTS = 3  # repeats left for lack of evidence that are kept
UNSURE = 0.3  # the probability of an accident from which on what was left may be one

LONGEST, LEAST_SURE, WORST_SITE = "longest", "least sure", "worst site"
_SHOWN = 300  # characters of an example


class Example(NamedTuple):
    """A repeat to show: the document's row, the kind, whether it is cut, how alike (0 to 100), the copy's
    first characters; `characters`: how many it has; `accident`: the probability of one (0 to 1), None where
    a rule decided.
    """

    row: int
    kind: str
    cut: bool
    score: float
    text: str
    characters: int
    accident: float | None


class Doubt(NamedTuple):
    """A repeat left for lack of evidence: the document's row, the probability of an accident (0 to 1), the
    copy's first characters.
    """

    row: int
    accident: float
    text: str


def example(row: int, repeat: Repeat, text: str) -> Example:
    """A repeat of document `row`, whose text this is, to be shown."""
    characters, shown = repeat.end - repeat.start, text[repeat.start : repeat.end][:_SHOWN]
    return Example(row, repeat.kind, repeat.cut, repeat.score, shown, characters, weighed(repeat))


class Examples:
    """What is worth showing of the repeats seen so far; of equals the first, however documents are split.

    `chosen`: by kind, whether it is cut, and why it was chosen; `unsure`: how many were left for lack of
    evidence; `doubts`: some of them, the likeliest accident first.
    """

    def __init__(self) -> None:
        self.chosen: dict[tuple[str, bool, str], Example] = {}
        self.unsure = 0
        self.doubts: list[Doubt] = []

    def see(self, row: int, repeat: Repeat, text: str, caution: float) -> None:
        """Look at a repeat of document `row`, whose text this is."""
        seen = example(row, repeat, text)
        self._offer(LONGEST, seen)
        if seen.accident is None:
            return
        if repeat.cut:
            self._offer(LEAST_SURE, seen)
        elif repeat.kind == "pattern" and UNSURE <= seen.accident <= caution:
            self.unsure += 1
            self._doubt([Doubt(row, seen.accident, seen.text)])

    def add(self, others: "Examples", base: int) -> None:
        """Those of the next documents, of which the first is row `base`."""
        for (_, _, why), one in others.chosen.items():
            self._offer(why, one._replace(row=base + one.row))
        self.unsure += others.unsure
        self._doubt([doubt._replace(row=base + doubt.row) for doubt in others.doubts])

    def _offer(self, why: str, one: Example) -> None:
        """Keep an example where it is more so than the one before."""
        key = (one.kind, one.cut, why)
        held = self.chosen.get(key)
        if held is None or _weight(why, one) > _weight(why, held):
            self.chosen[key] = one

    def _doubt(self, more: list[Doubt]) -> None:
        self.doubts = sorted([*self.doubts, *more], key=lambda doubt: -doubt.accident)[:DOUBTS]


def _weight(why: str, one: Example) -> float:
    """How much an example is what it was chosen for."""
    return one.characters if why == LONGEST else -(one.accident or 0.0)


def weighed(repeat: Repeat) -> float | None:
    """The probability of an accident where the evidence was weighed, no rule decided; else None."""
    if "accident" not in repeat.evidence or any(name.startswith("rule_") for name in repeat.evidence):
        return None
    return repeat.evidence["accident"][0]
