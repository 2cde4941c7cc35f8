"""A summary -> how the report begins: the run in one sentence, what needs attention, totals, sites."""

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from dedup.reports.layout import DIM, Part, Sentence, grid, heading, indented
from dedup.reports.near_duplicates import fate
from dedup.reports.numbers import number, percent
from dedup.reports.safe import middle, safe
from dedup.reports.terminal.short.attention import attention
from dedup.summary.findings_format import Sites
from dedup.summary.format import Summary

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
    return attention(summary) if records(summary) else []


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
