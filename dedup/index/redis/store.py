"""The documents of an index on a Redis server: looked up and deleted. `commit` adds to them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

import numpy as np
import orjson

from dedup.errors import IndexFileError
from dedup.index.redis.server import scripts
from dedup.index.redis.server.address import RedisAddress
from dedup.index.redis.server.connection import RedisConnection
from dedup.index.redis.server.layout import PAGE_BITS, bucket_keys, page_names, unpacked, without_bands
from dedup.index.redis.sites import SharedSiteRows, SharedSiteTexts
from dedup.index.sites import KnownSites
from dedup.index.storage.compressed import decompressed
from dedup.index.storage.database import are, checksum
from dedup.index.storage.rows import KnownDocument
from dedup.index.storage.segments import by_page
from dedup.matching.earlier_runs import Postings
from dedup.native import lookup as kernel
from dedup.native.arrays import Hashes, Int64s
from dedup.native.lookup import LEAST_BITS

FORMAT: Final = 1
_BUCKETS = 20_000  # that one script looks up: 20 ms, in which the server answers nobody else
_PAGES = 4096  # that one script reads
_KNOWN = 1000  # documents that one command reads
_TEXTS = 100
_DROPPED = 100  # documents that one script deletes: 5 ms
_NUMBER = np.uint64(0xFFFFFFFF)  # the bits of an entry that are the number of a document
_LATEST = 253_402_300_800  # the year 10,000, in seconds since 1970
_STR = (str, type(None))
_INT = (int, type(None))


class Snapshot(NamedTuple):
    """What an index had at some moment. `next`: the number that the next document gets; `held`: by process
    the spans, [first, end), of documents that do not count yet.
    """

    next: int
    held: dict[str, tuple[int, int]]


class RedisStore:
    """The documents of an index, by number, and the runs that they came with: implements `IndexStore`.

    `options`: what a new index is made with; None: the index must exist. Raises IndexFileError.
    """

    def __init__(self, address: RedisAddress, options: dict[str, Any] | None, wait: float) -> None:
        self.address, self.path = address, str(address)
        self.connection = RedisConnection(address, wait)
        try:
            self.meta = self._read_meta(options)
            self.options = self._read_options()
        except BaseException:
            self.connection.close()
            raise
        self.token = uuid.uuid4().hex
        """Names this process to the others."""
        self.sites = SharedSiteRows(self.connection, self.damaged)
        self.site_texts = SharedSiteTexts(self.connection, self.damaged)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def key(self, name: str) -> bytes:
        """A key of this index."""
        return self.address.prefix + b":" + name.encode()

    def damaged(self, what: str) -> IndexFileError:
        """The error for an index that is not as dedup wrote it."""
        return IndexFileError(
            f"{self.path} is damaged ({what}): restore the server's data from a copy, or start a new index "
            "under another name."
        )

    def _read_meta(self, options: dict[str, Any] | None) -> dict[str, str]:
        key = self.key("meta")
        if options is not None:
            values = orjson.dumps(options).decode()
            new = (FORMAT, uuid.uuid4().hex, values, checksum((values,)))
            self.connection.script(scripts.CREATE, *new)
        pairs = self.connection.command("HGETALL", key)
        listed = pairs.items() if isinstance(pairs, dict) else zip(pairs[::2], pairs[1::2], strict=True)
        meta = {name.decode(): value.decode(errors="replace") for name, value in listed}
        if not meta:
            raise IndexFileError(f"{self.path} does not exist; `dedup clean --index` creates it.")
        if meta.get("format") != str(FORMAT):
            raise IndexFileError(
                f"{self.path} has the format {meta.get('format')}, and this dedup reads {FORMAT}: use the "
                "dedup that wrote it, or another name."
            )
        return meta

    def _read_options(self) -> dict[str, Any]:
        """The options that the index was made with."""
        values = self.meta.get("options", "")
        with suppress(ValueError):
            options = orjson.loads(values)
            if str(checksum((values,))) == self.meta.get("sum") and isinstance(options, dict):
                return options
        raise self.damaged("the options that it was made with")

    def snapshot(self) -> Snapshot:
        """What the index has now."""
        number, held = self.connection.pipeline(
            [("HGET", self.key("meta"), "next"), ("HGETALL", self.key("held"))]
        )
        if number is None:
            raise IndexFileError(f"{self.path} is gone: the server has lost it. Start the command again.")
        spans = {token.decode(): orjson.loads(value) for token, value in held.items()}
        return Snapshot(int(number), {token: (one["first"], one["end"]) for token, one in spans.items()})

    def held(self, token: str) -> dict[str, Any]:
        """What is noted of the documents that a process holds; nothing if it holds none."""
        value = self.connection.command("HGET", self.key("held"), token)
        return dict(orjson.loads(value)) if value else {}

    def __len__(self) -> int:
        return int(self.connection.command("HGET", self.key("meta"), "count") or 0)

    @property
    def next(self) -> int:
        """The number that the next document gets."""
        return self.snapshot().next

    def postings(self, keys: Hashes, most: int) -> Postings:
        """Which documents have these keys (uint64, spread). Lists of more than `most` documents are only
        counted.
        """
        parts = [Postings(*(np.zeros(0, np.int64) for _ in range(3)))]
        rows, wanted, starts = by_page(keys, PAGE_BITS)
        for first in range(0, len(wanted), _PAGES):
            pages = wanted[first : first + _PAGES]
            at = np.arange(first, first + len(pages))
            entries, bounds = self.read_pages(pages)
            if len(keys) == len(wanted):  # one key for each page, as of a document that is checked alone
                entries, bounds = _of_keys(keys[rows[at]], entries, bounds)
            else:
                entries, bounds = self._sorted(pages, entries, bounds)
            parts.append(
                Postings(*kernel.held(entries, bounds, keys, rows, starts[at], starts[at + 1], most))
            )
        return Postings(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _sorted(self, pages: Int64s, entries: Hashes, bounds: Int64s) -> tuple[Hashes, Int64s]:
        """The entries of pages, ascending in each."""
        keys = kernel.keys_of(entries, bounds, pages, PAGE_BITS)
        ordered, of_all = kernel.entries(keys, entries & _NUMBER, PAGE_BITS)
        return ordered, np.append(of_all[pages], len(ordered))

    def read_pages(self, pages: Int64s) -> tuple[Hashes, Int64s]:
        """The entries of these pages (uint64), and where each page begins (int64, one more)."""
        answer = self.connection.script(scripts.PAGES, page_names(pages))
        sizes = np.frombuffer(answer[0], "<u4").astype(np.int64)
        if len(sizes) != len(pages) or (sizes % 8).any() or sizes.sum() != len(answer[1]):
            raise self.damaged("a page of its keys")
        return np.frombuffer(answer[1], np.uint64), np.append(0, np.cumsum(sizes // 8))

    def bucket_postings(self, buckets: Int64s, most: int) -> Postings:
        """Which documents are in these buckets: int64 (documents, bands); `rows`: of the buckets one after
        the other.
        """
        flat, at = np.unique(buckets.view(np.uint64).ravel(), return_index=True)
        bands = at % buckets.shape[1]
        parts = [Postings(*(np.zeros(0, np.int64) for _ in range(3)))]
        for first in range(0, len(flat), _BUCKETS):
            here = slice(first, first + _BUCKETS)
            answer = self.connection.script(scripts.BUCKETS, bucket_keys(flat[here], bands[here]), most)
            if len(answer):
                parts.append(self._lists(answer, at[here]))
        return Postings(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _lists(self, answer: bytes, rows: Int64s) -> Postings:
        """The lists of documents in an answer."""
        values = np.frombuffer(answer, "<u4").astype(np.int64)
        heads, position = list[int](), 0
        while position < len(values):
            heads.append(position)
            position += 3 + int(values[position + 2])
        places = np.array(heads)
        listed = values[places + 2]
        is_number = np.ones(len(values), bool)
        is_number[(places[:, None] + np.arange(3)).ravel()] = False
        numbers, owners = values[is_number], np.repeat(np.arange(len(places)), listed)
        order = np.lexsort((numbers, owners))  # sets have no order
        return Postings(rows[values[places]], values[places + 1], numbers[order])

    def known_sites(self, hidden: Container[int], since: int) -> KnownSites:
        """What is known of sites; see `KnownSites`."""
        return KnownSites(self.sites, self.site_texts, hidden, since)

    def documents(self, numbers: Int64s) -> Iterator[KnownDocument]:
        """What is known of these documents, without deleted ones."""
        for batch in _batches(numbers, _KNOWN):
            values = self.connection.command("MGET", *(self.key(f"d:{number}") for number in batch))
            for number, value in zip(batch, values, strict=True):
                if value is not None:
                    yield self._document(number, value)

    def _document(self, number: int, value: bytes) -> KnownDocument:
        with suppress(ValueError):
            plain, bits = unpacked(without_bands(value)[1])
            if (
                are(plain, _STR, str, int, int, int, _INT, _INT)
                and len(plain) == 7
                and 0 <= plain[3] < _LATEST
                and 0 <= plain[4] < 1 << 31
                and len(bits) % 8 == 0
            ):
                return KnownDocument._make((number, *plain[:5], bits, *plain[5:]))
        raise self.damaged(f"what it knows of document {number}")

    def texts(self, numbers: Int64s) -> Iterator[list[tuple[bytes, str | None, str | None]]]:
        """Compressed text, title and URL of these documents, in batches. Raises LookupError for one that is
        gone.
        """
        for batch in _batches(numbers, _TEXTS):
            values = self.connection.command("MGET", *(self.key(f"t:{number}") for number in batch))
            yield [self._text(number, value) for number, value in zip(batch, values, strict=True)]

    def _text(self, number: int, value: bytes | None) -> tuple[bytes, str | None, str | None]:
        if value is None:
            raise LookupError(number)
        with suppress(ValueError):
            plain, text = unpacked(value)
            if are(plain, _STR, _STR) and len(plain) == 2:
                return text, plain[0], plain[1]
        raise self.damaged("the text of a document")

    def unpacked(self, data: bytes, what: str) -> bytes:
        """The bytes that were compressed with zstandard; none of none."""
        return decompressed(data, what, self.damaged)

    def drop(self, numbers: Sequence[int]) -> int:
        """Delete documents; returns how many there were. Their entries in the pages stay until `purge`."""
        count = 0
        for first in range(0, len(numbers), _DROPPED):
            count += self.connection.script(scripts.DROP, *numbers[first : first + _DROPPED])
        return count

    def begin(self, name: str) -> int:
        """Add a run and return its number."""
        run = int(self.connection.command("HINCRBY", self.key("meta"), "run", 1))
        self.note_run(run, name, 0, 0)
        return run

    def note_run(self, run: int, name: str, first: int, end: int) -> None:
        """Note the span of the numbers of a run's documents."""
        value = orjson.dumps([name, int(time.time()), first, end])
        self.connection.command("HSET", self.key("runs"), run, value)

    def runs_of(self, name: str) -> dict[int, tuple[int, int]]:
        """The runs of this name, and the spans, [first, end), of their documents."""
        runs: dict[int, tuple[int, int]] = {}
        for run, value in self.connection.command("HGETALL", self.key("runs")).items() if name else ():
            with suppress(ValueError):
                own, _, first, end = orjson.loads(value)
                if own == name and are((first, end), int, int):
                    runs[int(run)] = (first, end)
        return runs

    def delete_runs(self, runs: Sequence[int]) -> None:
        """Delete what these runs said of sites, and the runs."""
        self.sites.delete(runs)
        self.connection.pipeline([("HDEL", self.key("runs"), run) for run in runs])


def _of_keys(keys: Hashes, entries: Hashes, bounds: Int64s) -> tuple[Hashes, Int64s]:
    """The entries of key i alone, of those of page i, ascending, and where each page begins. Sorting all that
    the pages of one document have takes 1 ms.
    """
    wanted = keys << np.uint64(LEAST_BITS) >> np.uint64(32)
    places = np.flatnonzero(entries >> np.uint64(32) == np.repeat(wanted, np.diff(bounds)))
    pages = np.searchsorted(bounds, places, side="right")
    order = np.lexsort((entries[places], pages))
    return entries[places[order]], np.searchsorted(pages, np.arange(1, len(bounds) + 1))


def _batches(numbers: Int64s, size: int) -> Iterator[list[int]]:
    for first in range(0, len(numbers), size):
        yield numbers[first : first + size].tolist()
