"""A result -> records: what becomes of every document and every reject, for those who write them."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from dedup.document import Reject
from dedup.kernels.arrays import Bools
from dedup.ledger.lines import Lines
from dedup.ledger.record import Record
from dedup.pipeline.outcome import Outcome

_BATCH = 4096  # documents that are turned to Python's objects at once


def records(outcome: Outcome, together: bool) -> Iterator[Record]:
    """All records in the order of the files. `together`: documents that follow each other and stay as they
    are share one; most do, and a record of its own for each took half of the time of writing.
    """
    rejects = iter(sorted(outcome.corpus.rejects))
    documents = _of_documents(outcome, together)
    bad = next(rejects, None)
    for record in documents if bad else ():
        while bad is not None and (bad.file, bad.start) < (record.file, record.start):
            yield _of_reject(bad)
            bad = next(rejects, None)
        yield record
    yield from documents
    while bad is not None:
        yield _of_reject(bad)
        bad = next(rejects, None)


def _of_documents(outcome: Outcome, together: bool) -> Iterator[Record]:
    table, edits, keeper, lines = (
        outcome.table,
        outcome.findings.edits,
        outcome.keepers.keeper,
        Lines(outcome),
    )
    unchanged = _unchanged(outcome)
    begins = _begins(outcome, unchanged) if together else np.ones(len(table), bool)
    columns = [table.column(name).to_numpy() for name in ("file", "position", "start", "end")]
    for base in range(0, len(table), _BATCH):
        rows = np.arange(base, min(base + _BATCH, len(table)))
        file, position, start, end = (column[rows].tolist() for column in columns)
        kept, others = lines.kept(rows), iter(lines.of(rows[~unchanged[rows]]))
        gone, same = (keeper[rows] >= 0).tolist(), unchanged[rows].tolist()
        firsts = {0, *np.flatnonzero(begins[rows]).tolist()}
        for first, last in pairwise([*sorted(firsts), len(rows)]):
            place = (file[first], position[first], start[first], end[last - 1])
            if same[first]:
                yield Record(*place, kept.run(first, last), [], False, documents=last - first)
            else:
                yield Record(*place, next(others), edits.get(base + first, []), gone[first])


def _begins(outcome: Outcome, unchanged: Bools) -> Bools:
    """Where a record begins that documents share: behind a changed one, a reject, and in each file."""
    file, start = (outcome.table.column(name).to_numpy() for name in ("file", "start"))
    begins = ~unchanged
    begins[1:] |= ~unchanged[:-1] | (file[1:] != file[:-1])
    for bad in outcome.corpus.rejects:
        low, high = np.searchsorted(file, [bad.file, bad.file + 1])
        behind = low + np.searchsorted(start[low:high], bad.start)
        begins[behind : behind + 1] = True
    return begins


def _unchanged(outcome: Outcome) -> Bools:
    """The documents that are kept and of which there is no more to say."""
    unchanged: Bools = outcome.keepers.keeper < 0
    unchanged[[*outcome.findings.repeats, *outcome.templates]] = False
    return unchanged


def _of_reject(bad: Reject) -> Record:
    return Record(bad.file, bad.position, bad.start, bad.end, None, [], False, bad.reason)
