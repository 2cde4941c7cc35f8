"""Texts to paragraphs: the non-empty lines; in a hard-wrapped text the blocks between blank lines; of a line
of 2,000 bytes or more, which is a page without its line breaks, the sentences.
"""

from dataclasses import dataclass

import pyarrow as pa

from dedup.native import text as kernel
from dedup.native.arrays import Bytes, Int64s, Offsets
from dedup.text.encoding import characters_before, utf8


@dataclass(frozen=True)
class Paragraphs:
    """The paragraphs of a batch of n texts, as spans of bytes.

    `data` uint8: the UTF-8 of the texts, end to end; `text_offsets` int64 (n + 1): text i is
    data[text_offsets[i]:text_offsets[i + 1]]; `starts`, `ends` int64: paragraph j is data[starts[j]:ends[j]],
    without blanks around it; `offsets` int64 (n + 1): text i has the paragraphs from offsets[i] to
    offsets[i + 1].
    """

    data: Bytes
    text_offsets: Offsets
    starts: Int64s
    ends: Int64s
    offsets: Offsets

    def text(self, paragraph: int) -> str:
        """The text of paragraph `paragraph`, numbered in the batch."""
        return self.data[self.starts[paragraph] : self.ends[paragraph]].tobytes().decode()

    def in_characters(self, row: int) -> tuple[Int64s, Int64s]:
        """Where the paragraphs of text `row` begin and end in it, in characters (int64)."""
        base, end = self.text_offsets[row : row + 2]
        first, last = self.offsets[row : row + 2]
        before = characters_before(self.data[base:end])
        return before[self.starts[first:last] - base], before[self.ends[first:last] - base]


def split(texts: "pa.LargeStringArray | pa.StringArray") -> Paragraphs:
    """The paragraphs of each text."""
    data, offsets = utf8(texts)
    return Paragraphs(data, offsets, *kernel.split(data, offsets))
