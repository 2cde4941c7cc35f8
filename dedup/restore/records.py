"""Single articles of a finished run, as they were in the input: the bytes of each record, or its row.

The files that have them are restored in memory, piece by piece, and read as the run read them; what is not
wanted goes no further, and files without a wanted article are skipped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from dedup.document import BOM
from dedup.errors import OptionsError
from dedup.files.compression import Data
from dedup.files.discovery import form_of_records, format_of_json
from dedup.files.lines import lines_of
from dedup.files.locations.names import join
from dedup.files.reading import regroup
from dedup.files.staging import Staging
from dedup.files.target import Target
from dedup.formats import csv_rows, json_array
from dedup.formats.blocks import Piece
from dedup.ledger.format import ParquetFileLine, unpack_schema
from dedup.ledger.lookup import identity_of, require
from dedup.ledger.reader import check_ledger, foreign
from dedup.restore.checks import check_name, check_targets, check_there
from dedup.restore.files import Restorer
from dedup.restore.pages import restored_name

if TYPE_CHECKING:
    import pyarrow as pa

Positions = dict[str, set[int]]
"""The positions of the wanted records, by source."""

_PIECE = 4 << 20  # bytes of rows of CSV that are parsed at once


class Excerpt(NamedTuple):
    """The wanted records of one file. `head`: what comes before them in a file of this format: the header row
    of CSV; `rows`: of Parquet, in place of the bytes of `records`.
    """

    source: str
    format: str
    records: list[bytes]
    head: bytes = b""
    rows: pa.Table | None = None


def positions_of(names: Collection[str], ledger: str) -> Positions:
    """Where the articles are that the names mean. Raises LedgerError if a name means none."""
    positions: Positions = {}
    for lines in require(names, ledger).by_name.values():
        for identity in map(identity_of, lines):
            positions.setdefault(identity["source"], set()).add(identity["position"])
    return positions


def excerpts(output: str, ledger: str, rejects: str | None, names: Collection[str]) -> Iterator[Excerpt]:
    """The wanted records of each file that has any, in the order of the input. Raises LedgerError."""
    check_there(output, ledger, rejects)
    checked = check_ledger(ledger)
    positions = positions_of(names, ledger)
    restorer = Restorer.of(checked, output, ledger, rejects)
    for file in checked.files:
        wanted = positions.get(file["dedup_file"])
        if not wanted:
            restorer.skip(file)
        elif "schema" in file:
            yield _rows(restorer, cast(ParquetFileLine, file), wanted)
        else:
            with closing(restorer.parts(file)) as parts:
                yield _records(file["dedup_file"], parts, wanted)


def _rows(restorer: Restorer, file: ParquetFileLine, wanted: set[int]) -> Excerpt:
    import pyarrow as pa

    chosen, position = [], 0
    for batches in restorer.rows(file):
        for batch in batches:
            here = sorted(number - position - 1 for number in wanted if 0 < number - position <= len(batch))
            chosen += [batch.slice(row, 1) for row in here]
            position += len(batch)
    table = pa.Table.from_batches(chosen, unpack_schema(file["schema"]))
    return Excerpt(file["dedup_file"], "parquet", [], rows=table)


def _records(source: str, parts: Iterator[Data], wanted: set[int]) -> Excerpt:
    """The wanted records of a restored file."""
    chunks, read, form = regroup(parts), list[bytes](), form_of_records(source)
    if form == "json":
        form, is_one = format_of_json(_noted(chunks, read), 0)
        form = "object" if is_one else form
        chunks = chain(read, chunks)
    if form in csv_rows.DELIMITERS:
        return _of_rows(source, form, chunks, wanted)
    if form == "jsonl":
        return Excerpt(source, form, _of_lines(chunks, wanted))
    data = b"".join(chunks)
    if form == "text":
        return Excerpt(source, form, [data] if 1 in wanted else [])
    data = data.removeprefix(BOM)
    spans = enumerate(json_array.elements(data, source), 1)
    return Excerpt(source, form, [data[low:high] for position, (low, high) in spans if position in wanted])


def _noted(chunks: Iterable[bytes], read: list[bytes]) -> Iterator[bytes]:
    """The chunks, each of which is added to `read` when it is taken."""
    for chunk in chunks:
        read.append(chunk)
        yield chunk


def _of_lines(chunks: Iterable[bytes], wanted: set[int]) -> list[bytes]:
    """The lines of these numbers, from 1, without a byte-order mark."""
    records: list[bytes] = []
    for position, line in enumerate(lines_of(chunks), 1):
        if position in wanted:
            records.append(line.removeprefix(BOM) if position == 1 else line)
            if len(records) == len(wanted):
                break
    return records


def _of_rows(source: str, form: str, chunks: Iterable[bytes], wanted: set[int]) -> Excerpt:
    """The header and the rows that begin on these lines, from 1; all with their ends of line."""
    head, records = b"", list[bytes]()
    for piece in _row_pieces(form, chunks):
        starts = csv_rows.line_starts(piece.data)
        for cells, first, after in csv_rows.rows_of(piece.data, form):
            if not cells or (head and piece.position + first not in wanted):
                continue
            row = piece.data[starts[first] : starts[after]]
            if head:
                records.append(row)
            head = head or row
        if head and len(records) == len(wanted):
            break
    return Excerpt(source, form, records, head)


def _row_pieces(form: str, chunks: Iterable[bytes]) -> Iterator[Piece]:
    pieces = csv_rows.RowPieces(0, form, 0, 1, (_PIECE, 0))
    for number, chunk in enumerate(chunks):
        yield from pieces.add(chunk if number else chunk.removeprefix(BOM))
    yield from pieces.finish()


def restore_records(
    output: str, ledger: str, rejects: str | None, original: str | None, names: Collection[str]
) -> int:
    """Write the articles that the names mean, as they were in the input, and return how many there are.

    `original`: the file to write; a folder, for a file of each input; or None, for standard output. One file
    takes articles of one format. Raises LedgerError, also if a name means no article, OptionsError,
    OutputError.
    """
    with foreign(ledger):
        return _restore_records(output, ledger, rejects, original, names)


def _restore_records(
    output: str, ledger: str, rejects: str | None, original: str | None, names: Collection[str]
) -> int:
    if Path(ledger).is_dir():
        from dedup.restore import spark_folders

        lines = spark_folders.records(output, ledger, positions_of(names, ledger))
        listed: Iterator[Excerpt] = (Excerpt(source, "jsonl", records) for source, records in lines)
    else:
        listed = excerpts(output, ledger, rejects, names)
    sources = {"output": output, "ledger": ledger, "rejects file": rejects}
    into_folder = original is not None and (original.endswith(("/", "\\")) or Path(original).is_dir())
    with Staging() as staging:
        if into_folder:
            staging.make_folder(str(original))
            return sum(_write_into(staging, str(original), excerpt, sources) for excerpt in listed)
        together = [*listed]
        _check_one_file(together, original)
        if original is not None:
            check_targets([original], sources)
        with staging.stdout() if original in (None, "-") else staging.open(str(original)) as target:
            return _write(target, together)


def _write_into(staging: Staging, folder: str, excerpt: Excerpt, sources: Mapping[str, str | None]) -> int:
    """Write the records of a file to one of the same name in a folder. `sources`: the files of the run."""
    path = join(folder, check_name(restored_name(excerpt.source)))
    check_targets([path], sources)
    with staging.open(path) as target:
        return _write(target, [excerpt])


def _check_one_file(listed: Sequence[Excerpt], original: str | None) -> None:
    """Raise OptionsError if these records cannot be in one file, or not on standard output."""
    first, *others = listed
    if first.format == "parquet" and original in (None, "-"):
        raise OptionsError("rows of Parquet cannot go to standard output: add -o FILE.parquet")
    for other in others:
        if first.format == "text" or _shape(other) != _shape(first):
            raise OptionsError(
                f"articles of {first.source!r} and {other.source!r} cannot be in one file: add -o FOLDER/ "
                "for a file of each input"
            )


def _shape(excerpt: Excerpt) -> tuple[str, bytes, bytes]:
    """What the excerpts in one file have in common: format, header row, schema."""
    schema = b"" if excerpt.rows is None else excerpt.rows.schema.serialize().to_pybytes()
    return excerpt.format, excerpt.head, schema


def _write(target: Target, listed: Sequence[Excerpt]) -> int:
    """Write records of one format; returns how many there are."""
    first, records = listed[0], [record for excerpt in listed for record in excerpt.records]
    if first.rows is not None:
        return _write_rows(target, [excerpt.rows for excerpt in listed if excerpt.rows is not None])
    if first.format == "json" or (first.format == "object" and len(records) > 1):
        target.write(b"[%b]\n" % b",\n".join(records))
    elif first.format in ("text", "object"):
        target.write(b"".join(records))
    else:
        for line in (first.head, *records) if first.head else records:
            target.write(line if line.endswith((b"\n", b"\r")) else line + b"\n")
    return len(records)


def _write_rows(target: Target, tables: Sequence[pa.Table]) -> int:
    from dedup.outputs.parquet_rows import RowSink

    sink = RowSink(target)
    sink.begin(tables[0].schema, "zstd")
    for table in tables:
        sink.write(table.to_batches())
    sink.close()
    return sink.rows
