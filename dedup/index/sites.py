"""What sites print, in the file of an index: looked up for a run, and added to by it.

What is here belongs to a run, as documents do: it goes when the run is cancelled or replaced by a later one
of its name, and counts no longer when it is too old.
"""

import time
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from operator import is_not, itemgetter
from typing import Any

import numpy as np

from dedup.index.storage.database import Contents, Database, Row
from dedup.index.storage.site_rows import (
    SiteRow,
    concerning,
    fold_old,
    folded_bytes,
    folded_from,
    held_bytes,
    held_from,
    join_old,
)
from dedup.index.storage.site_texts import SiteTexts
from dedup.index.storage.tables import SITES, site_sum
from dedup.native.arrays import Bools, Hashes
from dedup.native.passages import Passages
from dedup.pipeline.sites.site_pass import PagesOfRun
from dedup.sites.counting import SiteKnowledge, SitePages
from dedup.sites.earlier import NO_PAGES, EarlierPages, HeldPages
from dedup.sites.layout import Layout, SiteCounts
from dedup.sites.tally import Tally

_DAY = 86400
_BATCH = 500  # sites whose rows are read by one statement
_FEW_SITES = 256  # of a run that asks for them all at once
_STAY = 1024  # sites whose rows stay in memory from one document to the next: some 20 MB
_AT_ONCE = 1024  # sites whose held pages are read at once: 10 MB

SCHEMA = """
CREATE TABLE sites (place INTEGER PRIMARY KEY, site INTEGER NOT NULL, run INTEGER NOT NULL,
                    day INTEGER NOT NULL, seen INTEGER NOT NULL, folded BLOB NOT NULL, held BLOB NOT NULL,
                    sum INTEGER NOT NULL);
CREATE UNIQUE INDEX site_places ON sites (site, run, day);
"""
"""See `SiteRow`. A site is its code, as SQLite has it: less 2^64 from 2^63 on. `sum`: see `checksum`."""
_SUMS = """
SELECT count(*), sum(site >> 32), sum(site & 4294967295), sum(run), sum(day), sum(place)
  FROM sites INDEXED BY site_places
"""


class SiteRows:
    """The rows of a file, of which some are in memory: those that changed until `write`, and those of the
    sites of single documents. `sums`: see `Contents`.
    """

    def __init__(self, database: Database, sums: Sequence[Any] | None = None) -> None:
        self._database, self.contents = database, Contents(database, _SUMS, sums)
        self._rows: dict[int, list[SiteRow]] = {}
        self._gone: list[tuple[int, int, int]] = []
        self._totals: dict[int, tuple[Sequence[SiteKnowledge], SiteKnowledge]] = {}

    def of(self, sites: Sequence[int], stay: bool) -> Iterator[tuple[int, list[SiteRow]]]:
        """Each of these sites (its code) with its rows, oldest first. `stay`: keep them in memory."""
        for first in range(0, len(sites), _BATCH):
            batch = sites[first : first + _BATCH]
            loaded = self._load([site for site in batch if site not in self._rows])
            if stay:
                self._leave()
                self._rows |= loaded
            for site in batch:
                yield site, self._rows[site] if site in self._rows else loaded[site]

    def total(self, site: int, folded: list[SiteKnowledge]) -> SiteKnowledge:
        """What is known of a site from these of its rows. It stays for the next document, since a site has a
        row for each run: with 20 of them a check took 2 ms more.
        """
        summed, known = self._totals.get(site, ((), SiteKnowledge.empty()))
        if len(folded) != len(summed) or any(map(is_not, folded, summed)):
            if len(self._totals) > _STAY:
                self._totals.clear()
            known = SiteKnowledge.total(folded)
            self._totals[site] = folded, known
        return known

    def _leave(self) -> None:
        """Take the rows out of memory that are as the file has them, if there are many."""
        if len(self._rows) > _STAY:
            is_changed = {site: any(row.is_changed for row in rows) for site, rows in self._rows.items()}
            self._rows = {site: rows for site, rows in self._rows.items() if is_changed[site]}

    def _load(self, sites: Sequence[int]) -> dict[int, list[SiteRow]]:
        """The rows of these sites as the file has them."""
        rows: dict[int, list[SiteRow]] = {site: [] for site in sites}
        if not sites:
            return rows
        self.contents.check()
        places = ",".join("?" * len(sites))
        which = f"WHERE site IN ({places}) ORDER BY site, run, day"
        for row in SITES.select(self._database, which, [*map(_signed, sites)]):
            rows[row[0] % (1 << 64)].append(self.row(row))
        return rows

    def row(self, row: Row) -> SiteRow:
        """A row of the file, whose columns were checked. Raises IndexFileError for one that dedup has not
        written so.
        """
        site, run, day, seen, *_ = row
        known, passages = (self._database.unpacked(data, SITES.meaning) for data in row[4:6])
        with suppress(ValueError):
            return SiteRow(run, day, seen, folded_from(known, site % (1 << 64)), held_from(passages))
        raise self._database.damaged(SITES.meaning)

    def check(self) -> None:
        """Read and check all rows."""
        self.contents.check()
        rows = SITES.select(self._database, "ORDER BY place")
        if sum(1 for _ in map(self.row, rows)) != self.contents.sums()[0]:
            raise self._database.damaged("what it knows of sites")

    def add(self, run: int, pages: PagesOfRun, chosen: Bools, replaced: Container[int] = ()) -> None:
        """Add the chosen pages (bool, by document) of a run, which replaces other runs. The file has them
        after `write`.
        """
        first, now = 0, int(time.time())
        for part in pages.parts():
            rows = first + np.arange(len(part.sites))
            first += len(rows)
            of_part = np.flatnonzero(chosen[rows] & (part.sites != 0))
            of_part = of_part[np.argsort(part.sites[of_part], kind="stable")]
            sites, starts = np.unique(part.sites[of_part], return_index=True)
            stored = self.of(sites.tolist(), stay=True)
            for (site, rows_of), of_site in zip(stored, np.split(of_part, starts[1:]), strict=False):
                gone = join_old(rows_of, now // _DAY)
                self._gone += [(_signed(site), row.run, row.day) for row in gone]
                _hold(rows_of, run, part.passages.take(of_site), now)
                fold_old([row for row in rows_of if row.run not in replaced], site, pages.counts)
            if len(self._rows) > _STAY:
                self.write()

    def write(self) -> None:
        """Write the rows that changed, in the caller's transaction."""
        changed = [(site, row) for site, rows in self._rows.items() for row in rows if row.is_changed]
        if changed or self._gone:
            self.contents.change()
        self._database.change_each("DELETE FROM sites WHERE site = ? AND run = ? AND day = ?", self._gone)
        self._gone.clear()
        self.insert(
            (_signed(site), row.run, row.day, row.seen, folded_bytes(row.folded), held_bytes(row.held))
            for site, row in changed
        )
        for _, row in changed:
            row.is_changed = False
        self._leave()

    def delete(self, runs: Sequence[int]) -> None:
        """Delete what these runs added, in the caller's transaction."""
        self._rows.clear()
        self.contents.change()
        self._database.change_each(
            "DELETE FROM sites WHERE place IN (SELECT place FROM sites WHERE run = ?)",
            ((run,) for run in runs),
        )

    def forget(self, before: int) -> None:
        """Delete what was last added to before a time (seconds since 1970), in the caller's transaction."""
        self._rows.clear()
        self.contents.change()
        self._database.change("DELETE FROM sites WHERE seen < ?", before)

    def insert(self, rows: Iterable[Row]) -> None:
        """Write rows, all of their columns but the checksum, in place of those of the same site, run and
        day.
        """
        self._database.change_each(
            "INSERT INTO sites VALUES (NULL, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (site, run, day) DO UPDATE "
            "SET seen = excluded.seen, folded = excluded.folded, held = excluded.held, sum = excluded.sum",
            ((*row, site_sum(row)) for row in rows),
        )


def _hold(rows: list[SiteRow], run: int, passages: Passages, now: int) -> None:
    """Add pages of a run to the rows of their site."""
    row = next((row for row in rows if (row.run, row.day) == (run, now // _DAY)), None)
    if row is None:
        row = SiteRow(run, now // _DAY, now)
        rows.append(row)
    row.hold(passages, now)


def _signed(site: int) -> int:
    return site - (site >> 63 << 64)


@dataclass(frozen=True)
class KnownSites:
    """What the rows know for a run: implements `EarlierSites`. What the `hidden` runs added is not known, nor
    what was last added to before `since` (seconds since 1970).
    """

    rows: SiteRows
    site_texts: SiteTexts
    hidden: Container[int] = ()
    since: int = 0

    def of(self, sites: Hashes, few: SitePages | None) -> EarlierPages:
        """What is known of these sites (uint64, ascending, each once). `few`: the pages of the run if they
        are few; then only what concerns their passages, and those of the held pages, is there.
        """
        if few is None or len(sites) > _FEW_SITES:
            return self._of_many(sites.tolist())
        listed = [*self._visible(sites.tolist(), stay=True)]
        if not listed:
            return EarlierPages(SiteKnowledge.empty(), NO_PAGES)
        held = _held(listed)
        passages = Passages.joined([few.passages, held.passages])
        layout = Layout(
            passages, np.concatenate((few.sites, held.sites)), SiteCounts(Tally.empty(), Tally.empty())
        )
        codes, pairs = np.unique(layout.codes), np.unique(layout.pairs)
        by_site = groupby(listed, key=itemgetter(0))
        known = [self.rows.total(site, [row.folded for _, row in rows]) for site, rows in by_site]
        return EarlierPages(
            SiteKnowledge.total([concerning(of_site, codes, pairs) for of_site in known]),
            HeldPages(lambda: [held], len(held.passages.keys)),
        )

    def texts(self, sites: Hashes) -> Tally:
        """How many pages, characters and printed characters these sites (uint64) had."""
        return self.site_texts.of(sites, self.hidden, self.since)

    def _of_many(self, sites: list[int]) -> EarlierPages:
        """What is known of these sites. The held pages are read again whenever they are asked for."""
        folded, passages = [SiteKnowledge.empty()], 0
        for _, row in self._visible(sites):
            folded.append(row.folded)
            passages += len(row.held.keys)

        def parts() -> Iterator[SitePages]:
            for first in range(0, len(sites), _AT_ONCE):
                yield _held([*self._visible(sites[first : first + _AT_ONCE])])

        return EarlierPages(SiteKnowledge.total(folded), HeldPages(parts, passages))

    def _visible(self, sites: list[int], stay: bool = False) -> Iterator[tuple[int, SiteRow]]:
        """The rows of these sites that are neither hidden nor too old."""
        for site, rows in self.rows.of(sites, stay):
            for row in rows:
                if row.run not in self.hidden and row.seen >= self.since:
                    yield site, row


def _held(rows: Sequence[tuple[int, SiteRow]]) -> SitePages:
    """The pages that these rows hold, each with its site."""
    pages = [len(row.held.bounds) - 1 for _, row in rows]
    sites = np.array([site for site, _ in rows], np.uint64)
    return SitePages(Passages.joined([row.held for _, row in rows]), np.repeat(sites, pages))
