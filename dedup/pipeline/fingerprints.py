"""What documents are compared by, collected block after block."""

from dataclasses import dataclass, field

import numpy as np

from dedup.kernels.arrays import Bools, Hashes, Int64s
from dedup.text.ragged import Ragged, take_and_release


@dataclass
class Fingerprints:
    """What is known of the words of documents, one array a block.

    `prints`: uint64 (documents, 2), equal for equal words (in notes for equal titles, too), 0 if there are
    none; `buckets`: int64 (documents, bands); `samples`: sampled shingles; `bloom_bits`: bits of all
    shingles; `keys`: int64, what each document is told apart by (`text.addresses`), only in runs with an
    index. Each `take_...` releases what it takes: at a million documents two copies would not fit into the
    memory that one has.
    """

    prints: list[Hashes] = field(default_factory=list)
    buckets: list[Int64s] = field(default_factory=list)
    samples: list[Ragged] = field(default_factory=list)
    bloom_bits: list[Ragged] = field(default_factory=list)
    keys: list[Int64s] = field(default_factory=list)

    def append(self, block: "Fingerprints") -> None:
        """Add those of the next block."""
        self.prints += block.prints
        self.buckets += block.buckets
        self.samples += block.samples
        self.bloom_bits += block.bloom_bits
        self.keys += block.keys

    def copy(self) -> "Fingerprints":
        """A second one with the same arrays: what is taken from one stays in the other."""
        parts = (self.prints, self.buckets, self.samples, self.bloom_bits, self.keys)
        return Fingerprints(*([*blocks] for blocks in parts))

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
