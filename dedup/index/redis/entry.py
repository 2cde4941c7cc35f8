"""A run on its way into an index on a server: its documents are held until its outputs are in place."""

import socket
import time
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from dedup.errors import IndexFileError
from dedup.index.entry import IndexEntry
from dedup.index.outputs import Move, noted_outputs
from dedup.index.redis.commit import Committer, DocumentKeys, Positions, packed_documents, site_changes
from dedup.index.redis.lease import Lease
from dedup.index.redis.server import scripts
from dedup.index.redis.store import RedisStore
from dedup.pipeline.outcome import Outcome

_WITHDRAWN = 200  # documents that one script withdraws


class SharedEntry(IndexEntry):
    """The kept documents of a run, which has the lock; see `IndexEntry`. `replaced`: the earlier runs of the
    same name, with the spans of their documents.
    """

    def __init__(  # not that of the file
        self,
        store: RedisStore,
        committer: Committer,
        lease: Lease,
        outcome: Outcome,
        name: str,
        replaced: Mapping[int, tuple[int, int]],
    ) -> None:
        self._server, self._committer, self._lease = store, committer, lease
        self._outcome, self._name, self._replaced = outcome, name, replaced

    def prepare(self, moves: Sequence[Move]) -> None:
        """Add the kept documents. They do not count for others before they are settled."""
        began = time.perf_counter()
        store, committer = self._server, self._committer
        run = store.begin("")
        replaced = {str(number): span for number, span in self._replaced.items()}
        committer.held = {"host": socket.gethostname(), "run": run, "name": self._name, "replaced": replaced}
        self._lease.hold()
        keys = DocumentKeys.of(self._outcome)
        sites = site_changes(store, self._outcome, keys.rows, run, self._replaced)
        committer.add_all(packed_documents(self._outcome, keys, Positions()), sites, run)
        store.sites.note_written([site for site in sites if site.version != b"-"])
        committer.held = {}
        more = orjson.dumps({"moves": noted_outputs(moves)})
        if not store.connection.script(scripts.HOLD, store.token, more):
            raise IndexFileError(f"{store.path} has counted this process as gone: start the command again.")
        self._outcome.seconds["index"] = time.perf_counter() - began

    def settle(self) -> None:
        """Let the documents count, and delete what the run replaces."""
        self.settle_for(self._server, self._server.token, self._server.held(self._server.token))
        self._lease.release()
        self._lease.unlock()

    @staticmethod
    def settle_for(store: RedisStore, token: str, held: Mapping[str, Any]) -> None:
        """Complete the run whose documents a process holds."""
        if "run" in held:
            store.note_run(held["run"], held["name"], held["first"], held["end"])
        for run, (first, end) in (held.get("replaced") or {}).items():
            store.drop(range(first, end))
            store.delete_runs([int(run)])
        store.connection.script(scripts.RELEASE, token, 0)

    def cancel(self) -> None:
        """Take the documents out again, since the outputs could not be moved."""
        store = self._server
        held = store.held(store.token)
        while store.connection.script(scripts.WITHDRAW, store.token, _WITHDRAWN, store.token):
            pass
        if "run" in held:
            store.delete_runs([held["run"]])
        self._lease.release()
        self._lease.unlock()
