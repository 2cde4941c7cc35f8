"""An outcome -> the sites that its documents are of, by host, the worst first."""

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.pipeline.outcome import Outcome

Counts = npt.NDArray[np.int64]

LEAST = 10
"""Documents from which on a site is told of: one odd page is no alarm."""
WORST = 10


def sites(outcome: Outcome) -> dict[str, Any] | None:
    """What a summary says of sites; None where no document has a host."""
    hosts, of = outcome.corpus.hosts()
    have = of >= 0
    if not have.any():
        return None
    own, dropped = of[have], outcome.keepers.keeper[have] >= 0
    characters, cut = (outcome.table.column(name).to_numpy()[have] for name in ("characters", "cut"))
    counts = np.array(
        [_counted(own, hosts, weights) for weights in (np.ones(len(own)), dropped, characters, cut)], np.int64
    )
    told = np.flatnonzero(counts[0] >= LEAST)
    whole = counts.sum(axis=1)
    shares = _shares(counts)
    order = told[np.lexsort((told, -shares["dropped_share"][told], -shares["echo"][told]))][:WORST]
    worst = [(hosts[row], counts[:, row]) for row in order.tolist()]
    return summed(outcome.options.url_field, len(hosts), len(told), whole, worst)


def summed(
    field: str, hosts: int, told: int, whole: Counts, worst: list[tuple[str, Counts]]
) -> dict[str, Any]:
    """What a summary says of so many hosts, of which so many are told of: counts (documents, dropped,
    characters, cut; int64) of all, and of the worst.
    """
    return {
        "field": field,
        "hosts": hosts,
        "documents": int(whole[0]),
        "least": LEAST,
        "told": told,
        **_rounded(_shares(whole)),
        "worst": [_site(host, counts, whole) for host, counts in worst],
    }


def most_cut(outcome: Outcome, host: str) -> int | None:
    """The document of a site of which most is cut inside, if anything is."""
    hosts, of = outcome.corpus.hosts()
    rows = np.flatnonzero(of == hosts.index(host))
    cut = outcome.table.column("cut").to_numpy()[rows]
    return int(rows[np.argmax(cut)]) if cut.any() else None


def _counted(own: npt.NDArray[np.int32], hosts: list[str], weights: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.bincount(own, weights, len(hosts))


def _site(host: str, counts: Counts, whole: Counts) -> dict[str, Any]:
    """One site, beside all others."""
    names = ("documents", "dropped", "characters", "cut_characters")
    return {
        "host": host,
        **dict(zip(names, counts.tolist(), strict=True)),
        **_rounded(_shares(counts)),
        "others": _rounded(_shares(whole - counts)),
    }


def _shares(counts: Counts) -> dict[str, Any]:
    """How much of what these counts (documents, dropped, characters, cut) are of is said twice, and is
    dropped.
    """
    documents, dropped, characters, cut = counts
    return {"echo": cut / np.maximum(characters, 1), "dropped_share": dropped / np.maximum(documents, 1)}


def _rounded(shares: dict[str, Any]) -> dict[str, float]:
    return {name: round(float(share), 6) for name, share in shares.items()}
