"""A table of decisions in the kind of frame that the documents came in."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pyarrow as pa

from dedup.sources.containers import ArrowTable
from dedup.sources.dataframes import PandasFrame, PolarsFrame
from dedup.sources.memory import Memory
from dedup.sources.streams.stream import StreamContainer

_OF_FILES = ["source", "position", "id"]
_NO_ROWS = np.zeros(0, np.int64)


def decision_frame(decisions: pa.Table, source: object) -> Any:
    """The decisions, in the order of the documents. Of pandas: with the index of the frame that was given, so
    that `frame.join(decisions)` works; of others: `row` numbers the documents from 0. Documents of files,
    which have a source and a position, and lists, give a frame of pandas; without pandas a table.
    """
    if not isinstance(source, Memory):
        return _of_pandas(decisions)
    rows = pa.array(range(len(decisions)), pa.int64())
    decisions = decisions.drop_columns(_OF_FILES)
    numbered = decisions.add_column(0, pa.field("row", pa.int64()), rows)
    whole = source.container
    parts: list[Any] = [whole]
    if isinstance(whole, StreamContainer):
        parts = [rows.part for rows in whole.rows_by_part(_NO_ROWS)]
    first: object = parts[0] if parts else None
    if isinstance(first, PandasFrame):
        return _with_index(decisions, parts)
    if isinstance(first, PolarsFrame):
        import polars  # who has a frame of it has imported it

        return polars.from_arrow(numbered)
    return numbered if isinstance(first, ArrowTable) else _of_pandas(numbered)


def _of_pandas(decisions: pa.Table) -> Any:
    return decisions.to_pandas() if find_spec("pandas") else decisions


def _with_index(decisions: pa.Table, parts: list[Any]) -> Any:
    """The decisions with the index labels of a frame, or of its parts."""
    frame = decisions.to_pandas()
    index = parts[0].documents.index
    frame.index = index.append([part.documents.index for part in parts[1:]]) if len(parts) > 1 else index
    return frame
