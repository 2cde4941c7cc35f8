"""A summary -> what a person should look at first: `dedup.summary` lists what each alarm says."""

from typing import Any

_ECHO = 0.05  # a site that says this share of its text twice, and
_TIMES = 3  # so many times the share of all the others
_SAME = 0.8  # a site of which this share is dropped, where the others lose less than half of that
_CROWD = 0.1  # a group of this share of all documents,
_CROWDED = 100  # and of so many
_WORDLESS = 0.05  # documents without words
_GONE = 0.5  # dropped documents
_LOST = 0.05  # the share of their text that dropped documents lose on the whole


def alarms(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """The alarms of a summary that has all the other keys, what is gravest first."""
    found = [*_unread(summary), *_groups(summary), *_sites(summary), *_shares(summary)]
    return [
        {"alarm": name, "count": count, "share": round(share, 6), **more}
        for name, count, share, more in found
    ]


_Alarm = tuple[str, int, float, dict[str, Any]]


def _unread(summary: dict[str, Any]) -> list[_Alarm]:
    """Records that could not be read, or have no words."""
    totals, shares = summary["totals"], summary["shares"]
    found: list[_Alarm] = []
    if totals["rejected"]:
        found.append(("unreadable", totals["rejected"], shares["rejected"], {}))
    if shares["empty"] >= _WORDLESS:
        found.append(("without words", totals["empty"], shares["empty"], {}))
    return found


def _groups(summary: dict[str, Any]) -> list[_Alarm]:
    """Groups whose members are unlike each other, or that swallow much."""
    groups, records = summary["groups"], max(1, summary["totals"]["documents"])
    found: list[_Alarm] = [
        ("unlike", one["size"], one["size"] / records, {"document": one["keeper"]})
        for one in groups["unlike"]
    ]
    return found + [
        ("crowd", one["size"], one["size"] / records, {"document": one["keeper"]})
        for one in groups["largest"]
        if one["size"] >= _CROWDED and one["size"] / records >= _CROWD
    ]


def _sites(summary: dict[str, Any]) -> list[_Alarm]:
    """Sites that are much worse than the others."""
    found: list[_Alarm] = []
    sites = summary["sites"] or {"worst": []}
    for site in sites["worst"]:
        host = {"host": site["host"]}
        if site["echo"] >= max(_ECHO, _TIMES * site["others"]["echo"]):
            found.append(("echo", site["documents"], site["echo"], host))
        if site["dropped_share"] >= max(_SAME, 2 * site["others"]["dropped_share"]):
            found.append(("same", site["dropped"], site["dropped_share"], host))
    return found


def _shares(summary: dict[str, Any]) -> list[_Alarm]:
    """Much that goes on the whole."""
    found: list[_Alarm] = []
    dropped = summary["totals"]["dropped"]
    if summary["shares"]["dropped"] >= _GONE:
        found.append(("dropped", dropped, summary["shares"]["dropped"], {}))
    if summary["loss"]["overall"] >= _LOST:
        found.append(("lost", dropped, summary["loss"]["overall"], {}))
    return found
