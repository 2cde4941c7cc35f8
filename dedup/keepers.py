"""Matches -> who is kept, and for which keeper each other one is dropped."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.kernels import keepers as kernel
from dedup.matches import Float64s, Similarities

Int64s = npt.NDArray[np.int64]


class Keepers(NamedTuple):
    """For each document: its keeper (int64; -1: it is kept itself), their Jaccard, and how much of it the
    keeper covers (float64; 0 if kept).
    """

    keeper: Int64s
    jaccard: Float64s
    coverage: Float64s


def order_of(policy: str, characters: Int64s, order: list[str | None]) -> Int64s:
    """The documents by priority (int64): whoever comes first is kept. Ties go by position.

    `policy`: longest, first, newest:FIELD or oldest:FIELD; `characters`: of the cleaned texts; `order`: the
    field's values as text, compared as numbers where all of them are; documents without one come last.
    """
    name = policy.partition(":")[0]
    if name == "first":
        return np.arange(len(characters))
    if name == "longest":
        return np.argsort(-characters, kind="stable")
    keys = _comparable(order)
    present = [i for i, key in enumerate(keys) if key is not None]
    present.sort(key=lambda i: keys[i], reverse=name == "newest")  # type: ignore[arg-type, return-value]
    absent = [i for i, key in enumerate(keys) if key is None]
    return np.array(present + absent, np.int64)


def _comparable(order: list[str | None]) -> list[str | None] | list[float | None]:
    """Numbers where every value is one, else the texts. Not a number, as frames write a missing one: None."""
    try:
        numbers = [None if value is None else _number(value) for value in order]
    except ValueError:
        return order
    return [number if number == number else None for number in numbers]


def _number(value: str) -> float:
    """Whole numbers exactly: nanoseconds and many sites' ids do not fit a float. Raises ValueError."""
    try:
        return int(value)
    except ValueError:
        return float(value)


def assign(order: Int64s, left: Int64s, right: Int64s, similar: Similarities, back: Float64s) -> Keepers:
    """Keepers from matches: pairs (left, right) of documents with their similarities, `back` the coverage of
    left by right.

    Each dropped document matches its keeper directly and its keeper is kept; a document is dropped only for
    one before it in `order`.
    """
    count = len(order)
    ends, partners = np.concatenate((left, right)), np.concatenate((right, left))
    jaccard = np.concatenate((similar.jaccard, similar.jaccard))
    covered = np.concatenate((back, similar.coverage))  # of ends by partners
    by_end = np.argsort(ends, kind="stable")
    bounds = np.searchsorted(ends[by_end], np.arange(count + 1))
    keeper = kernel.assign(order, bounds, partners[by_end], jaccard[by_end])
    chosen = by_end[np.flatnonzero(keeper[ends[by_end]] == partners[by_end])]
    result = Keepers(keeper, np.zeros(count), np.zeros(count))
    result.jaccard[ends[chosen]] = jaccard[chosen]
    result.coverage[ends[chosen]] = covered[chosen]
    return result
