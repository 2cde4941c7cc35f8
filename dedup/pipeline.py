"""The stages in order: reads the documents of a source, decides, and says what was decided. It writes
nothing.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from dedup import repeats as repeat_stage
from dedup.candidates import Bands, bands_for, buckets
from dedup.comparison import Comparison, Signed, undecided
from dedup.counts import Compared
from dedup.documents import Documents
from dedup.earlier import Earlier, Met
from dedup.engines.local import Local
from dedup.examples import Examples
from dedup.formats.blocks import HOST, Batch, Cut, Edit, Reject
from dedup.kernels.characters import lengths
from dedup.kernels.shingles import fingerprints, without
from dedup.marks import marks
from dedup.options import Options
from dedup.paragraphs import Paragraphs, split
from dedup.result import Result
from dedup.samples import samples
from dedup.shingles import Owned, no_hashes, shingles, words
from dedup.signatures import signatures

Int64s = npt.NDArray[np.int64]


class Parser(Protocol):
    """What makes documents of a block, in any thread."""

    def parse(self, block: Any) -> Batch: ...
    def size_of(self, block: Any) -> int: ...


class Source(Parser, Protocol):
    """Where documents come from: files, or the caller's memory. Both calls give blocks."""

    names: list[str]

    def blocks(self) -> Iterator[Any]: ...
    def fetch(self, documents: pa.Table) -> Iterator[Any]: ...


Progress = Callable[[str, int], None]
"""Told the stage and how many bytes or pairs more of it are done."""


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, other: "Clock") -> None:
        """Add what another clock counted."""
        for name, seconds in other.seconds.items():
            self.seconds[name] += seconds

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - began


@dataclass
class Scanned:
    """What one block held: its documents (without their texts), their fingerprints, buckets and sampled
    shingles, marks, their repeats, its rejects.
    """

    documents: pa.RecordBatch
    fingerprints: npt.NDArray[np.uint64]
    buckets: npt.NDArray[np.int64]
    sampled: Owned
    marks: Owned
    rejects: list[Reject]
    size: int
    repeats: dict[int, bytes] = field(default_factory=dict)
    cuts: dict[int, list[Cut]] = field(default_factory=dict)
    edits: dict[int, list[Edit]] = field(default_factory=dict)
    kinds: Counter[tuple[str, bool]] = field(default_factory=Counter)
    examples: Examples = field(default_factory=Examples)
    compared: Compared = field(default_factory=Compared)
    clock: Clock = field(default_factory=Clock)
    hosts: pa.DictionaryArray = field(default_factory=lambda: pa.array([], HOST))


def run(
    source: Source, options: Options, progress: Progress | None = None, earlier: Earlier | None = None
) -> Result:
    """Read, find repeats, sign, find candidates, verify, choose keepers: also among documents that `earlier`
    runs kept. Raises InputError, OptionsError.
    """
    began, clock, engine = time.perf_counter(), Clock(), Local(options.workers, options.memory)
    told = progress or _untold
    bands = bands_for(options.threshold, options.recall, options.num_perm)
    documents = Documents(source.names)
    signed = Signed()
    for scanned in engine.map(partial(scan, source=source, options=options, bands=bands), source.blocks()):
        documents.add(scanned)
        signed.add(scanned)
        clock.add(scanned.clock)
        told("read", scanned.size)
    table = documents.table()
    decisions, met, held = undecided(len(table)), Met(earlier, len(table)), None
    if options.duplicates and len(table):
        held = signed.copy() if earlier is not None else None
        decisions = Comparison(source, options, engine, clock, told, documents, table, met).decide(signed)
    seconds = {"read": 0.0, **clock.seconds}
    return Result(options, documents, decisions, seconds, time.perf_counter() - began, source, met, held)


def _untold(stage: str, done: int) -> None:
    """Progress that nobody watches."""


def scan(block: Any, source: Parser, options: Options, bands: Bands) -> Scanned:
    """One block through the stages that need nothing but the block."""
    clock = Clock()
    with clock.stage("read"):
        batch = source.parse(block)
        texts = batch.documents.column("text")
        paragraphs = split(texts)
    with clock.stage("words"):
        said = words(paragraphs)
    found = Scanned(
        batch.documents,
        np.zeros((0, 2), np.uint64),
        np.zeros((0, 0), np.int64),
        no_hashes(),
        no_hashes(),
        batch.rejects,
        source.size_of(block),
        clock=clock,
        hosts=batch.documents.column("host"),
    )
    dropped = np.zeros(len(paragraphs.starts), bool)
    with clock.stage("repeats"):
        if options.repeats:
            _find_repeats(found, batch, paragraphs, said, options, dropped)
    with clock.stage("signatures"):
        left = _without(said, paragraphs.owned, dropped)
        found.fingerprints = fingerprints(left.values, left.bounds)
        runs = shingles(left, options.ngram)
        found.buckets = buckets(signatures(runs, options.num_perm), bands)
        found.marks = marks(runs)
        if options.contained is not None:
            found.sampled = samples(runs)
    found.documents = _measured(batch.documents, paragraphs, found.cuts, left)
    return found


def _find_repeats(
    found: Scanned,
    batch: Batch,
    paragraphs: Paragraphs,
    said: Owned,
    options: Options,
    dropped: npt.NDArray[np.bool_],
) -> None:
    """Fill in what repeats; mark in `dropped` the paragraphs that will be cut."""
    compared = [Compared()]
    for row, article, pairs, repeats, gone in repeat_stage.find(paragraphs, said, options):
        compared.append(Compared(1, pairs, int(article.compared > 0), article.compared))
        if not repeats:
            continue
        found.repeats[row] = orjson.dumps([repeat._asdict() for repeat in repeats])
        for repeat in repeats:
            found.kinds[repeat.kind, repeat.cut] += 1
            found.examples.see(row, repeat, article.text, options.caution)
        if gone:
            dropped[gone] = True
            found.cuts[row] = repeat_stage.cuts(article.text, repeats)
            found.edits[row] = batch.edits(row, found.cuts[row])
    found.compared = Compared(*map(sum, zip(*compared, strict=True)))


def _without(said: Owned, owned: Int64s, dropped: npt.NDArray[np.bool_]) -> Owned:
    """The words of each text from those of its paragraphs, less the dropped ones."""
    if not dropped.any():
        return Owned(said.values, said.bounds[owned])
    values, bounds = without(said.values, said.bounds, dropped)
    return Owned(values, bounds[owned])


def _measured(
    documents: pa.RecordBatch, paragraphs: Paragraphs, cuts: dict[int, list[Cut]], left: Owned
) -> pa.RecordBatch:
    """The documents without their texts, with the characters that they had, those that were cut, and the
    words that are left.
    """
    characters = pa.array(lengths(paragraphs.data, paragraphs.texts))
    cut = np.zeros(len(documents), np.int64)
    for row, ranges in cuts.items():
        cut[row] = sum(end - start for start, end in ranges)
    slim = documents.drop_columns(["text", "host"])
    for name, values in (
        ("characters", pa.array(characters)),
        ("cut", pa.array(cut)),
        ("words", pa.array(np.diff(left.bounds))),
    ):
        slim = slim.append_column(name, values)
    return slim
