"""The columns of documents in Arrow. Apart from `dedup.document`, since Arrow takes 0.03 s to load and an
article by itself needs none of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

HOST = pa.dictionary(pa.int32(), pa.string())
"""The type of hosts: each different one is stored once."""
SCHEMA = pa.schema(
    [
        ("file", pa.int32()),
        ("position", pa.int64()),
        ("id", pa.string()),
        ("text", pa.large_string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("order", pa.string()),
        ("preferences", pa.string()),
        ("title", pa.large_string()),
        ("url", pa.large_string()),
        ("host", HOST),
    ]
)
"""The columns of documents: the index of the file, the position of the record in it (from 1), its id, its
text, its bytes [start, end), the sort key of its order field, which preferences it meets, its title, its URL,
and the host of its URL.
"""
READ_AGAIN = ("text", "title", "url")
"""The columns that a run does not hold for all documents. They are read again where they are needed."""


class TextBatch(NamedTuple):
    """What is read again of some documents. `rows`: int64, which documents; `texts`, `titles` and `urls`, all
    large_string: a value for each row, null where a document has no title or no URL.
    """

    rows: npt.NDArray[np.int64]
    texts: pa.LargeStringArray
    titles: pa.LargeStringArray
    urls: pa.LargeStringArray

    def take(self, rows: npt.NDArray[np.int64]) -> TextBatch:
        """Those in these places of the batch."""
        places = pa.array(rows)
        columns = (column.take(places) for column in (self.texts, self.titles, self.urls))
        return TextBatch(self.rows[rows], *columns)

    @classmethod
    def of(cls, rows: npt.NDArray[np.int64], documents: pa.RecordBatch) -> TextBatch:
        """That of documents, whose columns `SCHEMA` describes."""
        return cls(rows, *(documents.column(name) for name in READ_AGAIN))
