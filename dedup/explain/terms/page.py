"""docs/explain.md: the terms as a page.

python -m dedup.explain.terms.page > docs/explain.md
"""

from collections.abc import Iterator
from itertools import groupby

from dedup.explain.terms import Term, all_terms
from dedup.explain.terms.observations import REPEATS, SITES

HEADS = {
    "decision": "Decisions",
    "alarm": "Alarms",
    "kind of repeat": "Kinds of repeats",
    "match": "How two articles match",
    "close call": "Close calls",
    "reason for keeping": "Why one of several articles is kept",
    "reason of a reject": "Why a record is rejected",
    REPEATS: "What is observed of a repeat",
    SITES: "What is observed of what a site prints",
}
_INTRODUCTION = """# What the words mean

Every word of a report and of a ledger, with an example and what to do.
`dedup explain NAME` says the same in the terminal.
`python -m dedup.explain.terms.page > docs/explain.md` writes this page.
"""
_OF_OBSERVATIONS = """
Each observation of a passage has a weight, which depends on its value. The weights add up to how probable
a scraping error is: see [Decisions](decisions.md).
The numbers in brackets are the highest and the lowest weight.
"""


def page() -> str:
    """The page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    for group, terms in groupby(all_terms(), key=lambda term: term.group):
        yield f"## {HEADS[group]}"
        listed = [*terms]
        yield from _weighed(listed) if group in (REPEATS, SITES) else _sections(listed)
        yield ""


def _sections(terms: list[Term]) -> Iterator[str]:
    yield "\n| name | meaning | example | what to do |\n|---|---|---|---|"
    for term in terms:
        cells = (f"`{term.name}`", term.meaning, term.example, term.advice)
        yield f"| {' | '.join(map(_cell, cells))} |"


def _weighed(terms: list[Term]) -> Iterator[str]:
    yield f"{_OF_OBSERVATIONS}{terms[0].advice}\n\n| name | meaning | weight |\n|---|---|---|"
    for term in terms:
        yield f"| `{term.name}` | {_cell(term.meaning)} | {_cell(term.example)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    print(page(), end="")
