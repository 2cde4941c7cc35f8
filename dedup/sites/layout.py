"""Pages -> where each passage stands, and what stands around it, by what is known of their sites."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.passages import Passages
from dedup.sites.tally import Tally

UNIT = 1024
"""Shares are summed as integers, so many to 1: sums of floats depend on their order."""
_STEP = np.uint64(0xC2B2AE3D27D4EB4F)  # an odd factor: the order of two passages matters


@dataclass(frozen=True)
class SiteCounts:
    """What is known of sites: `sites`, by site how many pages it has; `pages`, by passage on how many pages
    of its site it stands, only those that stand on several.
    """

    sites: Tally
    pages: Tally


def least_pages(site_pages: Int64s) -> Int64s:
    """On how many pages of a site of so many (int64) a passage stands at least for it to be judged."""
    of_many = np.where(site_pages < 50, 2, np.where(site_pages < 100, 3, 4))
    return np.where(site_pages < FEW_PAGES, 3, of_many)


FEW_PAGES = 5
"""With fewer pages a site says little about itself."""


def codes_of(passages: Passages, sites: Hashes) -> Hashes:
    """The code of each passage on its site (uint64): 0 where it has no words, or its text no site. `sites`
    uint64: by text that of its site; 0: none.
    """
    of_owners = np.repeat(sites, np.diff(passages.bounds))
    return np.where((passages.keys != 0) & (of_owners != 0), passages.keys ^ of_owners, np.uint64(0))


class Layout:
    """The passages of some pages, a row each. All int64 if nothing else is said.

    `owners`: which page; `codes`: see `codes_of` (uint64); `words`; `pages`: on how many pages of the site it
    stands, this one included; `site_pages`: how many the site has.
    """

    def __init__(self, passages: Passages, sites: Hashes, known: SiteCounts) -> None:
        self.bounds = passages.bounds
        self.owners, self.words, self.variants = passages.owners, passages.words, passages.variants
        self.codes = codes_of(passages, sites)
        self.pages = np.where(self.codes != 0, known.pages.first_sums(self.codes, 1), 0)
        self.site_pages = known.sites.first_sums(sites, 0)[self.owners]

    @cached_property
    def candidates(self) -> Int64s:
        """The rows of passages that stand on enough pages to be judged."""
        return np.flatnonzero((self.pages >= least_pages(self.site_pages)) & (self.codes != 0))

    @cached_property
    def total(self) -> Int64s:
        """By page, its words."""
        return np.bincount(self.owners, self.words, minlength=len(self.bounds) - 1).astype(np.int64)

    @cached_property
    def sizes(self) -> Int64s:
        """How many passages its page has."""
        return np.diff(self.bounds)[self.owners]

    @cached_property
    def from_top(self) -> Int64s:
        """How many passages of its page come before it."""
        return np.arange(len(self.owners)) - self.bounds[self.owners]

    @cached_property
    def at(self) -> Int64s:
        """Where on its page it stands, 0 to UNIT."""
        return self.from_top * UNIT // np.maximum(1, self.sizes - 1)

    @cached_property
    def is_first(self) -> Bools:
        """Whether it begins its page (bool)."""
        return np.asarray(self.from_top == 0)

    @cached_property
    def is_last(self) -> Bools:
        """Whether it ends its page (bool)."""
        return np.asarray(self.from_top == self.sizes - 1)

    @cached_property
    def pairs(self) -> Hashes:
        """The code of each with the passage behind it (uint64); 0 where there is none."""
        behind = np.append(self.codes[1:], np.zeros(1, np.uint64))[: len(self.codes)]
        return np.where(self.is_last | (self.codes == 0), np.uint64(0), self.codes * _STEP ^ behind)

    @cached_property
    def rest(self) -> tuple[Int64s, Hashes]:
        """What else its page says, that is, what stands on half as many pages at most: its share of the
        page's words, 0 to UNIT, and the code of the longest passage of it (uint64); 0 where there is none.
        """
        order = np.lexsort((self.words, self.pages, self.owners))
        owners, pages, words = self.owners[order], self.pages[order], self.words[order]
        width = int(pages.max(initial=0)) + 1
        rank = owners * width + pages
        until = np.searchsorted(rank, owners * width + pages // 2, side="right")
        first = self.bounds[owners]
        so_far = np.concatenate((np.zeros(1, np.int64), np.cumsum(words)))
        share, longest = np.empty(len(order), np.int64), np.zeros(len(order), np.uint64)
        share[order] = (so_far[until] - so_far[first]) * UNIT // np.maximum(1, self.total[owners])
        # the running maximum of words, of equal ones the last, begins anew on each page
        running = np.maximum.accumulate((owners << 47) | (words << 37) | np.arange(len(order)))
        best = running[np.maximum(until - 1, 0)] & ((1 << 37) - 1)
        longest[order] = np.where(until > first, self.codes[order[best]], np.uint64(0))
        return share, longest
