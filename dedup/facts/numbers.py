"""Templates: pairs of texts that are the same but for their figures, so that both are kept, such as two
companies' results or two days' rates.
"""

from collections.abc import Sequence
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
    in_context = sets(Ragged(_in_context(texts, at), np.searchsorted(at, texts.offsets)))
    sizes = np.diff(in_context.offsets)
    values, offsets = in_context.values, in_context.offsets
    both = kernel.shared(values, offsets, left, values, offsets, right)
    return np.asarray((both < sizes[left]) & (both < sizes[right]))


def slots(texts: Figures, left: int, right: int) -> Slots:
    """The slots of two texts, as `Slotted` finds them."""
    return Slotted.of(texts).slots(left, right)


class Slotted(NamedTuple):
    """Texts whose slots are found pair by pair. `keys`, `contexts`: of each text the tokens, and the tokens
    between their neighbours, once, ascending.
    """

    texts: Figures
    keys: Ragged
    contexts: Ragged

    @classmethod
    def of(cls, texts: Figures) -> "Slotted":
        """These texts, ready to be compared."""
        contexts = Ragged(_in_context(texts, np.arange(len(texts.keys))), texts.offsets)
        return cls(texts, sets(Ragged(texts.keys, texts.offsets)), sets(contexts))

    def slots(self, left: int, right: int) -> Slots:
        """The slots of two texts: figures between the same words, or as many words after the same words."""
        a, b = self._tokens(left), self._tokens(right)
        is_swapped = (len(a.keys), a.keys.tobytes()) > (len(b.keys), b.keys.tobytes())
        if is_swapped:  # one alignment of several, from both sides
            a, b = b, a
        at_a, at_b = _shared_in_order(a, b) or _aligned(a, b)
        x, y, unpaired = _opposite(a, b, at_a, at_b)
        are_figures = (a.kinds[x] != WORD) & (b.kinds[y] != WORD)
        others = unpaired + 2 * int((~are_figures).sum())
        is_change = (a.kinds[x] == FIGURE) & (b.kinds[y] == FIGURE)
        differing = self._distinct_changes(a, b, x[is_change], y[is_change])
        x, y = np.array(differing, np.int64).reshape(-1, 2).T
        new = int((~_are_in(a.keys[x], b.distinct) & ~_are_in(b.keys[y], a.distinct)).sum())
        same = int((a.kinds[at_a] == FIGURE).sum())
        return Slots(same, [(y, x) for x, y in differing] if is_swapped else differing, others, new)

    def _distinct_changes(
        self, a: "_Tokens", b: "_Tokens", at_a: Int64s, at_b: Int64s
    ) -> list[tuple[int, int]]:
        """Where each change of a figure into another occurs first. A figure that has the same neighbours
        elsewhere in the other text was only moved.
        """
        if not len(at_a) or _is_numbering(a.integers[at_a], b.integers[at_b]):
            return []
        in_a, in_b = _in_context(self.texts, a.start + at_a), _in_context(self.texts, b.start + at_b)
        stays = ~(_are_in(in_a, b.contexts) | _are_in(in_b, a.contexts))
        at_a, at_b = at_a[stays], at_b[stays]
        changes = zip(a.keys[at_a].tolist(), b.keys[at_b].tolist(), strict=True)
        first: dict[tuple[int, int], tuple[int, int]] = {}
        for change, place in zip(changes, zip(at_a.tolist(), at_b.tolist(), strict=True), strict=True):
            first.setdefault(change, place)
        return list(first.values())

    def _tokens(self, text: int) -> "_Tokens":
        start, end = self.texts.offsets[text : text + 2].tolist()
        part = slice(start, min(end, start + _MAX_TOKENS))
        return _Tokens(
            self.texts.keys[part],
            self.texts.kinds[part],
            self.texts.integers[part],
            _of(self.keys, text),
            _of(self.contexts, text),
            start,
        )


def _of(lists: Ragged, number: int) -> Hashes:
    part: Hashes = lists.values[slice(*lists.offsets[number : number + 2].tolist())]
    return part


class _Tokens(NamedTuple):
    """The tokens of one text, from `start` of all; see `Figures` and `Slotted`."""

    keys: Hashes
    kinds: Bytes
    integers: Int32s
    distinct: Hashes
    contexts: Hashes
    start: int


def _in_context(texts: Figures, tokens: Int64s) -> Hashes:
    """Each of these tokens between its neighbours, as one number."""
    before, own, after = kernel.factors(3)
    beside = texts.neighbours(tokens, -1) * before + texts.neighbours(tokens, 1) * after
    in_context: Hashes = beside + texts.keys[tokens] * own
    return in_context


def _are_in(values: Hashes, ascending: Hashes) -> Bools:
    """Which of the values are among some that ascend."""
    if not len(ascending):
        return np.zeros(len(values), bool)
    places = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    return np.asarray(ascending[places] == values)


def _shared_in_order(a: _Tokens, b: _Tokens) -> tuple[Int64s, Int64s] | None:
    """Where two texts have the tokens that they share, if these are the same ones in the same order: then
    there is no other alignment as long. None: they are not. 100 pages of 2,000 words with other figures took
    22 s with `_aligned` alone and take 4.
    """
    if len(a.keys) == len(b.keys):  # mostly: a form with other figures
        differ = a.keys != b.keys
        if not (_are_in(a.keys[differ], b.distinct).any() or _are_in(b.keys[differ], a.distinct).any()):
            at = np.flatnonzero(~differ)
            return at, at
    at_a = np.flatnonzero(_are_in(a.keys, b.distinct))
    at_b = np.flatnonzero(_are_in(b.keys, a.distinct))
    are_same = len(at_a) == len(at_b) and bool((a.keys[at_a] == b.keys[at_b]).all())
    return (at_a, at_b) if are_same else None


def _aligned(a: _Tokens, b: _Tokens) -> tuple[Int64s, Int64s]:
    """Where two texts have the tokens that they share, of those that ascend in both."""
    starts_a, starts_b, sizes = np.array([*runs(a.keys, b.keys)], np.int64).reshape(-1, 3).T
    return _ranges(starts_a, sizes), _ranges(starts_b, sizes)


def _ranges(starts: Int64s, sizes: Int64s) -> Int64s:
    """The numbers of all ranges of these starts and sizes."""
    before = np.cumsum(sizes) - sizes
    numbers: Int64s = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return numbers


def _opposite(a: _Tokens, b: _Tokens, at_a: Int64s, at_b: Int64s) -> tuple[Int64s, Int64s, int]:
    """The tokens of two texts that stand opposite each other between those that are shared: gaps of as many
    tokens in both, and a score opposite a number. Also how many tokens are in other gaps.
    """
    (starts_a, sizes_a), (starts_b, sizes_b) = _gaps(at_a, len(a.keys)), _gaps(at_b, len(b.keys))
    is_equal = sizes_a == sizes_b
    is_paired = is_equal | _are_scores(a, starts_a, sizes_a, b, starts_b, sizes_b)
    is_paired |= _are_scores(b, starts_b, sizes_b, a, starts_a, sizes_a)
    unpaired = int((sizes_a + sizes_b)[~is_paired].sum())
    sizes = np.where(is_equal, sizes_a, 1)[is_paired]
    return _ranges(starts_a[is_paired], sizes), _ranges(starts_b[is_paired], sizes), unpaired


def _are_scores(
    a: _Tokens, starts: Int64s, sizes: Int64s, b: _Tokens, others: Int64s, other_sizes: Int64s
) -> Bools:
    """In which gaps one text has a score or range ("3-2") where the other one has one number ("3.2")."""
    are_scores: Bools = (sizes == 2) & (other_sizes == 1)
    first, number = starts[are_scores], others[are_scores]
    are_figures = (a.kinds[first] == FIGURE) & (a.kinds[first + 1] == FIGURE) & (b.kinds[number] == FIGURE)
    are_scores[are_scores] = are_figures & (a.integers[first + 1] == SIGNED)
    return are_scores


def _gaps(shared: Int64s, end: int) -> tuple[Int64s, Int64s]:
    """Where the gaps before, between and behind these tokens begin, and their sizes."""
    borders = np.concatenate((np.full(1, -1), shared, np.full(1, end)))
    return borders[:-1] + 1, np.diff(borders) - 1


def _is_numbering(left: Int32s, right: Int32s) -> bool:
    """Whether figures mostly count up one by one in both texts: links, notes or sections that are numbered
    from different starts.
    """
    counts_up = (np.diff(left) == 1) & (np.diff(right) == 1) & (np.minimum(left, right)[:-1] >= 0)
    return 2 * int(counts_up.sum()) >= max(1, len(counts_up))


def differing(left: str, right: str) -> list[tuple[str, str, str]]:
    """Each figure of `left` that differs, with its counterpart in `right` and the words around it in `left`,
    in the order of the text.
    """
    pair, texts = (left, right), figures([left, right])
    return written(pair, tuple(map(figure_spans, pair)), texts, (0, 1), slots(texts, 0, 1).differing)


def written(
    pair: tuple[str, str],
    spans: Sequence[Sequence[Cut]],
    texts: Figures,
    rows: tuple[int, int],
    changes: Sequence[tuple[int, int]],
) -> list[tuple[str, str, str]]:
    """The figures that differ as `differing` has them, of two texts that are these rows of `texts`. `spans`:
    where each of the two has its figures; `changes`: as `Slots.differing` has them.
    """
    numbers = [np.cumsum(texts.kinds[slice(*texts.offsets[row : row + 2])] != WORD) - 1 for row in rows]
    shown = []
    for tokens in sorted(changes):
        (start, end), (other_start, other_end) = (spans[i][numbers[i][tokens[i]]] for i in (0, 1))
        around = " ".join(pair[0][max(0, start - _CONTEXT) : end + _CONTEXT].split())
        shown.append((pair[0][start:end], pair[1][other_start:other_end], around))
    return shown
