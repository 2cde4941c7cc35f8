"""What a run found and decided, as answers to the questions that a report asks. Nothing here renders or
writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from itertools import pairwise, starmap
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from dedup.document import Reject
from dedup.kernels.arrays import Int64s
from dedup.matching.keepers import Keepers
from dedup.options import KINDS, Options
from dedup.pipeline.corpus import Documents
from dedup.repeats.find import Repeat
from dedup.summary.exhibits import Exhibits
from dedup.summary.groups import Group
from dedup.summary.highlights import Highlights
from dedup.summary.totals import Reason, Totals

if TYPE_CHECKING:
    from dedup.matching.earlier_runs import Met
    from dedup.pipeline.decisions import Decisions
    from dedup.pipeline.scan import Signed
    from dedup.sources.source import Source


LINKS = 3  # templates that a document's line names
FIRST = 5  # places of each reason that a report names


@dataclass
class Result:
    """What was decided about every document.

    `seconds`: by stage, summed over workers; `elapsed`: of the whole run; `met`: documents of earlier runs;
    `signed`: what the scan knows of each document, where an index is to know it.
    """

    options: Options
    documents: Documents
    decisions: "Decisions"
    seconds: dict[str, float]
    elapsed: float
    source: "Source"
    met: "Met"
    signed: "Signed | None" = None

    @property
    def keepers(self) -> Keepers:
        """Each document's keeper, and how alike they are."""
        return self.decisions.keepers

    @cached_property
    def table(self) -> pa.Table:
        """Every document read, as `Documents.table` gives it."""
        return self.documents.table()

    @cached_property
    def totals(self) -> Totals:
        """The counts of this run."""
        if not len(self.table):
            return Totals(0, 0, 0, 0, len(self.documents.rejects), 0, 0, 0, 0, 0)
        characters, cut, words = (
            self.table.column(name).to_numpy() for name in ("characters", "cut", "words")
        )
        dropped = self.keepers.keeper >= 0
        return Totals(
            documents=len(characters),
            kept=int((~dropped).sum()),
            cut=int(((cut > 0) & ~dropped).sum()),
            dropped=int(dropped.sum()),
            rejected=len(self.documents.rejects),
            empty=int((words == 0).sum()),
            characters=int(characters.sum()),
            kept_characters=int((characters - cut)[~dropped].sum()),
            cut_characters=int(cut[~dropped].sum()),
            dropped_characters=int(characters[dropped].sum()),
        )

    @property
    def seen(self) -> int:
        """How many documents were dropped for one of an earlier run."""
        return int((self.keepers.keeper >= self.met.base).sum())

    @cached_property
    def groups(self) -> list[Group]:
        """Keepers with what was dropped for them, the largest groups first."""
        dropped = np.flatnonzero(self.keepers.keeper >= 0)
        rows = dropped[np.argsort(self.keepers.keeper[dropped], kind="stable")]
        owners, firsts = np.unique(self.keepers.keeper[rows], return_index=True)
        lowest = np.minimum.reduceat(self._margins[rows], firsts) if len(rows) else rows
        members, jaccard = rows.tolist(), self.keepers.jaccard[rows].tolist()
        parts = starmap(slice, pairwise([*firsts.tolist(), len(rows)]))
        groups = [
            Group(keeper, members[part], jaccard[part], margin)
            for keeper, part, margin in zip(owners.tolist(), parts, lowest.tolist(), strict=False)
        ]
        return sorted(groups, key=lambda group: (-len(group.dropped), group.keeper))

    @cached_property
    def highlights(self) -> Highlights:
        """What of it is worth showing."""
        return Highlights(self)

    @cached_property
    def exhibits(self) -> Exhibits:
        """Its decisions with the texts that they are about."""
        return Exhibits(self)

    @cached_property
    def _margins(self) -> npt.NDArray[np.float64]:
        """By how much each dropped document's Jaccard or coverage (the higher) is above what matches."""
        jaccard = self.keepers.jaccard - self.options.threshold
        if self.options.contained is None:
            return jaccard
        return np.maximum(jaccard, self.keepers.coverage - self.options.contained)

    @property
    def least_alike(self) -> int | None:
        """The dropped document that matches its keeper by the least margin."""
        dropped = np.flatnonzero(self.keepers.keeper >= 0)
        return int(dropped[np.argmin(self._margins[dropped])]) if len(dropped) else None

    @cached_property
    def templates(self) -> dict[int, list[tuple[int, float, float]]]:
        """By kept document the kept ones before it that it matches but for its figures: row, Jaccard, and how
        much of it the other covers. The most alike first, up to LINKS.
        """
        found: dict[int, list[tuple[int, float, float]]] = {}
        earlier, later, similar = self.decisions.templates
        for row, *other in zip(
            later.tolist(), earlier.tolist(), similar.jaccard.tolist(), similar.coverage.tolist(), strict=True
        ):
            found.setdefault(row, []).append((other[0], other[1], other[2]))
        most = {row: sorted(others, key=lambda one: (-one[1], one[0])) for row, others in found.items()}
        return {row: most[row][:LINKS] for row in sorted(most)}

    @property
    def loss(self) -> tuple[float, float]:
        """The share of its shingles that a dropped document has and its keeper lacks: at worst, and over all
        of them, weighted by their words.
        """
        dropped = np.flatnonzero(self.keepers.keeper >= 0)
        if not len(dropped):
            return 0.0, 0.0
        lost = 1 - self.keepers.coverage[dropped]
        words = self.table.column("words").to_numpy()[dropped]
        return float(lost.max()), float((lost * words).sum() / words.sum())

    @property
    def kinds(self) -> dict[str, tuple[int, int]]:
        """By kind of repeat: how many were found, how many of them cut. Kinds not found are left out."""
        kinds = self.documents.kinds
        found = {kind: (kinds[kind, True], kinds[kind, False]) for kind in KINDS}
        return {kind: (cut + left, cut) for kind, (cut, left) in found.items() if cut + left}

    @property
    def reasons(self) -> list[Reason]:
        """Why records could not be read, the most frequent reason first."""
        found: dict[str, list[Reject]] = {}
        for reject in sorted(self.documents.rejects):
            found.setdefault(reject.reason, []).append(reject)
        names = self.documents.names
        reasons = [
            Reason(text, len(all_), [(names[reject.file], reject.position) for reject in all_[:FIRST]])
            for text, all_ in found.items()
        ]
        return sorted(reasons, key=lambda reason: -reason.records)

    @property
    def took(self) -> float:
        """Seconds of the whole run, with writing."""
        return self.elapsed + self.seconds.get("write", 0.0)

    @property
    def size(self) -> int | None:
        """Bytes read; None for documents in memory."""
        return self.documents.size if hasattr(self.source, "files") else None

    @property
    def kept(self) -> Any:
        """The kept documents with their cleaned texts: strings, mappings, a table or a frame as they were
        given; mappings from files.
        """
        from dedup.api import kept

        return kept(self)

    @property
    def dropped(self) -> list[dict[str, Any]]:
        """The ledger lines of the dropped documents."""
        return [self.line(int(row)) for row in np.flatnonzero(self.keepers.keeper >= 0)]

    @property
    def repeats(self) -> list[tuple[dict[str, Any], Repeat]]:
        """Every repeat found, with its document's identity, in order."""
        return [
            (self.identity(row), repeat)
            for row in sorted(self.documents.repeats)
            for repeat in self.repeats_of(row)
        ]

    def repeats_of(self, row: int) -> list[Repeat]:
        """The repeats of document `row`."""
        return [Repeat(**repeat) for repeat in orjson.loads(self.documents.repeats.get(row, b"[]"))]

    def identity(self, row: int) -> dict[str, Any]:
        """Id (may be None), source and position of document `row`; of one of an earlier run its date, too."""
        if row >= self.met.base:
            return self.decisions.earlier[row]
        ids, files, positions = self.identities
        source = self.documents.names[int(files[row])]
        return {"id": ids[row].as_py(), "source": source, "position": int(positions[row])}

    def likeness(self, row: int) -> dict[str, float]:
        """Jaccard of document `row` and its keeper, and how much of it the keeper has (0 if it is kept)."""
        jaccard, coverage = (float(of[row]) for of in (self.keepers.jaccard, self.keepers.coverage))
        return {"jaccard": round(jaccard, 6), "coverage": round(coverage, 6)}

    def decision(self, row: int) -> str:
        """cut, dropped or kept."""
        if self.keepers.keeper[row] >= 0:
            return "dropped"
        return "cut" if row in self.documents.cuts else "kept"

    def line(self, row: int) -> dict[str, Any]:
        """The ledger line of document `row`: identity, decision, keeper, similarities, what the keeper lacks,
        templates, repeats. `dedup.lines` has many of them as JSON.
        """
        line = {**self.identity(row), "decision": self.decision(row)}
        keeper = int(self.keepers.keeper[row])
        if keeper >= 0:
            line["keeper"] = self.identity(keeper)
            line |= self.likeness(row)
            line["missing"] = [list(lost) for lost in self.decisions.missing.get(row, [])]
        if row in self.templates:
            line["templates"] = self.templates_of(row)
        if row in self.documents.repeats:
            line["repeats"] = orjson.loads(self.documents.repeats[row])
        return line

    def templates_of(self, row: int) -> list[dict[str, Any]]:
        """The templates that the line of document `row` names."""
        return [
            {**self.identity(other), "jaccard": round(jaccard, 6), "coverage": round(coverage, 6)}
            for other, jaccard, coverage in self.templates.get(row, [])
        ]

    def unchanged(self) -> npt.NDArray[np.bool_]:
        """The documents that are kept, and of which there is no more to say (bool)."""
        unchanged = self.keepers.keeper < 0
        unchanged[[*self.documents.repeats, *self.templates]] = False
        return unchanged

    def ledger(self) -> Iterator[dict[str, Any]]:
        """The ledger line of every document, in order."""
        return (self.line(row) for row in range(len(self.table)))

    @cached_property
    def identities(self) -> tuple[pa.Array, Int64s, Int64s]:
        """The columns id (large_string), file, position, each in one piece: a row of it is found at once."""
        files, positions = (self.table.column(name).to_numpy() for name in ("file", "position"))
        return self.table.column("id").cast(pa.large_string()).combine_chunks(), files, positions

    def texts(self, rows: list[int]) -> dict[int, str]:
        """The original texts of these documents, read again; of those of earlier runs the cleaned ones."""
        ordered = np.unique(np.array(rows, np.int64))
        own = ordered[ordered < self.met.base]
        texts = self._own_texts(own)
        for of, some in self.met.read(ordered[len(own) :]):
            texts |= zip(of.tolist(), some.to_pylist(), strict=True)
        return texts

    def _own_texts(self, ordered: Int64s) -> dict[int, str]:
        """The same of documents of this run, in order."""
        blocks = self.source.fetch(self.table.take(ordered)) if len(ordered) else iter(())
        found = (
            text for block in blocks for text in self.source.parse(block).documents.column("text").to_pylist()
        )
        return dict(zip(ordered.tolist(), found, strict=True))

    def summary(self) -> dict[str, Any]:
        """The report as plain values; `dedup.summary` lists its keys."""
        from dedup.summary.summary import summary

        return summary(self)

    def __str__(self) -> str:
        """The report as plain text, 80 columns wide."""
        terminal = import_module("dedup.reports.terminal.console")  # by name: a result depends on no report
        return str(terminal.plain(self.summary()))

    def _repr_html_(self) -> str:
        """The report in short, as a notebook shows it."""
        notebook = import_module("dedup.reports.html.notebook")
        return str(notebook.shown(self.summary()))

    def kept_rows(self) -> npt.NDArray[np.int64]:
        """The rows of the kept documents (int64)."""
        return np.flatnonzero(self.keepers.keeper < 0)
