"""A few articles in full, with what was cut struck out in its place."""

from collections.abc import Iterator

from rich.text import Text

from dedup.document import Cut
from dedup.pipeline.outcome import Outcome
from dedup.reports.layout import DIM, NAME
from dedup.reports.numbers import number
from dedup.reports.safe import name, safe_lines, short

_LONGEST = 20_000  # characters of an article that are shown
_DROPPED = 200  # columns of a dropped article that are shown


def articles(outcome: Outcome, colour: bool) -> Iterator[Text]:
    """Each article: a line that names it, then its text. Without colour, cuts are between [- and -]."""
    texts = outcome.texts(list(range(len(outcome.table))))
    for count, (row, text) in enumerate(texts.items()):
        yield Text("\n" if count else "", end="").append_text(_heading(outcome, row))
        if outcome.decision(row) == "dropped":
            opening = short(text, _DROPPED)
            yield Text(opening, style="dim strike") if colour else Text(f"[-{opening}-]")
        else:
            yield strike_out(text.rstrip(), outcome.findings.cuts.get(row, []), colour)


def _heading(outcome: Outcome, row: int) -> Text:
    """The name of an article, and what was decided about it."""
    keeper = int(outcome.keepers.keeper[row])
    if keeper >= 0:
        became = "tagged as a near-duplicate of" if outcome.options.tags else "dropped for"
        decision = f"{became} {name(outcome.identity(keeper))}"
    elif cuts := outcome.findings.cuts.get(row, []):
        decision = f"{number(sum(end - start for start, end in cuts), 'character')} cut"
    else:
        decision = "kept unchanged"
    heading = Text(name(outcome.identity(row)), style=f"bold {NAME}")
    return heading.append(f"  {decision}", style="not bold default")


def strike_out(text: str, cuts: list[Cut], colour: bool) -> Text:
    """The text with these ranges of characters (sorted, disjoint) struck out."""
    marked, end_of_cut, length = Text(), 0, len(text)
    text = text[:_LONGEST]
    for start, end in [*cuts, (length, length)]:
        marked.append(safe_lines(text[end_of_cut:start]))
        _append_cut(marked, text[start:end], colour)
        end_of_cut = end
    return marked.append(" … the rest is not shown", style=DIM) if length > _LONGEST else marked


def _append_cut(marked: Text, cut: str, colour: bool) -> None:
    """Append what was cut, struck out; the white space around it is not."""
    words = cut.strip()
    before, after = cut[: len(cut) - len(cut.lstrip())], cut[len(cut.rstrip()) :] if words else ""
    struck_out = safe_lines(words) if colour or not words else f"[-{safe_lines(words)}-]"
    marked.append(safe_lines(before))
    marked.append(struck_out, style="red strike" if colour else "")
    marked.append(safe_lines(after))
