"""What each threshold would do, in the terminal: the similarities found as bars, what is dropped and missed,
and pairs on both sides of the threshold.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.bar import Bar
from rich.text import Text

from dedup.reports.layout import Part, grid, heading, indented, number, percent, similarity
from dedup.reports.safe import middle, name, place
from dedup.reports.side_by_side import STYLES, append, cut, legend

if TYPE_CHECKING:
    from dedup.counterparts import Piece
    from dedup.tuning import Example, Level, Tuned

_NAME = 36  # columns for what a document is called
_TEXT = 150  # characters of each text of a pair
_FEW = 20  # pairs from which on an empty stretch says something
_HEAD = ("Jaccard", "pairs", "", "dropped", "missed")
_HERE = "bold cyan"


def report(tuned: "Tuned", colour: bool) -> Iterator[Part]:
    """The counts, the levels, the examples."""
    yield _headline(tuned)
    if not tuned.pairs:
        return
    yield [*_levels(tuned), *_how_to_read(tuned)]
    threshold = f"{tuned.options.threshold:g}"
    yield [heading("Just above", f" {threshold}: taken for duplicates"), *_examples(tuned.above, colour)]
    yield [heading("Just below", f" {threshold}: taken for different"), *_examples(tuned.below, colour)]
    yield [legend(colour), _compare()]


def _headline(tuned: "Tuned") -> Part:
    """What was found, and what the threshold does with it."""
    if not tuned.documents:
        return [Text("There was no article with words in the input.")]
    lowest, threshold = f"{tuned.levels[0].threshold:g}", f"{tuned.options.threshold:g}"
    pairs = f"{number(tuned.pairs, 'pair')} of Jaccard {lowest} or more"
    copies = f"{number(tuned.copies, 'exact copy').replace('copys', 'copies')} besides"
    drops = f"The threshold of {threshold} drops {number(tuned.dropped, 'article')}"
    share = percent(tuned.dropped / tuned.documents)
    return [
        Text(f"{number(tuned.documents, 'article')}, {pairs}, {copies}.", style="bold"),
        Text(f"{drops} ({share})."),
    ]


def _levels(tuned: "Tuned") -> Part:
    """A line for each level, the one of the threshold marked."""
    table = grid("left", "right", "wide", "right", "right", head=_HEAD)
    most = max(level.pairs for level in tuned.levels)
    for level in tuned.levels:
        here = _is_here(level, tuned.options.threshold)
        span = f"{level.threshold:.2f} to {level.until:.2f}{' <' if here else ''}"
        missed = f"{level.missed:,.1f}  {percent(level.missed / level.above) if level.above else '':>7}"
        bar = Bar(most, 0, level.pairs, color="cyan" if here else "bright_black")
        numbers = (f"{level.dropped:,}", missed)
        table.add_row(span, f"{level.pairs:,}", bar, *numbers, style=_HERE if here else "")
    return [table]


def _is_here(level: "Level", threshold: float) -> bool:
    return level.threshold <= threshold < level.until or threshold == level.until == 1


def _how_to_read(tuned: "Tuned") -> Part:
    """What the columns say."""
    recall = f"{tuned.options.recall:g}"
    lines = [
        "<: where the threshold lies.",
        "dropped: articles that --threshold would drop at the lower end of the line.",
        f"missed: pairs from there on that LSH may miss with its bands for --recall {recall}.",
        *_valley(tuned),
    ]
    return [Text("\n".join(lines), style="dim")]


def _valley(tuned: "Tuned") -> Iterator[str]:
    """Where the fewest pairs lie: a threshold there decides the fewest close cases."""
    if tuned.pairs >= _FEW:
        least = min(tuned.levels[:-1], key=lambda level: level.pairs)
        pairs = number(least.pairs, "pair")
        yield f"Fewest close cases: {pairs} from {least.threshold:.2f} to {least.until:.2f}."


def _examples(examples: "list[Example]", colour: bool) -> Part:
    """Each pair: how alike, who, and where both texts begin to differ."""
    if not examples:
        return [indented(Text("no pair"))]
    table = grid("right", "left", "folded")
    for example in examples:
        jaccard = similarity(example.jaccard)
        for label, style, identity, pieces in zip(
            "AB", STYLES, example.identities, example.differ, strict=True
        ):
            title = Text().append(middle(name(identity), _NAME), style="bold")
            if identity["id"] is not None:
                title.append(f"  {middle(place(identity), _NAME)}", style="dim")
            text = title.append("\n").append_text(_opening(pieces, style if colour else ""))
            table.add_row(jaccard if label == "A" else "", Text(label, style=f"bold {style}"), text)
    return [indented(table)]


def _opening(pieces: "list[Piece]", style: str) -> Text:
    """The first characters, what only one text has marked."""
    shown, left = Text(), _TEXT
    for piece in pieces:
        text = cut(piece.text, left)
        append(shown, [text], piece.shared, style)
        left -= len(piece.text)
        if left <= 0:
            return shown.append(" …")
    return shown if pieces else shown.append("(ends here)", style="dim italic")


def _compare() -> Text:
    """How to see a pair whole."""
    return Text("See a pair whole: dedup compare A B --in INPUT", style="dim")
