"""Texts -> paragraphs: non-empty lines, the blocks between blank lines where a text is hard-wrapped, the
sentences of a line that holds a page.
"""

from dataclasses import dataclass

import pyarrow as pa

from dedup.kernels import paragraphs as kernel
from dedup.kernels.arrays import Bytes, Offsets
from dedup.text.encoding import utf8


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


def split(texts: "pa.LargeStringArray | pa.StringArray") -> Paragraphs:
    """The paragraphs of each text."""
    data, offsets = utf8(texts)
    return Paragraphs(data, offsets, *kernel.split(data, offsets))
