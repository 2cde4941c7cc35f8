"""What documents are compared by, collected block after block."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dedup.engines.spool import ArraySpool
from dedup.facts.terms import NOTE
from dedup.formats.blocks import Batch
from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.joins import chosen
from dedup.native.scan import Signatures
from dedup.native.shingles import fingerprints
from dedup.text.ragged import Ragged, chosen_lists, concatenate, take_and_release
from dedup.text.words import words_of


@dataclass
class Fingerprints:
    """What is known of the words of documents, one array a block.

    `prints`: uint64 (documents, 2), equal for equal words (in notes for equal titles, too), 0 if there are
    none; `buckets`: int64 (documents, bands); `samples`: sampled shingles; `bloom_bits`: bits of all
    shingles; `keys`: int64, what each document is told apart by (`text.addresses`), only in runs with an
    index. Each `take_...` releases what it takes: at a million documents two copies would not fit into the
    memory that one has. `spool`: keeps what is added of buckets, samples and bits, on disk once it is much.
    """

    prints: list[Hashes] = field(default_factory=list)
    buckets: list[Int64s] = field(default_factory=list)
    samples: list[Ragged] = field(default_factory=list)
    bloom_bits: list[Ragged] = field(default_factory=list)
    keys: list[Int64s] = field(default_factory=list)
    spool: ArraySpool = field(default_factory=lambda: ArraySpool(sys.maxsize))

    def append(self, block: "Fingerprints") -> None:
        """Add those of the next block."""
        self.prints += block.prints
        self.buckets += map(self.spool.keep, block.buckets)
        self.samples += map(self._kept, block.samples)
        self.bloom_bits += map(self._kept, block.bloom_bits)
        self.keys += block.keys

    def kept(self, block: "Fingerprints") -> "Fingerprints":
        """Those of a block, kept where these are."""
        return Fingerprints(
            block.prints,
            [*map(self.spool.keep, block.buckets)],
            [*map(self._kept, block.samples)],
            [*map(self._kept, block.bloom_bits)],
        )

    def replace(self, blocks: Sequence[tuple[Int64s, "Fingerprints"]]) -> None:
        """Take other ones for some documents: `blocks` has their rows (int64, ascending) and what is known of
        them, all but the keys.
        """
        first = at = 0
        for number, prints in enumerate(self.prints):
            last, within = first + len(prints), list[tuple[Int64s, Fingerprints]]()
            while at < len(blocks):
                rows, others = blocks[at]
                low, high = np.searchsorted(rows, (first, last)).tolist()
                if high > low:
                    within.append((rows[low:high] - first, others.part(low, high)))
                if high < len(rows):
                    break
                at += 1
            if within:
                self._replace_in(number, within)
            first = last

    def _replace_in(self, number: int, others: Sequence[tuple[Int64s, "Fingerprints"]]) -> None:
        """Take other ones for some documents of a block: for these rows of it."""
        count = len(self.prints[number])
        rows = np.concatenate([rows for rows, _ in others])
        order = np.arange(count)
        order[rows] = count + np.arange(len(rows))
        new = [one for _, one in others]
        self.prints[number] = np.concatenate([self.prints[number], *(one.prints[0] for one in new)])[order]
        buckets = [self.buckets[number], *(one.buckets[0] for one in new)]
        self.buckets[number] = self.spool.keep(np.concatenate(buckets)[order])
        for name in ("samples", "bloom_bits"):
            lists: list[Ragged] = getattr(self, name)
            parts = [lists[number], *(getattr(one, name)[0] for one in new)]
            all_of = concatenate(parts, sum(len(part.values) for part in parts))
            lists[number] = self._kept(Ragged(*chosen(all_of.values, all_of.offsets, order)))

    def part(self, low: int, high: int) -> "Fingerprints":
        """Those of the documents low:high of a single block."""
        rows = np.arange(low, high)
        samples, bits = (chosen_lists(lists, rows) for lists in (self.samples, self.bloom_bits))
        return Fingerprints([self.prints[0][low:high]], [self.buckets[0][low:high]], [samples], [bits])

    def _kept(self, lists: Ragged) -> Ragged:
        return Ragged(self.spool.keep(lists.values), self.spool.keep(lists.offsets))

    def copy(self) -> "Fingerprints":
        """A second one with the same arrays: what is taken from one stays in the other."""
        return Fingerprints(
            [*self.prints], [*self.buckets], [*self.samples], [*self.bloom_bits], [*self.keys], self.spool
        )

    def take_samples(self, chosen: Bools) -> Ragged:
        """The samples of the chosen documents."""
        return take_and_release(self.samples, chosen)

    def take_bloom_bits(self, chosen: Bools) -> Ragged:
        """The bits of the chosen documents."""
        return take_and_release(self.bloom_bits, chosen)

    def take_buckets(self, chosen: Bools) -> Int64s:
        """The buckets of the chosen documents: int64 (chosen, bands)."""
        buckets = np.concatenate(self.buckets)[chosen]
        self.buckets.clear()
        return buckets


def fingerprints_of(batch: Batch, signatures: Signatures) -> Fingerprints:
    """What the texts are compared by. Notes of the same words are copies only if their titles have the same
    words, too.
    """
    prints = signatures.prints.copy()
    notes = np.flatnonzero((prints[:, 0] != 0) & (signatures.words <= NOTE))
    of_titles = words_of(batch.titles(notes))
    prints[notes, 1] ^= fingerprints(of_titles.values, of_titles.offsets)[:, 1]
    return Fingerprints(
        [prints],
        [signatures.buckets.view(np.int64)],
        [Ragged(signatures.samples, signatures.sample_bounds)],
        [Ragged(signatures.marks, signatures.mark_bounds)],
    )
