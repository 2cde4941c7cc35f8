"""Proposed pairs of paragraphs -> runs: how alike they are (rapidfuzz), and which follow each other in both
places.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from rapidfuzz import fuzz, process

from dedup import lexicon

# rapidfuzz ratio (0 to 100) of the words from which on two paragraphs are the same but for a few characters
NEAR = 85
INSIDE = 88.0  # partial ratio from which on the shorter stands inside the longer
_SKIP = 2  # steps of a run: single paragraphs that one copy lacks or has changed are passed over
_WORK = 20  # pairs of a run for each paragraph at the most: 20,000 equal lines would have 200 million
_WORD = re.compile(r"[^\W_]+")
_ASCII = bytes(ord(chr(byte).lower()) if chr(byte).isalnum() else ord(" ") for byte in range(128)) + bytes(
    128
)


Pair = tuple[int, int]
Proposed = tuple[int, int, bool]
"""A pair of paragraphs, the earlier one first, and whether their words are equal."""
Scored = tuple[int, int, float]
Same = dict[Pair, float]
"""Pairs of paragraphs, the earlier one first, and how alike they are."""
Inside = tuple[int, int, float]
"""A paragraph, a longer one that holds it, and how well."""


@dataclass
class Article:
    """One document's paragraphs, for looking at its repeats.

    `spans`: character ranges in `text`; `lengths`: between which two numbers the length of each paragraph's
    plain text lies; `hashes`: of its words, 0 where it has none; `sizes`: its words; `members`: first and
    last of the paragraphs, as they were split, that it holds; `forum`: marks of forums in `text`; `marked`:
    whether it may hold links, code or cells; `wide`: or scripts without spaces; `compared`: how many pairs of
    its paragraphs rapidfuzz was given.
    """

    text: str
    spans: list[tuple[int, int]]
    lengths: list[tuple[int, int]]
    hashes: list[int]
    sizes: list[int]
    members: list[Pair]
    forum: int
    marked: bool
    wide: bool
    compared: int = 0
    _plain: dict[int, str] = field(default_factory=dict)

    @cached_property
    def times(self) -> Counter[int]:
        """How often each hash stands here; 0, that of a paragraph without words, never."""
        times = Counter(self.hashes)
        times[0] = 0
        return times

    def said(self, paragraph: int) -> str:
        """A paragraph as it stands."""
        start, end = self.spans[paragraph]
        return self.text[start:end]

    def unlinked(self, part: str) -> str:
        """A part of the text without what its links lead to."""
        return lexicon.unlinked(part) if self.marked else part

    def code(self, part: str) -> int:
        """How often something stands in a part of the text, its links taken out, that code has."""
        return lexicon.code(part) if self.marked else lexicon.code_lines(part)

    def cells(self, part: str) -> int:
        """How many gaps between cells of a table stand in a part of the text."""
        return lexicon.cells(part) if self.marked else 0

    def plain(self, paragraph: int) -> str:
        """A paragraph's letters, marks and digits in words, case-folded: what rapidfuzz compares."""
        if paragraph not in self._plain:
            said = self.said(paragraph)
            ascii_ = said.isascii()  # a table takes a fourth of what the pattern takes
            found = (
                said.encode().translate(_ASCII).decode().split() if ascii_ else _WORD.findall(said.casefold())
            )
            self._plain[paragraph] = " ".join(found)
        return self._plain[paragraph]

    def ratio(self, a: int, b: int, cutoff: int) -> float:
        """How alike two paragraphs are, 0 where below `cutoff`; rapidfuzz is not asked where their lengths
        alone tell that.
        """
        (least_a, most_a), (least_b, most_b) = self.lengths[a], self.lengths[b]
        for shorter, longer in ((most_a, least_b), (most_b, least_a)):
            if 200 * shorter < cutoff * (shorter + longer):
                return 0.0
        self.compared += 1
        return fuzz.ratio(self.plain(a), self.plain(b), score_cutoff=cutoff)

    def spoken(self, text: str, words: int) -> float:
        """Words of a part of the text that was counted as `words` tokens: in scripts without spaces
        characters are tokens, and two of Chinese or four of Thai are about a word.
        """
        if not self.wide or len(text.encode("utf-8", "replace")) < 1.3 * len(text):
            return float(words)  # hardly a character of those scripts, which take three bytes
        found = lexicon.WIDE.findall(text)
        ideographs = sum(map(bool, found))
        return words - 0.45 * ideographs - 0.75 * (len(found) - ideographs)

    def joined(self, first: int, last: int) -> str:
        """The plain text of first..last in one piece."""
        return " ".join(self.plain(i) for i in range(first, last + 1) if self.plain(i))


class Run(NamedTuple):
    """Pairs of paragraphs that follow each other in both places: (earlier, later, how alike), later ones
    ascending.
    """

    pairs: list[Scored]
    interleaved: bool = False


def compare(article: Article, proposed: list[Proposed]) -> tuple[Same, list[Inside]]:
    """Which of the proposed pairs are the same or nearly so, and which have one inside the other."""
    same = {(a, b): 100.0 for a, b, exact in proposed if exact}
    unsure = [(a, b) for a, b, exact in proposed if not exact]
    inside: list[Inside] = []
    if unsure:
        article.compared += len(unsure)
        left, right = [article.plain(a) for a, _ in unsure], [article.plain(b) for _, b in unsure]
        ratios = process.cpdist(left, right, scorer=fuzz.ratio, score_cutoff=NEAR)
        same |= {pair: float(ratio) for pair, ratio in zip(unsure, ratios, strict=True) if ratio}
        rest = [i for i, ratio in enumerate(ratios) if not ratio]
        parts = process.cpdist(
            [left[i] for i in rest], [right[i] for i in rest], scorer=fuzz.partial_ratio, score_cutoff=INSIDE
        )
        for i, part in zip(rest, parts, strict=True):
            if part:
                shorter, longer = sorted(unsure[i], key=lambda paragraph: len(article.plain(paragraph)))
                inside.append((shorter, longer, float(part)))
    return same, inside


def align(article: Article, same: Same) -> list[Run]:
    """Runs of paragraphs that are the same or nearly so: pairs are joined along their diagonals; each later
    paragraph belongs to one run, that with most words.
    """
    seeds = sorted(same, key=lambda pair: (article.times[article.hashes[pair[1]]], pair[1], pair[0]))
    visited: set[Pair] = set()
    diagonals = []
    for seed in seeds:
        if seed not in visited and len(visited) <= _WORK * len(article.spans):
            diagonals.append(_diagonal(article, same, seed))
            visited.update((a, b) for a, b, _ in diagonals[-1])
    diagonals.sort(key=lambda run: (-sum(article.sizes[b] for _, b, _ in run), run[0][1]))
    taken: set[int] = set()
    pieces = [piece for diagonal in diagonals for piece in _free(diagonal, taken)]
    return _join_interleaved(_chain(sorted(pieces, key=lambda piece: piece[0][1])))


def _diagonal(article: Article, same: Same, seed: Pair) -> list[Scored]:
    """The longest run through `seed` in which both places go on paragraph by paragraph, without overlap."""
    (a, b), run = seed, [(*seed, same[seed])]
    while a > 0 and (score := _alike(article, same, a - 1, b - 1)) and seed[0] < b - 1:
        a, b = a - 1, b - 1
        run.append((a, b, score))
    run.reverse()
    begin = b
    a, b = seed
    while a + 1 < begin and b + 1 < len(article.spans) and (score := _alike(article, same, a + 1, b + 1)):
        a, b = a + 1, b + 1
        run.append((a, b, score))
    return run


def _free(diagonal: list[Scored], taken: set[int]) -> list[list[Scored]]:
    """The parts of a run whose later paragraphs belong to no other yet; they are taken now."""
    parts = [
        list(part) for free, part in groupby(diagonal, key=lambda scored: scored[1] not in taken) if free
    ]
    taken.update(b for part in parts for _, b, _ in part)
    return parts


def _chain(pieces: list[list[Scored]]) -> list[Run]:
    """Join pieces that go on where another ends but for a paragraph that one copy lacks or has changed."""
    runs: list[Run] = []
    for piece in pieces:
        (a, b, _), (last_a, last_b, _) = piece[0], runs[-1].pairs[-1] if runs else (-9, -9, 0.0)
        joins = 1 <= a - last_a <= _SKIP and 1 <= b - last_b <= _SKIP
        if joins and piece[-1][0] < runs[-1].pairs[0][1]:
            runs[-1].pairs.extend(piece)
        else:
            runs.append(Run(piece))
    return runs


def _alike(article: Article, same: Same, a: int, b: int) -> float:
    """How alike two paragraphs are that stand next to a pair of a run, 0 where below NEAR."""
    if article.hashes[a] == article.hashes[b] and article.hashes[a]:
        return 100.0
    if (a, b) in same:
        return same[a, b]
    if not article.hashes[a] and not article.hashes[b]:
        return 100.0 if article.said(a) == article.said(b) else 0.0
    return article.ratio(a, b, NEAR)


def _join_interleaved(runs: list[Run]) -> list[Run]:
    """p1 p1 p2 p2 ...: paragraphs each of which stands again at once are one run."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1].pairs[-1] if joined else (0, 0, 0.0)
        (a, b, _), single = run.pairs[0], len(run.pairs) == 1
        if joined and single and b == a + 1 and a == last[1] + 1 and last[1] == last[0] + 1:
            joined[-1].pairs.extend(run.pairs)
            joined[-1] = Run(joined[-1].pairs, True)
        else:
            joined.append(run)
    return joined
