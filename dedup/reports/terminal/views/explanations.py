"""What a word of a report or a ledger means: for `dedup explain`."""

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from dedup.explain.terms import Term, all_terms
from dedup.reports.layout import DIM, Part, grid, heading, indented


def term(term: Term) -> Part:
    """One word: its group, what it means, an example, what to do."""
    table = grid("left", "folded")
    for label, text in (("meaning", term.meaning), ("example", term.example), ("what to do", term.advice)):
        table.add_row(Text(label, style=DIM), text)
    return [heading(term.name, f": {term.group}"), indented(table)]


def listing() -> Iterator[Part]:
    """The names of all words, by group."""
    for group, terms in groupby(all_terms(), key=lambda term: term.group):
        names = ", ".join(term.name for term in terms)
        yield [heading(f"{group[0].upper()}{group[1:]}"), indented(Text(names))]
