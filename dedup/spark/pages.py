"""Files of pages -> records: their lines, extracted by tasks, a WARC file or some HTML files to each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.errors import InputError
from dedup.files.compression import compression_of, decompress
from dedup.files.lines import lines_of
from dedup.files.reading import CHUNK, chunks, regroup
from dedup.formats.web.extraction import Extraction, PageSource, check_installed
from dedup.options import Options
from dedup.sources.source import fields_of
from dedup.spark.engine import Batches

_LINES = "file int, record binary"
_BATCH = 256  # lines
_TASKS = 4  # for each core, where files have one page each


def page_lines(
    session: SparkSession, names: Mapping[str, str], form: str, options: Options
) -> tuple[DataFrame, int]:
    """The lines of the pages of files, in order, as columns uid, file, block and record; and in how many
    partitions they are. `names`: of the files by their paths, in order. Raises InputError.
    """
    check_installed(next(iter(names.values())))
    context = session.sparkContext
    most = len(names) if form != "html" else _TASKS * context.defaultParallelism
    parts = max(1, min(len(names), most))
    numbered = [(path, name, number) for number, (path, name) in enumerate(names.items())]
    files = session.createDataFrame(
        context.parallelize(numbered, parts), "path string, name string, file int"
    )
    lines = files.mapInArrow(_mapper(form, options), _LINES)
    table = lines.select(
        F.monotonically_increasing_id().alias("uid"), "file", F.lit(0).cast("bigint").alias("block"), "record"
    )
    return table, parts


def _mapper(form: str, options: Options) -> Callable[[Batches], Batches]:
    """What maps files (columns path, name and file) to their lines (file and record)."""

    def lines(batches: Batches) -> Batches:
        files = [file for batch in batches for file in batch.to_pylist()]
        if not files:
            return
        sources = [
            PageSource(file["name"], form, partial(_chunks, file["path"]), options.strict) for file in files
        ]
        extraction = Extraction(sources, fields_of(options), options.extractor, 1)
        for index, file in enumerate(files):
            found = map(_without_newline, lines_of(extraction.chunks(index)))
            while group := [*islice(found, _BATCH)]:
                arrays = [pa.array([file["file"]] * len(group), pa.int32()), pa.array(group, pa.binary())]
                yield pa.RecordBatch.from_arrays(arrays, ["file", "record"])

    return lines


def _without_newline(line: bytes) -> bytes:
    return line.removesuffix(b"\n")


def _chunks(path: str) -> Iterator[bytes]:
    """The bytes of a file after decompression, in chunks: of this machine, or of a store that fsspec knows.
    Raises InputError.
    """
    compression = compression_of(path)
    if path.startswith("file:/"):
        yield from chunks(Path(unquote(path.removeprefix("file:"))), compression)
        return
    try:
        import fsspec
    except ModuleNotFoundError as error:
        raise InputError(
            f"{path!r} needs fsspec on each executor to be read: pip install 'dedup-articles[remote]'."
        ) from error
    with fsspec.open(unquote(path).replace("s3a://", "s3://", 1), "rb") as stream:
        parts = decompress(stream, Path(path), compression) if compression else iter(_reader(stream), b"")
        yield from regroup(parts)


def _reader(stream: Any) -> Callable[[], bytes]:
    return partial(stream.read, CHUNK)
