"""The documents of a run, without their texts: where each stands, what repeats in it, what is cut of it."""

from collections import Counter

import numpy as np
import pyarrow as pa

from dedup.document import HOST, SCHEMA, Cut, Edit, Reject
from dedup.kernels.arrays import Int32s
from dedup.pipeline.examples import Examples
from dedup.pipeline.scan import Compared, Scanned
from dedup.repeats.find import without

_COUNTS = [pa.field(name, pa.int64()) for name in ("characters", "cut", "words")]
_TABLE = pa.schema([*(field for field in SCHEMA if field.name not in ("text", "host")), *_COUNTS])


class Corpus:
    """Every document read, in order, without its text; what was found in each, and what could not be read."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.rejects: list[Reject] = []
        self.repeats: dict[int, bytes] = {}
        self.cuts: dict[int, list[Cut]] = {}
        self.edits: dict[int, list[Edit]] = {}
        self.kinds: Counter[tuple[str, bool]] = Counter()
        self.examples = Examples()
        self.compared = Compared()
        self.size = 0
        self._hosts: list[pa.DictionaryArray] = []
        self._batches: list[pa.RecordBatch] = []
        self._count = 0

    def add(self, scanned: Scanned) -> None:
        """Append the documents of the next block."""
        base = self._count
        self._count += len(scanned.documents)
        self._batches.append(scanned.documents)
        self._hosts.append(scanned.hosts)
        self.rejects += scanned.rejects
        self.size += scanned.size
        self.kinds.update(scanned.kinds)
        for row, value in scanned.repeats.items():
            self.repeats[base + row] = bytes(memoryview(value))  # orjson's take 4 KB each, whatever they hold
        self.cuts.update((base + row, value) for row, value in scanned.cuts.items())
        self.edits.update((base + row, value) for row, value in scanned.edits.items())
        self.compared = Compared(*map(sum, zip(self.compared, scanned.compared, strict=True)))
        self.examples.add(scanned.examples, base)

    def table(self) -> pa.Table:
        """Columns file, position, id, start, end, order, characters, cut (characters), words (left after
        cutting).
        """
        return pa.Table.from_batches(self._batches, _TABLE)

    def hosts(self) -> tuple[list[str], Int32s]:
        """The hosts of all documents, and of each document which of them is its own (int32), -1: none."""
        column = pa.chunked_array(self._hosts, HOST).unify_dictionaries()
        known = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
        codes = [chunk.indices.fill_null(-1).to_numpy() for chunk in column.chunks]
        return known, np.concatenate([*codes, np.zeros(0, np.int32)])

    def cleaned(self, row: int, text: str) -> str:
        """The text of document `row` without what is cut of it."""
        return without(text, self.cuts[row]) if row in self.cuts else text
