"""What facts are asked about, and what the answer is. Apart from what finds it, since that takes 0.015 s to
load, and a run over a few articles may have no pair to ask about.
"""

from typing import Literal, NamedTuple, get_args

NOTE = 40
"""Words of a text up to which it may leave to its title what it is about."""

FactKind = Literal["title", "numbers", "names"]
"""What differs: the titles, the numbers in the texts, or the names in the texts."""
FACT_KINDS: tuple[FactKind, ...] = get_args(FactKind)


class Titled(NamedTuple):
    """What is asked for facts of a document: its text and its title (empty: it has none)."""

    text: str
    title: str

    @property
    def is_note(self) -> bool:
        """Whether the text has at most NOTE words."""
        return len(self.text.split(None, NOTE)) <= NOTE


class Difference(NamedTuple):
    """Why two articles that match are both kept. `reason`: in plain words, with what each of them has: for
    titles and names the right one's first, for numbers the left one's.
    """

    by: FactKind
    reason: str
