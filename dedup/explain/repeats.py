"""The documents of files that repeat something, and what they repeat: for `dedup repeats`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from dedup.engines.local import Local
from dedup.identity import Identity
from dedup.native.arrays import Int64s
from dedup.options import KINDS, Options
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.run import run
from dedup.repeats.find import Repeat
from dedup.sources import lookup
from dedup.sources.files import Files


class InspectedDocument(NamedTuple):
    """A document and its repeats, in order."""

    identity: Identity
    text: str
    repeats: list[Repeat]


class Filter(NamedTuple):
    """Which repeats are wanted: of these kinds, only those to be cut, of at most so many documents (None: of
    all).
    """

    kinds: tuple[str, ...] = KINDS
    cut_only: bool = False
    limit: int | None = None

    def of(self, repeats: list[Repeat]) -> list[Repeat]:
        """Those of the repeats that are wanted."""
        return [
            repeat for repeat in repeats if repeat.kind in self.kinds and (repeat.cut or not self.cut_only)
        ]


@dataclass
class ReadCounts:
    """How many documents were searched for repeats, how many have wanted ones that were not asked for, and
    how many records could not be read.
    """

    documents: int = 0
    rejects: int = 0
    beyond_limit: int = 0


def inspect(
    source: Files, options: Options, only: str | None, counts: ReadCounts, wanted: Filter | None = None
) -> Iterator[InspectedDocument]:
    """The documents that repeat something, in order, or those called `only`, whatever they repeat. Adds what
    is read to `counts`. Raises InputError if no document is called `only`.
    """
    outcome = run(source, replace(options, duplicates=False))
    counts.documents, counts.rejects = len(outcome.corpus), len(outcome.corpus.rejects)
    wanted = wanted or Filter()
    with_wanted = [row for row in sorted(outcome.findings.repeats) if wanted.of(outcome.repeats_of(row))]
    rows = np.array(with_wanted, np.int64)
    if only is not None:
        documents, _ = lookup.called([only], source)
        counts.documents = len(documents[only])
        rows = _rows(outcome, [document.identity for document in documents[only]])
    counts.beyond_limit = max(0, len(rows) - (wanted.limit or len(rows)))
    rows = rows[: wanted.limit]
    for batch in outcome.reader(Local(options.workers)).read(rows, cleaned=False):
        for row, text in zip(batch.rows.tolist(), batch.texts.to_pylist(), strict=True):
            yield InspectedDocument(outcome.identity(row), text, wanted.of(outcome.repeats_of(row)))


def _rows(outcome: Outcome, identities: list[Identity]) -> Int64s:
    """The rows of these documents (int64, ascending)."""
    _, files, positions = outcome.identities
    rows = [
        np.flatnonzero(
            (files == outcome.corpus.names.index(identity["source"])) & (positions == identity["position"])
        )
        for identity in identities
    ]
    return np.sort(np.concatenate(rows))
