"""Pairs that say the same with other figures, both to be kept: two companies' results, two days' rates."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

from dedup.kernels import shingles as kernel
from dedup.kernels.arrays import Int64s
from dedup.text.figures import FIGURE, WORD, Figures, figure_spans, figures
from dedup.text.ragged import Ragged, sets

_LOOKED_AT = (
    20_000  # tokens of a text that are aligned: 0.1 s and 50 MB for two such texts without a word in common
)
_CONTEXT = 30  # characters shown on either side of a figure


class Slots(NamedTuple):
    """What the figures of a pair do in the same places.

    `same`: how many agree; `differing`: for each change, once, the tokens of the left and the right text
    where it stands first; `others`: words and dates that one text has and the other has not.
    """

    same: int
    differing: list[tuple[int, int]]
    others: int


def is_template(slots: Slots) -> bool:
    """Whether the figures are what differs: most of several; or a tenth of them, three at the least, and
    few words beside; or one of two, and nothing else.
    """
    differ = len(slots.differing)
    figures = differ + slots.same
    if differ < 2:
        return differ == 1 and figures <= 2 and slots.others == 0
    return 2 * differ >= figures or (differ > 2 and 10 * differ >= figures and slots.others <= 20 * differ)


def are_templates(found: Figures, left: Int64s, right: Int64s) -> npt.NDArray[np.bool_]:
    """Which of the pairs of documents left[i], right[i] (int64) are templates."""
    called = np.zeros(len(left), bool)
    for pair in np.flatnonzero(_may_differ(found, left, right)).tolist():
        called[pair] = is_template(slots(found, int(left[pair]), int(right[pair])))
    return called


def _may_differ(found: Figures, left: Int64s, right: Int64s) -> npt.NDArray[np.bool_]:
    """Where each text has a figure that the other one has not beside the same words: in one pair of five."""
    at = np.flatnonzero(found.kinds == FIGURE)
    steps = zip((-1, 0, 1), kernel.factors(3), strict=True)
    parts = [found.neighbours(at, step) * factor for step, factor in steps]
    owned = sets(Ragged(parts[0] + parts[1] + parts[2], np.searchsorted(at, found.offsets)))
    sizes = np.diff(owned.offsets)
    both = kernel.shared(owned.values, owned.offsets, left, owned.values, owned.offsets, right)
    return np.asarray((both < sizes[left]) & (both < sizes[right]))


def slots(found: Figures, left: int, right: int) -> Slots:
    """The slots of a pair. A slot is a figure of both texts between the same words, or as many words after
    the same words.
    """
    a, b = _Row.of(found, left), _Row.of(found, right)
    turned = (len(a.keys), a.keys) > (len(b.keys), b.keys)  # of several alignments, the same from both sides
    if turned:
        a, b = b, a
    same = others = i = j = 0
    places: list[tuple[int, int]] = []
    for block in LCSseq.editops(a.keys, b.keys).as_matching_blocks():
        between = block.a - i, block.b - j
        if between[0] == between[1]:
            paired = [(i + k, j + k) for k in range(between[0])]
            met = [(x, y) for x, y in paired if a.kinds[x] != WORD and b.kinds[y] != WORD]
            places += [(x, y) for x, y in met if a.kinds[x] == b.kinds[y] == FIGURE]
            others += 2 * (len(paired) - len(met))
        else:
            others += sum(between)
        i, j = block.a + block.size, block.b + block.size
        same += a.kinds[block.a : i].count(FIGURE)
    differing = _changes(a, b, places)
    return Slots(same, [(y, x) for x, y in differing] if turned else differing, others)


class _Row(NamedTuple):
    """One document's part of Figures, as lists."""

    keys: list[int]
    kinds: list[int]
    integers: list[int]

    def beside(self) -> list[tuple[int, int, int]]:
        """Each token between the ones beside it."""
        return list(zip([0, *self.keys[:-1]], self.keys, [*self.keys[1:], 0], strict=True))

    @classmethod
    def of(cls, found: Figures, document: int) -> "_Row":
        start, end = found.offsets[document : document + 2].tolist()
        part = slice(start, min(end, start + _LOOKED_AT))
        return cls(found.keys[part].tolist(), found.kinds[part].tolist(), found.integers[part].tolist())


def _changes(a: _Row, b: _Row, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first place of each change of a figure into another. Not where the figure stands beside the same
    words elsewhere in the other text: it was moved.
    """
    if not places or _is_numbering([(a.integers[x], b.integers[y]) for x, y in places]):
        return []
    in_a, in_b = a.beside(), b.beside()
    moved = set(in_a) & set(in_b)
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for x, y in places:
        if in_a[x] not in moved and in_b[y] not in moved:
            first.setdefault((a.keys[x], b.keys[y]), (x, y))
    return list(first.values())


def _is_numbering(integers: list[tuple[int, int]]) -> bool:
    """Whether figures mostly count up one by one in both texts: links, notes or sections, numbered from
    another start.
    """
    steps = [(c - a, d - b) == (1, 1) and min(a, b) >= 0 for (a, b), (c, d) in pairwise(integers)]
    return 2 * sum(steps) >= max(1, len(steps))


def differing(left: str, right: str) -> list[tuple[str, str, str]]:
    """Each figure of `left` with the one that stands for it in `right`, and the left one's surroundings, in
    the order of the text.
    """
    found = figures([left, right])
    marked = [np.cumsum(found.kinds[s:e] != WORD) - 1 for s, e in pairwise(found.offsets.tolist())]
    there = figure_spans(left), figure_spans(right)
    shown = []
    for x, y in sorted(slots(found, 0, 1).differing):
        (start, end), (other, stop) = (side[m[at]] for side, m, at in zip(there, marked, (x, y), strict=True))
        around = " ".join(left[max(0, start - _CONTEXT) : end + _CONTEXT].split())
        shown.append((left[start:end], right[other:stop], around))
    return shown
