"""Two texts in rows -> shorter rows: what differs is kept, of what is shared only the text next to it."""

import re
from collections.abc import Iterator
from itertools import groupby

from dedup.explain.passages import Fragment, Passage, PassageRow
from dedup.reports.safe import safe_lines

_AROUND = 1  # shared rows that are kept before and after what differs
_SHARED_ENDS, _ONLY_ENDS = 110, 600  # characters at both ends of a long fragment that are kept
_HIDDEN = 250  # fewer characters are not worth leaving out
_WORD = 20  # characters that are searched for the end of a word
_ALONE = 8  # passages without counterpart that are kept at both ends of a long run of them


def passages(passages: list[Passage], label: str, full: bool = False) -> list[Passage | str]:
    """The passages of one side of a row; of many, those at the ends with a note between. `label`: what the
    text is called; `full`: nothing is left out.
    """
    hidden = len(passages) - 2 * _ALONE
    if full or hidden < 2:
        return [*passages]
    note = _left_out(f"{hidden:,} paragraphs of {label} without counterpart")
    return [*passages[:_ALONE], note, *passages[-_ALONE:]]


def parts(fragment: Fragment, full: bool = False) -> list[str]:
    """The text of a fragment, or if it is long: its first words, a note, its last words."""
    first, hidden, last = ends(fragment.text, _SHARED_ENDS if fragment.shared else _ONLY_ENDS)
    if full or len(hidden) < _HIDDEN:
        return [fragment.text]
    return [first, f" … {len(hidden):,} characters {'shared' if fragment.shared else 'only here'} … ", last]


def rows(rows: list[PassageRow], full: bool = False) -> Iterator[PassageRow | str]:
    """The rows; of many shared ones in a run, those at the ends with a note between."""
    done = 0
    for shared, run in groupby(rows, key=lambda row: row.shared):
        members = list(run)
        first = _AROUND if done or len(members) == len(rows) else 0
        done += len(members)
        last = _AROUND if done < len(rows) else 0
        hidden = len(members) - first - last
        if full or not shared or hidden < 2:
            yield from members
            continue
        yield from members[:first]
        yield _left_out(f"{hidden:,} paragraphs shared")
        yield from members[len(members) - last :]


def ends(text: str, size: int) -> tuple[str, str, str]:
    """The first and the last characters of a text, about `size` each, cut between words where possible, and
    what is between them: first, between, last.
    """
    first = cut(text, size)
    begin = text.rfind(" ", -size - _WORD, -size) if " " in text[-size - _WORD : -size] else len(text) - size
    last = text[max(begin, len(first)) :]
    return first, text[len(first) : len(text) - len(last)], last.lstrip()


def cut(text: str, size: int) -> str:
    """The first `size` characters of a text, or up to `_WORD` fewer, so that no word is broken."""
    if len(text) <= size:
        return text
    end = text.rfind(" ", max(0, size - _WORD), size + 1)
    return text[: end if end > 0 else size].rstrip()


def _left_out(what: str) -> str:
    return f"… {what} …"


def flat(text: str) -> str:
    """A fragment of a text on one line, harmless."""
    return safe_lines(re.sub(r"\s+", " ", text))
