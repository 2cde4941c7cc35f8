"""Damaged files: the rest of one, and files of which nothing can be read. Each is one reject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dedup.document import File
from dedup.errors import InputError
from dedup.files.reading import FileReader
from dedup.formats.blocks import Batch, OversizeBlock, Piece, rejected, too_long


def rest_of(piece: Piece, length: int, problem: str) -> Piece:
    """The rest of a damaged file, `length` bytes where the piece begins, as a record that is not read."""
    return piece._replace(data=b"", oversize=length, reason=f"the rest of a file that is {problem}")


def unread_batch(block: OversizeBlock, limit: int) -> Batch:
    """No document, and one reject for the record that is not read."""
    return rejected(block.reject(block.piece.reason or too_long(limit)))


def with_damaged(files: Sequence[File]) -> list[File]:
    """The files, where those that are not strict and of which nothing can be read are damaged ones."""
    problems = {index: problem for index, file in enumerate(files) if (problem := _problem(file))}
    return [
        replace(file, format="damaged", problem=problems[index], single=True) if index in problems else file
        for index, file in enumerate(files)
    ]


def _problem(file: File) -> str | None:
    """Why nothing of a file can be read; None if something can be, perhaps."""
    if file.strict:
        return None
    if file.format == "parquet":
        from dedup.formats import parquet  # late: it is the slowest of the imports

        try:
            with parquet.open_table(file):
                return None
        except InputError as error:
            return str(error).removeprefix(f"{file.name!r} is ").rstrip(".")
    if file.format in ("csv", "tsv") and file.compression:
        reader, has_row = FileReader(file), False
        for part in reader.slices():
            has_row = has_row or bytes(part).strip().find(b"\n") > 0
            if has_row:
                return None
        return reader.problem
    return None


def read(index: int, file: File, _size: int, _limit: int = 0) -> Iterator[Piece]:
    """The file as one piece that is not read."""
    source = FileReader(file)
    source.skip_all()
    yield rest_of(Piece(index, 0, 1, b""), source.offset, file.problem)
    source.close()
