"""An outcome -> the examples of it that reports show, with the texts that they quote, each read once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import InputError
from dedup.facts.terms import FACT_KINDS, Difference, Titled
from dedup.identity import Identity
from dedup.matching.matches import similarities
from dedup.matching.shingles import shingles
from dedup.pipeline.examples import Example, example
from dedup.pipeline.outcome import CloseCall, Outcome
from dedup.summary import sites
from dedup.summary.findings_format import Sites, TemplateExample, Templates
from dedup.summary.groups import Group, closest_calls, groups
from dedup.text.ragged import sets
from dedup.text.words import words_of

LARGEST = 10  # groups that are described
TEMPLATES = 3  # examples of close calls
CLOSEST = 5  # dropped documents that match by the smallest margins
OPENING = 300  # characters of a text that are quoted

_MEMBERS = 8  # of a group that are compared with each other
_UNLIKE = 0.5  # two members are unlike if neither has this share of the other
_LOW = 0.67  # two members that share more than this with their keeper have half of each other


class UnlikeMembers(NamedTuple):
    """A group with members that are unlike each other: `pairs` of members were compared, in `unlike` of them
    neither has half of the other. `one`, `other`: the rows of the least similar pair; `covered`: the higher
    of the shares that these have of each other.
    """

    group: Group
    pairs: int
    unlike: int
    one: int
    other: int
    covered: float


class GreatestLoss(NamedTuple):
    """The dropped document that loses most: its row, the share of its shingles that its keeper lacks, and the
    longest paragraph that the keeper lacks (empty if there is none).
    """

    row: int
    share: float
    text: str


class TemplatePair(NamedTuple):
    """Two kept documents that match and differ in facts: their rows, in what they differ, and each number
    that differs as it is in the earlier and in the later one, with the text around it.
    """

    earlier: int
    later: int
    difference: Difference
    figures: list[tuple[str, str, str]]


@dataclass
class Highlights:
    """The groups and examples of one outcome that reports show. Texts are empty where the input has changed
    since the run.
    """

    outcome: Outcome

    @cached_property
    def groups(self) -> list[Group]:
        """The groups of near-duplicates, the largest first."""
        return groups(self.outcome)

    @cached_property
    def articles(self) -> dict[int, Titled]:
        """All documents that are quoted or named, by row. To be read before the output is written, which
        may replace the input, and while an index is open.
        """
        rows = [group.keeper for group in self.largest]
        rows += [row for members in self._suspects.values() for row in members]
        rows += [row for call, later in self._close_calls for row in (call.other, later)]
        rows += [row for row in (self._greatest_loss_row, self._worst_site_row) if row is not None]
        rows += self._named
        try:
            return self.outcome.articles(rows)
        except InputError:
            return {}

    @property
    def _named(self) -> list[int]:
        """The documents of which reports give the name and the title, but not the text."""
        dropped = self.closest + [row for row in (self._greatest_loss_row,) if row is not None]
        examples = [example.row for example in self.outcome.findings.examples.chosen.values()]
        return [*dropped, *self.outcome.keepers.keeper[dropped].tolist(), *examples]

    @cached_property
    def closest(self) -> list[int]:
        """The dropped documents that match by the smallest margins."""
        return closest_calls(self.outcome, CLOSEST)

    @cached_property
    def texts(self) -> dict[int, str]:
        """The texts of `articles`, by row."""
        return {row: article.text for row, article in self.articles.items()}

    def identity(self, row: int) -> Identity:
        """The identity of a document, with its title if it has one, and whether others have its id."""
        identity = self.outcome.identity(row)
        if row in self.articles and (title := self.articles[row].title.strip()):
            identity = {**identity, "title": title[:OPENING]}
        return {**identity, "shared_id": True} if identity["id"] in self._shared_ids else identity

    @cached_property
    def _shared_ids(self) -> set[str]:
        """The ids of documents to name that others have, too."""
        base = self.outcome.earlier.base
        named = {self.outcome.identity(row)["id"] for row in self.articles if row < base} - {None}
        ids = self.outcome.identities[0]
        counted = pc.value_counts(ids.filter(pc.is_in(ids, pa.array(named, ids.type)))).to_pylist()
        return {count["values"] for count in counted if count["counts"] > 1}

    @cached_property
    def sites(self) -> Sites | None:
        """The `sites` of the summary."""
        return sites.sites(self.outcome)

    @cached_property
    def _worst_site_row(self) -> int | None:
        """The document of the worst site from which most is cut."""
        worst = self.sites["worst"] if self.sites else []
        return sites.most_cut(self.outcome, worst[0]["host"]) if worst else None

    @property
    def of_worst_site(self) -> Example | None:
        """The longest repeat that is cut from that document."""
        row = self._worst_site_row
        if row is None or row not in self.texts:
            return None
        cut = (repeat for repeat in self.outcome.repeats_of(row) if repeat.cut)
        longest = max(cut, key=lambda repeat: repeat.end - repeat.start)
        return example(row, longest, self.texts[row])

    @property
    def largest(self) -> list[Group]:
        """The largest groups."""
        return self.groups[:LARGEST]

    def opening(self, row: int) -> str:
        """The first characters of a document."""
        return self.texts.get(row, "")[:OPENING]

    @cached_property
    def _suspects(self) -> dict[int, list[int]]:
        """Members that may be unlike each other, by the number of their group: members that share little with
        their keeper, of the groups that have most of them.
        """
        low = {
            number: [row for row, jaccard in zip(group.dropped, group.jaccard, strict=True) if jaccard < _LOW]
            for number, group in enumerate(self.groups)
        }
        most = sorted(
            (number for number in low if len(low[number]) > 1), key=lambda number: -len(low[number])
        )
        return {number: _evenly_spread(low[number], _MEMBERS) for number in most[:LARGEST]}

    @cached_property
    def unlike(self) -> dict[int, UnlikeMembers]:
        """The groups with members that are unlike each other, by the row of their keeper."""
        by_keeper = {}
        for number, rows in self._suspects.items():
            group = self.groups[number]
            compared = self._compare_members(group, [row for row in rows if row in self.texts])
            if compared and compared.unlike:
                by_keeper[group.keeper] = compared
        return by_keeper

    def _compare_members(self, group: Group, rows: list[int]) -> UnlikeMembers | None:
        """Compare each of these members with each other."""
        texts = [self.outcome.findings.cleaned(row, self.texts[row]) for row in rows]
        left, right = np.array([*combinations(range(len(rows)), 2)], np.int64).reshape(-1, 2).T.copy()
        if not len(left):
            return None
        owned = sets(shingles(words_of(pa.array(texts, pa.large_string())), self.outcome.options.ngram))
        covered = np.maximum(
            similarities(owned, left, right).coverage,
            similarities(owned, right, left).coverage,
        )
        least = int(np.argmin(covered))
        one, other = rows[left[least]], rows[right[least]]
        unlike = int((covered < _UNLIKE).sum())
        return UnlikeMembers(group, len(left), unlike, one, other, float(covered[least]))

    @cached_property
    def _greatest_loss_row(self) -> int | None:
        """The dropped document of which its keeper has the smallest share; None where nothing is lost."""
        dropped, coverage = self.outcome.dropped_rows(), self.outcome.keepers.coverage
        if not len(dropped):
            return None
        row = int(dropped[np.argmin(coverage[dropped])])
        return row if coverage[row] < 1 else None

    @property
    def greatest_loss(self) -> GreatestLoss | None:
        """The dropped document that loses most; None where nothing is lost."""
        row = self._greatest_loss_row
        if row is None:
            return None
        missing = self.outcome.decisions.lost.get(row, [])
        longest = max(missing, key=lambda paragraph: paragraph.end - paragraph.start, default=None)
        text = self.texts.get(row, "")[longest.start : longest.end][:OPENING] if longest else ""
        return GreatestLoss(row, 1 - float(self.outcome.keepers.coverage[row]), text)

    @property
    def _close_calls(self) -> list[tuple[CloseCall, int]]:
        """The close calls that are shown, each with its row: the first of each kind, then the first ones."""
        calls = [(others[0], row) for row, others in self.outcome.templates.items()]
        kinds = dict[str, int]()
        for number, (call, _) in enumerate(calls):
            kinds.setdefault(call.difference.by, number)
        others = (number for number in range(len(calls)) if number not in kinds.values())
        return [calls[number] for number in sorted(islice(chain(kinds.values(), others), TEMPLATES))]

    @property
    def templates(self) -> list[TemplatePair]:
        """The first close calls of each kind."""
        cleaned = {row: self.outcome.findings.cleaned(row, text) for row, text in self.texts.items()}
        pairs = [(call, later) for call, later in self._close_calls if {call.other, later} <= cleaned.keys()]
        if not pairs:
            return []
        from dedup.facts.numbers import differing  # late: see `dedup.facts.terms`

        return [
            TemplatePair(
                call.other,
                later,
                call.difference,
                differing(cleaned[call.other], cleaned[later]) if call.difference.by == "numbers" else [],
            )
            for call, later in pairs
        ]


def close_calls(highlights: Highlights) -> Templates:
    """How many close calls there are, of which kinds, and the first of them."""
    outcome = highlights.outcome
    counts = Counter[str](calls[0].difference.by for calls in outcome.templates.values())
    return close_call_values(
        counts,
        [
            {
                "document": highlights.identity(pair.later),
                "of": highlights.identity(pair.earlier),
                "by": pair.difference.by,
                "reason": pair.difference.reason,
                "figures": [list(figure[:2]) for figure in pair.figures],
                "around": pair.figures[0][2] if pair.figures else "",
            }
            for pair in highlights.templates
        ],
    )


def close_call_values(kinds: Mapping[str, int], examples: list[TemplateExample]) -> Templates:
    """The close calls of a run. `kinds`: how many there are of each kind."""
    by: dict[str, int] = {kind: kinds[kind] for kind in FACT_KINDS if kinds.get(kind)}
    return {"count": sum(by.values()), "by": by, "examples": examples}


def _evenly_spread(rows: list[int], count: int) -> list[int]:
    """At most `count` of these rows, at even distances; the first and the last are among them."""
    if len(rows) <= count:
        return rows
    return [rows[position] for position in _positions(len(rows), count)]


def _positions(size: int, count: int) -> Iterable[int]:
    return (step * (size - 1) // (count - 1) for step in range(count))
