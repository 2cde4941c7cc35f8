"""Documents in one pass: everything that a run asks of a text by itself, in one call for a block of them.

A thread that scans never holds the interpreter lock.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.native import library, unicode
from dedup.native.arrays import Bools, Bytes, Hashes, Int64s
from dedup.native.library import BOOL, I64, U8, U32, U64, Given, Slice
from dedup.native.passages import Passages
from dedup.native.records import Objects
from dedup.native.shingles import factors, permutations


class _Plan(ctypes.Structure):
    _fields_ = (
        *((name, Slice) for name in ("table", "expansions", "permutations")),
        *((name, Slice) for name in ("ngram_factors", "band_factors", "pair_factors")),
        ("bands", ctypes.c_int64),
        ("sample_floor", ctypes.c_int64),
        ("sample_limit", ctypes.c_uint64),
        ("proposes_pairs", ctypes.c_int64),
        ("notes_passages", ctypes.c_int64),
    )


NONE, OF_ADDRESSES, EVERY = range(3)


class ScanPlan:
    """How texts are scanned. `bands`: how many, and how many values of a MinHash row of `num_perm` each has;
    `ngram`: words of a shingle; `sample_limit`, `sample_floor`: see `shingles.samples`, a floor of 0 wants
    none; `proposes_pairs`: whether pairs of paragraphs are wanted; `notes_passages`: of which records
    passages are, NONE, OF_ADDRESSES (those with a URL) or EVERY one.
    """

    def __init__(
        self,
        *,
        num_perm: int,
        bands: tuple[int, int],
        ngram: int,
        sample_limit: int,
        sample_floor: int,
        proposes_pairs: bool,
        notes_passages: int,
    ) -> None:
        (self.bands, rows), self.notes_passages = bands, notes_passages
        # Held here: the library reads them where they are.
        self._hashes: tuple[npt.NDArray[Any], ...] = (factors(ngram), factors(rows), factors(3))
        self._tables: tuple[npt.NDArray[Any], ...] = (*unicode.load(), permutations(num_perm))
        slices = map(U32.from_param, self._tables), map(U64.from_param, self._hashes)
        wanted = proposes_pairs, notes_passages
        self.for_call = _Plan(*slices[0], *slices[1], self.bands, sample_floor, sample_limit, *wanted)


@dataclass(frozen=True)
class Signatures:
    """What texts are compared by, a row each. `words` int64: how many words; `prints` uint64 (texts, 2): see
    `shingles.fingerprints`; `buckets` uint64 (texts, bands); of text i the bits (uint64) `marks` between its
    `mark_bounds` (int64, texts + 1), and its `samples` (uint64) likewise.
    """

    words: Int64s
    prints: Hashes
    buckets: Hashes
    marks: Hashes
    mark_bounds: Int64s
    samples: Hashes
    sample_bounds: Int64s


@dataclass(frozen=True)
class PairedTexts:
    """The texts with paragraphs worth comparing. They have zeros in `Signatures`: their words may be cut.

    `rows` int64 (n): which they are; text i of these is texts[text_bounds[i]:text_bounds[i + 1]] (uint8,
    UTF-8) and has paragraphs owned[i]:owned[i + 1], of which j is the bytes starts[j]:ends[j] of `texts` and
    has words[word_bounds[j]:word_bounds[j + 1]] (uint64) and the hash hashes[j] (see
    `repeats.paragraph_hashes`). Text i has pairs[pair_bounds[i]:pair_bounds[i + 1]] (int64, (pairs, 3); see
    `repeats.propose`), numbered among all paragraphs.
    """

    rows: Int64s
    texts: Bytes
    text_bounds: Int64s
    starts: Int64s
    ends: Int64s
    owned: Int64s
    words: Hashes
    word_bounds: Int64s
    hashes: Hashes
    pairs: Int64s
    pair_bounds: Int64s


class Scanned(NamedTuple):
    """What was found of texts. `characters` int64: how long each is; `passages`: None if nobody wants them;
    of a record without a URL there are none.
    """

    characters: Int64s
    signatures: Signatures
    found: PairedTexts
    passages: Passages | None


class _GivenSignatures(ctypes.Structure):
    _fields_ = tuple(
        (name, Given)
        for name in ("words", "prints", "buckets", "marks", "mark_ends", "samples", "sample_ends")
    )

    def take(self, bands: int) -> Signatures:
        words = self.words.take(np.int64)
        marks, samples = self.marks.take(np.uint64), self.samples.take(np.uint64)
        return Signatures(
            words,
            self.prints.take(np.uint64).reshape(-1, 2),
            self.buckets.take(np.uint64).reshape(len(words), bands),
            marks,
            _bounds(self.mark_ends),
            samples,
            _bounds(self.sample_ends),
        )


class _GivenPairs(ctypes.Structure):
    _fields_ = tuple(
        (name, Given)
        for name in (
            *("rows", "texts", "text_ends", "paragraph_starts", "paragraph_ends", "paragraph_counts"),
            *("words", "word_ends", "hashes", "pairs", "pair_counts"),
        )
    )

    def take(self) -> PairedTexts:
        return PairedTexts(
            self.rows.take(np.int64),
            self.texts.take(np.uint8),
            _bounds(self.text_ends),
            self.paragraph_starts.take(np.int64),
            self.paragraph_ends.take(np.int64),
            _sums(self.paragraph_counts),
            self.words.take(np.uint64),
            _bounds(self.word_ends),
            self.hashes.take(np.uint64),
            self.pairs.take(_PAIR).view(np.int64).reshape(-1, 3),
            _sums(self.pair_counts),
        )


class _GivenPassages(ctypes.Structure):
    _fields_ = tuple((name, Given) for name in ("keys", "facts", "ends"))

    def take(self) -> Passages:
        return Passages(self.keys.take(np.uint64), self.facts.take(np.uint16), _bounds(self.ends))


class _GivenScan(ctypes.Structure):
    _fields_ = (
        ("characters", Given),
        ("signatures", _GivenSignatures),
        ("found", _GivenPairs),
        ("passages", _GivenPassages),
    )

    def take(self, plan: ScanPlan) -> Scanned:
        passages = self.passages.take()
        return Scanned(
            self.characters.take(np.int64),
            self.signatures.take(plan.bands),
            self.found.take(),
            passages if plan.notes_passages != NONE else None,
        )


class _GivenRecords(ctypes.Structure):
    _fields_ = tuple(
        (name, Given)
        for name in ("kinds", "ids", "id_bounds", "named", "literals", "orders", "urls", "titles")
    )

    def take(self) -> Objects:
        kinds = self.kinds.take(np.uint8)
        return Objects(
            kinds,
            np.zeros(0, np.uint8),
            np.zeros(len(kinds) + 1, np.int64),
            self.ids.take(np.uint8),
            self.id_bounds.take(np.int64),
            self.named.take(np.bool_),
            *(given.take(_SPAN).view(np.int64).reshape(-1, 2) for given in self._spans()),
        )

    def _spans(self) -> tuple[Given, Given, Given, Given]:
        return self.literals, self.orders, self.urls, self.titles


_PAIR: Final = np.dtype([("pair", "i8", 3)])
_SPAN: Final = np.dtype([("span", "i8", 2)])


def _bounds(ends: Given) -> Int64s:
    """Where each begins, and the end of the last (int64, one more), from where each ends."""
    return np.concatenate((np.zeros(1, np.int64), ends.take(np.int64)))


def _sums(counts: Given) -> Int64s:
    """Where each begins, and the end of the last (int64, one more), from how many each has."""
    return np.cumsum(_bounds(counts))


_PLAN, _SCAN = ctypes.POINTER(_Plan), ctypes.POINTER(_GivenScan)
_SIGNATURES, _RECORDS = ctypes.POINTER(_GivenSignatures), ctypes.POINTER(_GivenRecords)
_scan_records = library.function("dd_scan_records", U8, I64, I64, U8, U8, U8, U8, U8, _PLAN, _SCAN, _RECORDS)
_scan_texts = library.function("dd_scan_texts", U8, I64, _PLAN, _SCAN)
_sign = library.function("dd_sign", U64, I64, I64, BOOL, _PLAN, _SIGNATURES)


def scan_records(
    data: Bytes, low: Int64s, high: Int64s, fields: Sequence[Bytes], plan: ScanPlan
) -> tuple[Objects, Scanned]:
    """What stands in the records data[low[i]:high[i]] (uint8; int64; disjoint, in order), without their
    texts, and what was found of the texts of those that were READ. `fields`: the names (UTF-8) of text,
    identifier, order field, url field and title field, empty where there is none.
    """
    scan, records = _GivenScan(), _GivenRecords()
    _scan_records(data, low, high, *fields, plan.for_call, scan, records)
    return records.take(), scan.take(plan)


def scan_texts(data: Bytes, bounds: Int64s, plan: ScanPlan) -> Scanned:
    """What was found of the texts data[bounds[i]:bounds[i + 1]] (uint8, UTF-8; int64)."""
    scan = _GivenScan()
    _scan_texts(data, bounds, plan.for_call, scan)
    return scan.take(plan)


def sign(found: PairedTexts, is_cut: Bools, plan: ScanPlan) -> Signatures:
    """The signatures of the texts of `found` without the paragraphs that are cut (bool, one a paragraph)."""
    given = _GivenSignatures()
    _sign(found.words, found.word_bounds, found.owned, is_cut, plan.for_call, given)
    return given.take(plan.bands)
