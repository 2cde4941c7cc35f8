"""What an index has to know of its documents, wherever it keeps them: in a file or on a server."""

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any, Protocol

from dedup.errors import IndexFileError
from dedup.index.storage.rows import KnownDocument
from dedup.matching.earlier_runs import Postings
from dedup.native.arrays import Hashes, Int64s
from dedup.sites.earlier import EarlierSites


class IndexStore(Protocol):
    """The documents of an index, by number. Raises IndexFileError for what dedup has not written so."""

    @property
    def path(self) -> Path | str:
        """Where the index is, as messages name it."""

    @property
    def next(self) -> int:
        """The number that the next document gets. No number is used twice."""

    @property
    def options(self) -> dict[str, Any]:
        """The options that the index was made with."""

    def postings(self, keys: Hashes, most: int) -> Postings:
        """Which documents have these keys (uint64, spread). Lists of more than `most` documents are only
        counted.
        """

    def known_sites(self, hidden: Container[int], since: int) -> EarlierSites:
        """What is known of sites, without what the `hidden` runs added, and what was last added to before
        `since` (seconds since 1970).
        """

    def documents(self, numbers: Int64s) -> Iterator[KnownDocument]:
        """What is known of these documents (ascending), without deleted ones."""

    def texts(self, numbers: Int64s) -> Iterator[list[tuple[bytes, str | None, str | None]]]:
        """Compressed text, title and URL of these documents, in batches."""

    def unpacked(self, data: bytes, what: str) -> bytes:
        """The bytes that were compressed with zstandard."""

    def damaged(self, what: str) -> IndexFileError:
        """The error for an index that is not as dedup wrote it."""
