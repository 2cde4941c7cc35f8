"""An outcome -> its documents counted by site (the host of their address), the worst site first."""

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.kernels.arrays import Int64s
from dedup.pipeline.outcome import Outcome
from dedup.summary.findings_format import Site, Sites, SiteShares

LEAST = 10
"""Documents that a site needs to be listed, so that one odd page raises no alarm."""
WORST = 10
"""Sites that are listed."""


def sites(outcome: Outcome) -> Sites | None:
    """The `sites` of a summary; None where no document has a host."""
    hosts, host_of = outcome.corpus.hosts()
    known = host_of >= 0
    if not known.any():
        return None
    dropped = outcome.keepers.keeper[known] >= 0
    characters, cut = (outcome.table.column(name).to_numpy()[known] for name in ("characters", "cut"))
    weights = (np.ones(len(dropped)), dropped, characters, cut)
    counts = np.array([np.bincount(host_of[known], weight, len(hosts)) for weight in weights], np.int64)
    listed = np.flatnonzero(counts[0] >= LEAST)
    echo, dropped_share = _shares(counts)
    worst = listed[np.lexsort((listed, -dropped_share[listed], -echo[listed]))][:WORST]
    counts_of_worst = [(hosts[host], counts[:, host]) for host in worst.tolist()]
    return site_summary(
        outcome.options.url_field, len(hosts), len(listed), counts.sum(axis=1), counts_of_worst
    )


def site_summary(
    field: str, hosts: int, listed: int, total: Int64s, worst: list[tuple[str, Int64s]]
) -> Sites:
    """The `sites` of a summary. `hosts`: different ones; `listed`: those with LEAST documents or more;
    `total`: documents, dropped, characters, cut of all hosts; `worst`: names and the same four counts of the
    worst ones.
    """
    shares = _site_shares(total)
    return {
        "field": field,
        "hosts": hosts,
        "documents": int(total[0]),
        "least": LEAST,
        "told": listed,
        "echo": shares["echo"],
        "dropped_share": shares["dropped_share"],
        "worst": [_site(host, counts, total) for host, counts in worst],
    }


def most_cut(outcome: Outcome, host: str) -> int | None:
    """The row of the site's document from which most is cut; None where nothing is cut."""
    hosts, host_of = outcome.corpus.hosts()
    rows = np.flatnonzero(host_of == hosts.index(host))
    cut = outcome.table.column("cut").to_numpy()[rows]
    return int(rows[np.argmax(cut)]) if cut.any() else None


def _site(host: str, counts: Int64s, total: Int64s) -> Site:
    """One site beside all others."""
    documents, dropped, characters, cut = counts.tolist()
    shares = _site_shares(counts)
    return {
        "host": host,
        "documents": documents,
        "dropped": dropped,
        "characters": characters,
        "cut_characters": cut,
        "echo": shares["echo"],
        "dropped_share": shares["dropped_share"],
        "others": _site_shares(total - counts),
    }


def _site_shares(counts: Int64s) -> SiteShares:
    """The shares of one site, or of several together, from their counts."""
    echo, dropped_share = _shares(counts)
    return {"echo": round(float(echo), 6), "dropped_share": round(float(dropped_share), 6)}


def _shares(counts: Int64s) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The shares of characters that are cut and of documents that are dropped. `counts`: documents, dropped,
    characters, cut: one number each, or one for each site.
    """
    documents, dropped, characters, cut = counts
    return cut / np.maximum(characters, 1), dropped / np.maximum(documents, 1)
