"""Texts -> paragraphs: non-empty lines, the blocks between blank lines where a text is hard-wrapped, the
sentences of a line that holds a page.
"""

from dataclasses import dataclass

import pyarrow as pa

from dedup.kernels import paragraphs as kernel
from dedup.kernels.arrays import Bytes, Int64s, Offsets
from dedup.text.encoding import characters_before, utf8


@dataclass(frozen=True)
class Paragraphs:
    """Byte spans of the paragraphs of a batch of texts.

    `data` uint8: the texts' UTF-8, end to end; `texts` int64 (n + 1): text i is data[texts[i]:texts[i + 1]];
    `starts`, `ends` int64: the paragraphs' bytes in `data`, blanks around left out; `owned` int64 (n + 1):
    text i has paragraphs owned[i]:owned[i + 1].
    """

    data: Bytes
    texts: Offsets
    starts: Offsets
    ends: Offsets
    owned: Offsets

    def in_characters(self, row: int) -> tuple[Int64s, Int64s]:
        """Where the paragraphs of text `row` begin and end in it, in characters (int64)."""
        base, end = self.texts[row : row + 2]
        first, last = self.owned[row : row + 2]
        before = characters_before(self.data[base:end])
        return before[self.starts[first:last] - base], before[self.ends[first:last] - base]


def split(texts: "pa.LargeStringArray | pa.StringArray") -> Paragraphs:
    """The paragraphs of each text."""
    data, offsets = utf8(texts)
    return Paragraphs(data, offsets, *kernel.split(data, offsets))
