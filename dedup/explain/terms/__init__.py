"""What the words of reports and ledgers mean: for `dedup explain`, and for docs/explain.md.

To write that page: python -m dedup.explain.terms.page > docs/explain.md
"""

from collections.abc import Iterator

from dedup.explain.terms.alarms import ALARMS
from dedup.explain.terms.decisions import CLOSE_CALLS, DECISIONS, KEPT_BECAUSE, MATCHES
from dedup.explain.terms.kinds import KINDS
from dedup.explain.terms.observations import of_repeats, of_sites
from dedup.explain.terms.rejects import REJECTS, of_reason
from dedup.explain.terms.term import Term

__all__ = ["Term", "all_terms", "called", "names"]


def all_terms() -> Iterator[Term]:
    """Every term, those of a group one after the other."""
    for group in (DECISIONS, ALARMS, KINDS, MATCHES, CLOSE_CALLS, KEPT_BECAUSE, REJECTS):
        yield from group
    yield from of_repeats()
    yield from of_sites()


def names() -> list[str]:
    """The names of all terms."""
    return list(dict.fromkeys(term.name for term in all_terms()))


def called(name: str) -> list[Term]:
    """The terms of this name, in whichever way it is written, or the one that a reason of a reject is about;
    none if there is none.
    """
    plain = _plain(name)
    terms = [term for term in all_terms() if _plain(term.name) == plain]
    return terms or of_reason(name)


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())
