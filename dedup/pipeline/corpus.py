"""Every document of a run without its text: where it is, and how long."""

import numpy as np
import pyarrow as pa

from dedup.document import HOST, READ_AGAIN, SCHEMA, Reject
from dedup.kernels.arrays import Int32s
from dedup.pipeline.scan import ScannedBlock, TextCounts

_COUNTS = [pa.field(name, pa.int64()) for name in TextCounts._fields]
_TABLE = pa.schema(
    [
        *(field for field in SCHEMA if field.name not in (*READ_AGAIN, "host")),
        *_COUNTS,
        pa.field("canonical", pa.bool_()),
    ]
)


class Corpus:
    """Every document read, in order, without its text, and the records that could not be read.

    `names`: of the files, by index; `size`: bytes read.
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.rejects: list[Reject] = []
        self.size = 0
        self._hosts: list[pa.DictionaryArray] = []
        self._batches: list[pa.RecordBatch] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, block: ScannedBlock) -> None:
        """Add the documents of the next block."""
        self._count += len(block.documents)
        self._batches.append(block.documents)
        self._hosts.append(block.hosts)
        self.rejects += block.rejects
        self.size += block.size

    def table(self) -> pa.Table:
        """Columns file, position, id, start, end, order, characters, cut (characters), words (left after
        cutting), canonical (whether its URL is no side way to the page); a row for each document.
        """
        return pa.Table.from_batches(self._batches, _TABLE)

    def hosts(self) -> tuple[list[str], Int32s]:
        """The hosts of all documents, and for each document which of them is its own; -1: none."""
        column = pa.chunked_array(self._hosts, HOST).unify_dictionaries()
        names = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
        codes = [chunk.indices.fill_null(-1).to_numpy() for chunk in column.chunks]
        return names, np.concatenate([*codes, np.zeros(0, np.int32)])
