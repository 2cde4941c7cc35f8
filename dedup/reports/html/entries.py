"""The lists of a page, as JSON: groups of near-duplicates, articles with cuts, articles that are kept
although they match others. Documents are rows, which `documents` describes; shares and similarities are
thousandths, rounded down, so that none below a threshold looks equal to it, and only 1 is 1,000.
"""

from collections.abc import Iterator
from typing import Any

from dedup.matching.matches import KINDS_OF_MATCH
from dedup.pipeline.outcome import Outcome
from dedup.reports.near_duplicates import KEPT_AS
from dedup.reports.safe import safe_lines
from dedup.summary.exhibits import Exhibits
from dedup.summary.groups import Group, are_close

LISTED = 50_000  # dropped documents that a page lists, and articles with cuts
CALLS = 10_000  # articles that are kept although they match others, which a page lists


def groups(exhibits: Exhibits) -> list[Any]:
    """The groups of near-duplicates: [keeper, why it is the one kept, whether members look unlike each other,
    dropped documents]. Each of these is [row, Jaccard, coverage, paragraphs that the keeper lacks, their
    characters, number of how it matches in KINDS_OF_MATCH, whether it is a close call].
    """
    outcome, left, listed = exhibits.outcome, LISTED, []
    close = are_close(outcome)
    for group in exhibits.highlights.groups:
        if left <= 0:
            break
        members = sorted(zip(group.jaccard, group.dropped, strict=True))[:left]
        left -= len(members)
        dropped = [_dropped(outcome, row, jaccard, bool(close[row])) for jaccard, row in members]
        is_unlike = int(group.keeper in exhibits.highlights.unlike)
        listed.append([group.keeper, _why(outcome, group), is_unlike, dropped])
    return listed


def _why(outcome: Outcome, group: Group) -> str:
    if group.keeper >= outcome.earlier.base:
        return "kept by an earlier run"
    kept_as = KEPT_AS.get(outcome.whys.get(group.keeper, ""))
    return f"kept as {kept_as}" if kept_as else ""


def _dropped(outcome: Outcome, row: int, jaccard: float, is_close: bool) -> list[Any]:
    missing = outcome.decisions.lost.get(row, [])
    characters = sum(paragraph.end - paragraph.start for paragraph in missing)
    coverage = float(outcome.keepers.coverage[row])
    rule = KINDS_OF_MATCH.index(outcome.kind_of_match(row))
    return [row, _part(jaccard), _part(coverage), len(missing), characters, rule, int(is_close)]


def articles(exhibits: Exhibits) -> list[Any]:
    """The articles with cuts, the one with most characters cut first: [row, decision, repeats cut, characters
    cut, share of the text, the lowest probability with which one of the cuts is a scraping error (-1: it was
    not estimated), kinds].
    """
    outcome = exhibits.outcome
    cut = outcome.table.column("cut").to_numpy()
    characters = outcome.table.column("characters").to_numpy()
    rows = sorted(outcome.findings.cuts, key=lambda row: (-int(cut[row]), row))[:LISTED]
    listed = []
    for row in rows:
        repeats = [repeat for repeat in outcome.repeats_of(row) if repeat.cut]
        chances = [repeat.evidence["accident"][0] for repeat in repeats if "accident" in repeat.evidence]
        share = int(cut[row]) / max(1, int(characters[row]))
        figures = [len(repeats), int(cut[row]), _part(share), _part(min(chances)) if chances else -1]
        listed.append([row, outcome.decision(row), *figures, sorted({repeat.kind for repeat in repeats})])
    return listed


def calls(exhibits: Exhibits) -> list[Any]:
    """The articles that are kept although they match another kept one, the most similar pair first: [row, row
    of the other one, Jaccard, coverage, what differs: title, numbers or names, the difference in words].
    """
    found: list[list[Any]] = [
        [row, call.other, _part(call.jaccard), _part(call.coverage), *_difference(call.difference)]
        for row, others in exhibits.outcome.templates.items()
        for call in others[:1]
    ]
    return sorted(found, key=lambda one: (-one[2], one[0]))[:CALLS]


def _difference(difference: Any) -> tuple[str, str]:
    return difference.by, safe_lines(difference.reason)


def _part(share: float) -> int:
    """A share (0 to 1) in thousandths, rounded down."""
    return int(share * 1000 + 1e-9) if share < 1 else 1000


def rows_of(groups: list[Any], articles: list[Any], calls: list[Any]) -> Iterator[int]:
    """The rows of all documents in these lists."""
    for keeper, _, _, dropped in groups:
        yield keeper
        yield from (one[0] for one in dropped)
    yield from (one[0] for one in articles)
    for one, other, *_ in calls:
        yield from (one, other)
