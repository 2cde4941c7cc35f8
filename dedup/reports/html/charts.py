"""Charts of a page as values for its template: what became of the records, how similarities are spread."""

from typing import NamedTuple

from dedup.reports.near_duplicates import fate
from dedup.reports.numbers import percent
from dedup.summary.exhibits import Histogram
from dedup.summary.format import Summary


class RecordShare(NamedTuple):
    """What became of some records, as a piece of a bar: its look, its label, how many they are, their share,
    where the piece begins and how wide it is (0 to 100).
    """

    look: str
    label: str
    articles: int
    percent: str
    begin: float
    width: float


def decisions(summary: Summary) -> list[RecordShare]:
    """What became of the records."""
    totals, duplicates = summary["totals"], fate(summary)
    total = totals["documents"] + totals["rejected"]
    counts = [
        ("kept", "kept as they are", total - totals["cut"] - duplicates.articles - totals["rejected"]),
        ("cut", "kept, with cuts", totals["cut"]),
        (duplicates.word, duplicates.word, duplicates.articles),
        ("rejected", "unreadable", totals["rejected"]),
    ]
    pieces, begin = list[RecordShare](), 0.0
    for look, label, count in counts:
        if count:
            width = 100 * count / total
            pieces.append(RecordShare(look, label, count, percent(count / total), begin, width))
            begin += width
    return pieces


class Bar(NamedTuple):
    """A bar of a histogram: similarities from `low` to below `high` (thousandths), articles, and its height
    (0 to 100).
    """

    low: int
    high: int
    articles: int
    height: float


class Chart(NamedTuple):
    """A histogram. `ones`: how many are exactly 1, which have no bar; `limit`: the similarity from which on
    documents match (thousandths), if there is one.
    """

    key: str
    title: str
    ones_mean: str
    bars: list[Bar]
    ones: int
    limit: int | None

    @property
    def total(self) -> int:
        """All articles."""
        return self.ones + sum(bar.articles for bar in self.bars)

    @property
    def most(self) -> int:
        """The articles of the highest bar."""
        return max(bar.articles for bar in self.bars)

    @property
    def limit_place(self) -> float | None:
        """Where the limit is, in per cent of the width; None where it is left of all bars."""
        first = self.bars[0].low if self.bars else 1000
        if self.limit is None or not first <= self.limit < 1000:
            return None
        return round(100 * (self.limit - first) / (1000 - first), 2)


def histogram(key: str, title: str, ones_mean: str, counted: Histogram, limit: float | None) -> Chart:
    """A histogram from the tenth below its lowest similarity on, or from 0.7."""
    counts = counted.counts
    bins, most = len(counts), max(1, *counts)
    lowest = next((number for number, count in enumerate(counts) if count), bins)
    first = min(lowest * 10 // bins * bins // 10, bins * 7 // 10)
    width = 1000 // bins
    bars = [
        Bar(number * width, (number + 1) * width, counts[number], round(100 * counts[number] / most, 2))
        for number in range(first, bins)
    ]
    return Chart(
        key,
        title,
        ones_mean,
        bars if any(counts) else [],
        counted.ones,
        None if limit is None else round(limit * 1000),
    )
