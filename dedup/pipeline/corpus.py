"""Every document of a run without its text: where it is, and how long."""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
import orjson
import pyarrow as pa

from dedup.columns import READ_AGAIN, SCHEMA
from dedup.document import Reject
from dedup.engines.spool import ArraySpool
from dedup.native.arrays import Bytes, Int32s, Int64s
from dedup.pipeline.scan import ScannedBlock, TextCounts, recounted
from dedup.text.encoding import replace_surrogates

_AT_ONCE = 4096  # rejects that are turned into Python's objects at once
_COUNTS = [pa.field(name, pa.int64()) for name in TextCounts._fields]
_TABLE = pa.schema(
    [
        *(field for field in SCHEMA if field.name not in (*READ_AGAIN, "host")),
        *_COUNTS,
        pa.field("canonical", pa.bool_()),
    ]
)


class Rejects(Sequence[Reject]):
    """The records that could not be read, in order: 40 bytes for each, since a few bytes of a packed file may
    be a million of them. `spool`: keeps them.
    """

    def __init__(self, spool: ArraySpool) -> None:
        self._spool = spool
        self._count = 0
        self._parts: list[tuple[Int64s, Bytes]] = []
        """By block: file, position, start, end and number of the reason of each; and the reasons, as JSON."""

    def append(self, rejects: Iterable[Reject]) -> None:
        """Add those of the next block."""
        reasons: dict[str, int] = {}
        rows = [(*reject[:4], reasons.setdefault(reject.reason, len(reasons))) for reject in sorted(rejects)]
        if rows:
            self._count += len(rows)
            texts = np.frombuffer(orjson.dumps(list(map(replace_surrogates, reasons))), np.uint8)
            self._parts.append((self._spool.keep(np.array(rows, np.int64)), self._spool.keep(texts)))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Reject]:
        for rows, texts in self._parts:
            reasons = orjson.loads(np.asarray(texts).tobytes())
            for first in range(0, len(rows), _AT_ONCE):
                for *place, reason in np.asarray(rows)[first : first + _AT_ONCE].tolist():
                    yield Reject._make((*place, reasons[reason]))

    @overload
    def __getitem__(self, place: int) -> Reject: ...
    @overload
    def __getitem__(self, place: slice) -> list[Reject]: ...
    def __getitem__(self, place: int | slice) -> Reject | list[Reject]:
        return list(self)[place]


class Corpus:
    """Every document read, in order, without its text, and the records that could not be read.

    `names`: of the files, by index; `size`: bytes read; `spool`: keeps what is needed at the end.
    """

    def __init__(self, names: list[str], spool: ArraySpool) -> None:
        self.names = names
        self.rejects = Rejects(spool)
        self.size = 0
        self._hosts: dict[str, int] = {}
        self._host_of: list[Int32s] = []
        self._batches: list[pa.RecordBatch] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, block: ScannedBlock) -> None:
        """Add the documents of the next block."""
        self._count += len(block.documents)
        self._batches.append(block.documents)
        self._host_of.append(self._numbered(block.hosts))
        if block.rejects:
            self.rejects.append(block.rejects)
        self.size += block.size

    def table(self) -> pa.Table:
        """Columns file, position, id, start, end, order, characters, cut (characters), printed (those cut
        because the site prints them), words (left after cutting), canonical (whether its URL is no side way
        to the page); a row for each document. Each column is in one piece, so that no one who needs it has to
        copy it.
        """
        if len(self._batches) > 1:
            self._batches = pa.Table.from_batches(self._batches, _TABLE).combine_chunks().to_batches()
        return pa.Table.from_batches(self._batches, _TABLE)

    def revise(self, rows: Int64s, cut: Int64s, words: Int64s) -> None:
        """Note how many characters are cut of some documents (rows, ascending), and how many words are
        left of them (all int64).
        """
        self._batches = recounted(self.table(), rows, cut, words).to_batches()

    def hosts(self) -> tuple[list[str], Int32s]:
        """The hosts of all documents, and for each document which of them is its own; -1: none."""
        return [*self._hosts], np.concatenate([*self._host_of, np.zeros(0, np.int32)])

    def _numbered(self, hosts: pa.DictionaryArray) -> Int32s:
        """The numbers of these hosts among those of all documents; -1: none. A dictionary for each block
        takes 0.1 GB at ten million documents.
        """
        names = hosts.dictionary.to_pylist()
        numbers = [self._hosts.setdefault(name, len(self._hosts)) for name in names]
        of_rows: Int32s = np.array([*numbers, -1], np.int32)[hosts.indices.fill_null(-1).to_numpy()]
        return of_rows
