"""Signatures -> bands -> the pairs of documents that share a band: candidates, still to be verified."""

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.errors import OptionsError
from dedup.kernels import minhash
from dedup.kernels.shingles import factors

Int64s = npt.NDArray[np.int64]


class Engine(Protocol):
    """What candidates need of an engine."""

    def query(self, statement: str, **tables: pa.Table) -> pa.Table: ...


class Bands(NamedTuple):
    """How a MinHash row is cut: `number` bands of `rows` numbers each."""

    number: int
    rows: int

    def probability(self, jaccard: float) -> float:
        """That a pair of this Jaccard shares a band: 1 - (1 - J^rows)^number (Leskovec, Rajaraman, Ullman:
        Mining of Massive Datasets, 3.4).
        """
        return float(1 - (1 - jaccard**self.rows) ** self.number)


def bands_for(threshold: float, recall: float, num_perm: int) -> Bands:
    """As many rows a band as let a pair at the threshold become a candidate with probability `recall`: fewest
    false candidates.

    Raises OptionsError where `num_perm` is too small for that.
    """
    choices = [Bands(num_perm // rows, rows) for rows in range(num_perm, 0, -1)]
    for choice in choices:
        if choice.probability(threshold) >= recall:
            return choice
    best = choices[-1].probability(threshold)
    raise OptionsError(
        f"{num_perm} permutations find a pair at {threshold} with probability {best:.3f} at the most, "
        f"not {recall}: raise --num-perm or lower --recall"
    )


def buckets(signatures: npt.NDArray[np.uint32], bands: Bands) -> npt.NDArray[np.int64]:
    """The bucket of each band of each row: int64 (documents, bands.number); equal only for equal numbers in
    the same band.
    """
    return minhash.band_hashes(signatures, bands.number, bands.rows, factors(bands.rows)).view(np.int64)


class Candidates(NamedTuple):
    """Pairs of documents by their places in the order of keeping (int64), and how many documents stood in
    buckets too wide for all pairs.
    """

    earlier: Int64s
    later: Int64s
    crowded: int


def candidates(buckets: npt.NDArray[np.int64], places: Int64s, engine: Engine) -> Candidates:
    """The pairs that share a bucket. `buckets` int64 (documents, bands), `places` int64 (documents)."""
    count = buckets.shape[1]
    bands = pa.table({"place": np.repeat(places, count), "bucket": buckets.reshape(-1)})
    pairs = engine.query("candidates", bands=bands)
    earlier, later = (pairs.column(name).to_numpy() for name in ("earlier", "later"))
    order = np.lexsort((later, earlier))
    crowded = engine.query("crowds", bands=bands).column("crowded")[0].as_py()
    return Candidates(earlier[order], later[order], int(crowded))
