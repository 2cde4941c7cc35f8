"""Highlights -> what a summary says of close calls: matches that are both kept for their facts."""

from collections import Counter
from collections.abc import Mapping

from dedup.facts.difference import FACT_KINDS
from dedup.summary.findings_format import TemplateExample, Templates
from dedup.summary.highlights import Highlights


def close_calls(highlights: Highlights) -> Templates:
    """How many close calls there are, of which kinds, and the first of them."""
    outcome = highlights.outcome
    counts = Counter[str](calls[0].difference.by for calls in outcome.templates.values())
    return close_call_values(
        counts,
        [
            {
                "document": outcome.identity(pair.later),
                "of": outcome.identity(pair.earlier),
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
