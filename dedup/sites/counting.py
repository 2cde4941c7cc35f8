"""Pages -> what is known of each passage of their sites: on how many pages it stands, and among what."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.passages import Passages, SeenHashes
from dedup.sites.layout import Layout, SiteCounts, codes_of
from dedup.sites.tally import Tally, bits_of

_PLACES = 8  # of the table of passages that come again, for each passage: an eighth share theirs
OCCURRENCES, REST, AT = range(3)
"""The sums of a passage: how often it stands anywhere, and of all these places the sums of `Layout.rest` and
of `Layout.at`.
"""
CONTEXTS, VARIANTS = range(2)
"""The bits of a passage: sketches of what else its pages say, and of how it is written."""


@dataclass(frozen=True)
class SitePages:
    """Some pages: their passages, and of each page the code of its site (uint64); 0: none."""

    passages: Passages
    sites: Hashes


@dataclass(frozen=True)
class SiteKnowledge:
    """What is known of sites. `counts`: how many pages; `details`: by passage the sums and the bits above;
    `pairs`: by passage and the one behind it, on how many pages they follow each other; `earlier`: by
    passage, on how many of its pages earlier runs found it.
    """

    counts: SiteCounts
    details: Tally
    pairs: Tally
    earlier: Tally = field(default_factory=Tally.empty)

    @classmethod
    def empty(cls) -> "SiteKnowledge":
        """Nothing."""
        return cls(SiteCounts(Tally.empty(), Tally.empty()), Tally.empty(3, 2), Tally.empty())

    @classmethod
    def total(cls, parts: "Sequence[SiteKnowledge]") -> "SiteKnowledge":
        """What is known from all of these (one or more) together, if no page is in two of them."""
        counts = (
            Tally.total(part.counts.sites for part in parts),
            Tally.total(part.counts.pages for part in parts),
        )
        details, pairs = (Tally.total(getattr(part, name) for part in parts) for name in ("details", "pairs"))
        return cls(SiteCounts(*counts), details, pairs)


Parts = Callable[[], Iterable[SitePages]]
"""Gives all pages, in parts, as often as it is called."""


def count_sites(parts: Parts, passages: int, earlier: SiteCounts) -> SiteCounts:
    """How many pages the sites have, and on how many of them each passage stands that comes twice or more.
    `passages`: how many there are; `earlier`: what is known from other pages.
    """
    seen, sites = SeenHashes(_PLACES * passages), [earlier.sites]
    seen.see(earlier.pages.codes)
    for part in parts():
        sites.append(Tally.counted(part.sites[part.sites != 0]))
        seen.see(codes_of(part.passages, part.sites))
    return SiteCounts(Tally.total(sites), Tally.total([earlier.pages, *_pages(parts, seen)]))


def _pages(parts: Parts, seen: SeenHashes) -> Iterator[Tally]:
    """On how many pages the passages of each part stand."""
    for part in parts():
        yield pages_of_passages(part, seen)


def pages_of_passages(part: SitePages, seen: SeenHashes | None = None) -> Tally:
    """On how many of these pages each of their passages stands: only those that `seen` may have seen twice,
    if it is given.
    """
    codes = codes_of(part.passages, part.sites)
    chosen = codes != 0
    if seen is not None:
        chosen &= seen.again(codes)
    return Tally.counted(codes[chosen][_first_of_page(codes[chosen], part.passages.owners[chosen])])


def _first_of_page(codes: Hashes, owners: Int64s) -> Bools:
    """Which of these codes are the first of their kind on their page (bool). `owners`: ascending."""
    order = np.argsort(codes, kind="stable")
    again = (np.diff(codes[order]) == 0) & (np.diff(owners[order]) == 0)
    is_first = np.ones(len(codes), bool)
    is_first[order[1:][again]] = False
    return is_first


def count_passages(parts: Iterable[SitePages], known: SiteCounts, earlier: SiteKnowledge) -> SiteKnowledge:
    """What is known of the passages of sites, once it is known on how many pages they stand. `earlier`: from
    other pages.
    """
    details, pairs = [earlier.details], [earlier.pairs]
    for part in parts:
        layout = Layout(part.passages, part.sites, known)
        if len(layout.candidates):
            details.append(_details(layout, layout.candidates))
            pairs.append(_pairs(layout, layout.candidates))
    return SiteKnowledge(known, Tally.total(details), Tally.total(pairs))


def knowledge_of(pages: SitePages, known: SiteCounts) -> SiteKnowledge:
    """What these pages add to what is known: of their passages that stand on two pages or more. `known`: the
    counts of all pages, these included.
    """
    layout = Layout(pages.passages, pages.sites, known)
    rows = np.flatnonzero((layout.pages > 1) & (layout.codes != 0))
    codes = layout.codes[rows]
    counts = SiteCounts(
        Tally.counted(pages.sites[pages.sites != 0]),
        Tally.counted(codes[_first_of_page(codes, layout.owners[rows])]),
    )
    return SiteKnowledge(counts, _details(layout, rows), _pairs(layout, rows))


def _details(layout: Layout, rows: Int64s) -> Tally:
    """The sums and the bits of these passages."""
    share, longest = layout.rest
    sums = np.stack((np.ones(len(rows), np.int64), share[rows], layout.at[rows]), 1)
    bits = np.stack((bits_of(longest[rows]), np.uint64(1) << layout.variants[rows].astype(np.uint64)), 1)
    return Tally.of(layout.codes[rows], sums, bits)


def _pairs(layout: Layout, rows: Int64s) -> Tally:
    """On how many pages each of these is followed by the same, and the one before by it."""
    before = rows[~layout.is_first[rows]] - 1
    rows = np.union1d(rows[~layout.is_last[rows]], before)
    codes = layout.pairs[rows]
    rows, codes = rows[codes != 0], codes[codes != 0]
    return Tally.counted(codes[_first_of_page(codes, layout.owners[rows])])
