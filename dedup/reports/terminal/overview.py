"""A summary -> how the report begins: the run in one sentence, what needs attention, totals, sites."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from dedup.reports.layout import ALARM, DIM, Part, Sentence, grid, heading, indented
from dedup.reports.near_duplicates import fate
from dedup.reports.numbers import number, percent
from dedup.reports.safe import middle, name, safe
from dedup.summary.findings_format import Sites
from dedup.summary.format import Alarm, Summary

_NAME = 40  # columns for the name of a document or a site
_SITES = 5  # that are listed


def headline(summary: Summary) -> Part:
    """The run in one sentence."""
    totals, duplicates = summary["totals"], fate(summary)
    became = f"{number(duplicates.articles, 'near-duplicate')} {duplicates.word}"
    rest = f"{became}, {totals['cut']:,} cleaned of repeats, {totals['rejected']:,} unreadable"
    return [Sentence(f"{number(records(summary), 'article')} in, {totals['kept']:,} out:", rest)]


def records(summary: Summary) -> int:
    """How many records came in: documents and rejects."""
    return summary["totals"]["documents"] + summary["totals"]["rejected"]


def check(summary: Summary) -> Part:
    """What needs attention."""
    if not records(summary):
        return []
    if not summary["alarms"]:
        return [heading("Needs attention", ": nothing unusual")]
    table = grid("left", "folded")
    for alarm in summary["alarms"]:
        table.add_row(Text("!", style=ALARM), Text(_SENTENCES[alarm["alarm"]](alarm)))
    return [heading("Needs attention"), indented(table)]


def _unreadable(alarm: Alarm) -> str:
    return f"{number(alarm['count'], 'record')} could not be read ({percent(alarm['share'])})"


def _without_words(alarm: Alarm) -> str:
    articles = f"{number(alarm['count'], 'article')} without words ({percent(alarm['share'])})"
    return f"{articles}: check the extractor and --text-field"


def _not_found(alarm: Alarm) -> str:
    pinned = alarm["pinned"]
    ids = f"{number(pinned['ids'], 'id')} in {middle(pinned['file'] or 'never_drop', _NAME)}"
    are = "is" if pinned["unknown"] == 1 else "are"
    first = ", ".join(middle(id_, _NAME) for id_ in pinned["first"])
    more = ", ..." if pinned["unknown"] > len(pinned["first"]) else ""
    return f"{pinned['unknown']:,} of {ids} {are} in no article: {first}{more}"


def _unlike(alarm: Alarm) -> str:
    return f"some of the {alarm['count']:,} articles in the group of {_keeper(alarm)} look unlike each other"


def _crowd(alarm: Alarm) -> str:
    return f"the group of {_keeper(alarm)} has {alarm['count']:,} articles ({percent(alarm['share'])} of all)"


def _echo(alarm: Alarm) -> str:
    share = f"{percent(alarm['share'])} of the text of {_site(alarm)} is repeated"
    return f"{share}, far more than on other sites: check its extractor"


def _printed(alarm: Alarm) -> str:
    now, before = percent(alarm["share"]), percent(alarm["earlier"])
    changed = f"{now} of the text of {_site(alarm)} is printed on many pages, {before} in earlier runs"
    return f"{changed}: its template has changed, or the extractor"


def _same(alarm: Alarm) -> str:
    share = f"{percent(alarm['share'])} of its articles"
    duplicates = f"{number(alarm['count'], 'near-duplicate')} on {_site(alarm)} ({share})"
    return f"{duplicates}: the site may show one page under many addresses"


def _many(alarm: Alarm) -> str:
    became = f"{alarm['alarm']}: {alarm['count']:,} ({percent(alarm['share'])})"
    return f"at least half of all articles were {became}"


def _lost(alarm: Alarm) -> str:
    lost = f"{percent(alarm['share'])} of the dropped text is not in the article kept instead"
    return f"{lost} (limit it with --max-loss)"


def _undated(alarm: Alarm) -> str:
    field = middle(alarm["field"], _NAME)
    articles = f"{number(alarm['count'], 'article')} ({percent(alarm['share'])}) without a readable value"
    return f"{articles} in {field!r}: --keep takes the first of them"


def _not_preferred(alarm: Alarm) -> str:
    field, value = middle(alarm["field"], _NAME), middle(alarm["value"], _NAME)
    return f"no article has {value!r} in {field!r}: check the value of --keep prefer"


_SENTENCES: dict[str, Callable[[Alarm], str]] = {
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
    return middle(alarm["host"], _NAME)


class CountRow(NamedTuple):
    """A row of the totals; characters are None where they are not counted."""

    key: str
    label: str
    articles: int
    share: float
    characters: int | None = None
    characters_share: float | None = None


def count_rows(summary: Summary) -> Iterator[CountRow]:
    """The rows of the totals below the first: what became of the records."""
    count, share = summary["totals"], summary["shares"]
    kept = count["kept_characters"], share["kept_characters"]
    cut = count["cut_characters"], share["cut_characters"]
    duplicates = fate(summary)
    yield CountRow("kept", "out", count["kept"], share["kept"], *kept)
    yield CountRow("cut", "cut", count["cut"], share["cut"], *cut)
    yield CountRow("updated", "updates", count.get("updated", 0), share.get("updated", 0.0))
    yield CountRow(duplicates.word, *duplicates)
    yield CountRow("rejected", "unreadable", count["rejected"], share["rejected"])
    yield CountRow("empty", "without words", count["empty"], share["empty"])


def totals(summary: Summary) -> Part:
    """How much came in and went out."""
    if not records(summary):
        return [Text("The input has no articles.")]
    table = grid("left", "right", "right", "right", "right", head=("", "articles", "", "characters", ""))
    table.add_row("in", f"{records(summary):,}", "", f"{summary['totals']['characters']:,}", "")
    for row in count_rows(summary):
        cells = [row.label, f"{row.articles:,}", percent(row.share)]
        if row.characters is not None and row.characters_share is not None:
            cells += [f"{row.characters:,}", percent(row.characters_share)]
        if row.articles or row.key == "kept":
            table.add_row(*cells)
    return [indented(table), *_passed_over(summary)]


def _passed_over(summary: Summary) -> Part:
    """The records of WARC files that are no pages; an older ledger does not count them."""
    counts = summary.get("passed_over") or {}
    listed = ", ".join(f"{count:,} {safe(what)}" for what, count in counts.items())
    return [indented(Text(f"no pages, passed over: {listed}", style=DIM))] if counts else []


def sites(summary: Summary) -> Part:
    """The sites of which most text is cut."""
    sites = summary["sites"]
    if not sites:
        return []
    least = f"{number(sites['least'], 'article')}"
    if not sites["worst"]:
        return [heading("Sites", f": {sites['hosts']:,}, none with at least {least}")]
    title = f": {sites['hosts']:,}, worst first of the {sites['told']:,} with at least {least}"
    hint = (
        "repeated: text twice in one article; printed: what the site prints on many pages (dedup sites shows "
        "it). If one of them jumps between runs, check that site's extractor."
    )
    return [
        heading("Sites", title),
        indented(_site_table(sites, fate(summary).word)),
        indented(Text(hint, style=DIM)),
    ]


def _site_table(sites: Sites, fate: str) -> RenderableType:
    """The worst sites. `fate`: what became of near-duplicates."""
    head = ("", "articles", fate, "", "repeated", "printed")
    table = grid("left", "right", "right", "right", "right", "right", head=head)
    for site in sites["worst"][:_SITES]:
        dropped = f"{site['dropped']:,}", percent(site["dropped_share"])
        name, shares = Text(middle(site["host"], _NAME)), (percent(site["echo"]), percent(site["printed"]))
        table.add_row(name, f"{site['documents']:,}", *dropped, *shares)
    dropped_share, shares = (
        percent(sites["dropped_share"]),
        (percent(sites["echo"]), percent(sites["printed"])),
    )
    table.add_row("all", f"{sites['documents']:,}", "", dropped_share, *shares, style=DIM)
    return table
