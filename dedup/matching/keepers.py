"""Matches -> which documents are kept, and for which keeper each other one is dropped."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.matching.matches import Similarities
from dedup.native import joins as kernel
from dedup.native.arrays import Bools, Float64s, Hashes, Int64s
from dedup.policy import Policy
from dedup.text.fields.sort_keys import comparable


class Keepers(NamedTuple):
    """For each document: the row of its keeper (-1: it is kept itself), their Jaccard, and the keeper's
    coverage of it (both 0 if it is kept).
    """

    keeper: Int64s
    jaccard: Float64s
    coverage: Float64s

    @classmethod
    def all_kept(cls, count: int) -> "Keepers":
        """Nothing is dropped of `count` documents."""
        return cls(np.full(count, -1), np.zeros(count), np.zeros(count))


def keeping_order(policy: Policy, characters: Int64s, sort_keys: pa.ChunkedArray) -> Int64s:
    """The documents by rank: of those that match, the first is kept. Ties go by position.

    `characters`: of the cleaned texts; `sort_keys`: those of the policy's field (see
    `text.fields.sort_keys`). Documents without a value that can be read come last.
    """
    if policy.name == "first":
        return np.arange(len(characters))
    if policy.name == "longest" or policy.from_matches:
        return np.argsort(-characters, kind="stable")
    direction = "descending" if policy.name == "newest" else "ascending"
    rows = pc.array_sort_indices(comparable(sort_keys), order=direction, null_placement="at_end")
    return np.asarray(rows, np.int64)


def inverse(order: Int64s) -> Int64s:
    """The rank of each row in an order of rows."""
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def by_tier(order: Int64s, tiers: Int64s) -> Int64s:
    """The order of keeping with the documents of a lower tier first. `tiers`: by row."""
    return order[np.argsort(tiers[order], kind="stable")]


def assign(order: Int64s, earlier: Int64s, later: Int64s, similar: Similarities) -> Keepers:
    """Keepers from matches: of each pair `later` may be dropped for `earlier`, which are so similar.

    Each dropped document matches its keeper directly, and its keeper is kept; a document is dropped only for
    one before it in `order`. Of several keepers it gets the one with the highest Jaccard: on the pages of
    `extractors` that puts 69% of the pairs of one page into one group, the one that covers most 58%; which
    documents are kept is the same.
    """
    count = len(order)
    by_later = np.argsort(later, kind="stable")
    ends, partners = later[by_later], earlier[by_later]
    jaccard, coverage, _ = similar.take(by_later)
    offsets = np.searchsorted(ends, np.arange(count + 1))
    keepers = Keepers(kernel.assign(order, offsets, partners, jaccard), *np.zeros((2, count)))
    chosen = np.flatnonzero(keepers.keeper[ends] == partners)
    keepers.jaccard[ends[chosen]] = jaccard[chosen]
    keepers.coverage[ends[chosen]] = coverage[chosen]
    return keepers


def first_copies(prints: Hashes, ranks: Int64s, is_pinned: Bools) -> Int64s:
    """For each document the row of the first, by rank, that has the same words in the same order: its own row
    if there is none before it, or if it is never dropped (`is_pinned`). `prints`: uint64 (documents, 2), 0
    for documents without words.
    """
    order = np.lexsort((ranks, prints[:, 1], prints[:, 0]))
    ordered = prints[order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1) | (ordered[1:, 0] == 0)
    first = np.empty(len(order), np.int64)
    first[order] = order[np.flatnonzero(is_new)[np.cumsum(is_new) - 1]]
    first[is_pinned] = np.flatnonzero(is_pinned)
    return first


def canonical_first(order: Int64s, prints: Hashes, is_canonical: Bools, is_pinned: Bools) -> Int64s:
    """The order of keeping in which of exact copies the first one with a canonical URL comes in place of the
    first one, unless that is never dropped (`is_pinned`). `order`: rows by rank; the others by row.
    """
    if is_canonical.all():
        return order
    rows, nobody = np.arange(len(order)), np.zeros(len(order), bool)
    ranks = inverse(order)
    first = first_copies(prints, ranks, nobody)
    best = first_copies(prints, np.where(is_canonical, ranks, ranks + len(order)), nobody)
    replaced = np.flatnonzero((first == rows) & (best != rows) & ~is_pinned)
    exchanged = rows.copy()
    exchanged[replaced], exchanged[best[replaced]] = best[replaced], replaced
    return exchanged[order]


def drop_copies(keepers: Keepers, first: Int64s) -> None:
    """Drop exact copies, in place: for the first of them, or for that one's keeper, which they match as it
    does, since their shingles are equal.
    """
    copies = np.flatnonzero(first != np.arange(len(first)))
    original = first[copies]
    is_kept = keepers.keeper[original] < 0
    keepers.keeper[copies] = np.where(is_kept, original, keepers.keeper[original])
    keepers.jaccard[copies] = np.where(is_kept, 1.0, keepers.jaccard[original])
    keepers.coverage[copies] = np.where(is_kept, 1.0, keepers.coverage[original])
