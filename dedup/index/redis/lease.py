"""Signs of life: a process that holds documents or the lock says every few seconds that it is there."""

import time
from threading import Event, Thread
from typing import Final

from dedup.errors import DedupError
from dedup.index.redis.server import scripts
from dedup.index.redis.store import RedisStore

LIFE: Final = 30.0
"""Seconds after which a process that gave no sign counts as gone: what it holds is withdrawn."""
_SIGN = 5.0  # seconds between two signs
_PAUSE = 0.02  # seconds between two attempts to take the lock


class Lease:
    """What a process holds in an index. A thread gives signs of life while it holds something."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._has_lock = self._has_documents = False
        self._ended = Event()
        self._thread: Thread | None = None

    @property
    def has_lock(self) -> bool:
        """Whether this process has the lock."""
        return self._has_lock

    @property
    def has_documents(self) -> bool:
        """Whether this process holds documents."""
        return self._has_documents

    def lock(self) -> None:
        """Keep others from adding, until `unlock`. Waits while somebody else does who is alive."""
        while not self._has_lock:
            self._has_lock = bool(self._take())
            if not self._has_lock:
                time.sleep(_PAUSE)
        self._start()

    def unlock(self) -> None:
        """Let others add again."""
        if self._has_lock:
            self._has_lock = False
            self._store.connection.script(scripts.UNLOCK, self._store.token)

    def hold(self) -> None:
        """Give signs of life for documents that are held, until `release`."""
        self._has_documents = True
        self._start()

    def release(self) -> None:
        """No documents are held any more."""
        self._has_documents = False

    def close(self) -> None:
        """End the thread, and return the lock."""
        self._ended.set()
        self.unlock()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._live, daemon=True, name="dedup-lease")
            self._thread.start()

    def _live(self) -> None:
        while not self._ended.wait(_SIGN):
            try:
                if self._has_lock:
                    self._store.connection.script(scripts.RENEW, self._store.token, int(1000 * LIFE))
                if self._has_documents:
                    key = self._store.key(f"l:{self._store.token}")
                    self._store.connection.command("SET", key, 1, "PX", int(1000 * LIFE))
            except DedupError:  # the thread that works with the index meets it, too
                continue

    def _take(self) -> int:
        return int(self._store.connection.script(scripts.LOCK, self._store.token, int(1000 * LIFE)))


def is_alive(store: RedisStore, token: str) -> bool:
    """Whether a process that holds documents gave a sign of life lately."""
    return bool(store.connection.command("EXISTS", store.key(f"l:{token}")))
