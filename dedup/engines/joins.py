"""The statements of engines/sql by kernels, for tables that fit into memory."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from dedup.kernels import joins as kernel


def shared(keys: pa.Table, documents: pa.Table, round: pa.Table) -> pa.Table:  # noqa: ARG001 - no key is too common
    """shared.sql, for keys in order of rank, numbered, each in several documents but not in too many."""
    key, ranks = _values(keys, "key"), _values(documents, "rank")
    offsets = np.searchsorted(_values(keys, "rank"), ranks).astype(np.int64)
    offsets = np.append(offsets, len(key))
    needed = _values(documents, "needed")
    asked = np.diff(offsets) - _values(documents, "wanted") + needed
    asks = kernel.asks(key, offsets, asked)
    return keys.append_column("needed", pa.array(np.repeat(needed, np.diff(offsets)))).append_column(
        "asks", pa.array(asks)
    )


def candidates(keys: pa.Table, round: pa.Table) -> pa.Table:
    """candidates.sql, for keys in order of rank, numbered."""
    rank, key, needed, asks = _columns(keys)
    hubs, narrow = _limits(round)
    earlier, later = kernel.candidates(rank, key, needed, asks, hubs, narrow)
    return pa.table({"earlier": earlier, "later": later})


def crowded(keys: pa.Table, round: pa.Table) -> pa.Table:
    """crowded.sql, for keys in order of rank, numbered."""
    rank, key, needed, asks = _columns(keys)
    hubs, narrow = _limits(round)
    rank, wide = kernel.crowded(rank, key, needed, asks, hubs, narrow)
    return pa.table({"rank": rank, "wide": wide})


def enough(keys: pa.Table, pairs: pa.Table, documents: pa.Table) -> pa.Table:
    """enough.sql, for keys in order of rank, numbered, and documents 0 to n - 1 in order."""
    key, wanted = _values(keys, "key"), _values(documents, "wanted")
    earlier, later = _values(pairs, "earlier"), _values(pairs, "later")
    offsets = np.searchsorted(_values(keys, "rank"), np.arange(len(wanted) + 1))
    return pairs.filter(pa.array(kernel.common(key, offsets, earlier, later) >= wanted[later]))


def _values(table: pa.Table, name: str) -> Any:
    return table.column(name).to_numpy()


def _columns(keys: pa.Table) -> list[Any]:
    return [_values(keys, name) for name in ("rank", "key", "needed", "asks")]


def _limits(round: pa.Table) -> tuple[int, int]:
    return int(_values(round, "hubs")[0]), int(_values(round, "narrow")[0])


IN_MEMORY: Final[dict[str, Callable[..., pa.Table]]] = {
    "shared": shared,
    "candidates": candidates,
    "crowded": crowded,
    "enough": enough,
}
