"""What sites print, in an index on a Redis server: rows as the file has them, by site in one hash.

The hash of a site has a version, which each change increments: who changes rows that somebody else has
changed meanwhile reads them again first.
"""

import time
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from dedup.errors import IndexFileError
from dedup.index.redis.server.connection import RedisConnection
from dedup.index.redis.server.layout import packed, unpacked
from dedup.index.sites import SiteRows
from dedup.index.storage.compressed import decompressed
from dedup.index.storage.database import are
from dedup.index.storage.site_rows import SiteRow, folded_bytes, folded_from, held_bytes, held_from
from dedup.index.storage.site_texts import SiteTexts
from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.pipeline.sites.site_pass import PagesOfRun
from dedup.sites.counting import SiteKnowledge
from dedup.sites.tally import Tally

_SITES = 200  # that one pipeline reads
_MOST = 1 << 26  # bytes of what is known of one site, unpacked: dedup writes some 100 KB
_STAY = 1024  # sites whose rows stay in memory
NO_VERSION = b"-"
"""The version of a change that fits any."""


class SiteChange(NamedTuple):
    """A change of what is known of a site: its code, its version before, and the new values by field; a value
    of b"" deletes the field, a field with "+" before its name adds a number to it.
    """

    site: int
    version: bytes
    fields: list[tuple[bytes, bytes | int]]

    def arguments(self) -> list[bytes | int]:
        """The change as `commit_script.COMMIT` takes it."""
        listed = [value for field in self.fields for value in field]
        return [self.site.to_bytes(8, "big"), self.version, len(self.fields), *listed]


class _Server:
    """What both have: the connection, and the hash of a site."""

    def __init__(self, connection: RedisConnection, damaged: Callable[[str], IndexFileError]) -> None:
        self.connection, self.damaged = connection, damaged

    def key(self, site: int) -> bytes:
        return self.connection.address.prefix + b":s:" + site.to_bytes(8, "big")

    def unpack(self, data: bytes) -> bytes:
        """What was compressed. Raises IndexFileError for other bytes, and for too many."""
        return decompressed(data, "what it knows of a site", self.damaged, _MOST)


class SharedSiteRows(SiteRows):
    """The rows, of which some are in memory. `add` changes these; `changes` has what is to be written."""

    def __init__(self, connection: RedisConnection, damaged: Callable[[str], IndexFileError]) -> None:
        self._server = _Server(connection, damaged)
        self._rows: dict[int, list[SiteRow]] = {}
        self._versions: dict[int, bytes] = {}
        self._gone: list[tuple[int, int, int]] = []
        self._totals: dict[int, tuple[Sequence[SiteKnowledge], SiteKnowledge]] = {}

    def of(self, sites: Sequence[int], stay: bool) -> Iterator[tuple[int, list[SiteRow]]]:
        """Each of these sites with its rows, oldest first, as the server has them now."""
        for first in range(0, len(sites), _SITES):
            batch = sites[first : first + _SITES]
            self._forget_changed([site for site in batch if site in self._rows])
            loaded = self._load([site for site in batch if site not in self._rows])
            if stay:
                self._leave()
                self._rows |= loaded
            for site in batch:
                yield site, self._rows[site] if site in self._rows else loaded[site]

    def _forget_changed(self, sites: Sequence[int]) -> None:
        """Take the rows out of memory that the server has other ones of."""
        versions = self._server.connection.pipeline([("HGET", self._server.key(site), "v") for site in sites])
        for site, version in zip(sites, versions, strict=True):
            if (version or b"") != self._versions[site]:
                del self._rows[site]

    def _load(self, sites: Sequence[int]) -> dict[int, list[SiteRow]]:
        """The rows of these sites as the server has them."""
        loaded: dict[int, list[SiteRow]] = {}
        answers = self._server.connection.pipeline([("HGETALL", self._server.key(site)) for site in sites])
        for site, fields in zip(sites, answers, strict=True):
            self._versions[site] = fields.get(b"v", b"")
            rows = [self._row(name, value, site) for name, value in fields.items() if name[:1] == b"r"]
            loaded[site] = sorted(rows, key=lambda row: (row.run, row.day))
        return loaded

    def _row(self, name: bytes, value: bytes, site: int) -> SiteRow:
        """A row of a site. Raises IndexFileError for one that dedup has not written so."""
        with suppress(ValueError):
            plain, blob = unpacked(value)
            if are(plain, int, int, int, int) and len(plain) == 4 and name == _field(plain[0], plain[1]):
                known, held = blob[: plain[3]], blob[plain[3] :]
                folded = folded_from(self._server.unpack(known), site)
                run, day, seen, _ = plain
                return SiteRow(run, day, seen, folded, held_from(self._server.unpack(held)))
        raise self._server.damaged("what it knows of a site")

    def _leave(self) -> None:
        super()._leave()
        if len(self._versions) > _STAY:
            self._versions = {site: self._versions[site] for site in self._rows}

    def add(self, run: int, pages: PagesOfRun, chosen: Bools, replaced: Container[int] = ()) -> None:
        """Add the chosen pages of a run in memory; `changes` then has what that changes."""
        self.forget_changes()
        super().add(run, pages, chosen, replaced)

    def write(self) -> None:
        """Nothing: `changes` are written with the documents."""

    def changes(self) -> list[SiteChange]:
        """What `add` has changed."""
        gone: dict[int, list[tuple[bytes, bytes | int]]] = {}
        for site, run, day in self._gone:
            gone.setdefault(site % (1 << 64), []).append((_field(run, day), b""))
        changes = []
        for site, rows in self._rows.items():
            fields: list[tuple[bytes, bytes | int]] = [
                (_field(row.run, row.day), _packed(row)) for row in rows if row.is_changed
            ]
            if fields or site in gone:
                changes.append(SiteChange(site, self._versions[site], gone.get(site, []) + fields))
        return changes

    def note_written(self, changes: Sequence[SiteChange]) -> None:
        """Know that the server has these changes now."""
        for change in changes:
            if change.site in self._rows:
                self._versions[change.site] = str(int(change.version or b"0") + 1).encode()
                for row in self._rows[change.site]:
                    row.is_changed = False
        self._gone.clear()
        self._leave()

    def forget_changes(self) -> None:
        """Know nothing but what the server has."""
        changed = [site for site, rows in self._rows.items() if any(row.is_changed for row in rows)]
        for site in {*changed, *(site % (1 << 64) for site, _, _ in self._gone)}:
            self._rows.pop(site, None)
        self._gone.clear()

    def delete(self, runs: Sequence[int]) -> None:
        """Delete what these runs added."""
        self._rows.clear()
        prefix, connection = self._server.connection.address.prefix, self._server.connection
        for run in runs:
            own = prefix + b":of:" + str(run).encode()
            for code in sorted(connection.command("SMEMBERS", own)):
                site = int.from_bytes(code, "big")
                names = connection.command("HKEYS", self._server.key(site))
                self._delete_fields(site, [name for name in names if _is_of(name, run)])
            connection.command("DEL", own)

    def forget(self, before: int) -> None:
        """Delete what was last added to before a time (seconds since 1970)."""
        self._rows.clear()
        connection = self._server.connection
        pattern, cursor = connection.address.prefix + b":s:*", 0
        while True:
            cursor, keys = connection.command("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
            for key in keys:
                site = int.from_bytes(key[len(pattern) - 1 :], "big")
                rows = self._load([site])[site]
                old = [_field(row.run, row.day) for row in rows if row.seen < before]
                self._delete_fields(site, old)
            if not int(cursor):
                return

    def _delete_fields(self, site: int, fields: Sequence[bytes]) -> None:
        if fields:
            key = self._server.key(site)
            self._server.connection.pipeline([("HDEL", key, *fields), ("HINCRBY", key, "v", 1)])


def _field(run: int, day: int) -> bytes:
    return f"r{run}:{day}".encode()


def _is_of(name: bytes, run: int) -> bool:
    """Whether a field is of this run."""
    return name.startswith((f"r{run}:".encode(), f"t{run}:".encode()))


def _packed(row: SiteRow) -> bytes:
    folded, held = folded_bytes(row.folded), held_bytes(row.held)
    return packed([row.run, row.day, row.seen, len(folded)], folded + held)


class SharedSiteTexts(SiteTexts):
    """How much text the pages of each site had: fields of the same hash. `add` returns what is to be
    written.
    """

    def __init__(self, connection: RedisConnection, damaged: Callable[[str], IndexFileError]) -> None:
        self._server = _Server(connection, damaged)

    def changes(self, run: int, sites: Hashes, counts: Int64s) -> list[SiteChange]:
        """What more pages of a run change; see `SiteTexts.add`."""
        if not len(sites):
            return []
        sums = np.concatenate((np.ones((len(sites), 1), np.int64), counts), axis=1)
        tally = Tally.of(sites, sums, np.zeros((len(sites), 0), np.uint64))
        seen = str(int(time.time())).encode()
        return [
            SiteChange(
                site,
                NO_VERSION,
                [
                    (f"t{run}:s".encode(), seen),
                    *((f"+t{run}:{name}".encode(), value) for name, value in zip("pcx", values, strict=True)),
                ],
            )
            for site, values in zip(tally.codes.tolist(), tally.sums.tolist(), strict=True)
        ]

    def of(self, sites: Hashes, hidden: Container[int], since: int) -> Tally:
        """The sums of these sites; see `SiteTexts.of`."""
        codes, sums = list[int](), list[list[int]]()
        listed = sites.tolist()
        for first in range(0, len(listed), _SITES):
            batch = listed[first : first + _SITES]
            answers = self._server.connection.pipeline(
                [("HGETALL", self._server.key(site)) for site in batch]
            )
            for site, fields in zip(batch, answers, strict=True):
                for values in self._sums(fields, hidden, since):
                    codes.append(site)
                    sums.append(values)
        return Tally.of(
            np.array(codes, np.uint64),
            np.array(sums, np.int64).reshape(-1, 3),
            np.zeros((len(codes), 0), np.uint64),
        )

    def _sums(self, fields: dict[bytes, bytes], hidden: Container[int], since: int) -> Iterator[list[int]]:
        """The sums of each run in the hash of a site."""
        for name, seen in fields.items():
            if name[:1] == b"t" and name.endswith(b":s"):
                run = name[1:-2]
                try:
                    if int(run) not in hidden and int(seen) >= since:
                        yield [int(fields[b"t%s:%s" % (run, which)]) for which in (b"p", b"c", b"x")]
                except (LookupError, ValueError) as error:
                    raise self._server.damaged("what it knows of sites") from error
