"""Pages with their texts -> the passages that are what the site prints, and the evidence for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from dedup.native.arrays import Float64s, Hashes, Int64s
from dedup.native.passages import Passages
from dedup.sites.counting import SiteKnowledge, SitePages
from dedup.sites.evidence import FEW, SeenOn, Weights, as_evidence, few_pages, fitted
from dedup.sites.layout import Layout
from dedup.sites.observations import OF_TEXT, Observed, of_texts
from dedup.text.paragraphs import Paragraphs


@dataclass(frozen=True)
class Judged:
    """Passages that were weighed, a row each: `rows` int64, which of all passages; `logits` float64; `pages`,
    `site_pages`, `earlier` int64: on how many pages of how many each stands, and on how many of those that
    earlier runs found; `observed` and `weights`: by name (float64).
    """

    rows: Int64s
    logits: Float64s
    pages: Int64s
    site_pages: Int64s
    observed: dict[str, Float64s]
    weights: dict[str, Float64s]
    earlier: Int64s

    def evidence(self, at: int) -> dict[str, list[float]]:
        """That of one of these, as the ledger has it."""
        return as_evidence(
            float(self.logits[at]),
            SeenOn(int(self.pages[at]), int(self.site_pages[at]), int(self.earlier[at])),
            {name: float(values[at]) for name, values in self.observed.items()},
            {name: float(values[at]) for name, values in self.weights.items()},
        )


def least_logit(caution: float) -> float:
    """The logit from which on a passage is cut: that of `caution` (0 to 1)."""
    if caution <= 0:
        return -np.inf
    return np.inf if caution >= 1 else log(caution / (1 - caution))


class Judge:
    """Weighs passages by what is known of their sites. `caution`: the probability from which on they are cut;
    `weights`: fitted ones if nothing else is said; `weighs_all`: also passages that are not cut whatever
    their texts are, if they stand on enough pages.
    """

    def __init__(
        self,
        knowledge: SiteKnowledge,
        caution: float,
        weights: Weights | None = None,
        weighs_all: bool = False,
    ) -> None:
        self.knowledge, self._least = knowledge, least_logit(caution)
        self._weights, self._weighs_all = weights or fitted(), weighs_all

    def may_cut(self, pages: SitePages) -> Int64s:
        """Of which of these pages passages may have to be cut, whatever their texts are (int64)."""
        layout = Layout(pages.passages, pages.sites, self.knowledge.counts)
        rows = self._without_texts(layout).rows
        return np.unique(layout.owners[rows])

    def _without_texts(self, layout: Layout) -> Judged:
        """The passages that may have to be cut, or all, weighed but for their texts."""
        rows = layout.candidates
        observed = Observed(layout, self.knowledge, rows).all()
        site_pages = layout.site_pages[rows]
        weights: dict[str, Float64s] = self._weights.of(observed) | {FEW: few_pages(site_pages)}
        logits: Float64s = self._weights.bias + sum(weights.values(), np.zeros(len(rows)))
        few = site_pages.astype(np.float64)
        least = -np.inf if self._weighs_all else self._least
        chosen = np.flatnonzero(logits + self._weights.most(OF_TEXT) >= least)
        return Judged(
            rows[chosen],
            logits[chosen],
            layout.pages[rows[chosen]],
            site_pages[chosen],
            {name: values[chosen] for name, values in observed.items()} | {FEW: few[chosen]},
            {name: values[chosen] for name, values in weights.items()},
            self.knowledge.earlier.first_sums(layout.codes[rows[chosen]], 0),
        )

    def weigh(
        self, paragraphs: Paragraphs, passages: Passages, sites: Hashes, titles: Sequence[str | None]
    ) -> Judged:
        """The passages that may have to be cut, or all. `titles`: of each page; without one its first passage
        stands for it.
        """
        layout = Layout(passages, sites, self.knowledge.counts)
        judged = self._without_texts(layout)
        by_text = of_texts(*_texts(paragraphs, layout, judged.rows, titles))
        weights = self._weights.of(by_text)
        logits = judged.logits + sum(weights.values(), np.zeros(len(judged.rows)))
        return replace(
            judged, logits=logits, observed=judged.observed | by_text, weights=judged.weights | weights
        )

    def are_cut(self, judged: Judged) -> Int64s:
        """Which of these are to be cut (int64)."""
        return np.flatnonzero(judged.logits >= self._least)


def _texts(
    paragraphs: Paragraphs, layout: Layout, rows: Int64s, titles: Sequence[str | None]
) -> tuple[list[str], list[str | None]]:
    """The texts of these passages, and the title that each is compared with."""
    data = paragraphs.data.tobytes()

    def text(row: int) -> str:
        return data[paragraphs.starts[row] : paragraphs.ends[row]].decode()

    of_pages: dict[int, str] = {}
    texts, compared = [], list[str | None]()
    for row, page in zip(rows.tolist(), layout.owners[rows].tolist(), strict=True):
        first = int(layout.bounds[page])
        if page not in of_pages:
            of_pages[page] = titles[page] or text(first)
        texts.append(text(row))
        compared.append(None if row == first and not titles[page] else of_pages[page])
    return texts, compared
