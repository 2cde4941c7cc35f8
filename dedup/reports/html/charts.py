"""Pictures of a page, drawn in SVG, each with its numbers in words or as a table."""

from html import escape
from typing import cast

from dedup.reports.layout import percent
from dedup.summary.exhibits import Histogram
from dedup.summary.format import Summary

_WIDTH, _HEIGHT, _LEFT, _TOP, _BASE = 360, 150, 38, 14, 126
FATES = {"kept": "kept", "cut": "kept, cut", "dropped": "dropped", "rejected": "unreadable"}


def fates(report: Summary) -> str:
    """What became of the records, as a bar. Its numbers stand below it."""
    counts = {**cast(dict[str, int], report["totals"])}
    whole = counts["documents"] + counts["rejected"]
    if not whole:
        return ""
    counts["kept"] -= counts["cut"]
    bars, keys, at = [], [], 0.0
    for key, label in FATES.items():
        width = 100 * counts[key] / whole
        if counts[key]:
            bars.append(f'<rect class="{key}" x="{at:.3f}" y="0" width="{width:.3f}" height="10"/>')
            told = f"<b>{counts[key]:,}</b> {label} <small>{percent(counts[key] / whole)}</small>"
            keys.append(f'<li class="{key}">{told}</li>')
        at += width
    svg = f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{"".join(bars)}</svg>'
    return f'<div class="fates">{svg}<ul>{"".join(keys)}</ul></div>'


def spread(key: str, title: str, what: str, found: Histogram, limit: float | None) -> str:
    """A distribution of similarities: bars from the lowest on, without those that are 1, of which a sentence
    tells; `limit`: from where on they match.
    """
    bins = len(found.counts)
    lowest = next((place for place, count in enumerate(found.counts) if count), bins) / bins
    begin = min(int(lowest * 10) / 10, 0.7)
    whole = f"{found.ones:,} of {found.ones + sum(found.counts):,} have 1, {what}"
    bars, most = _bars(found.counts, begin), max(found.counts)
    if not most:
        return f'<figure class="chart"><figcaption><b>{escape(title)}</b> {whole}.</figcaption></figure>'
    drawn = f"{whole}. The others:"
    return (
        f'<figure class="chart"><figcaption><b>{escape(title)}</b> {escape(drawn)}</figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{key}-name">'
        f'<title id="{key}-name">{escape(title)}: how many articles; the table has the numbers</title>'
        f"{_axes(begin, most)}{bars}{_limit(limit, begin)}</svg>{_numbers(found)}</figure>"
    )


def _x(value: float, begin: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - 12) * (value - begin) / (1 - begin)


def _bars(counts: list[int], begin: float) -> str:
    bins, most = len(counts), max(1, *counts)
    wide = _x(begin + 1 / bins, begin) - _LEFT
    return "".join(
        f'<rect class="bar" x="{_x(place / bins, begin) + 0.75:.2f}" y="{_BASE - tall:.2f}" '
        f'width="{wide - 1.5:.2f}" height="{tall:.2f}"/>'
        for place, count in enumerate(counts)
        if count
        for tall in [max(1.5, (_BASE - _TOP) * count / most)]
    )


def _axes(begin: float, most: int) -> str:
    """The base, the most that a bar tells, and tenths."""
    steps = [place / 10 for place in range(round(begin * 10), 11)]
    steps = steps if len(steps) < 7 else steps[::-1][::2][::-1]
    tenths = "".join(
        f'<text x="{_x(step, begin):.1f}" y="{_BASE + 15}" text-anchor="middle">{step:.1f}</text>'
        for step in steps
    )
    right = _WIDTH - 12
    return (
        f'<path class="grid" d="M{_LEFT} {_TOP}H{right}"/><path class="base" d="M{_LEFT} {_BASE}H{right}"/>'
        f'<text x="{_LEFT - 6}" y="{_TOP + 4}" text-anchor="end">{most:,}</text>'
        f'<text x="{_LEFT - 6}" y="{_BASE + 4}" text-anchor="end">0</text>{tenths}'
    )


def _limit(limit: float | None, begin: float) -> str:
    if limit is None or limit < begin:
        return ""
    x = _x(limit, begin)
    place = f'class="limit-name" x="{x - 4:.1f}" y="{_TOP - 4}" text-anchor="end"'
    name = f"<text {place}>match from {limit:g}</text>"
    return f'<path class="limit" d="M{x:.1f} {_TOP - 12}V{_BASE}"/>{name}'


def _numbers(found: Histogram) -> str:
    """The same as a table, for those who do not see the picture."""
    bins = len(found.counts)
    rows = "".join(
        _row(f"{place / bins:.2f} to {(place + 1) / bins:.2f}", count)
        for place, count in enumerate(found.counts)
        if count
    )
    last = _row("1", found.ones) if found.ones else ""
    heads = "".join(f'<th scope="col" class="num">{head}</th>' for head in ("from, to below", "articles"))
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}{last}</tbody></table>"
    return f"<details><summary>The numbers</summary>{table}</details>"


def _row(where: str, count: int) -> str:
    return f'<tr><td class="num">{where}</td><td class="num">{count:,}</td></tr>'
