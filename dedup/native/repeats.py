"""Words of paragraphs -> pairs of paragraphs that are worth comparing; UTF-8 -> how often some words stand in
it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dedup.native import library
from dedup.native.arrays import Bytes, Hashes, Int64s, UInt32s
from dedup.native.library import GIVEN, I64, OUT_I64, OUT_U64, U8, U32, U64, Given

_FOLDED = 0x10000  # no character from here on folds to one below it
_CASED = ((0, 0x3000), (0xA640, 0xAC00), (0xFB00, _FOLDED))
"""Where below _FOLDED characters may fold to others."""

_paragraph_hashes = library.function("dd_paragraph_hashes", U64, I64, OUT_U64)
_propose = library.function("dd_propose", U64, I64, U64, I64, U64, GIVEN)
_count = library.function("dd_count_occurrences", U8, I64, I64, U8, U32, OUT_I64)


def paragraph_hashes(words: Hashes, owned: Int64s) -> Hashes:
    """One hash (uint64) for each paragraph's words in order; 0 for a paragraph without words. Paragraph i has
    words[owned[i]:owned[i + 1]] (uint64; int64).
    """
    out = np.empty(len(owned) - 1, np.uint64)
    _paragraph_hashes(words, owned, out)
    return out


def propose(words: Hashes, owned: Int64s, hashes: Hashes, documents: Int64s, places: Hashes) -> Int64s:
    """Pairs of paragraphs: int64 (pairs, 3): an earlier paragraph, a later one of the same document, and 1
    where their words are equal.

    `words`, `owned`: the paragraphs' words; `hashes` as `paragraph_hashes` gives them; `documents` int64 (n +
    1): document i has paragraphs documents[i]:documents[i + 1]; `places`: factors of a 3-gram. Each paragraph
    is paired with the first that has the same words, or else with up to three earlier ones with which it
    shares most shingles.
    """
    given = Given()
    _propose(words, owned, hashes, documents, places, given)
    given.count *= 3
    return given.take(np.int64).reshape(-1, 3)


class Automaton(NamedTuple):
    """An automaton that reads characters as `str.casefold` would write them.

    `kinds` uint8: of each code point below its length, 0 for those that stand in no word; `steps` uint32: at
    a state plus a kind, the next state times 256 plus, for each group in four bits, how many of its words
    end on the way there.
    """

    kinds: Bytes
    steps: UInt32s


def automaton(groups: Sequence[Sequence[str]]) -> Automaton:
    """The automaton (Aho and Corasick 1975) of one or two groups of case-folded words of characters below
    U+10000.
    """
    words = {word: 1 << 4 * group for group, members in enumerate(groups) for word in members}
    letters = set("".join(words))
    kinds, folds = np.zeros(_FOLDED, np.uint8), {"": 0}  # what the characters of each kind fold to
    for point in _folding_to(letters):
        kinds[point] = folds.setdefault(chr(point).casefold(), len(folds))
    prefixes = sorted({word[:size] for word in words for size in range(len(word) + 1)})
    numbers = {prefix: i for i, prefix in enumerate(prefixes)}
    ended = {prefix: sum(words.get(prefix[i:], 0) for i in range(len(prefix))) for prefix in prefixes}
    nexts: dict[str, list[str]] = {prefix: [] for prefix in prefixes}
    for prefix in prefixes[1:]:
        nexts[prefix[:-1]].append(prefix)
    steps = np.zeros((len(numbers), len(folds)), np.uint32)
    for prefix in sorted(prefixes, key=len):  # it steps as its longest end does, but for its own
        if prefix:
            end = next(prefix[i:] for i in range(1, len(prefix) + 1) if prefix[i:] in numbers)
            steps[numbers[prefix]] = steps[numbers[end]]
        for longer in nexts[prefix]:
            steps[numbers[prefix], folds[longer[-1]]] = numbers[longer] * len(folds) << 8 | ended[longer]
    for folded, kind in folds.items():
        if len(folded) > 1:
            steps[:, kind] = _steps_over(folded, folds, steps)
    return Automaton(kinds, steps.ravel())


def _steps_over(folded: str, folds: Mapping[str, int], steps: UInt32s) -> UInt32s:
    """The step of each state over several letters (uint32), from the `steps` over one (states, kinds)."""
    states, hits = np.arange(len(steps)), np.zeros(len(steps), np.uint32)
    for letter in folded:
        step = steps[states, folds.get(letter, 0)]
        states, hits = (step >> 8) // len(folds), hits + (step & 0xFF)
    return (states * len(folds) << 8 | hits).astype(np.uint32)


def _folding_to(letters: set[str]) -> list[int]:
    """The code points that fold to something with any of the letters: all are folded in one string, where
    folding each took 0.01 s of every start, and those that have no case another 0.002 s.
    """
    cased = (np.arange(low, high, dtype=np.uint32) for low, high in _CASED)
    points = np.concatenate([*cased, np.array([ord(letter) for letter in letters], np.uint32)])
    apart = np.stack((points, np.full_like(points, _FOLDED)), axis=1)
    folded = apart.tobytes().decode("utf-32").casefold().encode("utf-32")
    read = np.frombuffer(folded, np.uint32)[1:]  # behind its byte-order mark
    of = np.cumsum(read == _FOLDED)
    wanted = np.zeros(_FOLDED + 1, bool)
    wanted[[ord(letter) for letter in letters]] = True
    return sorted(set(points[of[wanted[read]]].tolist()))


def count_occurrences(data: Bytes, texts: Int64s, rows: Int64s, words: Automaton) -> Int64s:
    """How often the words of each group stand in each of the texts `rows`, each word counted by itself: int64
    (rows, 2). `data` uint8: UTF-8; text i is data[texts[i]:texts[i + 1]].
    """
    out = np.empty((len(rows), 2), np.int64)
    _count(data, texts, rows, words.kinds, words.steps, out)
    return out
