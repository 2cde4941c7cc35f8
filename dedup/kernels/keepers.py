"""Matches -> who is kept."""

import numba as nb
import numpy as np
import numpy.typing as npt


@nb.njit(cache=True, nogil=True)
def assign(
    order: npt.NDArray[np.int64],
    bounds: npt.NDArray[np.int64],
    partners: npt.NDArray[np.int64],
    similarity: npt.NDArray[np.float64],
) -> npt.NDArray[np.int64]:
    """Each document's keeper (int64), or -1 for a document that is kept.

    `order` int64: the documents by priority, each once. Document d may be dropped for
    partners[bounds[d]:bounds[d + 1]], with those similarities; not the other way round, unless that is given,
    too. It is dropped for one that was kept before it in `order`: for the most similar of these, the earliest
    in `order` where several are. So a keeper is never itself dropped, and nothing is dropped by a chain.
    """
    keeper = np.full(len(order), -1, np.int64)
    rank = np.empty(len(order), np.int64)
    for place in range(len(order)):
        rank[order[place]] = place
    for place in range(len(order)):
        document = order[place]
        best = np.int64(-1)
        closest = -1.0
        for i in range(bounds[document], bounds[document + 1]):
            other = partners[i]
            if rank[other] >= place or keeper[other] >= 0:
                continue
            if similarity[i] > closest or (similarity[i] == closest and rank[other] < rank[best]):
                best, closest = other, similarity[i]
        keeper[document] = best
    return keeper
