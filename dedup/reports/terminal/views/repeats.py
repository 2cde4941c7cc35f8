"""Articles in full with their repeats marked in place, each with a table of what decided about them."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from rich.text import Text

from dedup.explain.repeats import InspectedDocument, ReadCounts
from dedup.repeats.find import Repeat
from dedup.reports.layout import DIM, NAME, OTHER, Part, grid, heading, indented
from dedup.reports.numbers import number, score
from dedup.reports.repeat_evidence import accident, evidence_lines, printed
from dedup.reports.safe import name, safe_lines
from dedup.text.ranges import trim

_LONG = 20_000  # characters from which on an article is shown without its long unmarked stretches
_STRETCH = 1_000  # characters at both ends of such a stretch that are shown
_ROWS = 500  # repeats of an article that the table has
_NUMBERS = 6  # repeats that a label names
_LABEL, _CUT, _LEFT, _ORIGINAL = NAME, "red strike", "dim underline", OTHER


class MarkedSpan(NamedTuple):
    """A range of characters of a text, what is written before and after it in the style `label`, and the
    style of the range itself.
    """

    start: int
    end: int
    before: str
    after: str
    label: str
    style: str


def report(
    documents: Iterable[InspectedDocument],
    counts_so_far: Callable[[], ReadCounts],
    colour: bool,
    weights: bool = False,
) -> Iterator[Part]:
    """A part for each document with repeats, and last the counts of all. `counts_so_far`: what was read so
    far; `weights`: whether the evidence has its numbers.
    """
    shown = cut = left = 0
    for document in documents:
        yield [*([] if shown else [_legend(colour), Text()]), *article(document, colour, weights)]
        shown += 1
        cut += sum(repeat.cut for repeat in document.repeats)
        left += sum(not repeat.cut for repeat in document.repeats)
    count, beyond = counts_so_far().documents, counts_so_far().beyond_limit
    if not count:
        yield [Text("The input has no articles.")]
    elif not shown:
        yield [Text(f"{number(count, 'article')}: no repeats to show.")]
    elif count > 1:
        totals = f"{number(cut, 'repeat')} cut, {left:,} left in place"
        more = f" {number(beyond, 'more article')} {'has' if beyond == 1 else 'have'} some (--limit)."
        yield [Text(f"{shown:,} of {number(count, 'article')} shown: {totals}.{more if beyond else ''}")]


def _legend(colour: bool) -> Text:
    """How to read the marks."""
    text = "cut, left in place, what it repeats"
    ranges = [(0, 3, "-", _CUT), (5, 18, "_", _LEFT)]
    spans = [
        MarkedSpan(start, end, *(("", "") if colour else (f"[{sign}", f"{sign}]")), "", style)
        for start, end, sign, style in ranges
    ]
    original = MarkedSpan(20, len(text), "[=1 ", " =1]", _ORIGINAL, "")
    return Text("Marks: ", style=DIM).append_text(mark(text, [*spans, original]))


def article(document: InspectedDocument, colour: bool, weights: bool = False) -> Part:
    """One document: its name, its text with the repeats marked, its table."""
    repeats = document.repeats
    count = f"{number(len(repeats), 'repeat')}, {sum(repeat.cut for repeat in repeats):,} cut"
    title = Text(name(document.identity), style=f"bold {NAME}")
    title.append(f"  {count if repeats else 'no repeats'}", style="not bold default")
    text = document.text.rstrip()
    part: Part = [title, mark(text, [*_originals(text, repeats), *_copies(text, repeats, colour)])]
    return [*part, Text(), *_table(text, repeats, weights)] if repeats else part


def _copies(text: str, repeats: list[Repeat], colour: bool) -> Iterator[MarkedSpan]:
    """The copy of each repeat, with its number and what decided about it."""
    for count, repeat in enumerate(repeats, 1):
        label = f"[{count} {repeat.kind} {score(repeat.score)} {_decision(repeat)}] "
        bracket = "" if colour else "-" if repeat.cut else "_"
        before, after = (f"{label}[{bracket}", f"{bracket}]") if bracket else (label, "")
        style = ("" if not colour else _CUT) if repeat.cut else (_LEFT if colour else "")
        yield MarkedSpan(*trim(text, repeat.start, repeat.end), before, after, _LABEL, style)


def _originals(text: str, repeats: list[Repeat]) -> Iterator[MarkedSpan]:
    """Each original once, with the numbers of the repeats that are copies of it."""
    numbers: dict[tuple[int, int], list[str]] = {}
    for count, repeat in enumerate(repeats, 1):
        numbers.setdefault(trim(text, repeat.of_start, repeat.of_end), []).append(str(count))
    for (start, end), names in numbers.items():
        label = ",".join(names if len(names) <= _NUMBERS else [*names[:_NUMBERS], "…"])
        yield MarkedSpan(start, end, f"[={label} ", f" ={label}]", _ORIGINAL, "")


def _decision(repeat: Repeat) -> str:
    return "cut" if repeat.cut else "left"


def mark(text: str, spans: Iterable[MarkedSpan]) -> Text:
    """A text with these spans marked; they may overlap. Of a very long text, the middle of long stretches is
    left out.
    """
    openings: dict[int, list[MarkedSpan]] = {}
    for span in spans:
        if span.start < span.end:
            openings.setdefault(span.start, []).append(span)
    ends = {span.end for opened in openings.values() for span in opened}
    marked, active, shorten = Text(), list[MarkedSpan](), len(text) > _LONG
    for start, end in pairwise(sorted({0, len(text), *openings, *ends})):
        active = _close(marked, active, start)
        for span in sorted(openings.get(start, []), key=lambda span: -span.end):
            marked.append(span.before, style=span.label)
            active.append(span)
        style = next((span.style for span in reversed(active) if span.style), "")
        _append(marked, text[start:end], style, shorten)
    _close(marked, active, len(text))
    return marked


def _close(marked: Text, active: list[MarkedSpan], position: int) -> list[MarkedSpan]:
    """Close the spans that end at or before this position, the innermost first; return those that go on."""
    for span in reversed(active):
        if span.end <= position:
            marked.append(span.after, style=span.label)
    return [span for span in active if span.end > position]


def _append(marked: Text, stretch: str, style: str, shorten: bool) -> None:
    """Append a stretch of text, harmless; if it is long and to be shortened, without its middle."""
    hidden = len(stretch) - 2 * _STRETCH
    if not shorten or hidden <= 0:
        marked.append(safe_lines(stretch), style=style)
        return
    marked.append(safe_lines(stretch[:_STRETCH]), style=style)
    marked.append(f" … {hidden:,} characters are not shown … ", style=DIM)
    marked.append(safe_lines(stretch[-_STRETCH:]), style=style)


def _table(text: str, repeats: list[Repeat], weights: bool) -> Part:
    """A row for each repeat: what it is, how probable a scraping error, where the other copy is, and the
    evidence that weighed most.
    """
    head = ("", "kind", "", "similar", "likely error", "other copy, and the evidence")
    table = grid("right", "left", "left", "right", "right", "folded", head=head)
    for count, repeat in enumerate(repeats[:_ROWS], 1):
        evidence = Text(_lines_of_original(text, repeat))
        evidence.append("".join(f"\n{line}" for line in evidence_lines(repeat, weights)), style=DIM)
        decided = _decision(repeat), score(repeat.score), accident(repeat)
        table.add_row(str(count), repeat.kind, *decided, evidence)
    more = len(repeats) - _ROWS
    rest: Part = [indented(Text(f"and {number(more, 'more repeat')}", style=DIM))] if more > 0 else []
    return [heading("Repeats"), indented(table), *rest]


def _lines_of_original(text: str, repeat: Repeat) -> str:
    """The lines of the original; its characters if copy and original are in one line."""
    if on_pages := printed(repeat):
        return on_pages
    start, end = trim(text, repeat.of_start, repeat.of_end)
    first = text.count("\n", 0, start) + 1
    last = first + text.count("\n", start, end)
    if "\n" not in text[min(start, repeat.start) : max(end, repeat.end)].strip():
        return f"characters {start:,} to {end:,}"
    return f"line {first:,}" if first == last else f"lines {first:,} to {last:,}"
