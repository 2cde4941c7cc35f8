"""An outcome -> what of it is worth showing, with the texts that a report quotes, each read again once."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dedup.errors import InputError
from dedup.matching.matches import similarities
from dedup.matching.shingles import shingles
from dedup.matching.templates import differing
from dedup.pipeline.examples import Example, example
from dedup.pipeline.outcome import Outcome
from dedup.summary import sites
from dedup.summary.groups import Group, groups
from dedup.text.ragged import sets
from dedup.text.words import words_of

LARGEST = 10  # groups that are described
TEMPLATES = 3  # examples of templates
OPENING = 300  # characters of a text that are quoted

_MEMBERS = 8  # of a group that are held against each other
_UNLIKE = 0.5  # a member of which no other has that much, nor it of the other, is unlike it
_LOW = 0.67  # two that share more than this with their keeper have half of each other


class Unlike(NamedTuple):
    """A group whose members were held against each other: how many pairs were, in how many neither has half
    of the other, and of these the least alike: their rows, and how much one has of the other at most.
    """

    group: Group
    pairs: int
    unlike: int
    one: int
    other: int
    covered: float


class Lost(NamedTuple):
    """The dropped document that loses most: its row, the share that its keeper lacks, and the longest
    paragraph that it lacks (empty where no single one is lacking).
    """

    row: int
    share: float
    text: str


@dataclass
class Highlights:
    """What is worth showing of one outcome. Texts are empty where the input has changed meanwhile."""

    outcome: Outcome

    @cached_property
    def groups(self) -> list[Group]:
        """Keepers with what was dropped for them, the largest groups first."""
        return groups(self.outcome)

    @cached_property
    def texts(self) -> dict[int, str]:
        """By row the text of every document that is quoted: read before anything is written, since an output
        may replace its input, and while an index is open.
        """
        rows = [group.keeper for group in self.largest]
        rows += [row for members in self._suspects.values() for row in members]
        rows += [row for pair in self._template_pairs for row in pair]
        rows += [row for row in (self._worst, self._site) if row is not None]
        try:
            return self.outcome.texts(rows)
        except InputError:
            return {}

    @cached_property
    def sites(self) -> dict[str, Any] | None:
        """The worst sites."""
        return sites.sites(self.outcome)

    @cached_property
    def _site(self) -> int | None:
        """The document of the worst site of which most is cut."""
        worst = self.sites["worst"] if self.sites else []
        return sites.most_cut(self.outcome, worst[0]["host"]) if worst else None

    @property
    def of_worst_site(self) -> Example | None:
        """The longest repeat that is cut there."""
        row = self._site
        if row is None or row not in self.texts:
            return None
        cut = (repeat for repeat in self.outcome.repeats_of(row) if repeat.cut)
        longest = max(cut, key=lambda repeat: repeat.end - repeat.start)
        return example(row, longest, self.texts[row])

    @property
    def largest(self) -> list[Group]:
        """The largest groups."""
        return self.groups[:LARGEST]

    def opening(self, row: int) -> str:
        """How a document begins."""
        return self.texts.get(row, "")[:OPENING]

    @cached_property
    def _suspects(self) -> dict[int, list[int]]:
        """By group, members that may be unlike each other: those least like the keeper, of the groups that
        have most of them.
        """
        low = {
            number: [row for row, jaccard in zip(group.dropped, group.jaccard, strict=True) if jaccard < _LOW]
            for number, group in enumerate(self.groups)
        }
        most = sorted(
            (number for number in low if len(low[number]) > 1), key=lambda number: -len(low[number])
        )
        return {number: _spread(low[number], _MEMBERS) for number in most[:LARGEST]}

    @cached_property
    def unlike(self) -> dict[int, Unlike]:
        """By keeper the groups with members that are unlike each other."""
        found = {}
        for number, rows in self._suspects.items():
            group = self.groups[number]
            compared = self._compared(group, [row for row in rows if row in self.texts])
            if compared and compared.unlike:
                found[group.keeper] = compared
        return found

    def _compared(self, group: Group, rows: list[int]) -> Unlike | None:
        """Members of a group held against each other."""
        texts = [self.outcome.corpus.cleaned(row, self.texts[row]) for row in rows]
        pairs = np.array([*combinations(range(len(rows)), 2)], np.int64).reshape(-1, 2)
        if not len(pairs):
            return None
        said = sets(shingles(words_of(pa.array(texts, pa.large_string())), self.outcome.options.ngram))
        covered = np.maximum(
            similarities(said, pairs[:, 0], pairs[:, 1]).coverage,
            similarities(said, pairs[:, 1], pairs[:, 0]).coverage,
        )
        least = int(np.argmin(covered))
        one, other = (rows[i] for i in pairs[least])
        return Unlike(group, len(pairs), int((covered < _UNLIKE).sum()), one, other, float(covered[least]))

    @cached_property
    def _worst(self) -> int | None:
        """The dropped document of which its keeper has least."""
        keepers = self.outcome.keepers
        dropped = np.flatnonzero(keepers.keeper >= 0)
        if not len(dropped):
            return None
        worst = int(dropped[np.argmin(keepers.coverage[dropped])])
        return worst if keepers.coverage[worst] < 1 else None

    @property
    def lost(self) -> Lost | None:
        """What is lost with the document that loses most; None where nothing is."""
        row = self._worst
        if row is None:
            return None
        lacking = self.outcome.decisions.missing.get(row, [])
        longest = max(lacking, key=lambda one: one.end - one.start, default=None)
        text = self.texts.get(row, "")[longest.start : longest.end][:OPENING] if longest else ""
        return Lost(row, 1 - float(self.outcome.keepers.coverage[row]), text)

    @property
    def _template_pairs(self) -> list[tuple[int, int]]:
        return [(others[0][0], row) for row, others in self.outcome.templates.items()][:TEMPLATES]

    @property
    def templates(self) -> list[tuple[int, int, list[tuple[str, str, str]]]]:
        """Some templates: the rows of both documents, the earlier one first, and each figure of that one with
        the other's and its surroundings.
        """
        cleaned = {row: self.outcome.corpus.cleaned(row, text) for row, text in self.texts.items()}
        return [
            (one, other, differing(cleaned[one], cleaned[other]))
            for one, other in self._template_pairs
            if one in cleaned and other in cleaned
        ]


def _spread(rows: list[int], count: int) -> list[int]:
    """So many of them at the most, evenly spread, the first and the last among them."""
    if len(rows) <= count:
        return rows
    return [rows[i] for i in _evenly(len(rows), count)]


def _evenly(size: int, count: int) -> Iterable[int]:
    return (i * (size - 1) // (count - 1) for i in range(count))
