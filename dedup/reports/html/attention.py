"""The alarms of a run as a page has them: a sentence, and what of the page each one means."""

from collections.abc import Callable
from typing import Any, NamedTuple

from dedup.reports.numbers import number, percent
from dedup.reports.safe import name, safe
from dedup.summary.format import Alarm, Summary


class Notice(NamedTuple):
    """One reason to look closer. `place`: the part of the page that it means; `label`: what a link there is
    called; `filters`: what the list there is to show, by the name of its fields.
    """

    sentence: str
    place: str
    label: str
    filters: dict[str, str] = {}  # noqa: RUF012 - never changed


def notices(summary: Summary) -> list[Notice]:
    """What needs attention, the most serious first."""
    return [_NOTICES[alarm["alarm"]](alarm) for alarm in summary["alarms"]]


def _unreadable(alarm: Alarm) -> Notice:
    records = number(alarm["count"], "record")
    return Notice(f"{records} could not be read ({percent(alarm['share'])}).", "rejects", "Show the reasons")


def _without_words(alarm: Alarm) -> Notice:
    have = "has" if alarm["count"] == 1 else "have"
    articles = f"{number(alarm['count'], 'article')} ({percent(alarm['share'])}) {have} no words"
    return Notice(f"{articles}: check the extractor and --text-field.", "run", "Show the options")


def _unlike(alarm: Alarm) -> Notice:
    return Notice(
        f"Some of the {alarm['count']:,} articles in the group of {_keeper(alarm)} look unlike each other.",
        "groups",
        "Show the group",
        {"find": _keeper(alarm), "show": "unlike"},
    )


def _crowd(alarm: Alarm) -> Notice:
    share = f"{alarm['count']:,} articles, {percent(alarm['share'])} of all"
    sentence = f"One group has {share}: that of {_keeper(alarm)}."
    return Notice(sentence, "groups", "Show the group", {"find": _keeper(alarm)})


def _echo(alarm: Alarm) -> Notice:
    share = f"{percent(alarm['share'])} of the text of {_site(alarm)} is repeated inside its articles"
    sentence = f"{share}, far more than on other sites: check its extractor."
    return Notice(sentence, "articles", "Show its cuts", {"site": _site(alarm)})


def _printed(alarm: Alarm) -> Notice:
    now, before = percent(alarm["share"]), percent(alarm["earlier"])
    share = f"{_site(alarm)} prints {now} of its text on many pages; in earlier runs it was {before}"
    sentence = f"{share}. Its template has changed, or the extractor."
    return Notice(sentence, "articles", "Show its cuts", {"site": _site(alarm), "kind": "site"})


def _same(alarm: Alarm) -> Notice:
    share = f"{number(alarm['count'], 'near-duplicate')} ({percent(alarm['share'])} of its articles)"
    sentence = f"{_site(alarm)} has {share}: it may show one page under many addresses."
    return Notice(sentence, "groups", "Show its groups", {"site": _site(alarm)})


def _many(alarm: Alarm) -> Notice:
    share = f"{alarm['count']:,} ({percent(alarm['share'])})"
    return Notice(
        f"At least half of all articles were {alarm['alarm']}: {share}.", "groups", "Show the groups"
    )


def _lost(alarm: Alarm) -> Notice:
    lost = f"{percent(alarm['share'])} of the dropped text is in no kept article"
    filters = {"show": "lost", "order": "lost"}
    return Notice(f"{lost} (limit it with --max-loss).", "groups", "Show the largest losses", filters)


def _not_found(alarm: Alarm) -> Notice:
    pinned = alarm["pinned"]
    first = ", ".join(safe(id_) for id_ in pinned["first"])
    others = pinned["unknown"] - len(pinned["first"])
    more = f" and {others:,} more" if others > 0 else ""
    are = "is" if pinned["unknown"] == 1 else "are"
    ids = f"{pinned['unknown']:,} of {number(pinned['ids'], 'id')} of --never-drop {are} in no article"
    return Notice(f"{ids}: {first}{more}.", "run", "Show the options")


def _undated(alarm: Alarm) -> Notice:
    articles = f"{number(alarm['count'], 'article')} ({percent(alarm['share'])})"
    without = f"{articles} without a readable value in the field {safe(alarm['field'])}"
    return Notice(f"{without}: --keep puts them last.", "run", "Show the options")


def _not_preferred(alarm: Alarm) -> Notice:
    field, value = safe(alarm["field"]), safe(alarm["value"])
    sentence = f"No article has {value} in the field {field}: check the value of --keep prefer."
    return Notice(sentence, "run", "Show the options")


_NOTICES: dict[str, Callable[[Any], Notice]] = {
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
    return name(alarm["document"])


def _site(alarm: Alarm) -> str:
    return safe(alarm["host"])
