"""What an index has in Redis. All keys begin with `dedup:NAME`, here B:

    B_bucket_<band><hash>   set of document numbers: the bands, as datasketch's MinHashLSH has them
    B_keys                  hash: the keys of that MinHashLSH
    B:d:<number>            the hashes of a document's bands, and what is known of it; B:t:<number>: its text
    B:p:<page>              entries of 8 bytes: a key (sample, version, id) and the number of its document
    B:s:<site>              hash: what pages say of their site, by run and day
    B:of:<run>              set of the sites that a run had pages of
    B:runs                  hash: name, time and numbers of each run
    B:held                  hash: documents that do not count yet, by the process that holds them
    B:lock, B:l:<token>     the lock of runs; a sign of life of a process that holds documents
    B:o:<token>             the last attempt of a process to add documents
    B:meta                  hash: format, id, options, and the next number

The hash of a band is 8 bytes: the sum of its values times `factors`, modulo 2^64 (`band_hash`), before
`matching.signatures.buckets` mixes it. A document's number is its key in MinHashLSH, in decimal digits.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final
from zlib import crc32

import numpy as np
import orjson

from dedup.native.arrays import Hashes, Int64s
from dedup.native.lookup import LEAST_BITS
from dedup.native.shingles import factors

PAGE_BITS: Final = 16
"""Leading bits of a key that are the number of its page. Of 200,000 articles a page has 1 KB."""

_MIX = 0xD6E8FEB86659FD93  # of `mix` in native/core
_UNMIX = np.uint64(pow(_MIX, -1, 1 << 64))
_HALF = np.uint64(32)
_ENTRY_SHIFT = np.uint64(64 - LEAST_BITS - 32)
_HEAD = 8  # bytes of a packed value before its JSON: the checksum, the size of the JSON


def band_hashes_of(buckets: Hashes, bands: Int64s) -> Hashes:
    """The hashes (uint64) of these bands as MinHashLSH has them, from their buckets (uint64)."""
    with np.errstate(over="ignore"):
        sums = buckets ^ buckets >> _HALF
        for _ in range(2):
            sums = sums * _UNMIX
            sums = sums ^ sums >> _HALF
        return np.asarray(sums - (bands + 1).astype(np.uint64))


def band_hash(values: bytes) -> bytes:
    """The hash of one band: the `hashfunc` of a MinHashLSH. `values`: uint32, big-endian."""
    numbers = np.frombuffer(values, ">u4").astype(np.uint64)
    with np.errstate(over="ignore"):
        total = (numbers * factors(len(numbers))).sum(dtype=np.uint64)
    return int(total).to_bytes(8, "big")


def bucket_keys(buckets: Hashes, bands: Int64s) -> bytes:
    """The ends of the keys of these buckets (uint64): 10 bytes each, the band and the hash, big-endian."""
    out = np.empty((len(buckets), 10), np.uint8)
    out[:, :2] = bands.astype(">u2").view(np.uint8).reshape(-1, 2)
    out[:, 2:] = band_hashes_of(buckets, bands).astype(">u8").view(np.uint8).reshape(-1, 8)
    return out.tobytes()


def band_bytes(buckets: Int64s) -> list[bytes]:
    """The hashes of all bands of each document, 8 bytes each, from its buckets: int64 (documents, bands)."""
    count, bands = buckets.shape
    hashes = band_hashes_of(buckets.view(np.uint64).ravel(), np.tile(np.arange(bands), count))
    data, size = hashes.astype(">u8").tobytes(), 8 * bands
    return [data[first : first + size] for first in range(0, len(data), size)]


def entry_bytes(keys: Hashes) -> bytes:
    """What pages are told of keys (uint64, spread): the page (uint16, big-endian) and 4 bytes of the key."""
    out = np.empty((len(keys), 6), np.uint8)
    out[:, :2] = (keys >> np.uint64(64 - PAGE_BITS)).astype(">u2").view(np.uint8).reshape(-1, 2)
    out[:, 2:] = (keys >> _ENTRY_SHIFT).astype("<u4").view(np.uint8).reshape(-1, 4)
    return out.tobytes()


def page_entries(entries: Sequence[bytes], first: int) -> bytes:
    """What the pages are told of documents, from what `entry_bytes` has of each: the number of each page
    (uint16, big-endian), how many entries it gets (uint32), and these. `first`: the number of the first
    document. Lua took 60% of the time of adding to do the same.
    """
    rows = np.frombuffer(b"".join(entries), np.uint8).reshape(-1, 6)
    pages = rows[:, :2].copy().view(">u2").ravel()
    order = np.argsort(pages, kind="stable")
    numbers = first + np.repeat(np.arange(len(entries)), [len(one) // 6 for one in entries])
    out = np.empty((len(rows), 8), np.uint8)
    out[:, :4] = numbers[order].astype("<u4").view(np.uint8).reshape(-1, 4)
    out[:, 4:] = rows[order, 2:]
    names, starts = np.unique(pages[order], return_index=True)
    data, bounds = out.tobytes(), (8 * np.append(starts, len(rows))).tolist()
    return b"".join(
        page.to_bytes(2, "big") + ((high - low) // 8).to_bytes(4, "little") + data[low:high]
        for page, (low, high) in zip(names.tolist(), pairwise(bounds), strict=True)
    )


def page_names(pages: Int64s) -> bytes:
    """The numbers of pages as their keys have them."""
    return pages.astype(">u2").tobytes()


def without_bands(value: bytes) -> tuple[list[bytes], bytes]:
    """The hashes of a document's bands, and the packed value behind them. Raises ValueError."""
    end = 2 + 8 * int.from_bytes(value[:2], "little")
    if len(value) < end:
        raise ValueError("it is too short")
    return [value[at : at + 8] for at in range(2, end, 8)], value[end:]


def packed(plain: Any, blob: bytes | memoryview = b"") -> bytes:
    """Plain values and bytes as one value, with a checksum."""
    head = orjson.dumps(plain)
    size = len(head).to_bytes(4, "little")
    return b"".join((crc32(blob, crc32(head, crc32(size))).to_bytes(4, "little"), size, head, blob))


def unpacked(value: bytes) -> tuple[list[Any], bytes]:
    """The plain values and the bytes. Raises ValueError for a value that `packed` did not make."""
    if len(value) < _HEAD or crc32(value[4:]) != int.from_bytes(value[:4], "little"):
        raise ValueError("the checksum is another one")
    end = _HEAD + int.from_bytes(value[4:_HEAD], "little")
    plain = orjson.loads(value[_HEAD:end])
    if not isinstance(plain, list):
        raise ValueError("no list of values")
    return plain, value[end:]
