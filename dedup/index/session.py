"""An open index as the commands use it: runs with their outputs, and single documents as they come."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from dedup.errors import IndexFileError, OptionsError
from dedup.identity import Identity
from dedup.index.entry import IndexEntry, add_documents
from dedup.index.reader import IndexReader, identity_of
from dedup.index.storage.protocol import IndexStore
from dedup.index.storage.tables import OPTIONS
from dedup.index.store import Store
from dedup.options import FOLLOWS, Options
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Progress
from dedup.pipeline.run import run
from dedup.sources.source import Source

SHAPING = ("repeats", "cut", "caution", "threshold", "contained", "ngram", "num_perm", "recall")
"""The options that decide which texts and keys an index stores."""

_WRITE_EACH = 1000  # documents added one by one: a killed process loses no more
_AGE = re.compile(r"([0-9]{1,6})([mhdwy])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}


class IndexSession:
    """An open index file, which no other process can open meanwhile.

    `options` and single ones as `changes`: any option in SHAPING that is given must be the one that the file
    was made with; the others are taken from the file. `wait`: seconds to wait while another process has the
    file; `forget`: documents older than this age ("90d", "12h", "2w") match nothing; `create`: make a file
    that does not exist. Raises IndexFileError, OptionsError.
    """

    def __init__(
        self,
        path: str | Path,
        options: Options | None = None,
        *,
        wait: float = 0.0,
        forget: str | None = None,
        create: bool = True,
        **changes: Any,
    ) -> None:
        wanted = replace(options or Options(), **changes)
        since = int(time.time()) - seconds(forget) if forget else 0
        self._store = Store(path, shaping_of(wanted) if create else None, wait)
        try:
            self.options = stored_options(self._store, wanted, given_shaping(options, changes))
            self._reader = IndexReader(self._store, since=self._store.first(since), sites_since=since)
        except BaseException:
            self._store.close()
            raise
        self._few_options = replace(self.options, workers=1, keep="first")
        self._run: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write the documents that were added, and close the file."""
        try:
            self.commit()
        finally:
            self._store.close()

    def __len__(self) -> int:
        return len(self._store)

    def info(self) -> dict[str, Any]:
        """The file's documents, runs, first and last date (seconds since 1970), bytes, format and options."""
        return self._store.facts()

    def run(
        self,
        source: Source,
        progress: Progress | None = None,
        name: str = "",
        adds: bool = True,  # noqa: ARG002 - an index on a server needs to know
    ) -> Outcome:
        """Run over a source. Documents of earlier runs of this `name` match nothing, and what their pages
        said of their sites is not known: this run replaces them once its `entry` is settled. `adds`: whether
        it will have an `entry`.
        """
        self.commit()
        self._run = None
        hidden, runs = (self._store.numbers_of(name), self._store.runs_of(name)) if name else ([], set())
        return run(source, self.options, progress, replace(self._reader, hidden=hidden, hidden_runs=runs))

    def entry(self, outcome: Outcome, name: str = "") -> IndexEntry:
        """The entry of an outcome of `run` into this index."""
        return IndexEntry(self._store, outcome, name)

    def decide(self, source: Source) -> Outcome:
        """Decide about the few documents of a source, with `--keep first`, also by what is known of their
        sites. The index does not change.
        """
        return run(source, self._few_options, None, self._reader)

    def reserve(self, source: Source) -> Outcome:
        """Decide as `decide` does, about one document that `remember` is to add once it is written; nobody
        else can add what matches it meanwhile.
        """
        return self.decide(source)

    def remember(
        self, outcome: Outcome, source: str | None = None, positions: Sequence[int] = ()
    ) -> list[int]:
        """Add the kept documents of an outcome of `decide` or `reserve`, and what their pages say of their
        sites. Both count from now on, and are written by the next `commit`. `source` replaces their own
        sources, `positions` (by row) their positions. Returns the rows that have to be decided anew: none.
        """
        count = len(outcome.kept_rows())
        if not count:
            return []
        self._store.begin_changes()
        try:
            if self._run is None:
                self._run = self._store.begin("", [])
            keys, numbers = add_documents(self._store, self._run, outcome, source, positions)
        except BaseException:  # this also undoes what was added since the last commit
            self._store.drop_changes()
            self._reader.recent.take()
            self._run = None
            raise
        self._reader.recent.add(keys, numbers, count)
        if self._reader.recent.count >= _WRITE_EACH:
            self.commit()
        return []

    def commit(self) -> None:
        """Write the documents that were added one by one."""
        if not self._reader.recent.count:
            return
        recent = self._reader.recent.take()
        with self._store.transaction():
            self._store.segments.add(*recent)
            self._store.sites.write()

    def identities(self, numbers: Sequence[int]) -> list[Identity]:
        """Id, source, position and date of these documents (ascending), without deleted ones."""
        return [identity_of(known) for known in self._store.documents(np.array(numbers, np.int64))]

    def lsh(self) -> Any:
        """The bands as datasketch has them. Raises OptionsError: only an index on Redis has them so."""
        raise OptionsError("lsh() needs an index on Redis: dedup.Index('redis://HOST:6379/0?name=NAME')")

    def remove(self, ids: Sequence[str]) -> list[int]:
        """Delete the documents with these ids, all of them or none; returns how many there were of each. What
        their pages said of their sites is not taken back.
        """
        self.commit()
        with self._store.transaction():
            return [self._store.remove(name) for name in ids]

    def purge(self, older: str | None = None) -> int:
        """Delete the documents older than an age ("90d"), and what older pages said of their sites, and
        return the space of all that was deleted to the file system; returns how many documents there were.
        Raises OptionsError.
        """
        self.commit()
        return self._store.purge(int(time.time()) - seconds(older) if older else 0)


def seconds(age: str) -> int:
    """The seconds in an age such as 30m, 12h, 90d, 2w or 1y. Raises OptionsError."""
    match = _AGE.fullmatch(age.strip().lower())
    if not match:
        raise OptionsError(f"an age is a number with m, h, d, w or y, such as 90d; not {age!r}")
    return int(match[1]) * _SECONDS[match[2]]


def given_shaping(options: Options | None, changes: dict[str, Any]) -> set[str]:
    """Which of the options in SHAPING are given; the others are taken from the index."""
    return set(SHAPING) if options else set(SHAPING) & changes.keys()


def shaping_of(options: Options) -> dict[str, Any]:
    """The options in SHAPING; `contained` is the number that it stands for."""
    values = options.as_values()
    return {name: getattr(options, name) for name in SHAPING} | {"contained": values["contained"]}


def stored_options(store: IndexStore, wanted: Options, given: set[str]) -> Options:
    """The wanted options, with those in SHAPING as the file has them. Raises IndexFileError if one of the
    `given` ones differs.
    """
    stored: dict[str, Any] = {**store.options}
    try:
        stored["cut"] = tuple(stored["cut"])
        Options(**stored)
    except (LookupError, TypeError, ValueError) as error:
        raise store.damaged(OPTIONS.meaning) from error
    if stored.keys() != set(SHAPING):
        raise store.damaged(OPTIONS.meaning)
    for name, value in shaping_of(wanted).items():
        if name in given and value != stored[name]:
            raise IndexFileError(
                f"{str(store.path)!r} was made with {name} {stored[name]}, not {value}: "
                "use the same options, or another index."
            )
    if stored["contained"] == stored["threshold"]:
        stored["contained"] = FOLLOWS
    return replace(wanted, **stored)
