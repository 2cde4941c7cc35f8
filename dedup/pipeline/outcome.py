"""What a run decided about every document: data and names. What reports ask of it is in `dedup.summary`."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from dedup.document import UNTAGGED, Tag
from dedup.engines.local import Local
from dedup.facts.terms import Difference, Titled
from dedup.identity import Identity, name_of
from dedup.keeping.cleanest import NO_REASON, REASONS
from dedup.matching.earlier_runs import EarlierRuns
from dedup.matching.keepers import Keepers
from dedup.matching.matches import kind_of_match
from dedup.native.arrays import Bools, Int64s
from dedup.options import Options
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.decisions import Decisions
from dedup.pipeline.fetch import TextReader
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.pipeline.sites.site_pass import PagesOfRun
from dedup.repeats.find import Repeat
from dedup.sources.pinned import Pinned
from dedup.sources.source import Source
from dedup.text.fields.preferences import ranks

LINKS = 3
"""How many close calls of a document are named at most."""


class CloseCall(NamedTuple):
    """A kept document that another one matches: its row, their Jaccard, its coverage of the other one, and in
    what the two differ.
    """

    other: int
    jaccard: float
    coverage: float
    difference: Difference


@dataclass
class Outcome:
    """What was decided about every document. A document is known by its row in the corpus; documents of
    earlier runs have the rows after these.

    `findings`: what repeats in documents; `seconds`: by stage, summed over workers; `elapsed`: seconds of the
    run without writing; `earlier`: documents of earlier runs; `pinned`: the documents that are never dropped;
    `fingerprints`, `pages`: those of this run's documents, if an index is to store them; `is_undecided`: the
    index did not answer, and nothing was compared with it.
    """

    options: Options
    corpus: Corpus
    findings: RepeatFindings
    decisions: Decisions
    seconds: dict[str, float]
    elapsed: float
    source: Source
    earlier: EarlierRuns
    pinned: Pinned
    fingerprints: Fingerprints | None = None
    pages: PagesOfRun | None = None
    is_undecided: bool = False

    @property
    def keepers(self) -> Keepers:
        """Each document's keeper, and how similar the two are."""
        return self.decisions.keepers

    @cached_property
    def table(self) -> pa.Table:
        """Every document read, as `Corpus.table` gives it."""
        return self.corpus.table()

    @property
    def took(self) -> float:
        """Seconds of the run, writing included."""
        return self.elapsed + self.seconds.get("write", 0.0)

    @property
    def size(self) -> int | None:
        """Bytes read; None for documents in memory."""
        return self.corpus.size if hasattr(self.source, "files") else None

    def identity(self, row: int) -> Identity:
        """Id (or None), source and position of document `row`; for one of an earlier run its date, too."""
        if row >= self.earlier.base:
            return self.decisions.earlier[row]
        ids, files, positions = self.identities
        source = self.corpus.names[int(files[row])]
        return {"id": ids[row].as_py(), "source": source, "position": int(positions[row])}

    @cached_property
    def identities(self) -> tuple[pa.Array, Int64s, Int64s]:
        """The columns id (large_string), file and position, each in one chunk, for fast access by row."""
        files, positions = (self.table.column(name).to_numpy() for name in ("file", "position"))
        return self.table.column("id").cast(pa.large_string()).combine_chunks(), files, positions

    def similarity(self, row: int) -> dict[str, float]:
        """Jaccard of document `row` and its keeper, and the keeper's coverage of it; zeros if it is kept."""
        jaccard, coverage = (float(values[row]) for values in (self.keepers.jaccard, self.keepers.coverage))
        return {"jaccard": round(jaccard, 6), "coverage": round(coverage, 6)}

    def kind_of_match(self, row: int) -> str:
        """How the dropped document `row` matches its keeper."""
        jaccard, coverage = (float(values[row]) for values in self.keepers[1:])
        return kind_of_match(jaccard, coverage, self.options)

    @cached_property
    def whys(self) -> dict[int, str]:
        """Why each document of this run that is kept for others is the one kept, by row: the policy, or one
        of `dedup.keeping.cleanest.REASONS`. Of exact copies alone the first is kept.
        """
        dropped = self.dropped_rows()
        own = dropped[self.keepers.keeper[dropped] < self.earlier.base]
        keepers = np.unique(self.keepers.keeper[own])
        is_compared = np.isin(keepers, self.keepers.keeper[own[self.keepers.jaccard[own] < 1]])
        policy = self.options.policy
        names = [
            policy.name if reason == NO_REASON else REASONS[reason] if compared else "first"
            for reason, compared in zip(self.decisions.reasons[keepers], is_compared, strict=True)
        ]
        by_tier = np.where(self._are_preferred(keepers, own), "preferred", names)
        by_tier = np.where(self.pinned.rows[keepers], "pinned", by_tier)
        return dict(zip(keepers.tolist(), by_tier.tolist(), strict=True))

    def _are_preferred(self, keepers: Int64s, dropped: Int64s) -> Bools:
        """Which of these keepers (ascending rows) are preferred to one of the documents dropped for them."""
        if not self.options.policy.preferences:
            return np.zeros(len(keepers), bool)
        rank = ranks(self.table.column("preferences"))
        worst = np.zeros(len(keepers), np.int64)
        np.maximum.at(worst, np.searchsorted(keepers, self.keepers.keeper[dropped]), rank[dropped])
        return np.asarray(rank[keepers] < worst)

    def decision(self, row: int) -> str:
        """cut, dropped, tagged or kept."""
        if self.keepers.keeper[row] >= 0:
            return "tagged" if self.options.tags else "dropped"
        return "cut" if row in self.findings.cuts else "kept"

    def tag(self, row: int) -> Tag:
        """What a run that tags near-duplicates writes into document `row`."""
        keeper = int(self.keepers.keeper[row])
        if keeper < 0:
            return UNTAGGED
        return Tag(name_of(self.identity(keeper)), self.similarity(row)["jaccard"])

    @cached_property
    def templates(self) -> dict[int, list[CloseCall]]:
        """By kept document, the kept documents before it that it matches but for their facts. The most
        similar come first, at most LINKS of them.
        """
        links: dict[int, list[CloseCall]] = {}
        (earlier, later, similar, _), differences = self.decisions.templates
        columns = (earlier.tolist(), similar.jaccard.tolist(), similar.coverage.tolist(), differences)
        for row, *link in zip(later.tolist(), *columns, strict=True):
            links.setdefault(row, []).append(CloseCall(*link))
        ordered = {
            row: sorted(others, key=lambda call: (-call.jaccard, call.other)) for row, others in links.items()
        }
        return {row: ordered[row][:LINKS] for row in sorted(ordered)}

    def repeats_of(self, row: int) -> list[Repeat]:
        """The repeats of document `row`."""
        return [Repeat(**repeat) for repeat in orjson.loads(self.findings.repeats.get(row, b"[]"))]

    def kept_rows(self) -> Int64s:
        """The rows of the documents that are no near-duplicates."""
        return np.flatnonzero(self.keepers.keeper < 0)

    def dropped_rows(self) -> Int64s:
        """The rows of the near-duplicates, which are dropped or tagged."""
        return np.flatnonzero(self.keepers.keeper >= 0)

    def output_rows(self) -> Int64s:
        """The rows of the documents in the output: all but the dropped ones."""
        return np.arange(len(self.keepers.keeper)) if self.options.tags else self.kept_rows()

    def texts(self, rows: list[int]) -> dict[int, str]:
        """The original texts of these documents, read again; of documents of earlier runs the cleaned texts.
        Raises InputError if an input has changed meanwhile.
        """
        return {row: article.text for row, article in self.articles(rows).items()}

    def articles(self, rows: list[int]) -> dict[int, Titled]:
        """The texts of these documents as `texts` has them, each with its title. Raises InputError."""
        ordered = np.unique(np.array(rows, np.int64))
        articles: dict[int, Titled] = {}
        for batch in self.reader(Local(1)).read(ordered, cleaned=False):
            titles = (title or "" for title in batch.titles.to_pylist())
            texts = map(Titled, batch.texts.to_pylist(), titles)
            articles |= zip(batch.rows.tolist(), texts, strict=True)
        return articles

    def reader(self, engine: Local) -> TextReader:
        """What reads the texts of the documents again, with the workers of this engine."""
        return TextReader(self.source, self.table, self.findings, self.earlier, engine)
