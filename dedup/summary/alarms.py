"""A summary -> its alarms: what needs attention. `Alarm` in format.py says what each one means."""

from collections.abc import Iterator

from dedup.summary.format import Alarm, Summary

_WORDLESS = 0.05  # share of documents without words
_CROWD = 0.1  # share of all documents that are in one group,
_CROWD_SIZE = 100  # and documents in it
_ECHO = 0.05  # share of a site's text that is cut,
_ECHO_TIMES = 3  # and how many times the share of the other sites that is
_SAME = 0.8  # share of a site's documents that is dropped or tagged, and at least twice that of the others
_MANY = 0.5  # share of documents that is dropped or tagged
_UNDATED = 0.2  # share of documents whose field of --keep could not be read
_LOST = 0.05  # share of the dropped text that the keepers lack


def alarms(summary: Summary) -> list[Alarm]:
    """The alarms of a summary, the most serious first; reads all of its other keys."""
    return [
        *_unreadable(summary),
        *_not_found(summary),
        *_groups(summary),
        *_sites(summary),
        *_templates(summary),
        *_overall(summary),
        *_fields(summary),
    ]


def _unreadable(summary: Summary) -> Iterator[Alarm]:
    """Records that could not be read, or have no words."""
    totals, shares = summary["totals"], summary["shares"]
    if totals["rejected"]:
        yield {"alarm": "unreadable", "count": totals["rejected"], "share": shares["rejected"]}
    if shares["empty"] >= _WORDLESS:
        yield {"alarm": "without words", "count": totals["empty"], "share": shares["empty"]}


def _not_found(summary: Summary) -> Iterator[Alarm]:
    """Ids of --never-drop that are in no document."""
    pinned = summary.get("pinned")
    if pinned and pinned["unknown"]:
        share = round(pinned["unknown"] / pinned["ids"], 6)
        yield {"alarm": "not found", "count": pinned["unknown"], "share": share, "pinned": pinned}


def _groups(summary: Summary) -> Iterator[Alarm]:
    """Groups whose members are unlike each other, or that have a large share of all documents."""
    documents = max(1, summary["totals"]["documents"])
    for entry in summary["groups"]["unlike"]:
        share = round(entry["size"] / documents, 6)
        yield {"alarm": "unlike", "count": entry["size"], "share": share, "document": entry["keeper"]}
    for group in summary["groups"]["largest"]:
        share = group["size"] / documents
        if group["size"] >= _CROWD_SIZE and share >= _CROWD:
            document = group["keeper"]
            yield {"alarm": "crowd", "count": group["size"], "share": round(share, 6), "document": document}


def _sites(summary: Summary) -> Iterator[Alarm]:
    """Sites that are much worse than the others."""
    for site in summary["sites"]["worst"] if summary["sites"] else []:
        host, others = site["host"], site["others"]
        if site["echo"] >= max(_ECHO, _ECHO_TIMES * others["echo"]):
            yield {"alarm": "echo", "count": site["documents"], "share": site["echo"], "host": host}
        if site["dropped_share"] >= max(_SAME, 2 * others["dropped_share"]):
            yield {"alarm": "same", "count": site["dropped"], "share": site["dropped_share"], "host": host}


def _templates(summary: Summary) -> Iterator[Alarm]:
    """Sites that print another share of their text than in earlier runs."""
    for site in summary["sites"]["changed"] if summary["sites"] else []:
        yield {
            "alarm": "printed",
            "count": site["documents"],
            "share": site["printed"],
            "host": site["host"],
            "earlier": site["earlier"],
        }


def _overall(summary: Summary) -> Iterator[Alarm]:
    """Many documents dropped or tagged, or much text lost, over all. Where documents are tagged, none is."""
    dropped, tagged = summary["totals"]["dropped"], summary["totals"]["tagged"]
    share = summary["shares"]["dropped"] + summary["shares"]["tagged"]
    if share >= _MANY:
        yield {"alarm": "tagged" if tagged else "dropped", "count": dropped + tagged, "share": share}
    if dropped and summary["loss"]["overall"] >= _LOST:
        yield {"alarm": "lost", "count": dropped, "share": summary["loss"]["overall"]}


def _fields(summary: Summary) -> Iterator[Alarm]:
    """Fields of `--keep` that few documents have a readable value in, or none the preferred one."""
    documents = summary["totals"]["documents"]
    if documents and (field := summary.get("keep_field")):
        without = field["unparsable"] + field["missing"]
        if (share := round(without / documents, 6)) >= _UNDATED:
            yield {"alarm": "undated", "count": without, "share": share, "field": field["field"]}
    for preference in summary.get("preferred") or []:
        if documents and not preference["documents"]:
            name, value = preference["field"], preference["value"]
            yield {"alarm": "not preferred", "count": 0, "share": 0.0, "field": name, "value": value}
