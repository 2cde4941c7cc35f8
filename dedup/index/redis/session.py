"""An open index on a server: many processes decide at the same time, and of articles that match one stays.

A process decides by what the index had at one moment. When it adds what it keeps, the server looks (in the
same script that adds) whether any document that came since shares a key with it: a bucket, a sample, an
address. If so nothing is added, and those documents are decided anew, by what the index has now. So the order
in which documents were added is the order in which they came, for everybody, and each is dropped only for one
that is there: no chain can come of it. After some attempts a process takes the lock, and the others wait.
"""

import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

from dedup.identity import Identity
from dedup.index.outputs import are_in_place
from dedup.index.reader import identity_of
from dedup.index.redis.commit import (
    ADD,
    HOLD,
    Committer,
    DocumentKeys,
    Positions,
    dropped_for,
    packed_documents,
    site_changes,
    waiting_rows,
)
from dedup.index.redis.entry import SharedEntry
from dedup.index.redis.lease import Lease, is_alive
from dedup.index.redis.purge import facts, purge, remove
from dedup.index.redis.reader import DocumentGoneError, SharedReader
from dedup.index.redis.server import scripts
from dedup.index.redis.server.address import RedisAddress
from dedup.index.redis.store import RedisStore, Snapshot
from dedup.index.session import IndexSession, given_shaping, seconds, shaping_of, stored_options
from dedup.options import Options
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Progress
from dedup.pipeline.run import run
from dedup.sources.source import Source

_ATTEMPTS: Final = 4  # that a process decides anew before it takes the lock
_PAUSE: Final = 0.01  # seconds between two looks at a document that somebody else holds
_WITHDRAWN: Final = 200  # documents that one script withdraws
T = TypeVar("T")


class _Decided(NamedTuple):
    """An outcome, and what the index had when it was decided. `runs`: the runs that it replaces."""

    outcome: Outcome
    snapshot: Snapshot
    runs: dict[int, tuple[int, int]]


class RedisSession(IndexSession):
    """An open index on a server; see `IndexSession`. `wait`: seconds to wait for a server that does not
    answer.
    """

    def __init__(  # not that of the file
        self,
        path: str | Path,
        options: Options | None = None,
        *,
        wait: float = 0.0,
        forget: str | None = None,
        create: bool = True,
        **changes: Any,
    ) -> None:
        address = RedisAddress.parse(str(path))
        wanted = replace(options or Options(), **changes)
        self._since = int(time.time()) - seconds(forget) if forget else 0
        expiry = seconds(address.max_age) if address.max_age else 0
        self._server = RedisStore(address, shaping_of(wanted) if create else None, wait)
        try:
            self.options = stored_options(self._server, wanted, given_shaping(options, changes))
            self._lease = Lease(self._server)
            self._committer = Committer(self._server, expiry)
            self._few_options = replace(self.options, workers=1, keep="first")
            self._own_run: int | None = None
            self._last: _Decided | None = None
            self._held: Outcome | None = None
            self._attempts = 0
            self._recover(self._server.snapshot())
        except BaseException:
            self._server.close()
            raise

    @property
    def store(self) -> RedisStore:
        """The documents."""
        return self._server

    def close(self) -> None:
        """Close the connection. What is held and was not released is withdrawn."""
        try:
            if self._held is not None:
                self._withdraw(self._server.token)
            self._lease.close()
        finally:
            self._server.close()

    def __len__(self) -> int:
        return len(self._server)

    def info(self) -> dict[str, Any]:
        """What `IndexSession.info` has; the bytes are estimated."""
        return facts(self._server)

    def run(
        self, source: Source, progress: Progress | None = None, name: str = "", adds: bool = True
    ) -> Outcome:
        """Run over a source; see `IndexSession.run`. If `adds`, nobody else can add anything from the end of
        the run until its `entry` is settled; a run that was overtaken meanwhile is repeated.
        """
        decided = self._decided(lambda reader: run(source, self.options, progress, reader), name)
        if adds:
            self._lease.lock()
            while self._is_overtaken(decided) or self._waits(decided):
                decided = self._decided(lambda reader: run(source, self.options, progress, reader), name)
        self._last = decided
        return decided.outcome

    def _decided(self, decide: Callable[[SharedReader], Outcome], name: str = "") -> _Decided:
        """What is decided by what the index has now."""
        while True:
            snapshot, runs = self._server.snapshot(), self._server.runs_of(name)
            reader = SharedReader(
                self._server,
                hidden=[*runs.values()],
                hidden_runs=runs.keys(),
                sites_since=self._since,
                last=snapshot.next,
                entered_since=self._since,
            )
            try:
                return _Decided(decide(reader), snapshot, runs)
            except DocumentGoneError:
                continue

    def _is_overtaken(self, decided: _Decided) -> bool:
        """Whether a document that would be added shares a key with one that came since."""
        since = decided.snapshot.next
        if self._server.next == since:
            return False
        return bool(self._committer.overtaken(DocumentKeys.of(decided.outcome), since))

    def _waits(self, decided: _Decided) -> bool:
        """Whether a document is dropped for one that somebody else holds: then it is not known yet."""
        if waiting_rows(decided.outcome, decided.snapshot, self._server.token):
            self._recover(decided.snapshot)
            time.sleep(_PAUSE)
            return True
        return False

    def entry(self, outcome: Outcome, name: str = "") -> SharedEntry:
        """The entry of an outcome of `run` into this index."""
        assert self._last is not None
        return SharedEntry(self._server, self._committer, self._lease, outcome, name, self._last.runs)

    def decide(self, source: Source) -> Outcome:
        """Decide about the few documents of a source, with `--keep first`. The index does not change."""
        self._last = self._decided(lambda reader: run(source, self._few_options, None, reader))
        return self._last.outcome

    def reserve(self, source: Source) -> Outcome:
        """Decide about the one document of a source, and hold it if it is kept: others that match it wait
        until it is remembered. If this process dies before, nobody has seen it.
        """
        while True:
            outcome = self.decide(source)
            if not self._commit(outcome, HOLD, Positions()):
                if len(outcome.kept_rows()):
                    self._held = outcome
                    self._lease.hold()
                return outcome

    def remember(
        self, outcome: Outcome, source: str | None = None, positions: Sequence[int] = ()
    ) -> list[int]:
        """Add the kept documents of an outcome of `decide`, or let those of `reserve` count. Returns the rows
        that have to be decided anew, since somebody else has added something that they may match.
        """
        if outcome is self._held:
            self._held = None
            self._lease.release()
            self._committer.release()
            return []
        return self._commit(outcome, ADD, Positions(source, positions))

    def _commit(self, outcome: Outcome, mode: str, origin: Positions) -> list[int]:
        """Add what an outcome keeps, and return the rows that have to be decided anew. Of several documents
        those are added that need not be.
        """
        assert self._last is not None
        assert self._last.outcome is outcome
        decided, keys = self._last, DocumentKeys.of(outcome)
        again = set(waiting_rows(decided.outcome, decided.snapshot, self._server.token))
        if again:
            self._recover(decided.snapshot)
            time.sleep(_PAUSE)
        if mode == HOLD and again:
            return sorted(again)
        documents = [*packed_documents(outcome, keys, origin)]
        left = [*range(len(documents))]
        while left:
            rows = keys.rows[left]
            sites = site_changes(self._server, outcome, rows, self._run_number(), ())
            status, *values = self._committer.add(
                [documents[at] for at in left], sites, mode, decided.snapshot.next, self._run_number()
            )
            if status == "done":
                self._server.sites.note_written([site for site in sites if site.version != b"-"])
                break
            self._server.sites.forget_changes()
            if status == "conflict":
                gone = {left[int(value)] for value in values}
                left = [at for at in left if at not in gone]
                again.update(int(keys.rows[at]) for at in gone)
        again |= dropped_for(outcome, again)
        self._count_attempt(bool(again))
        return sorted(again)

    def _count_attempt(self, failed: bool) -> None:
        """Take the lock if too many attempts failed one after the other, and return it afterwards."""
        self._attempts = self._attempts + 1 if failed else 0
        if self._attempts >= _ATTEMPTS:
            self._lease.lock()
        elif not failed and self._lease.has_lock:
            self._lease.unlock()

    def _run_number(self) -> int:
        """The run of the documents that are added one by one."""
        if self._own_run is None:
            self._own_run = self._server.begin("")
        return self._own_run

    def commit(self) -> None:
        """Nothing: documents are written when they are added."""

    def _recover(self, snapshot: Snapshot) -> None:
        """Settle what processes hold that are gone: the documents count if the outputs of their run are in
        place; if these are not, or cannot be seen from here, the documents are withdrawn.
        """
        for token in snapshot.held:
            if token == self._server.token or is_alive(self._server, token):
                continue
            held = self._server.held(token)
            is_here = held.get("host") in (None, socket.gethostname())
            if held.get("moves") is not None and is_here and are_in_place(held["moves"]):
                SharedEntry.settle_for(self._server, token, held)
            else:
                self._withdraw(token)

    def _withdraw(self, token: str) -> None:
        while self._server.connection.script(scripts.WITHDRAW, token, _WITHDRAWN, self._server.token):
            pass

    def remove(self, ids: Sequence[str]) -> list[int]:
        """Delete the documents with these ids, one after the other; returns how many there were of each."""
        return [remove(self._server, name) for name in ids]

    def purge(self, older: str | None = None) -> int:
        """Delete the documents older than an age ("90d"), and what is left of deleted ones; returns how many
        documents there were. Raises OptionsError.
        """
        before = int(time.time()) - seconds(older) if older else 0
        self._lease.lock()
        try:
            return purge(self._server, before)
        finally:
            self._lease.unlock()

    def identities(self, numbers: Sequence[int]) -> list[Identity]:
        """Id, source, position and date of these documents (ascending), without deleted ones."""
        return [identity_of(known) for known in self._server.documents(np.array(numbers, np.int64))]

    def lsh(self) -> Any:
        """The bands as datasketch has them; see `dedup.index.redis.bands`."""
        from dedup.index.redis.bands import stored_bands

        return stored_bands(self._server.address, self.options)
