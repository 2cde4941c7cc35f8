"""How much text the pages of each site had in earlier runs, and how much of it the site had printed: a run
that finds another share says so.
"""

import time
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from dedup.index.storage.database import Contents, Database, Row
from dedup.index.storage.tables import SITE_TEXTS
from dedup.native.arrays import Hashes, Int64s
from dedup.sites.tally import Tally

_BATCH = 500  # sites that are read by one statement

SCHEMA = """
CREATE TABLE site_texts (site INTEGER NOT NULL, run INTEGER NOT NULL, seen INTEGER NOT NULL,
                         pages INTEGER NOT NULL, characters INTEGER NOT NULL, printed INTEGER NOT NULL,
                         PRIMARY KEY (site, run)) WITHOUT ROWID;
"""
"""A row for each site and run; `seen`: when its last page entered, in seconds since 1970. A site is its code,
as SQLite has it: less 2^64 from 2^63 on.
"""
_SUMS = """
SELECT count(*), sum(site >> 32), sum(site & 4294967295), sum(run), sum(seen), sum(pages), sum(characters),
       sum(printed) FROM site_texts
"""
PAGES, CHARACTERS, PRINTED = range(3)
"""The sums of a site."""


class SiteTexts:
    """The rows of a file. `sums`: see `Contents`."""

    def __init__(self, database: Database, sums: Sequence[Any] | None = None) -> None:
        self._database, self.contents = database, Contents(database, _SUMS, sums)

    def add(self, run: int, sites: Hashes, counts: Int64s) -> None:
        """Add pages to a run, in the caller's transaction. `sites`: the site of each (uint64); `counts`: its
        characters and those of them that are printed (int64, (pages, 2)).
        """
        if not len(sites):
            return
        sums = np.concatenate((np.ones((len(sites), 1), np.int64), counts), axis=1)
        tally, now = Tally.of(sites, sums, np.zeros((len(sites), 0), np.uint64)), int(time.time())
        rows = zip(tally.codes.view(np.int64).tolist(), tally.sums.tolist(), strict=True)
        self.contents.change()
        self._database.change_each(
            "INSERT INTO site_texts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (site, run) DO UPDATE SET seen = "
            "excluded.seen, pages = pages + excluded.pages, characters = characters + excluded.characters, "
            "printed = printed + excluded.printed",
            ((site, run, now, *values) for site, values in rows),
        )

    def insert(self, rows: Iterable[Row]) -> None:
        """Write rows as they are, in the caller's transaction."""
        self.contents.change()
        self._database.change_each("INSERT INTO site_texts VALUES (?, ?, ?, ?, ?, ?)", rows)

    def of(self, sites: Hashes, hidden: Container[int], since: int) -> Tally:
        """The sums of these sites (uint64), without those of the `hidden` runs, and of runs whose last page
        entered before `since` (seconds since 1970).
        """
        rows = [*self._rows(sites.view(np.int64).tolist(), hidden, since)]
        codes = np.array([site for site, *_ in rows], np.int64).view(np.uint64)
        sums = np.array([sums for _, *sums in rows], np.int64).reshape(-1, 3)
        return Tally.of(codes, sums, np.zeros((len(codes), 0), np.uint64))

    def _rows(self, sites: Sequence[int], hidden: Container[int], since: int) -> Iterator[tuple[int, ...]]:
        self.contents.check()
        for first in range(0, len(sites), _BATCH):
            batch = sites[first : first + _BATCH]
            places = ",".join("?" * len(batch))
            which = f"WHERE site IN ({places}) AND seen >= ?"
            for site, run, _, *sums in SITE_TEXTS.select(self._database, which, [*batch, since]):
                if run not in hidden:
                    yield site, *sums

    def delete(self, runs: Sequence[int]) -> None:
        """Delete what these runs added, in the caller's transaction."""
        self.contents.change()
        self._database.change_each("DELETE FROM site_texts WHERE run = ?", ((run,) for run in runs))

    def forget(self, before: int) -> None:
        """Delete what was last added to before a time (seconds since 1970), in the caller's transaction."""
        self.contents.change()
        self._database.change("DELETE FROM site_texts WHERE seen < ?", before)
