"""A result -> records: what becomes of every document and every reject, for those who write them."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import orjson

from dedup.formats.blocks import Reject
from dedup.records import Record
from dedup.result import Result

_BATCH = 4096  # documents that are turned to Python's objects at once
_KEPT = b'{"id":%b,"source":%b,"position":%d,"decision":"kept"}'


def records(result: Result, together: bool) -> Iterator[Record]:
    """All records in the order of the files. `together`: documents that follow each other and stay as they
    are share one; most do, and a record of its own for each took half of the time of writing.
    """
    rejects = iter(sorted(result.documents.rejects))
    bad = next(rejects, None)
    for record in _of_documents(result, together):
        while bad is not None and (bad.file, bad.start) < (record.file, record.start):
            yield _of_reject(bad)
            bad = next(rejects, None)
        yield record
    while bad is not None:
        yield _of_reject(bad)
        bad = next(rejects, None)


def _of_documents(result: Result, together: bool) -> Iterator[Record]:
    table, edits = result.table, result.documents.edits
    unchanged = result.unchanged()
    begins = _begins(result, unchanged) if together else np.ones(len(table), bool)
    sources = [orjson.dumps(name) for name in result.documents.names]
    for base in range(0, len(table), _BATCH):
        part = table.slice(base, _BATCH)
        ids, file, position, start, end = (
            part.column(name).to_pylist() for name in ("id", "file", "position", "start", "end")
        )
        firsts = {0, *np.flatnonzero(begins[base : base + _BATCH]).tolist()}
        for first, last in pairwise([*sorted(firsts), len(part)]):
            row, place = base + first, (file[first], position[first], start[first], end[last - 1])
            if unchanged[row]:
                said = [
                    _KEPT % (orjson.dumps(ids[i]), sources[file[i]], position[i]) for i in range(first, last)
                ]
                yield Record(*place, b"\n".join(said), [], False, documents=last - first)
            else:
                dropped = bool(result.keepers.keeper[row] >= 0)
                yield Record(*place, result.json_line(row), edits.get(row, []), dropped)


def _begins(result: Result, unchanged: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a record begins that documents share: behind a changed one, a reject, and in each file."""
    file, start = (result.table.column(name).to_numpy() for name in ("file", "start"))
    begins = ~unchanged
    begins[1:] |= ~unchanged[:-1] | (file[1:] != file[:-1])
    for bad in result.documents.rejects:
        low, high = np.searchsorted(file, [bad.file, bad.file + 1])
        behind = low + np.searchsorted(start[low:high], bad.start)
        begins[behind : behind + 1] = True
    return begins


def _of_reject(bad: Reject) -> Record:
    return Record(bad.file, bad.position, bad.start, bad.end, None, [], False, bad.reason)
