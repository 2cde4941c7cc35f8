"""Articles in full with their repeats marked in place, and a table that says what decided about each."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from rich.text import Text

from dedup.explain.repeats import InspectedDocument
from dedup.repeats.find import Repeat
from dedup.reports.layout import NAME, OTHER, Part, alike, grid, heading, indented, number
from dedup.reports.safe import name, safe, safe_lines
from dedup.text.ranges import trim

_LONG = 20_000  # characters from which on an article is not shown whole
_STRETCH = 1_000  # characters at both ends of a stretch that are shown then
_ROWS = 500  # repeats of an article that the table has
_FEATURES = 3  # of each repeat
_NUMBERS = 6  # repeats that a label names
_LABEL, _CUT, _LEFT, _ORIGINAL = NAME, "red strike", "dim underline", OTHER


class Mark(NamedTuple):
    """A span of a text with what stands before and after it, and how these and the span itself look."""

    start: int
    end: int
    before: str
    after: str
    label: str
    style: str


def report(
    documents: Iterable[InspectedDocument], looked_at: Callable[[], int], colour: bool
) -> Iterator[Part]:
    """A part for each document, and last what was found in all. `looked_at`: documents read until then."""
    shown = cut = left = 0
    for document in documents:
        yield [*([] if shown else [_legend(colour), Text()]), *article(document, colour)]
        shown += 1
        cut += sum(repeat.cut for repeat in document.repeats)
        left += sum(not repeat.cut for repeat in document.repeats)
    count = looked_at()
    if not count:
        yield [Text("There was no article in the input.")]
    elif not shown:
        yield [Text(f"{number(count, 'article')}, no repeats.")]
    elif count > 1:
        yield [Text(f"{shown:,} of {number(count, 'article')} shown: {cut:,} repeats cut, {left:,} left.")]


def _legend(colour: bool) -> Text:
    """How to read the marks."""
    text = "cut, left alone, what it repeats"
    spans = [(0, 3, "-", _CUT), (5, 15, "_", _LEFT)]
    marks = [Mark(a, b, *(("", "") if colour else (f"[{c}", f"{c}]")), "", style) for a, b, c, style in spans]
    original = Mark(17, len(text), "[=1 ", " =1]", _ORIGINAL, "")
    return Text("Marks: ", style="dim").append_text(marked(text, [*marks, original]))


def article(document: InspectedDocument, colour: bool) -> Part:
    """Its name, its text with the marks, its table."""
    repeats = document.repeats
    count = f"{number(len(repeats), 'repeat')}, {sum(repeat.cut for repeat in repeats):,} cut"
    title = Text(name(document.identity), style=f"bold {NAME}")
    title.append(f"  {count if repeats else 'no repeats'}", style="not bold default")
    text = document.text.rstrip()
    part: Part = [title, marked(text, [*_originals(text, repeats), *_copies(text, repeats, colour)])]
    return [*part, Text(), *_table(text, repeats)] if repeats else part


def _copies(text: str, repeats: list[Repeat], colour: bool) -> Iterator[Mark]:
    """What repeats something, each with its label."""
    for count, repeat in enumerate(repeats, 1):
        label = f"[{count} {repeat.kind} {alike(repeat.score)} {_decision(repeat)}] "
        bracket = "" if colour else "-" if repeat.cut else "_"
        before, after = (f"{label}[{bracket}", f"{bracket}]") if bracket else (label, "")
        style = ("" if not colour else _CUT) if repeat.cut else (_LEFT if colour else "")
        yield Mark(*trim(text, repeat.start, repeat.end), before, after, _LABEL, style)


def _originals(text: str, repeats: list[Repeat]) -> Iterator[Mark]:
    """What is repeated, each place once, with the numbers of what repeats it."""
    numbers: dict[tuple[int, int], list[str]] = {}
    for count, repeat in enumerate(repeats, 1):
        numbers.setdefault(trim(text, repeat.of_start, repeat.of_end), []).append(str(count))
    for (start, end), names in numbers.items():
        label = ",".join(names if len(names) <= _NUMBERS else [*names[:_NUMBERS], "…"])
        yield Mark(start, end, f"[={label} ", f" ={label}]", _ORIGINAL, "")


def _decision(repeat: Repeat) -> str:
    return "cut" if repeat.cut else "left"


def marked(text: str, marks: Iterable[Mark]) -> Text:
    """`text` with these spans marked; they may overlap. Of a very long text long stretches are left out."""
    openings: dict[int, list[Mark]] = {}
    for mark in marks:
        if mark.start < mark.end:
            openings.setdefault(mark.start, []).append(mark)
    ends = {mark.end for opened in openings.values() for mark in opened}
    shown, active, brief = Text(), list[Mark](), len(text) > _LONG
    for at, until in pairwise(sorted({0, len(text), *openings, *ends})):
        active = _closed(shown, active, at)
        for mark in sorted(openings.get(at, []), key=lambda mark: -mark.end):
            shown.append(mark.before, style=mark.label)
            active.append(mark)
        style = next((mark.style for mark in reversed(active) if mark.style), "")
        _append(shown, text[at:until], style, brief)
    _closed(shown, active, len(text))
    return shown


def _closed(shown: Text, active: list[Mark], at: int) -> list[Mark]:
    """Close the marks that end here, the innermost first; returns those that go on."""
    for mark in reversed(active):
        if mark.end <= at:
            shown.append(mark.after, style=mark.label)
    return [mark for mark in active if mark.end > at]


def _append(shown: Text, stretch: str, style: str, brief: bool) -> None:
    """Append a stretch of text, harmless; its middle left out where it is long and `brief`."""
    hidden = len(stretch) - 2 * _STRETCH
    if not brief or hidden <= 0:
        shown.append(safe_lines(stretch), style=style)
        return
    shown.append(safe_lines(stretch[:_STRETCH]), style=style)
    shown.append(f" … {hidden:,} characters are not shown … ", style="dim")
    shown.append(safe_lines(stretch[-_STRETCH:]), style=style)


def _table(text: str, repeats: list[Repeat]) -> Part:
    """A row for each repeat: what it is, how probable an accident, where the other copy is, what weighed."""
    head = ("", "kind", "", "alike", "accident", "other copy; what weighed most")
    table = grid("right", "left", "left", "right", "right", "folded", head=head)
    for count, repeat in enumerate(repeats[:_ROWS], 1):
        accident = repeat.evidence.get("accident")
        row = [str(count), repeat.kind, _decision(repeat), alike(repeat.score)]
        weighed = Text(_where(text, repeat)).append("".join(_weighed(repeat)), style="dim")
        table.add_row(*row, f"{accident[0]:.2f}" if accident else "-", weighed)
    more = len(repeats) - _ROWS
    rest: Part = [indented(Text(f"and {number(more, 'more repeat')}", style="dim"))] if more > 0 else []
    return [heading("Repeats"), indented(table), *rest]


def _weighed(repeat: Repeat) -> Iterator[str]:
    """The features that weighed most, a line each: name, value, weight if it has one."""
    told = [(key, values) for key, values in repeat.evidence.items() if key != "accident"]
    for key, (value, weight) in told[:_FEATURES]:
        yield f"\n{safe(key)} {value:g}" + (f" ({weight:+.2f})" if weight else "")


def _where(text: str, repeat: Repeat) -> str:
    """The lines of the other copy; its characters where both stand in one line."""
    start, end = trim(text, repeat.of_start, repeat.of_end)
    first = text.count("\n", 0, start) + 1
    last = first + text.count("\n", start, end)
    if "\n" not in text[min(start, repeat.start) : max(end, repeat.end)].strip():
        return f"characters {start:,} to {end:,}"
    return f"line {first:,}" if first == last else f"lines {first:,} to {last:,}"
