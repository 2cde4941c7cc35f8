"""Numbers by code: sums and bits that add up, whoever counted them and in whichever order."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dedup.native.arrays import Bools, Float64s, Hashes, Int64s

PLACES = 64
"""How many places a sketch of different values has: one bit each."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio of 2^64: spreads what is nearly the same
_MERGED = 1 << 21  # rows that are held apart before they are added up


@dataclass(frozen=True)
class Tally:
    """n codes (uint64, ascending, each once); `sums` int64 (n, columns); `bits` uint64 (n, columns)."""

    codes: Hashes
    sums: Int64s
    bits: Hashes

    @classmethod
    def of(cls, codes: Hashes, sums: Int64s, bits: Hashes) -> "Tally":
        """Rows added up by their codes, which may come more than once, in any order."""
        order = np.argsort(codes, kind="stable")
        codes = codes[order]
        first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
        if not len(first):
            return cls(codes, sums, bits)
        return cls(
            codes[first],
            np.add.reduceat(sums[order], first, axis=0),
            np.bitwise_or.reduceat(bits[order], first, axis=0),
        )

    @classmethod
    def empty(cls, sums: int = 1, bits: int = 0) -> "Tally":
        """No codes, and so many columns."""
        return cls(np.zeros(0, np.uint64), np.zeros((0, sums), np.int64), np.zeros((0, bits), np.uint64))

    @classmethod
    def counted(cls, codes: Hashes) -> "Tally":
        """How often each code comes."""
        return cls.of(codes, np.ones((len(codes), 1), np.int64), np.zeros((len(codes), 0), np.uint64))

    @classmethod
    def total(cls, parts: Iterable["Tally"]) -> "Tally":
        """All parts added up; at most some millions of their rows are held at once beyond the result."""
        held, rows = list[Tally](), 0
        for part in parts:
            held.append(part)
            rows += len(part.codes) if len(held) > 1 else 0
            if rows > max(_MERGED, len(held[0].codes)):
                held, rows = [cls._joined(held)], 0
        return cls._joined(held)

    @classmethod
    def _joined(cls, parts: list["Tally"]) -> "Tally":
        if len(parts) == 1:
            return parts[0]
        names = ("codes", "sums", "bits")
        return cls.of(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def take(self, chosen: Bools) -> "Tally":
        """Only these rows (bool)."""
        return Tally(self.codes[chosen], self.sums[chosen], self.bits[chosen])

    def places(self, codes: Hashes) -> tuple[Int64s, Bools]:
        """The row of each of these codes, and whether it has one."""
        if not len(self.codes):
            return np.zeros(len(codes), np.int64), np.zeros(len(codes), bool)
        rows = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return rows, self.codes[rows] == codes

    def first_sums(self, codes: Hashes, missing: int) -> Int64s:
        """The first sum of each of these codes (int64); `missing` where there is none."""
        rows, are_there = self.places(codes)
        out = np.full(len(codes), missing, np.int64)
        out[are_there] = self.sums[rows[are_there], 0]
        return out


def bits_of(values: Hashes) -> Hashes:
    """One of 64 bits for each value: the sketch of several values has those of all."""
    return np.uint64(1) << (values * _SPREAD >> np.uint64(58))


def different(bits: Hashes) -> Float64s:
    """How many different values a sketch has, by linear counting: -m ln(share of m bits that are not set)
    (Whang, Vander-Zanden and Taylor 1990). A full sketch has any number.
    """
    with np.errstate(divide="ignore"):
        return np.asarray(-PLACES * np.log((PLACES - np.bitwise_count(bits).astype(np.int64)) / PLACES))
