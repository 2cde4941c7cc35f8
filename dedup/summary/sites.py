"""An outcome -> its documents counted by site (the host of their address), the worst site first."""

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.native.arrays import Int64s
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.sites.site_pass import site_codes
from dedup.summary.findings_format import ChangedSite, Site, Sites, SiteShares

LEAST = 10
"""Documents that a site needs to be listed, so that one odd page raises no alarm."""
WORST = 10
"""Sites that are listed."""
CHANGE = 0.2
"""How much the share of text that a site prints has changed since earlier runs for an alarm."""


def sites(outcome: Outcome) -> Sites | None:
    """The `sites` of a summary; None where no document has a host."""
    hosts, host_of = outcome.corpus.hosts()
    known = host_of >= 0
    if not known.any():
        return None
    dropped = outcome.keepers.keeper[known] >= 0
    names = ("characters", "cut", "printed")
    texts = (outcome.table.column(name).to_numpy()[known] for name in names)
    weights = (np.ones(len(dropped)), dropped, *texts)
    counts = np.array([np.bincount(host_of[known], weight, len(hosts)) for weight in weights], np.int64)
    listed = np.flatnonzero(counts[0] >= LEAST)
    echo, printed, dropped_share = _shares(counts)
    worst = listed[np.lexsort((listed, -dropped_share[listed], -(echo + printed)[listed]))][:WORST]
    counts_of_worst = [(hosts[host], counts[:, host]) for host in worst.tolist()]
    field = outcome.options.site_field or outcome.options.url_field
    changed = _changed(outcome, hosts, counts)
    return site_summary(field, len(hosts), len(listed), counts.sum(axis=1), counts_of_worst, changed)


def _changed(outcome: Outcome, hosts: list[str], counts: Int64s) -> list[ChangedSite]:
    """The sites that print another share of their text than in earlier runs, the greatest change first.
    `counts`: as `site_summary` has them, by host.
    """
    if outcome.pages is None:
        return []
    pages, characters, printed = outcome.pages.earlier.sums.T
    rows, are_known = outcome.pages.earlier.places(site_codes(hosts))
    if not are_known.any():
        return []
    before, now = (printed / np.maximum(characters, 1))[rows], _shares(counts)[1]
    change = np.where(are_known & (pages[rows] >= LEAST) & (counts[0] >= LEAST), np.abs(now - before), 0)
    changed = [host for host in np.argsort(-change, kind="stable").tolist() if change[host] >= CHANGE]
    return [
        {
            "host": hosts[host],
            "documents": int(counts[0][host]),
            "printed": round(float(now[host]), 6),
            "earlier": round(float(before[host]), 6),
        }
        for host in changed[:WORST]
    ]


def site_summary(
    field: str,
    hosts: int,
    listed: int,
    total: Int64s,
    worst: list[tuple[str, Int64s]],
    changed: list[ChangedSite],
) -> Sites:
    """The `sites` of a summary. `hosts`: different ones; `listed`: those with LEAST documents or more;
    `total`: documents, dropped, characters, cut, printed of all hosts; `worst`: names and the same counts of
    the worst ones; `changed`: those that print another share than before.
    """
    shares = _site_shares(total)
    return {
        "field": field,
        "hosts": hosts,
        "documents": int(total[0]),
        "least": LEAST,
        "told": listed,
        **shares,
        "worst": [_site(host, counts, total) for host, counts in worst],
        "changed": changed,
    }


def most_cut(outcome: Outcome, host: str) -> int | None:
    """The row of the site's document from which most is cut; None where nothing is cut."""
    hosts, host_of = outcome.corpus.hosts()
    rows = np.flatnonzero(host_of == hosts.index(host))
    cut = outcome.table.column("cut").to_numpy()[rows]
    return int(rows[np.argmax(cut)]) if cut.any() else None


def _site(host: str, counts: Int64s, total: Int64s) -> Site:
    """One site beside all others."""
    documents, dropped, characters, cut, printed = counts.tolist()
    shares = _site_shares(counts)
    return {
        "host": host,
        "documents": documents,
        "dropped": dropped,
        "characters": characters,
        "cut_characters": cut,
        "printed_characters": printed,
        **shares,
        "others": _site_shares(total - counts),
    }


def _site_shares(counts: Int64s) -> SiteShares:
    """The shares of one site, or of several together, from their counts."""
    echo, printed, dropped_share = (round(float(share), 6) for share in _shares(counts))
    return {"echo": echo, "printed": printed, "dropped_share": dropped_share}


def _shares(counts: Int64s) -> tuple[npt.NDArray[Any], ...]:
    """The shares of characters that are cut as repeats, of those that are cut as printed by the site, and of
    documents that are dropped. `counts`: documents, dropped, characters, cut, printed: one number each, or
    one for each site.
    """
    documents, dropped, characters, cut, printed = counts
    of_text = np.maximum(characters, 1)
    return (cut - printed) / of_text, printed / of_text, dropped / np.maximum(documents, 1)
