"""Templates: pairs of texts that are the same but for their figures, so that both are kept, such as two
companies' results or two days' rates.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dedup.document import Cut
from dedup.facts.alignment import runs
from dedup.native import shingles as kernel
from dedup.native.arrays import Bools, Bytes, Hashes, Int32s, Int64s
from dedup.text.figures import FIGURE, SIGNED, WORD, Figures, figure_spans, figures
from dedup.text.ragged import Ragged, sets

_MAX_TOKENS = 20_000  # of a text that are aligned
_CONTEXT = 30  # characters shown on either side of a figure
_SHORT = 25  # words of a note in which every figure is news
_FEW = 3  # other differences beside a figure that differs in a text of at most two


class Slots(NamedTuple):
    """How the figures of two texts compare. A *slot* is a place where both texts have a figure.

    `same`: slots in which they agree; `differing`: for each change of one figure into another, the tokens of
    the left and the right text at which it occurs first; `others`: words and dates that only one text has;
    `new`: changes of a figure that the other text has nowhere into another such one.
    """

    same: int
    differing: list[tuple[int, int]]
    others: int
    new: int


def is_template(slots: Slots, is_short: bool = False, is_correction: bool = False) -> bool:
    """Whether two texts differ in their figures: in at least half of several; or in at least three and a
    tenth of them, with few other differences; or in one of at most two, with hardly another difference; or,
    if they are short, in one that is new. One of them `is_correction`: a single figure may be corrected.
    """
    differ = len(slots.differing)
    total = differ + slots.same
    if is_short and not is_correction and slots.new:
        return True
    if differ < 2:
        return differ == 1 and total <= 2 and slots.others <= (0 if is_correction else _FEW)
    return 2 * differ >= total or (differ > 2 and 10 * differ >= total and slots.others <= 20 * differ)


def are_short(texts: Figures) -> Bools:
    """Which texts are so short that every figure in them is news."""
    return np.asarray(np.diff(texts.offsets) <= _SHORT)


def may_differ(texts: Figures, left: Int64s, right: Int64s) -> Bools:
    """In which pairs each text has a figure between two words that the other lacks: one pair of five."""
    at = np.flatnonzero(texts.kinds == FIGURE)
    parts = [
        texts.neighbours(at, step) * factor
        for step, factor in zip((-1, 0, 1), kernel.factors(3), strict=True)
    ]
    in_context = sets(Ragged(parts[0] + parts[1] + parts[2], np.searchsorted(at, texts.offsets)))
    sizes = np.diff(in_context.offsets)
    values, offsets = in_context.values, in_context.offsets
    both = kernel.shared(values, offsets, left, values, offsets, right)
    return np.asarray((both < sizes[left]) & (both < sizes[right]))


def slots(texts: Figures, left: int, right: int) -> Slots:
    """The slots of two texts: figures between the same words, or as many words after the same words."""
    a, b = _Tokens.of(texts, left), _Tokens.of(texts, right)
    is_swapped = (len(a.keys), a.keys.tobytes()) > (len(b.keys), b.keys.tobytes())
    if is_swapped:  # one alignment of several, from both sides
        a, b = b, a
    is_figure = (a.kinds == FIGURE).astype(np.int64)
    others = i = j = same = 0
    changes: list[tuple[int, int]] = []
    for run in runs(a.keys, b.keys):
        between = run.a - i, run.b - j
        if between[0] == between[1]:
            pairs = [(i + k, j + k) for k in range(between[0])]
            both_figures = [(x, y) for x, y in pairs if a.kinds[x] != WORD and b.kinds[y] != WORD]
            changes += [(x, y) for x, y in both_figures if a.kinds[x] == b.kinds[y] == FIGURE]
            others += 2 * (len(pairs) - len(both_figures))
        elif _are_score_and_number(a, i, run.a, b, j, run.b) or _are_score_and_number(
            b, j, run.b, a, i, run.a
        ):
            changes.append((i, j))
        else:
            others += sum(between)
        i, j = run.a + run.size, run.b + run.size
        same += int(is_figure[run.a : i].sum())
    differing = _distinct_changes(a, b, changes)
    at_a, at_b = np.array(differing, np.int64).reshape(-1, 2).T
    new = int((~np.isin(a.keys[at_a], b.keys) & ~np.isin(b.keys[at_b], a.keys)).sum())
    return Slots(same, [(y, x) for x, y in differing] if is_swapped else differing, others, new)


class _Tokens(NamedTuple):
    """The tokens of one text; see `Figures`."""

    keys: Hashes
    kinds: Bytes
    integers: Int32s

    def in_context(self) -> Hashes:
        """Each token between its neighbours, as one number."""
        around = np.concatenate((np.zeros(1, np.uint64), self.keys, np.zeros(1, np.uint64)))
        before, own, after = kernel.factors(3)
        in_context: Hashes = around[:-2] * before + around[1:-1] * own + around[2:] * after
        return in_context

    @classmethod
    def of(cls, texts: Figures, text: int) -> "_Tokens":
        start, end = texts.offsets[text : text + 2].tolist()
        part = slice(start, min(end, start + _MAX_TOKENS))
        return cls(texts.keys[part], texts.kinds[part], texts.integers[part])


def _are_score_and_number(a: _Tokens, i: int, a_end: int, b: _Tokens, j: int, b_end: int) -> bool:
    """Whether one text has a score or range ("3-2") where the other one has one number ("3.2")."""
    if (a_end - i, b_end - j) != (2, 1) or a.integers[i + 1] != SIGNED:
        return False
    return bool((a.kinds[i:a_end] == FIGURE).all()) and int(b.kinds[j]) == FIGURE


def _distinct_changes(a: _Tokens, b: _Tokens, changes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where each change of a figure into another occurs first. A figure that has the same neighbours
    elsewhere in the other text was only moved.
    """
    if not changes or _is_numbering([(int(a.integers[x]), int(b.integers[y])) for x, y in changes]):
        return []
    at_a, at_b = np.array(changes, np.int64).T
    in_a, in_b = a.in_context(), b.in_context()
    is_moved = np.isin(in_a[at_a], in_b) | np.isin(in_b[at_b], in_a)
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for (x, y), moved in zip(changes, is_moved.tolist(), strict=True):
        if not moved:
            first.setdefault((int(a.keys[x]), int(b.keys[y])), (x, y))
    return list(first.values())


def _is_numbering(integers: list[tuple[int, int]]) -> bool:
    """Whether figures mostly count up one by one in both texts: links, notes or sections that are numbered
    from different starts.
    """
    steps = [(c - a, d - b) == (1, 1) and min(a, b) >= 0 for (a, b), (c, d) in pairwise(integers)]
    return 2 * sum(steps) >= max(1, len(steps))


def differing(left: str, right: str) -> list[tuple[str, str, str]]:
    """Each figure of `left` that differs, with its counterpart in `right` and the words around it in `left`,
    in the order of the text.
    """
    pair, texts = (left, right), figures([left, right])
    return written(pair, tuple(map(figure_spans, pair)), texts, (0, 1), slots(texts, 0, 1))


def written(
    pair: tuple[str, str],
    spans: Sequence[Sequence[Cut]],
    texts: Figures,
    rows: tuple[int, int],
    compared: Slots,
) -> list[tuple[str, str, str]]:
    """The figures that differ as `differing` has them, of two texts that are these rows of `texts`. `spans`:
    where each of the two has its figures.
    """
    numbers = [np.cumsum(texts.kinds[slice(*texts.offsets[row : row + 2])] != WORD) - 1 for row in rows]
    shown = []
    for tokens in sorted(compared.differing):
        (start, end), (other_start, other_end) = (spans[i][numbers[i][tokens[i]]] for i in (0, 1))
        around = " ".join(pair[0][max(0, start - _CONTEXT) : end + _CONTEXT].split())
        shown.append((pair[0][start:end], pair[1][other_start:other_end], around))
    return shown
