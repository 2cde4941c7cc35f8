"""What earlier runs know of sites, as a run asks for it: `dedup.index` answers."""

from typing import NamedTuple, Protocol

from dedup.native.arrays import Hashes
from dedup.sites.counting import Parts, SiteKnowledge, SitePages
from dedup.sites.tally import Tally


class HeldPages(NamedTuple):
    """Pages of earlier runs that are counted once more with those of this one. `parts`: gives them all, in
    parts, as often as it is called; `passages`: how many they have.
    """

    parts: Parts
    passages: int


NO_PAGES = HeldPages(tuple, 0)
"""No pages of earlier runs."""


class EarlierPages(NamedTuple):
    """What earlier runs know of some sites. `knowledge`: of pages that are not held; `held`: the others."""

    knowledge: SiteKnowledge
    held: HeldPages


class EarlierSites(Protocol):
    """What earlier runs know of sites."""

    def of(self, sites: Hashes, few: SitePages | None) -> EarlierPages:
        """What is known of these sites (uint64, ascending, each once). `few`: the pages of this run if they
        are few; then only what concerns their passages has to be there.
        """

    def texts(self, sites: Hashes) -> Tally:
        """How many pages these sites (uint64) had, how many characters, and how many of these they had
        printed: three sums.
        """
