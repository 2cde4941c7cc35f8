"""Repeats -> those worth showing: the longest of each kind, the one whose cutting is least certain, and those
that were nearly cut.
"""

from typing import NamedTuple

from dedup.repeats.find import Repeat

DOUBTS = 3
"""How many of the repeats left for lack of evidence are shown."""
UNSURE = 0.3
"""A repeat left for lack of evidence counts as unsure from this probability of an accident on."""

LONGEST, LEAST_SURE, WORST_SITE = "longest", "least sure", "worst site"
_MAX_CHARACTERS = 300  # of an example


class Example(NamedTuple):
    """A repeat to show: the document's row, the kind, whether it is cut, how similar the copies are (0 to
    100), the copy's first characters, and how many characters it has. `accident`: the probability of one (0
    to 1), None where it is not known.
    """

    row: int
    kind: str
    cut: bool
    score: float
    text: str
    characters: int
    accident: float | None


class Doubt(NamedTuple):
    """A repeat left for lack of evidence: the document's row, the probability of an accident (0 to 1), and
    the copy's first characters.
    """

    row: int
    accident: float
    text: str


def example(row: int, repeat: Repeat, text: str) -> Example:
    """A repeat of document `row`, whose text is `text`, as an example."""
    characters = repeat.end - repeat.start
    opening = text[repeat.start : repeat.end][:_MAX_CHARACTERS]
    return Example(
        row, repeat.kind, repeat.cut, repeat.score, opening, characters, accident_probability(repeat)
    )


class Examples:
    """The repeats worth showing among those seen so far. Of equal ones the first is chosen, however the
    documents are split into blocks.

    `chosen`: by kind, whether it is cut, and why it was chosen; `unsure`: how many repeats were left for lack
    of evidence; `doubts`: up to DOUBTS of these, the likeliest accident first.
    """

    def __init__(self) -> None:
        self.chosen: dict[tuple[str, bool, str], Example] = {}
        self.unsure = 0
        self.doubts: list[Doubt] = []

    def see(self, row: int, repeat: Repeat, text: str) -> None:
        """Consider a repeat of document `row`, whose text is `text`."""
        candidate = example(row, repeat, text)
        self._offer(LONGEST, candidate)
        if candidate.accident is None:
            return
        if repeat.cut:
            self._offer(LEAST_SURE, candidate)
        elif repeat.kind == "pattern" and candidate.accident >= UNSURE:
            self.unsure += 1
            self._doubt([Doubt(row, candidate.accident, candidate.text)])

    def add(self, block: "Examples", base: int) -> None:
        """Consider the examples of the next block, whose first document is row `base`."""
        for (_, _, why), candidate in block.chosen.items():
            self._offer(why, candidate._replace(row=base + candidate.row))
        self.unsure += block.unsure
        self._doubt([doubt._replace(row=base + doubt.row) for doubt in block.doubts])

    def _offer(self, why: str, candidate: Example) -> None:
        """Choose an example if it shows `why` better than the one chosen before."""
        key = (candidate.kind, candidate.cut, why)
        chosen = self.chosen.get(key)
        if chosen is None or _weight(why, candidate) > _weight(why, chosen):
            self.chosen[key] = candidate

    def _doubt(self, doubts: list[Doubt]) -> None:
        self.doubts = sorted([*self.doubts, *doubts], key=lambda doubt: -doubt.accident)[:DOUBTS]


def _weight(why: str, candidate: Example) -> float:
    return candidate.characters if why == LONGEST else -(candidate.accident or 0.0)


def accident_probability(repeat: Repeat) -> float | None:
    """The probability of an accident; None where it is not known."""
    return repeat.evidence["accident"][0] if "accident" in repeat.evidence else None
