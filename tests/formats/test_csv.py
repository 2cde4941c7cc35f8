"""Rows are those of the csv module, and each ends where that has it."""

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.csv_rows import rows_of
from dedup.native.records import row_end
from tests.formats.documents import read_bytes
from tests.support.examples import examples
from tests.support.inputs import (
    BOM,
    csv_files,
)


@examples(50)
@given(csv_files())
def test_rows_are_those_of_the_csv_module(content):
    """Rows are those that the csv module finds, and each span holds its row alone."""
    documents, rejects = read_bytes(content, "a.csv")
    text = content.removeprefix(BOM).decode("utf-8", "surrogateescape")
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    column = rows[0].index("text")
    good = [row for row in rows[1:] if len(row) == 3 and "\udcff" not in row[0]]
    assert [d["text"] for d in documents] == [row[column] for row in good]
    assert len(rejects) == len(rows) - 1 - len(good)
    for document, row in zip(documents, good, strict=True):
        span = content[document["start"] : document["end"]].decode()
        assert list(csv.reader(io.StringIO(span, newline=""))) == [row]


@examples(200)
@given(st.text('ab",\r\n', max_size=30), st.integers(1, 9))
def test_a_row_ends_where_the_csv_module_has_it(text: str, size: int) -> None:
    """However a row comes in parts, its end and its lines are those that the standard library has."""
    data = text.encode()
    state, at, stop = np.zeros(4, np.int64), 0, -1
    while at < len(data) and stop < 0:
        end = row_end(np.frombuffer(data[at : at + size], np.uint8), ord(","), state)
        stop = at + end if end >= 0 else -1
        at += size
    rows = list(rows_of(data, "csv"))
    if not rows:
        assert stop < 0
        return
    _, _, lines = rows[0]
    starts = [0, *(i + 1 for i in range(len(data)) if _ends_line(data, i)), len(data)]
    end = starts[min(lines, len(starts) - 1)]
    if stop >= 0:
        assert (stop, int(state[3])) == (end, lines)
    else:  # the data end before what could follow is known
        assert end == len(data)


def _ends_line(data: bytes, at: int) -> bool:
    return data[at] == 10 or (data[at] == 13 and data[at + 1 : at + 2] != b"\n")
