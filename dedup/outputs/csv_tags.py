"""A tag in the bytes of a CSV or TSV row: two columns, which are added at the end or filled."""

from __future__ import annotations

import csv as standard
from collections.abc import Sequence
from itertools import pairwise

from dedup.document import Edit, Tag
from dedup.formats import csv
from dedup.formats.csv_rows import DELIMITERS, rows_of
from dedup.formats.edits import apply_edits
from dedup.options import TAG_FIELDS


class TagColumns:
    """The columns of a tag in one file. `header`: its header row, as bytes; `form`: csv or tsv. A column that
    the file has already stays in its place. Added cells are quoted if every cell of the header is.
    """

    def __init__(self, header: bytes, form: str) -> None:
        self._form = form
        names = csv.cells(header, form)
        self._places = [names.index(name) if name in names else None for name in TAG_FIELDS]
        all_quoted = csv.row_bytes(names, form, standard.QUOTE_ALL)
        self._quotes_all = header.startswith(all_quoted)

    def header_edits(self, header: bytes) -> list[Edit]:
        """The edits of the header row that add the columns which it lacks."""
        return self._edits(header, [], TAG_FIELDS)

    def row_edits(self, raw: bytes, cuts: Sequence[Edit], tag: Tag) -> list[Edit]:
        """The edits of a row that make these cuts and fill the columns: `cuts`, and those of the tag. The
        cells of a document that is no near-duplicate are empty.
        """
        return self._edits(raw, cuts, ["" if value is None else str(value) for value in tag])

    def _edits(self, raw: bytes, cuts: Sequence[Edit], values: Sequence[str]) -> list[Edit]:
        """As in `csv.row_edits`, the edited row is read again: if it has other cells than it should, the row
        is written anew.
        """
        wanted = self._filled(csv.cells(apply_edits(raw, cuts), self._form), values)
        edits = sorted([*cuts, *self._cell_edits(raw, values)])
        is_disjoint = all(before.end <= after.start for before, after in pairwise(edits))
        if is_disjoint and [row for row, *_ in rows_of(apply_edits(raw, edits), self._form)] == [wanted]:
            return edits
        return [Edit(0, _length(raw), csv.row_bytes(wanted, self._form))]

    def _filled(self, row: list[str], values: Sequence[str]) -> list[str]:
        """The cells of a row with these values in the columns of a tag."""
        filled, added = [*row], []
        for place, value in zip(self._places, values, strict=True):
            if place is None:
                added.append(value)
            else:
                filled[place] = value
        return filled + added

    def _cell_edits(self, raw: bytes, values: Sequence[str]) -> list[Edit]:
        """The edits that set the cells of a tag; some may be missing where the row is not written in the
        usual way.
        """
        edits, added, end = [], b"", _length(raw)
        for place, value in zip(self._places, values, strict=True):
            cell = self._cell(value)
            if place is None:
                added += DELIMITERS[self._form].encode() + cell
            elif span := csv.cell_span(raw, place, self._form):
                edits.append(Edit(*span, cell))
        edits.append(Edit(end, end, added))
        return [edit for edit in edits if raw[edit.start : edit.end] != edit.new]

    def _cell(self, value: str) -> bytes:
        """A value as a cell; an empty one has no quotes where not every cell has them."""
        if self._quotes_all:
            return csv.row_bytes([value], self._form, standard.QUOTE_ALL)
        return csv.row_bytes([value], self._form) if value else b""


def _length(raw: bytes) -> int:
    """How long a row is without its terminator."""
    return len(raw.rstrip(b"\r\n")) if raw.endswith((b"\n", b"\r")) else len(raw)
