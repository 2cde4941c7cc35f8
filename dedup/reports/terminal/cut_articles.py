"""A few articles in full, what was cut struck out in its place."""

from collections.abc import Iterator

from rich.text import Text

from dedup.pipeline.outcome import Outcome
from dedup.reports.layout import NAME
from dedup.reports.safe import name, safe_lines, short

_LONGEST = 20_000  # characters of one article


def articles(outcome: Outcome, colour: bool) -> Iterator[Text]:
    """Each article: a line that names it, its text. Without colour, cuts stand between [- and -]."""
    texts = outcome.texts(list(range(len(outcome.table))))
    for number, (row, text) in enumerate(texts.items()):
        yield Text("\n" if number else "", end="").append_text(_heading(outcome, row))
        if outcome.decision(row) == "dropped":
            yield Text(short(text, 200), style="dim strike") if colour else Text(f"[-{short(text, 200)}-]")
        else:
            yield struck(text.rstrip(), outcome.findings.cuts.get(row, []), colour)


def _heading(outcome: Outcome, row: int) -> Text:
    """Which article it is and what was decided."""
    identity, cuts = outcome.identity(row), outcome.findings.cuts.get(row, [])
    keeper = int(outcome.keepers.keeper[row])
    decision = {
        "kept": "kept as it is",
        "cut": f"{sum(end - start for start, end in cuts):,} characters cut",
        "dropped": f"dropped for {name(outcome.identity(keeper) if keeper >= 0 else identity)}",
    }
    heading = Text(name(identity), style=f"bold {NAME}")
    return heading.append(f"  {decision[outcome.decision(row)]}", style="not bold default")


def struck(text: str, cuts: list[tuple[int, int]], colour: bool) -> Text:
    """`text` with these ranges of characters (sorted, disjoint) struck out."""
    shown, at, whole = Text(), 0, len(text)
    text = text[:_LONGEST]
    for start, end in [*cuts, (whole, whole)]:
        shown.append(safe_lines(text[at:start]))
        _strike(shown, text[start:end], colour)
        at = end
    return shown.append(" … the rest is not shown", style="dim") if whole > _LONGEST else shown


def _strike(shown: Text, cut: str, colour: bool) -> None:
    """Append `cut`, marked; the blanks around it are left bare."""
    words = cut.strip()
    before, after = cut[: len(cut) - len(cut.lstrip())], cut[len(cut.rstrip()) :] if words else ""
    marked = safe_lines(words) if colour or not words else f"[-{safe_lines(words)}-]"
    shown.append(safe_lines(before))
    shown.append(marked, style="red strike" if colour else "")
    shown.append(safe_lines(after))
