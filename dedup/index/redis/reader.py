"""Looks up in an index on a server, as it was at one moment, which documents share keys with a run's."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from dedup.columns import TextBatch
from dedup.identity import Identity
from dedup.index.reader import IndexReader, identity_of
from dedup.index.redis.store import RedisStore
from dedup.index.storage.rows import KnownDocument
from dedup.matching.earlier_runs import Postings
from dedup.native.arrays import Int64s


class DocumentGoneError(Exception):
    """A document was deleted while it was compared: the decision has to be made again."""


@dataclass
class SharedReader(IndexReader):
    """What an index has up to the document `last`. Documents that entered before `entered_since` (seconds
    since 1970) match nothing. Raises DocumentGoneError.
    """

    store: RedisStore
    last: int = 0
    entered_since: int = 0
    _known: dict[int, KnownDocument] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """One more than the number of the last document."""
        return self.last

    def found(self, postings: Postings, most: int) -> Postings:
        """The postings without what came since, and without hidden documents."""
        is_old = postings.numbers < self.last
        if not is_old.all():
            listed = np.flatnonzero(postings.counts <= most)
            owners = np.repeat(listed, postings.counts[listed])
            counts = postings.counts.copy()
            counts[listed] = np.bincount(owners[is_old], minlength=len(counts))[listed]
            filled = counts > 0
            postings = Postings(postings.rows[filled], counts[filled], postings.numbers[is_old])
        return self._visible(postings, most) if self.hidden else postings

    def bucket_postings(self, buckets: Int64s, most: int) -> Postings:
        """Which documents are in these buckets (documents, bands)."""
        return self.found(self.store.bucket_postings(buckets, most), most)

    def known(self, numbers: Int64s) -> Iterator[KnownDocument]:
        """What is known of these documents (ascending), without deleted and old ones."""
        missing = np.array([number for number in numbers.tolist() if number not in self._known], np.int64)
        self._known |= {known.number: known for known in self.store.documents(missing)}
        for number in numbers.tolist():
            known = self._known.get(number)
            if known is not None and known.entered >= self.entered_since:
                yield known

    def texts(self, numbers: Int64s) -> Iterator[TextBatch]:
        """The texts, titles and URLs of these documents, in batches."""
        try:
            yield from super().texts(numbers)
        except LookupError as error:
            raise DocumentGoneError from error

    def identities(self, numbers: Int64s) -> list[Identity]:
        """Id, source, position and date of these documents."""
        distinct, rows = np.unique(numbers, return_inverse=True)
        identities = [identity_of(known) for known in self.known(distinct)]
        if len(identities) != len(distinct):
            raise DocumentGoneError
        return [identities[row] for row in rows.tolist()]
