"""The bands of an index as users of datasketch know them: its MinHash, and its MinHashLSH on the server."""

from collections.abc import Hashable
from typing import Any, NoReturn

import pyarrow as pa

from dedup.errors import OptionsError
from dedup.index.redis.server.address import RedisAddress
from dedup.index.redis.server.layout import band_hash
from dedup.matching.shingles import shingles
from dedup.matching.signatures import bands_for, permutations_of, signatures
from dedup.options import Options
from dedup.text.words import words_of

try:
    from datasketch import MinHash, MinHashLSH
except ModuleNotFoundError as error:
    raise OptionsError("this needs datasketch: pip install 'dedup-articles[redis]'") from error

_SCHEME = "affine32"
_SCANNED = 10_000  # keys that are listed at once


def minhash(text: str, ngram: int = 3, num_perm: int = 128) -> MinHash:
    """The MinHash of a text as datasketch has it: of its shingles of `ngram` words, with `num_perm` hash
    values of datasketch's default scheme and permutations (seed 1). It equals the signature that dedup
    compares by.
    """
    words = words_of(pa.array([text], pa.large_string()))
    (row,) = signatures(shingles(words, ngram), num_perm)
    return MinHash(hashvalues=row, permutations=permutations_of(num_perm), scheme=_SCHEME)


def _literal(prefix: bytes) -> bytes:
    """A pattern of Redis that matches this."""
    return b"".join(b"\\%c" % byte if byte in b"*?[]\\^-" else b"%c" % byte for byte in prefix)


class StoredBands(MinHashLSH):  # type: ignore[misc]  # datasketch has no types
    """The MinHashLSH of an index. Its keys are the numbers of documents, as bytes. It can be asked; only
    `dedup.Index` adds to it and deletes from it.
    """

    def insert(self, key: Hashable, minhash: MinHash, check_duplication: bool = True) -> NoReturn:  # noqa: ARG002
        """Raises TypeError."""
        raise TypeError("add documents with dedup.Index.add: it stores their texts, too")

    def remove(self, key: Hashable) -> NoReturn:  # noqa: ARG002
        """Raises TypeError."""
        raise TypeError("delete documents with dedup.Index.remove: it deletes their texts, too")

    def is_empty(self) -> bool:
        """Whether the index has no documents."""
        return not self.keys.size()

    def get_counts(self) -> list[dict[Hashable, int]]:
        """By band how many documents have each hash. Reads the whole index."""
        counts: list[dict[Hashable, int]] = []
        for table in self.hashtables:
            prefix, client = table.redis_key(b""), table._redis
            keys = [*client.scan_iter(_literal(prefix) + b"*", count=_SCANNED)]
            counts.append({key[len(prefix) :]: client.scard(key) for key in keys})
        return counts

    def get_subset_counts(self, *keys: Hashable) -> NoReturn:  # noqa: ARG002
        """Raises TypeError."""
        raise TypeError("the index has no such counts: see get_counts")


def stored_bands(address: RedisAddress, options: Options) -> StoredBands:
    """The bands of the index at this address, which has these options."""
    bands = bands_for(options.threshold, options.recall, options.num_perm)
    lsh: Any = StoredBands(
        num_perm=options.num_perm,
        params=(bands.number, bands.rows),
        storage_config={"type": "redis", "basename": address.prefix, "redis": address.options},
        prepickle=False,
        hashfunc=band_hash,
    )
    lsh._minhash_scheme = _SCHEME  # so that a MinHash of another scheme is refused
    return lsh  # type: ignore[no-any-return]
