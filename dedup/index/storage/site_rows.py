"""What pages say of their sites, as the rows of an index: a row for each site, run and day.

The latest pages of a site are *held*: of each of their passages the row has the key and the facts (10 bytes,
before compression), so that they are counted anew with the pages that come. Of the pages before these it has
what is known of the passages that stand on two pages or more (some 70 bytes each), and forgets the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import zstandard

from dedup.native.arrays import Hashes, Int64s
from dedup.native.passages import Passages
from dedup.sites.counting import SiteKnowledge, SitePages, knowledge_of
from dedup.sites.layout import SiteCounts
from dedup.sites.tally import Tally

_MOST_PAGES = 32  # that are held of a site
_MOST_PASSAGES = 4096  # of these pages
_OLD = 30  # days: a run that is repeated later than this does not take back what it said
_MONTH = 30  # days
_LEAST_PAGES = 3  # that are held however long they are
_MOST = 1 << 32  # pages of a site, far from where sums of them would not fit into 64 bits
_LEVEL = 3  # of zstandard: what sites print on each page is nearly free

NO_PASSAGES = Passages(np.zeros(0, np.uint64), np.zeros(0, np.uint16), np.zeros(1, np.int64))


@dataclass(eq=False)
class SiteRow:
    """What the pages of a site say that entered with one run on one day.

    `run`: its number; 0: the pages of all runs of a month that is long past; `day`: days since 1970, of a
    month its first; `seen`: when the last page entered, in seconds since 1970; `folded`: of the pages that
    are not held; `is_changed`: whether the file has other values, or none.
    """

    run: int
    day: int
    seen: int
    folded: SiteKnowledge = field(default_factory=SiteKnowledge.empty)
    held: Passages = NO_PASSAGES
    is_changed: bool = False

    def hold(self, passages: Passages, seen: int) -> None:
        """Add the passages of more pages."""
        self.held = Passages.joined([self.held, passages])
        self.seen, self.is_changed = seen, True

    def fold(self, site: int, pages: int, counts: SiteCounts) -> None:
        """Hold the first pages no longer. `counts`: of all pages of the site."""
        rows = np.arange(len(self.held.bounds) - 1)
        folded = SitePages(self.held.take(rows[:pages]), np.full(pages, site, np.uint64))
        self.folded = SiteKnowledge.total([self.folded, knowledge_of(folded, counts)])
        self.held, self.is_changed = self.held.take(rows[pages:]), True


def fold_old(rows: Sequence[SiteRow], site: int, counts: SiteCounts) -> None:
    """Hold half as many pages at most, the latest ones, if the rows of a site (oldest first) hold too many.
    `counts`: of all pages of the site.
    """
    sizes = np.concatenate([np.diff(row.held.bounds) for row in rows])
    if len(sizes) <= _MOST_PAGES and sizes.sum() <= _MOST_PASSAGES:
        return
    is_short = np.cumsum(sizes[::-1]) <= _MOST_PASSAGES // 2
    left = max(_LEAST_PAGES, min(_MOST_PAGES // 2, int(is_short.sum())))
    for row in reversed(rows):
        pages = len(row.held.bounds) - 1
        if pages > left:
            row.fold(site, pages - left, counts)
        left = max(0, left - pages)


def join_old(rows: list[SiteRow], today: int) -> list[SiteRow]:
    """Put the rows of a site (oldest first) that are old into one for each month, so that a crawl of every
    day leaves few. Returns those that are gone. `today`: days since 1970.
    """
    old = [row for row in rows if row.run and row.day < today - _OLD]
    months = {row.day // _MONTH * _MONTH for row in old}
    for day in sorted(months):
        of_month = [row for row in rows if row.day // _MONTH * _MONTH == day and (row in old or not row.run)]
        joined = SiteRow(
            *(0, day, max(row.seen for row in of_month)),
            SiteKnowledge.total([row.folded for row in of_month]),
            Passages.joined([row.held for row in of_month]),
            is_changed=True,
        )
        rows[:] = sorted(
            [joined, *(row for row in rows if row not in of_month)], key=lambda row: (row.run, row.day)
        )
    return old


def concerning(known: SiteKnowledge, codes: Hashes, pairs: Hashes) -> SiteKnowledge:
    """What is known of these passages and pairs alone (uint64, ascending)."""
    counts = known.counts
    return SiteKnowledge(
        SiteCounts(counts.sites, _among(counts.pages, codes)),
        _among(known.details, codes),
        _among(known.pairs, pairs),
    )


def _among(tally: Tally, codes: Hashes) -> Tally:
    return tally.take(np.isin(tally.codes, codes, assume_unique=True))


def folded_bytes(known: SiteKnowledge) -> bytes:
    """What is known of the pages of one site that are not held, as the file has it."""
    pages = known.counts.sites.sums.sum()
    if not pages:
        return b""
    details, pairs = known.details, known.pairs
    columns = (
        np.array([pages, len(details.codes), len(pairs.codes)]),
        *(details.codes, known.counts.pages.sums, details.sums.T, details.bits.T, pairs.codes, pairs.sums),
    )
    return _packed(*columns)


def folded_from(plain: bytes, site: int) -> SiteKnowledge:
    """What is known of the folded pages of a site, from the bytes that `folded_bytes` compressed. Raises
    ValueError for other ones.
    """
    if not plain:
        return SiteKnowledge.empty()
    values = np.frombuffer(plain, np.int64)
    pages, count, pairs = values[:3].tolist()
    _require(0 < pages < _MOST and min(count, pairs) >= 0 and len(values) == 3 + 7 * count + 2 * pairs)
    columns, of_pairs = values[3 : 3 + 7 * count].reshape(7, count), values[3 + 7 * count :].reshape(2, pairs)
    codes, pair_codes = columns[0].view(np.uint64), of_pairs[0].view(np.uint64)
    bits = columns[5:].view(np.uint64)
    for ascending, on_pages in ((codes, columns[1]), (pair_codes, of_pairs[1])):
        _require(bool((ascending[1:] > ascending[:-1]).all()))
        _require(bool(((on_pages >= 0) & (on_pages < _MOST)).all()))
    counts = SiteCounts(_tally(np.array([site], np.uint64), np.array([pages])), _tally(codes, columns[1]))
    details = Tally(codes, np.ascontiguousarray(columns[2:5].T), np.ascontiguousarray(bits.T))
    return SiteKnowledge(counts, details, _tally(pair_codes, of_pairs[1]))


def _require(is_so: bool) -> None:
    if not is_so:
        raise ValueError("not as dedup writes what it knows of a site")


def _tally(codes: Hashes, sums: Int64s) -> Tally:
    return Tally(codes, sums.reshape(-1, 1), np.zeros((len(codes), 0), np.uint64))


def held_bytes(passages: Passages) -> bytes:
    """The pages that are held, as the file has them."""
    if len(passages.bounds) == 1:
        return b""
    sizes = np.diff(passages.bounds).astype(np.uint32)
    return _packed(np.array([len(sizes), len(passages.keys)]), passages.keys, sizes, passages.facts)


def held_from(plain: bytes) -> Passages:
    """The pages that are held, from the bytes that `held_bytes` compressed. Raises ValueError for other
    ones.
    """
    if not plain:
        return NO_PASSAGES
    pages, count = np.frombuffer(plain, np.int64, 2).tolist()
    _require(pages > 0 and count >= 0 and len(plain) == 16 + 10 * count + 4 * pages)
    keys = np.frombuffer(plain, np.uint64, count, 16)
    sizes = np.frombuffer(plain, np.uint32, pages, 16 + 8 * count)
    facts = np.frombuffer(plain, np.uint16, count, 16 + 8 * count + 4 * pages)
    bounds = np.append(0, np.cumsum(sizes, dtype=np.int64))
    _require(bounds[-1] == count)
    return Passages(keys, facts, bounds)


def _packed(*columns: "np.ndarray[tuple[int, ...], np.dtype[np.integer]]") -> bytes:
    data = b"".join(np.ascontiguousarray(column).tobytes() for column in columns)
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress(data)
