"""Charts of a page, as SVG, each with its numbers as text or as a table."""

from html import escape

from dedup.reports.near_duplicates import fate
from dedup.reports.numbers import percent
from dedup.reports.terminal.overview import records
from dedup.summary.exhibits import Histogram
from dedup.summary.format import Summary

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BASE = 360, 150, 38, 348, 14, 126


def decisions(summary: Summary) -> str:
    """What became of the records, as one bar with its numbers below."""
    totals, total, duplicates = summary["totals"], records(summary), fate(summary)
    if not total:
        return ""
    counts = [
        ("kept", "kept", total - totals["cut"] - duplicates.articles - totals["rejected"]),
        ("cut", "kept, cut", totals["cut"]),
        (duplicates.word, duplicates.word, duplicates.articles),
        ("rejected", "unreadable", totals["rejected"]),
    ]
    bars, keys, left = [], [], 0.0
    for name, label, count in counts:
        width = 100 * count / total
        if count:
            bars.append(f'<rect class="{name}" x="{left:.3f}" y="0" width="{width:.3f}" height="10"/>')
            numbers = f"<b>{count:,}</b> {label} <small>{percent(count / total)}</small>"
            keys.append(f'<li class="{name}">{numbers}</li>')
        left += width
    svg = f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{"".join(bars)}</svg>'
    return f'<div class="decisions">{svg}<ul>{"".join(keys)}</ul></div>'


def histogram(key: str, title: str, meaning: str, histogram: Histogram, limit: float | None) -> str:
    """A histogram of similarities from the lowest on. A sentence says how many are exactly 1, and what that
    means (`meaning`); bars show the others. `limit`: the similarity from which on documents match.
    """
    counts, bins = histogram.counts, len(histogram.counts)
    lowest = next((number for number, count in enumerate(counts) if count), bins) / bins
    begin = min(int(lowest * 10) / 10, 0.7)
    ones = f"{histogram.ones:,} of {histogram.ones + sum(counts):,} are 1 ({meaning})."
    if not any(counts):
        return f'<figure class="chart"><figcaption><b>{escape(title)}</b> {ones}</figcaption></figure>'
    return (
        f'<figure class="chart"><figcaption><b>{escape(title)}</b> {escape(ones)} The others:</figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{key}-name">'
        f'<title id="{key}-name">{escape(title)}: how many articles; the table has the numbers</title>'
        f"{_axes(begin, max(counts))}{_bars(counts, begin)}{_limit(limit, begin)}</svg>"
        f"{_table(histogram)}</figure>"
    )


def _x(value: float, begin: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (value - begin) / (1 - begin)


def _bars(counts: list[int], begin: float) -> str:
    bins, most = len(counts), max(1, *counts)
    width = _x(begin + 1 / bins, begin) - _LEFT
    return "".join(
        f'<rect class="bar" x="{_x(number / bins, begin) + 0.75:.2f}" y="{_BASE - height:.2f}" '
        f'width="{width - 1.5:.2f}" height="{height:.2f}"/>'
        for number, count in enumerate(counts)
        if count
        for height in [max(1.5, (_BASE - _TOP) * count / most)]
    )


def _axes(begin: float, most: int) -> str:
    """The base line, the line of the highest bar with its count, and tenths."""
    steps = [tenth / 10 for tenth in range(round(begin * 10), 11)]
    steps = steps if len(steps) < 7 else steps[::-1][::2][::-1]
    tenths = "".join(
        f'<text x="{_x(step, begin):.1f}" y="{_BASE + 15}" text-anchor="middle">{step:.1f}</text>'
        for step in steps
    )
    return (
        f'<path class="grid" d="M{_LEFT} {_TOP}H{_RIGHT}"/><path class="base" d="M{_LEFT} {_BASE}H{_RIGHT}"/>'
        f'<text x="{_LEFT - 6}" y="{_TOP + 4}" text-anchor="end">{most:,}</text>'
        f'<text x="{_LEFT - 6}" y="{_BASE + 4}" text-anchor="end">0</text>{tenths}'
    )


def _limit(limit: float | None, begin: float) -> str:
    if limit is None or limit < begin:
        return ""
    x = _x(limit, begin)
    position = f'class="limit-name" x="{x - 4:.1f}" y="{_TOP - 4}" text-anchor="end"'
    name = f"<text {position}>match from {limit:g}</text>"
    return f'<path class="limit" d="M{x:.1f} {_TOP - 12}V{_BASE}"/>{name}'


def _table(histogram: Histogram) -> str:
    """The numbers of a histogram, for those who do not see the chart."""
    bins = len(histogram.counts)
    rows = "".join(
        _row(f"{number / bins:.2f} to {(number + 1) / bins:.2f}", count)
        for number, count in enumerate(histogram.counts)
        if count
    )
    last = _row("1", histogram.ones) if histogram.ones else ""
    heads = "".join(f'<th scope="col" class="num">{head}</th>' for head in ("from, to below", "articles"))
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}{last}</tbody></table>"
    return f"<details><summary>The numbers</summary>{table}</details>"


def _row(bounds: str, count: int) -> str:
    return f'<tr><td class="num">{bounds}</td><td class="num">{count:,}</td></tr>'
