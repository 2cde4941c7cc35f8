"""The statements of engines/sql by kernels, for keys that fit into memory."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from dedup.native import joins as kernel
from dedup.native.joins import Keys


def candidates(keys: Keys, round: pa.Table) -> pa.Table:
    """candidates.sql."""
    earlier, later = kernel.candidates(keys, *_limits(round))
    return pa.table({"earlier": earlier, "later": later})


def crowded(keys: Keys, round: pa.Table) -> pa.Table:
    """crowded.sql."""
    rank, wide = kernel.crowded(keys, *_limits(round))
    return pa.table({"rank": rank, "wide": wide})


def enough(keys: Keys, pairs: pa.Table, documents: pa.Table) -> pa.Table:
    """enough.sql, for documents 0 to n - 1 in order."""
    earlier, later = (_values(pairs, name) for name in ("earlier", "later"))
    numbers = (np.searchsorted(keys.rank, ranks) for ranks in (earlier, later))
    common = kernel.common(keys.key, keys.bounds, *numbers)
    return pairs.filter(pa.array(common >= _values(documents, "wanted")[later]))


def rows_of(keys: Keys) -> pa.Table:
    """The keys as the statements have them: columns rank, key, needed and asks, a row for each key of each
    document.
    """
    sizes = np.diff(keys.bounds)
    rows = np.repeat(keys.kept, sizes)
    columns: dict[str, Any] = {
        "rank": np.repeat(keys.rank, sizes),
        "key": np.where(keys.key < 0, ~keys.key, keys.key),
        "needed": np.repeat(keys.needed, sizes),
        "asks": (keys.key >= 0) & np.repeat(keys.asking, sizes),
    }
    return pa.table({name: column[rows] for name, column in columns.items()})


def _values(table: pa.Table, name: str) -> Any:
    return table.column(name).to_numpy()


def _limits(round: pa.Table) -> tuple[int, int]:
    return int(_values(round, "hubs")[0]), int(_values(round, "narrow")[0])


IN_MEMORY: Final[dict[str, Callable[..., pa.Table]]] = {
    "candidates": candidates,
    "crowded": crowded,
    "enough": enough,
}
