"""One word of a report or a ledger, explained."""

from typing import NamedTuple


class Term(NamedTuple):
    """A word and what to know of it: the group that it belongs to, what it means, an example, what to do."""

    name: str
    group: str
    meaning: str
    example: str
    advice: str
