"""What a page says of a whole run, in sentences and tables."""

from collections.abc import Iterator
from typing import Any

from dedup.policy import Policy
from dedup.reports.near_duplicates import fate, is_tagging
from dedup.reports.numbers import number, percent
from dedup.reports.safe import safe
from dedup.summary.format import Summary

_REASONS = 20  # of unreadable records that are listed


def headline(summary: Summary) -> tuple[str, str]:
    """The run in one sentence, in two halves."""
    totals = summary["totals"]
    records = totals["documents"] + totals["rejected"]
    return f"{number(records, 'article')} in, {totals['kept']:,} out", _became(summary)


def _became(summary: Summary) -> str:
    totals, duplicates = summary["totals"], fate(summary)
    became = f"{number(duplicates.articles, 'near-duplicate')} {duplicates.word}"
    rejected = f", {totals['rejected']:,} unreadable" if totals["rejected"] else ""
    return f"{became}, {totals['cut']:,} cleaned of repeats{rejected}."


def of_groups(summary: Summary) -> Iterator[str]:
    """Sentences on near-duplicates: when two match, which is kept, what is lost, what was not compared."""
    yield f"Two articles match if {match_rule(summary['options'])}. {deciding(summary)}"
    loss = summary["loss"]
    if loss["worst"] and not is_tagging(summary):
        yield (
            f"{percent(loss['overall'])} of the dropped text is in no kept article; at worst, "
            f"{percent(loss['worst'])} of one article (limit it with --max-loss)."
        )
    if summary["seen"]:
        articles = number(summary["seen"], "article")
        yield f"{articles} {fate(summary).word} for an article that an earlier run kept."
    if summary["crowded"]:
        were = "was" if summary["crowded"] == 1 else "were"
        crowd = f"{number(summary['crowded'], 'article')} {were} compared with some of the candidates only"
        yield f"{crowd}; a few duplicates may remain."
    yield from _of_fields(summary)


def _of_fields(summary: Summary) -> Iterator[str]:
    """Sentences on what --never-drop and --keep found."""
    pinned = summary.get("pinned")
    if pinned:
        are = "is" if pinned["documents"] == 1 else "are"
        file = f"--never-drop {safe(pinned['file'])}" if pinned["file"] else "never_drop"
        yield f"{number(pinned['documents'], 'article')} {are} never dropped ({file})."
        if pinned["unknown"]:
            ids = f"{pinned['unknown']:,} of its {number(pinned['ids'], 'id')}"
            yield f"{ids} {'is' if pinned['unknown'] == 1 else 'are'} in no article."
    for preference in summary.get("preferred") or []:
        has = f"{safe(preference['value'])} in the field {safe(preference['field'])}"
        yield f"{number(preference['documents'], 'article')} with {has} are preferred (--keep)."
    if field := summary.get("keep_field"):
        kind = "date" if field["read_as"] == "dates" else "number"
        articles = number(field["read"], "article")
        without = field["unparsable"] + field["missing"]
        rest = f"; {without:,} without one come last" if without else ""
        yield f"{articles} with a {kind} in the field {safe(field['field'])}{rest} (--keep)."


def match_rule(options: Any) -> str:
    """When two articles match."""
    jaccard = f"their Jaccard similarity is at least {options['threshold']:g}"
    if options["contained"] is None:
        return jaccard
    return f"{jaccard}, or at least {100 * options['contained']:g}% of one is in the other"


def deciding(summary: Summary) -> str:
    """Which of several that match is kept."""
    kept = _kept(summary["options"]["keep"])
    if is_tagging(summary):
        return f"Of those that match, all but {kept} are tagged."
    return f"Of those that match, {kept} is kept."


def _kept(keep: str) -> str:
    """Which of several articles is kept. `keep`: the option, which another version may have written."""
    try:
        policy, field, preferences = Policy.parse(keep)
    except ValueError:
        return f"the one that --keep {safe(keep)} chooses"
    preferred = [f"one with {safe(value)} in the field {safe(field)}, else " for field, value in preferences]
    return f"{''.join(preferred)}the {policy}{f' by the field {safe(field)}' if field else ''}"


def reasons(summary: Summary) -> list[dict[str, Any]]:
    """Why records could not be read: the reason, records, their share, the places of the first."""
    return [
        {
            "reason": safe(reason["reason"]),
            "count": reason["count"],
            "share": percent(reason["share"]),
            "first": [safe(f"{at['source']}:{at['position']}") for at in reason["first"]],
            "more": reason["count"] - len(reason["first"]),
        }
        for reason in summary["rejects"][:_REASONS]
    ]


def sites(summary: Summary) -> list[dict[str, Any]]:
    """The sites of which most text is cut."""
    return [
        {
            "site": safe(site["host"]),
            "articles": site["documents"],
            "dropped": site["dropped"],
            "dropped_share": percent(site["dropped_share"]),
            "repeated": percent(site["echo"]),
            "printed": percent(site["printed"]),
        }
        for site in (summary["sites"]["worst"] if summary["sites"] else [])
    ]


def kinds(summary: Summary) -> list[dict[str, Any]]:
    """The kinds of repeats."""
    return [
        {
            "kind": safe(kind),
            "found": counts["found"],
            "cut": counts["cut"],
            "share": percent(counts["cut"] / counts["found"]) if counts["cut"] else "",
        }
        for kind, counts in summary["repeats"].items()
    ]


def skipped(summary: Summary) -> list[str]:
    """The files of folders that were not read, since dedup wrote them."""
    files = summary["files"]
    return [f"{safe(file['name'])} ({safe(file['what'])})" for file in (files["skipped"] if files else [])]
