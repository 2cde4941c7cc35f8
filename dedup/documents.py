"""The documents of a run, without their texts: where each stands, what repeats in it, what is cut of it."""

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup.counts import Compared
from dedup.examples import Examples
from dedup.formats.blocks import SCHEMA, Cut, Edit, Reject
from dedup.repeats import without

if TYPE_CHECKING:
    from dedup.pipeline import Scanned

_COUNTS = [pa.field(name, pa.int64()) for name in ("characters", "cut", "words")]
_TABLE = pa.schema([*(field for field in SCHEMA if field.name != "text"), *_COUNTS])


class Documents:
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
        self._batches: list[pa.RecordBatch] = []
        self._count = 0

    def add(self, scanned: "Scanned") -> None:
        """Append the documents of the next block."""
        base = self._count
        self._count += len(scanned.documents)
        self._batches.append(scanned.documents)
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

    def cleaned(self, row: int, text: str) -> str:
        """The text of document `row` without what is cut of it."""
        return without(text, self.cuts[row]) if row in self.cuts else text
