"""The names of the fields that documents have, and the error about a field that none of them has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import orjson

from dedup import formats
from dedup.document import Fields, File, list_fields
from dedup.errors import InputError
from dedup.formats import csv
from dedup.formats.blocks import ByteBlock

RECORDS = 1000
"""The records of a file that are looked at."""
_FILES = 20  # that are looked at


def no_such_field(field: str, names: Sequence[str]) -> InputError:
    """That no document has a value in a field of `--keep`. `names`: of the fields that they have."""
    others = list_fields([name for name in names if name != field])
    return InputError(
        f"no article has a value in {field!r} (--keep); articles have {others}: name another field"
    )


def names_in_files(files: Sequence[File], limit: int) -> list[str]:
    """The fields of the first records of files; none for text files. `limit`: the most bytes of a record."""
    return list(dict.fromkeys(chain.from_iterable(_names_in_file(file, limit) for file in files[:_FILES])))


def _names_in_file(file: File, limit: int) -> Sequence[str]:
    if file.format in ("csv", "tsv"):
        return csv.header(file, limit)
    if file.format == "parquet":
        from dedup.formats import parquet  # late: it is the slowest of the imports

        with parquet.open_table(file) as table:
            names: list[str] = table.schema_arrow.names
            return names
    block = next(formats.blocks([file], fields=Fields(limit=limit)), None)
    return names_in_block(block) if isinstance(block, ByteBlock) else []


def names_in_block(block: ByteBlock) -> list[str]:
    """The fields of the first JSON objects of a block."""
    pieces = block.pieces()
    if block.format == "jsonl":
        pieces = (line for piece in pieces for line in piece.splitlines())
    return names_in_records(_parsed(islice(pieces, RECORDS)))


def _parsed(texts: Iterable[bytes]) -> Iterator[object]:
    for text in texts:
        try:
            yield orjson.loads(text)
        except orjson.JSONDecodeError:
            continue


def names_in_lines(lines: Iterable[bytes]) -> list[str]:
    """The fields of the first lines that are JSON objects."""
    return names_in_records(_parsed(islice(lines, RECORDS)))


def names_in_records(records: Iterable[object]) -> list[str]:
    """The fields of the first records that are mappings."""
    mappings = (record for record in islice(records, RECORDS) if isinstance(record, Mapping))
    return list(dict.fromkeys(str(name) for mapping in mappings for name in mapping))
