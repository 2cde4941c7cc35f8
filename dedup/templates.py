"""Pairs that say the same with other figures: two companies' results, two quakes, two days' rates. They are kept."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

from dedup.figures import FIGURE, Figures, figures

Int64s = npt.NDArray[np.int64]


class Slots(NamedTuple):
    same: int
    places: list[tuple[int, int]]


def slots(found: Figures, left: int, right: int):
    a, b = (slice(found.bounds[i], found.bounds[i + 1]) for i in (left, right))
    ka,kb,na,nb = found.keys[a].tolist(), found.keys[b].tolist(), found.kinds[a].tolist(), found.kinds[b].tolist()
    same=0; diff=[]
    i0=j0=0
    blocks=LCSseq.editops(ka,kb).as_matching_blocks()
    prev=0
    for i,j,n in blocks:
        la,lb=i-i0,j-j0
        if la==lb>0:
            for k in range(la):
                if na[i0+k]==FIGURE==nb[j0+k]: diff.append((i0+k,j0+k,prev,n,la))
        same+=sum(1 for k in range(n) if na[i+k]==FIGURE)
        i0,j0=i+n,j+n
        prev=n
    return same,diff
