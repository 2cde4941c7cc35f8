"""The stages in order: reads the documents of a source, decides, and says what was decided. It writes
nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from dedup.document import HOST, Cut, Edit, Reject
from dedup.formats.blocks import Batch
from dedup.kernels.arrays import Int64s
from dedup.kernels.characters import lengths
from dedup.kernels.shingles import fingerprints, without
from dedup.matching.bloom import marks
from dedup.matching.samples import samples
from dedup.matching.shingles import shingles
from dedup.matching.signatures import Bands, buckets, signatures
from dedup.options import Options
from dedup.pipeline.examples import Examples
from dedup.pipeline.progress import Clock
from dedup.repeats import find as repeat_stage
from dedup.sources.source import Parser
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.ragged import Ragged
from dedup.text.words import words


class Compared(NamedTuple):
    """What was looked at for repeats: documents that have paragraphs worth comparing, and pairs of these;
    `fuzzy_documents`, `fuzzy_pairs`: those that rapidfuzz was given.
    """

    documents: int = 0
    pairs: int = 0
    fuzzy_documents: int = 0
    fuzzy_pairs: int = 0


@dataclass
class Scanned:
    """What one block held: its documents (without their texts), their fingerprints, buckets and sampled
    shingles, marks, their repeats, its rejects.
    """

    documents: pa.RecordBatch
    fingerprints: npt.NDArray[np.uint64]
    buckets: npt.NDArray[np.int64]
    sampled: Ragged
    marks: Ragged
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


@dataclass
class Signed:
    """What a scan knows of all documents, block after block: `prints` uint64 (documents, 2), `buckets` int64
    (documents, bands), `sampled` shingles, `marks`. A comparison uses all but the first up.
    """

    prints: list[npt.NDArray[np.uint64]] = field(default_factory=list)
    buckets: list[Int64s] = field(default_factory=list)
    sampled: list[Ragged] = field(default_factory=list)
    marks: list[Ragged] = field(default_factory=list)

    def add(self, scanned: "Scanned") -> None:
        """Append those of the next block."""
        self.prints.append(scanned.fingerprints)
        self.buckets.append(scanned.buckets)
        self.sampled.append(scanned.sampled)
        self.marks.append(scanned.marks)

    def copy(self) -> "Signed":
        """The same, which a comparison that uses this up leaves as it is."""
        return Signed([*self.prints], [*self.buckets], [*self.sampled], [*self.marks])


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
        Ragged.empty(),
        Ragged.empty(),
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
        found.fingerprints = fingerprints(left.values, left.offsets)
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
    said: Ragged,
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


def _without(said: Ragged, owned: Int64s, dropped: npt.NDArray[np.bool_]) -> Ragged:
    """The words of each text from those of its paragraphs, less the dropped ones."""
    if not dropped.any():
        return Ragged(said.values, said.offsets[owned])
    values, bounds = without(said.values, said.offsets, dropped)
    return Ragged(values, bounds[owned])


def _measured(
    documents: pa.RecordBatch, paragraphs: Paragraphs, cuts: dict[int, list[Cut]], left: Ragged
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
        ("words", pa.array(np.diff(left.offsets))),
    ):
        slim = slim.append_column(name, values)
    return slim
