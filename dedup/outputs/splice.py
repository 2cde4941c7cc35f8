"""A file's bytes copied with edits made and records removed; the ledger gets what undoes both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, pairwise

from dedup.document import BOM, Edit, File, Tag
from dedup.files.reading import FileReader
from dedup.files.target import Target
from dedup.formats import csv
from dedup.formats.csv_rows import DELIMITERS
from dedup.ledger.format import OutputSpan, Undo
from dedup.ledger.record import Record
from dedup.ledger.writer import LedgerWriter
from dedup.outputs.csv_tags import TagColumns
from dedup.outputs.json_tags import tag_edits

Span = tuple[int, int]
"""The bytes [start, end) of a file."""


def splice(
    file: File, records: Iterable[Record], ledger: LedgerWriter, target: Target, output: int, tags: bool
) -> None:
    """Append a file to `target` without its removed records and with the others edited. `output`: the index
    of the target among the outputs; `tags`: whether the records have tags.
    """
    splicer = Splicer(file, FileReader(file, checksum=True, thread=target.writer), ledger, target)
    if tags and file.format in DELIMITERS:
        splicer.add_tag_columns()
    if file.format == "json" and not file.single:
        for record, span in _array_spans(records):
            splicer.add(record, span)
        splicer.close_array()
    else:
        for record in records:
            splicer.add(record)
    splicer.finish(output)


class Splicer:
    """Copies one file into a target. Records are added in order; `copy_to` and `finish` copy what is between
    and after them.
    """

    def __init__(self, file: File, reader: FileReader, ledger: LedgerWriter, target: Target) -> None:
        self._file = file
        self._ledger = ledger
        self._target = target
        self._reader = reader
        self._start: int | None = None
        """Where the file begins in the target; None before its first byte is written."""
        self._tag_columns: TagColumns | None = None
        if target.size and self._reader.skip_bom():
            ledger.note_undo(Undo(0, BOM, 0))  # a BOM is valid only at the start of the output

    def add(self, record: Record, span: Span | None = None) -> None:
        """Copy up to the record and make its edits, or remove it. `span`: what to remove in place of the
        record's own bytes, where separators go with it.
        """
        if not record.is_removed:
            undo = (
                [self._replace(edit) for edit in record.edits]
                if record.tag is None
                else self._replace_in(record.start, record.end, partial(self._tag_edits, record, record.tag))
            )
            self._ledger.document(record.line, undo, record.documents)
            return
        start, end = span or (record.start, record.end)
        if record.reason is None:
            self._ledger.document(record.line, [self._replace(Edit(start, end, b""))])
        else:
            self._remove_reject(record, start, end)

    def add_tag_columns(self) -> None:
        """Add the columns of a tag to the header row of a CSV file. To be called before the first record."""
        header = csv.header_row(self._file)
        if header.cells:
            for undo in self._replace_in(header.start, header.end, self._header_edits):
                self._ledger.note_undo(undo)

    def close_array(self) -> None:
        """Copy the end of a JSON array, or write one if the file is damaged and has none. To be called after
        the last record.
        """
        rest = self._reader.read()
        self._write(rest)
        if self._reader.offset and not rest.strip():
            end = b"[]\n" if self._start is None else b"\n]\n"
            self._write(end)
            self._ledger.note_undo(Undo(self._reader.offset, b"", len(end)))

    def copy_to(self, end: int | None) -> None:
        """Copy up to byte `end` of the file; None: up to its end."""
        for part in self._reader.slices(end):
            self._write(part)

    def finish(self, output: int) -> None:
        """Copy the rest and write the file's ledger line. Raises InputError if the file changed."""
        self.copy_to(None)
        start = self._target.size if self._start is None else self._start
        span = OutputSpan(output=output, start=start, length=self._target.size - start)
        self._ledger.file(self._file, self._reader.offset, self._reader.crc, span)
        self._reader.close()

    def _write(self, data: bytes | memoryview) -> None:
        if not data:
            return
        if self._start is None:
            if not self._target.ends_line:
                self._target.write(b"\n")
            self._start = self._target.size
        self._target.write(data)

    def _replace(self, edit: Edit) -> Undo:
        """Copy up to the edit and make it."""
        self.copy_to(edit.start)
        removed = self._reader.read(edit.end)
        self._write(edit.new)
        return Undo(edit.start, removed, len(edit.new))

    def _replace_in(self, start: int, end: int, edits_of: Callable[[bytes], list[Edit]]) -> list[Undo]:
        """Copy up to `start`, then the bytes up to `end` with the edits that these bytes are to have, whose
        offsets count from `start`.
        """
        self.copy_to(start)
        raw, done, undo = self._reader.read(end), 0, []
        for edit in edits_of(raw):
            self._write(raw[done : edit.start])
            self._write(edit.new)
            undo.append(Undo(start + edit.start, raw[edit.start : edit.end], len(edit.new)))
            done = edit.end
        self._write(raw[done:])
        return undo

    def _header_edits(self, raw: bytes) -> list[Edit]:
        """The edits of a header row with these bytes, which has the columns of a tag then."""
        self._tag_columns = TagColumns(raw, self._file.format)
        return self._tag_columns.header_edits(raw)

    def _tag_edits(self, record: Record, tag: Tag, raw: bytes) -> list[Edit]:
        """The edits of a document, whose bytes are `raw`, with those of its tag. Offsets count from its
        start.
        """
        cuts = [Edit(cut.start - record.start, cut.end - record.start, cut.new) for cut in record.edits]
        if self._tag_columns is not None:
            return self._tag_columns.row_edits(raw, cuts, tag)
        return sorted([*cuts, *tag_edits(raw, tag)])

    def _remove_reject(self, record: Record, start: int, end: int) -> None:
        """Leave out a reject and the separators in [start, end); these are not part of its line."""
        self._ledger.note_undo(self._replace(Edit(start, record.start, b"")))
        self._ledger.reject(self._file.name, record, self._reader.slices(record.end))
        self._ledger.note_undo(Undo(record.end, self._reader.read(end), 0))


def _array_spans(records: Iterable[Record]) -> Iterator[tuple[Record, Span]]:
    """Each element of a JSON array with the bytes to remove should it go, so that the rest stays an array:
    also the separator before it, or the one after it as long as no earlier element is kept.
    """
    previous_end, any_kept = 0, False
    for record, following in pairwise(chain(records, [None])):
        assert record is not None
        start = previous_end if any_kept else record.start
        end = following.start if not any_kept and following else record.end
        yield record, (start, end)
        previous_end, any_kept = record.end, any_kept or not record.is_removed


def apply_edits(raw: bytes, start: int, edits: Sequence[Edit]) -> bytes:
    """The bytes `raw`, which begin at `start` of a file, with these edits of the file made."""
    parts, done = [], 0
    for edit in edits:
        parts += [raw[done : edit.start - start], edit.new]
        done = edit.end - start
    return b"".join([*parts, raw[done:]])
