"""One document's paragraphs, for looking at its repeats."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz

from dedup.repeats import lexicon

# characters of two paragraphs, multiplied, up to which their ratio is asked for: a second where all differ
_RATIO_WORK = 10**11
_WORD = re.compile(r"[^\W_]+")
_ASCII = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else ord(" ") for c in range(256))

Pair = tuple[int, int]


@dataclass
class Article:
    """One document's paragraphs, for looking at its repeats.

    `starts`, `ends`: characters in `text`; `least`, `most`: between which two numbers the length of each
    paragraph's plain text lies; `hashes`: of its words, 0 where it has none; `sizes`: its words; `forum`:
    marks of forums in `text`; `marked`: whether it may hold links, code or cells; `wide`: or scripts without
    spaces; `members`: first and last of the paragraphs, as they were split, that each holds, nothing where
    each holds itself; `compared`: how many pairs of its paragraphs rapidfuzz was given.
    """

    text: str
    starts: list[int]
    ends: list[int]
    least: list[int]
    most: list[int]
    hashes: list[int]
    sizes: list[int]
    forum: int
    marked: bool
    wide: bool
    members: list[Pair] = field(default_factory=list)
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
        return self.text[self.starts[paragraph] : self.ends[paragraph]]

    def split(self, first: int, last: int) -> range:
        """The paragraphs, as they were split, that first..last hold."""
        if self.members:
            first, last = self.members[first][0], self.members[last][1]
        return range(first, last + 1)

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

    def comparable(self, a: int, b: int) -> bool:
        """Whether two paragraphs are not too long to be compared."""
        return self.least[a] * self.least[b] <= _RATIO_WORK

    def ratio(self, a: int, b: int, cutoff: int) -> float:
        """How alike two paragraphs are, 0 where below `cutoff`; rapidfuzz is not asked where their lengths
        alone tell that, or are too great.
        """
        if not self.comparable(a, b):
            return 0.0
        for shorter, longer in ((self.most[a], self.least[b]), (self.most[b], self.least[a])):
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
        ideographs, others = lexicon.wide(text)
        return words - 0.45 * ideographs - 0.75 * others

    def spoken_in(self, paragraphs: Iterable[int]) -> float:
        """Words of these paragraphs."""
        if not self.wide:
            return float(sum([self.sizes[i] for i in paragraphs]))
        return sum([self.spoken(self.said(i), self.sizes[i]) for i in paragraphs])

    def joined(self, first: int, last: int) -> str:
        """The plain text of first..last in one piece."""
        return " ".join(self.plain(i) for i in range(first, last + 1) if self.plain(i))
