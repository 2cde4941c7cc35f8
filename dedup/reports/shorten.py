"""Two texts in rows, shortened: what differs in full, of what is shared what stands around it."""

import re
from collections.abc import Iterator
from itertools import groupby

from dedup.explain.passages import Fragment, Passage, PassageRow
from dedup.reports.safe import safe_lines

_AROUND = 1  # shared passages that are shown before and behind what differs
_SHARED_ENDS, _ONLY_ENDS = 110, 600  # characters at both ends of a long stretch that are shown
_HIDDEN = 250  # characters that are worth being left out
_WORD = 20  # characters in which the next blank is looked for
_ALONE = 8  # passages without a counterpart, one behind the other, at both ends of which so many are shown


def passages(some: list[Passage], label: str, full: bool = False) -> list[Passage | str]:
    """The passages of one text in a row; of many those at the ends, and a note that tells of the others.
    `label`: what the text is called; `full`: nothing is left out.
    """
    hidden = len(some) - 2 * _ALONE
    if full or hidden < 2:
        return [*some]
    note = _left_out(f"{hidden:,} paragraphs of {label} without counterpart")
    return [*some[:_ALONE], note, *some[-_ALONE:]]


def parts(fragment: Fragment, full: bool = False) -> list[str]:
    """The text of a fragment; of a long one its first words, a note of what is left out, its last words."""
    first, hidden, last = ends(fragment.text, _SHARED_ENDS if fragment.shared else _ONLY_ENDS)
    if full or len(hidden) < _HIDDEN:
        return [fragment.text]
    return [first, f" … {len(hidden):,} characters {'shared' if fragment.shared else 'only here'} … ", last]


def sampled(rows: list[PassageRow], full: bool = False) -> Iterator[PassageRow | str]:
    """The rows; of many shared ones that follow each other those at the ends, the others told."""
    done = 0
    for shared, run in groupby(rows, key=lambda row: row.shared):
        stretch = list(run)
        first = _AROUND if done or len(stretch) == len(rows) else 0
        done += len(stretch)
        last = _AROUND if done < len(rows) else 0
        hidden = len(stretch) - first - last
        if full or not shared or hidden < 2:
            yield from stretch
            continue
        yield from stretch[:first]
        yield _left_out(f"{hidden:,} paragraphs shared")
        yield from stretch[len(stretch) - last :]


def ends(text: str, size: int) -> tuple[str, str, str]:
    """About `size` characters of both ends, cut at blanks where there are some, and what lies between."""
    first = cut(text, size)
    begin = text.rfind(" ", -size - _WORD, -size) if " " in text[-size - _WORD : -size] else len(text) - size
    last = text[max(begin, len(first)) :]
    return first, text[len(first) : len(text) - len(last)], last.lstrip()


def cut(text: str, size: int) -> str:
    """The first `size` characters, or up to `_WORD` fewer, so that the last word is whole."""
    if len(text) <= size:
        return text
    end = text.rfind(" ", max(0, size - _WORD), size + 1)
    return text[: end if end > 0 else size].rstrip()


def _left_out(what: str) -> str:
    return f"… {what} …"


def flat(text: str) -> str:
    """A stretch of a passage on one line, harmless."""
    return safe_lines(re.sub(r"\s+", " ", text))
