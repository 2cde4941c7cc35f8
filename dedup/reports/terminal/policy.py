"""A summary -> which fields decided what is kept, and how many articles have them."""

from rich.text import Text

from dedup.reports.layout import Part, indented
from dedup.reports.numbers import number
from dedup.reports.safe import middle
from dedup.summary.format import FieldCounts, PreferenceCount, Summary

_NAME = 40  # columns for the name of a field


def policy(summary: Summary) -> Part:
    """How many articles meet each preference, and how many have a value that newest and oldest can read."""
    lines = [_preference(count) for count in summary.get("preferred") or []]
    if counts := summary.get("keep_field"):
        lines.append(_field(counts))
    return [indented(Text(f"{line} (--keep).")) for line in lines]


def _preference(count: PreferenceCount) -> str:
    articles = number(count["documents"], "article")
    return (
        f"{articles} preferred, with {middle(count['value'], _NAME)!r} in {middle(count['field'], _NAME)!r}"
    )


def _field(counts: FieldCounts) -> str:
    kind = "date" if counts["read_as"] == "dates" else "number"
    text = f"{number(counts['read'], 'article')} with a {kind} in {middle(counts['field'], _NAME)!r}"
    rest = _rest(counts, kind)
    return f"{text}{'; last come ' + ', '.join(rest) if rest else ''}"


def _rest(counts: FieldCounts, kind: str) -> list[str]:
    """The articles without a value that could be read."""
    unclear = counts["unparsable"] - counts["ambiguous"]
    rest = {
        f"with one that is not clearly a {kind}": unclear,
        "with one such as 03/04/2024, in March or April": counts["ambiguous"],
        "without one": counts["missing"],
    }
    return [f"{count:,} {what}" for what, count in rest.items() if count]
