"""An outcome as records: what becomes of every document and every reject, in the order of the input."""

from collections.abc import Iterator
from heapq import merge
from itertools import pairwise
from operator import attrgetter

import numpy as np

from dedup.document import UNTAGGED, Reject
from dedup.ledger.lines import LedgerLines
from dedup.ledger.record import Record
from dedup.native.arrays import Bools
from dedup.pipeline.outcome import Outcome

_BATCH = 4096  # documents that are turned into Python objects at once


def records_of(outcome: Outcome, merge_unchanged: bool) -> Iterator[Record]:
    """A record for every document and every reject, by file and start.

    `merge_unchanged`: unchanged documents that follow each other share one record. Most documents are
    unchanged; a record for each of them took half of the time of writing.
    """
    documents = _document_records(outcome, merge_unchanged)
    rejects = map(_reject_record, outcome.corpus.rejects)
    return merge(documents, rejects, key=attrgetter("file", "start"))


def _document_records(outcome: Outcome, merge_unchanged: bool) -> Iterator[Record]:
    table, edits, lines = outcome.table, outcome.findings.edits, LedgerLines(outcome)
    is_duplicate, is_unchanged = outcome.keepers.keeper >= 0, unchanged(outcome)
    tags, untagged = outcome.options.tags, UNTAGGED if outcome.options.tags else None
    is_first = _first_of_record(outcome, is_unchanged) if merge_unchanged else np.ones(len(table), bool)
    columns = [table.column(name).to_numpy() for name in ("file", "position", "start", "end")]
    for base in range(0, len(table), _BATCH):
        rows = np.arange(base, min(base + _BATCH, len(table)))
        file, position, start, end = (column[rows].tolist() for column in columns)
        kept_lines, other_lines = lines.kept(rows), iter(lines.as_json(rows[~is_unchanged[rows]]))
        duplicate, same = is_duplicate[rows].tolist(), is_unchanged[rows].tolist()
        firsts = {0, *np.flatnonzero(is_first[rows]).tolist()}
        for first, after in pairwise([*sorted(firsts), len(rows)]):
            span = (file[first], position[first], start[first], end[after - 1])
            if same[first]:
                lines_of_record = kept_lines.between(first, after)
                yield Record(*span, lines_of_record, [], False, documents=after - first, tag=untagged)
            else:
                tag = outcome.tag(base + first) if tags else None
                is_dropped = duplicate[first] and not tags
                yield Record(*span, next(other_lines), edits.get(base + first, []), is_dropped, tag=tag)


def _first_of_record(outcome: Outcome, is_unchanged: Bools) -> Bools:
    """Which documents begin a record: those that changed, and those after one that changed, after a reject or
    at the start of a file.
    """
    file, start = (outcome.table.column(name).to_numpy() for name in ("file", "start"))
    is_first = ~is_unchanged
    is_first[1:] |= ~is_unchanged[:-1] | (file[1:] != file[:-1])
    for reject in outcome.corpus.rejects:
        low, high = np.searchsorted(file, [reject.file, reject.file + 1])
        following = low + np.searchsorted(start[low:high], reject.start)
        is_first[following : following + 1] = True
    return is_first


def unchanged(outcome: Outcome) -> Bools:
    """Which documents are kept as they are, with nothing in their ledger line but that."""
    is_unchanged: Bools = outcome.keepers.keeper < 0
    noted = [*outcome.findings.repeats, *outcome.templates, *outcome.decisions.updates, *outcome.whys]
    is_unchanged[noted] = False
    return is_unchanged & (not outcome.is_undecided)


def _reject_record(reject: Reject) -> Record:
    return Record(reject.file, reject.position, reject.start, reject.end, None, [], False, reject.reason)
