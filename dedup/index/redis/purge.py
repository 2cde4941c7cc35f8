"""An index on a server made smaller: documents deleted by id or by age, and what is left of deleted ones."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from dedup.index.redis.commit import id_key
from dedup.index.redis.server import scripts
from dedup.index.redis.server.layout import PAGE_BITS, page_names, without_bands
from dedup.index.redis.store import FORMAT, RedisStore
from dedup.native.arrays import Bools, Int64s
from dedup.native.lookup import spread

_SAMPLED = 64  # documents, and pages, whose size in memory is asked for
_PAGES = 4096  # that are read at once
_SCANNED = 5000  # documents that are listed at once
_LOOKED_AT = 1000  # documents that are looked at, at each end, for the first and the last date
_ANY = 1 << 32


def remove(store: RedisStore, id: str) -> int:
    """Delete the documents with this id; returns how many there were."""
    postings = store.postings(spread(id_key(id)), _ANY)
    numbers = np.unique(postings.numbers)
    return store.drop([known.number for known in store.documents(numbers) if known.id == id])


def purge(store: RedisStore, before: int) -> int:
    """Delete the documents that entered before a time (seconds since 1970), what pages before it said of
    their sites, and the entries of all that was deleted or has expired; returns how many there were.
    """
    count, present = 0, np.zeros(store.next, bool)
    for numbers in _listed(store):
        known = [*store.documents(numbers)]
        old = [document.number for document in known if document.entered < before]
        count += store.drop(old)
        present[[document.number for document in known]] = True
        present[old] = False
        store.drop([number for number in numbers.tolist() if not present[number] and number not in set(old)])
    if before:
        store.sites.forget(before)
    _rewrite_pages(store, present)
    store.connection.command("HSET", store.key("meta"), "count", int(present.sum()))
    return count


def _listed(store: RedisStore) -> Iterator[Int64s]:
    """The numbers of all documents, also of expired ones, in parts."""
    cursor, key = 0, store.address.prefix + b"_keys"
    while True:
        cursor, fields = store.connection.command("HSCAN", key, cursor, "COUNT", _SCANNED)
        numbers = [int(name) for name in fields if name.isdigit()]
        yield np.unique(np.array(numbers, np.int64))
        if not int(cursor):
            return


def _rewrite_pages(store: RedisStore, present: Bools) -> None:
    """Delete the entries of documents that are no longer present (bool, by number)."""
    for first in range(0, 1 << PAGE_BITS, _PAGES):
        pages = np.arange(first, first + _PAGES)
        entries, bounds = store.read_pages(pages)
        numbers = (entries & np.uint64(0xFFFFFFFF)).astype(np.int64)
        is_there = np.ones(len(numbers), bool)
        is_there[numbers < len(present)] = present[numbers[numbers < len(present)]]
        kept = np.append(0, np.cumsum(is_there))
        for at in np.flatnonzero(np.diff(kept[bounds]) < np.diff(bounds)).tolist():
            span = slice(bounds[at], bounds[at + 1])
            left = entries[span][is_there[span]].tobytes()
            size = 8 * int(bounds[at + 1] - bounds[at])
            store.connection.script(scripts.REWRITE, page_names(pages[at : at + 1]), size, left)


def facts(store: RedisStore) -> dict[str, Any]:
    """The index's documents, runs, first and last date (seconds since 1970), bytes (estimated from a sample),
    format and options.
    """
    count, end = len(store), store.next
    first = next(iter(store.documents(np.arange(min(end, _LOOKED_AT)))), None)
    latest = [*store.documents(np.arange(max(0, end - _LOOKED_AT), end))]
    return {
        "documents": count,
        "runs": int(store.connection.command("HLEN", store.key("runs"))),
        "first": first.entered if first else None,
        "last": latest[-1].entered if latest else None,
        "bytes": _estimated_bytes(store, count, end),
        "format": FORMAT,
        "options": store.options,
    }


def _estimated_bytes(store: RedisStore, count: int, end: int) -> int:
    """The memory that the index takes in the server, from the sizes of some of its keys."""
    numbers = np.unique(np.linspace(0, max(end - 1, 0), _SAMPLED).astype(np.int64)).tolist()
    prefix, connection = store.address.prefix, store.connection
    values = connection.pipeline([("GET", store.key(f"d:{number}")) for number in numbers])
    keys, shares = list[bytes](), list[bytes]()
    for number, value in zip(numbers, values, strict=True):
        keys += [store.key(f"d:{number}"), store.key(f"t:{number}")]
        hashes = without_bands(value)[0] if value else []
        shares += [prefix + b"_bucket_" + band.to_bytes(2, "big") + own for band, own in enumerate(hashes)]
    own_sizes = _sizes(store, keys)
    members = connection.pipeline([("SCARD", key) for key in shares])
    shared = sum(size / max(int(many), 1) for size, many in zip(_sizes(store, shares), members, strict=True))
    there = max(1, sum(1 for size in own_sizes[::2] if size))
    sampled = np.linspace(0, (1 << PAGE_BITS) - 1, _SAMPLED).astype(np.int64)
    of_pages = _sizes(store, [store.key("p:") + page_names(np.array([page])) for page in sampled])
    fixed = sum(_sizes(store, [prefix + b"_keys", store.key("meta"), store.key("runs")]))
    pages = sum(of_pages) / _SAMPLED * (1 << PAGE_BITS)
    return round((sum(own_sizes) + shared) / there * count + pages + fixed) if count else round(fixed)


def _sizes(store: RedisStore, keys: list[bytes]) -> list[int]:
    """The memory that each key takes; 0 for one that is not there."""
    return [int(size or 0) for size in store.connection.pipeline([("MEMORY USAGE", key) for key in keys])]
