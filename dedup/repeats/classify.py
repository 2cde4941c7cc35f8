"""Candidates -> repeats: which of them are accidents, and the kind of each."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dedup.repeats.alignment import Containment, ParagraphRun
from dedup.repeats.article import Article
from dedup.repeats.candidates import TOP, candidates, is_headline, line_key
from dedup.repeats.evidence import as_evidence, fitted, together, weigh
from dedup.repeats.observations.candidate import Candidate, Repeated
from dedup.repeats.observations.everything import observations
from dedup.repeats.observations.page import Page
from dedup.repeats.observations.whole_page import whole_page
from dedup.repeats.word_differences import has_other_words

MOST_ALIKE = 16
"""Lines that are decided alike of which so many are observed: an article of 20,000 equal lines would take
minutes.
"""


class Decision(NamedTuple):
    """What decides about a candidate: its logit, and the evidence that the ledger has."""

    logit: float
    evidence: dict[str, list[float]]


class ParagraphRepeat(NamedTuple):
    """A repeat in numbers of paragraphs: the copy first..last (inclusive) repeats of_first..of_last, which
    may come before or after it.

    `kind`: block, exact, near, title, excerpt or pattern; `score`: similarity, 0 to 100; `evidence`: see
    `as_evidence`.
    """

    first: int
    last: int
    of_first: int
    of_last: int
    kind: str
    score: float
    evidence: dict[str, list[float]]


def classify(
    article: Article, runs: list[ParagraphRun], contained: list[Containment], caution: float
) -> list[ParagraphRepeat]:
    """Every repeat of an article. A repeat is of the kind `pattern` if it is less sure to be an accident than
    `caution` (0 to 1) asks for.
    """
    page = Page(article)
    found = candidates(page, runs, contained) if runs or contained else []
    if not found:
        return []
    least = fitted().least_logit(caution)
    repeats = []
    for candidate, (logit, evidence) in zip(found, decided(page, found), strict=True):
        is_cut = logit >= least and (candidate.form != "part" or not _would_lose_words(page, candidate))
        kind = _kind(page, candidate) if is_cut else "pattern"
        spans = candidate.first, candidate.last, candidate.of_first, candidate.of_last
        repeats.append((logit, ParagraphRepeat(*spans, kind, candidate.score, evidence)))
    surest_first = [repeat for _, repeat in sorted(repeats, key=lambda pair: -pair[0])]
    return list(_without_cycles(surest_first))


def _would_lose_words(page: Page, part: Candidate) -> bool:
    """Whether cutting a part loses a word or a number that the longer paragraph lacks."""
    return has_other_words(page.article, part.first, part.of_first)


def observe_candidates(
    page: Page, found: list[Candidate], chosen: Iterable[int] | None = None
) -> dict[int, dict[str, float]]:
    """The observations of each candidate, or of those that are chosen, by number."""
    covered = [False] * page.count
    for candidate in found:
        if candidate.form in ("run", "alternate"):
            covered[candidate.first : candidate.last + 1] = [True] * len(candidate.paragraphs)
    of_page = whole_page(page, covered)
    numbers = range(len(found)) if chosen is None else chosen
    return {i: observations(Repeated(page, found[i], covered), of_page) for i in numbers}


def decided(page: Page, found: list[Candidate]) -> list[Decision]:
    """The logit of each candidate, and its evidence. Lines that are equal but for their figures are decided
    alike, by the mean of up to MOST_ALIKE of them.
    """
    groups = [(members, members[:: len(members) // MOST_ALIKE + 1]) for members in alike(page, found)]
    passed = {i for members, chosen in groups for i in members} - {i for _, chosen in groups for i in chosen}
    observed = observe_candidates(page, found, [i for i in range(len(found)) if i not in passed])
    weighed = {i: weigh(of_one) for i, of_one in observed.items()}
    decisions = {i: Decision(one.logit, as_evidence(one, observed[i])) for i, one in weighed.items()}
    for members, chosen in groups:
        mean = together([weighed[i] for i in chosen])
        decision = Decision(mean.logit, as_evidence(mean, observed[chosen[0]]))
        decisions |= dict.fromkeys(members, decision)
    return [decisions[i] for i in range(len(found))]


def alike(page: Page, found: list[Candidate]) -> Iterable[list[int]]:
    """Which candidates, by number, are single paragraphs that are equal but for their figures."""
    groups: dict[str, list[int]] = {}
    for i, candidate in enumerate(found):
        if candidate.run_length == 1 and candidate.form == "run":
            groups.setdefault(line_key(page, candidate.first), []).append(i)
    return [members for members in groups.values() if len(members) > 1]


def _kind(page: Page, candidate: Candidate) -> str:
    """block, title, excerpt, exact or near."""
    if candidate.form in ("part", "line"):
        return "excerpt" if candidate.form == "part" else "title"
    if candidate.run_length > 1:
        return "block"
    if min(candidate.of_first, candidate.first) < TOP and is_headline(page, candidate.first):
        return "title"
    equal = page.hashes[candidate.first] == page.hashes[candidate.of_first]
    return "exact" if equal else "near"


def _without_cycles(repeats: list[ParagraphRepeat]) -> Iterator[ParagraphRepeat]:
    """The repeats without those by which all copies of a paragraph would be cut: one has to stay."""
    originals: dict[int, list[int]] = {}
    for repeat in repeats:
        copies = range(repeat.first, repeat.last + 1)
        pairs = list(zip(copies, range(repeat.of_first, repeat.of_last + 1), strict=False))
        if not originals or not any(_leads_to(originals, original, copy) for copy, original in pairs):
            for copy, original in pairs:
                originals.setdefault(copy, []).append(original)
            yield repeat


def _leads_to(originals: dict[int, list[int]], start: int, end: int) -> bool:
    """Whether a path from copies to their originals leads from one paragraph to another."""
    waiting, reached = [start], {start}
    while waiting:
        paragraph = waiting.pop()
        if paragraph == end:
            return True
        new = [original for original in originals.get(paragraph, ()) if original not in reached]
        reached.update(new)
        waiting += new
    return False
