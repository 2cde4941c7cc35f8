"""A summary -> what needs attention: each alarm as a fact and what to do about it."""

from collections.abc import Callable

from rich.text import Text

from dedup.reports.commands import Commands
from dedup.reports.layout import ALARM, DIM, Command, Part, grid, heading, indented
from dedup.reports.numbers import number, percent
from dedup.reports.safe import middle, name, safe
from dedup.summary.format import Alarm, Summary

_NAME = 40  # columns for the name of a document or a site
_PATH = 60  # columns for a path


def attention(summary: Summary, most: int | None = None) -> Part:
    """What needs attention, the most serious first; `most`: how many alarms are shown."""
    if not summary["alarms"]:
        return [heading("Needs attention", ": nothing unusual.")]
    shown = summary["alarms"][:most]
    table = grid("left", "folded")
    for alarm in shown:
        table.add_row(Text("!", style=ALARM), Text(sentence(alarm, summary)))
    more = len(summary["alarms"]) - len(shown)
    rest: Part = [indented(Text(f"and {more:,} more (-v)", style=DIM))] if more > 0 else []
    names = dict.fromkeys(alarm["alarm"].replace(" ", "-") for alarm in shown)
    return [heading("Needs attention"), indented(table), *rest, Command(f"dedup explain {' '.join(names)}")]


def sentence(alarm: Alarm, summary: Summary) -> str:
    """An alarm as a fact and what to do about it."""
    return _SENTENCES[alarm["alarm"]](alarm, summary)


def _articles(alarm: Alarm) -> str:
    return f"{number(alarm['count'], 'article')} ({percent(alarm['share'])})"


def _unreadable(alarm: Alarm, summary: Summary) -> str:
    records = f"{number(alarm['count'], 'record')} ({percent(alarm['share'])}) could not be read."
    rejects = summary["files"]["rejects"] if summary["files"] else None
    if rejects is None:
        return f"{records} -v shows why."
    each = "it" if alarm["count"] == 1 else "each of them"
    return f"{records} {middle(rejects, _PATH)} has {each}, with the line and the reason."


def _without_words(alarm: Alarm, _: Summary) -> str:
    have = "has" if alarm["count"] == 1 else "have"
    return f"{_articles(alarm)} {have} no words. Check the extractor, and --text-field."


def _not_found(alarm: Alarm, _: Summary) -> str:
    pinned = alarm["pinned"]
    ids = f"{number(pinned['ids'], 'id')} in {middle(pinned['file'] or 'never_drop', _NAME)}"
    are = "is" if pinned["unknown"] == 1 else "are"
    first = ", ".join(middle(id_, _NAME) for id_ in pinned["first"])
    more = ", ..." if pinned["unknown"] > len(pinned["first"]) else ""
    return (
        f"{pinned['unknown']:,} of {ids} {are} in no article: {first}{more}. Check --never-drop, --id-field."
    )


def _unlike(alarm: Alarm, _: Summary) -> str:
    group = f"{alarm['count']:,} articles in the group of {_keeper(alarm)}"
    return f"Some of the {group} have little in common. Compare two of them."


def _crowd(alarm: Alarm, _: Summary) -> str:
    group = f"The group of {_keeper(alarm)} has {number(alarm['count'], 'article')}"
    return f"{group}, {percent(alarm['share'])} of all. Check that they are the same article."


def _echo(alarm: Alarm, _: Summary) -> str:
    share = f"{percent(alarm['share'])} of the text of {_site(alarm)} is repeated in the same article"
    return f"{share}, far more than on other sites. Check the extractor of that site."


def _printed(alarm: Alarm, _: Summary) -> str:
    now, before = percent(alarm["share"]), percent(alarm["earlier"])
    changed = f"{now} of the text of {_site(alarm)} is on many of its pages; in earlier runs it was {before}"
    return f"{changed}. Check its template and its extractor."


def _same(alarm: Alarm, _: Summary) -> str:
    near = f"{number(alarm['count'], 'article')} of {_site(alarm)} ({percent(alarm['share'])})"
    are = "is a near-duplicate" if alarm["count"] == 1 else "are near-duplicates"
    return f"{near} {are}. The site may show one page under many addresses: check its URLs."


def _many(alarm: Alarm, _: Summary) -> str:
    were = "was" if alarm["count"] == 1 else "were"
    return f"{_articles(alarm)} {were} {alarm['alarm']}, at least half of all. Check some of the decisions."


def _lost(alarm: Alarm, _: Summary) -> str:
    lost = f"{percent(alarm['share'])} of the dropped text is in no kept copy"
    return f"{lost}. To limit it: --max-loss 10%."


def _undated(alarm: Alarm, _: Summary) -> str:
    have = "has" if alarm["count"] == 1 else "have"
    field = f"the field {middle(alarm['field'], _NAME)!r}"
    return f"{_articles(alarm)} {have} no readable value in {field}, and come last. Check --keep."


def _not_preferred(alarm: Alarm, _: Summary) -> str:
    field, value = middle(alarm["field"], _NAME), middle(alarm["value"], _NAME)
    return f"No article has {value!r} in the field {field!r}. Check the value of --keep prefer."


_SENTENCES: dict[str, Callable[[Alarm, Summary], str]] = {
    "unreadable": _unreadable,
    "without words": _without_words,
    "not found": _not_found,
    "unlike": _unlike,
    "crowd": _crowd,
    "echo": _echo,
    "same": _same,
    "printed": _printed,
    "dropped": _many,
    "tagged": _many,
    "lost": _lost,
    "undated": _undated,
    "not preferred": _not_preferred,
}


def _keeper(alarm: Alarm) -> str:
    return middle(name(alarm["document"]), _NAME)


def _site(alarm: Alarm) -> str:
    return safe(middle(alarm["host"], _NAME))


def unlike_commands(summary: Summary, commands: Commands) -> list[str]:
    """What compares the least similar members of the groups whose members have little in common."""
    pairs = (entry["least"] for entry in summary["groups"]["unlike"])
    lines = (commands.pair(least["one"], least["other"]) for least in pairs)
    return [line for line in lines if line]
