"""What each threshold would do, in the terminal: the similarities found as bars, what is dropped and missed,
and pairs on both sides of the threshold.
"""

from collections.abc import Iterator

from rich.bar import Bar
from rich.text import Text

from dedup.explain.passages import Fragment
from dedup.explain.thresholds import Level
from dedup.explain.tune import Example, Scale, Tuning
from dedup.options import Options
from dedup.reports.layout import NAME, Part, grid, heading, indented, number, percent, similarity
from dedup.reports.safe import location, middle, name
from dedup.reports.shorten import cut
from dedup.reports.terminal.side_by_side import STYLES, append, legend

_NAME = 36  # columns for what a document is called
_TEXT = 150  # characters of each text of a pair
_FEW = 20  # pairs from which on an empty stretch says something


def report(tuned: Tuning, colour: bool) -> Iterator[Part]:
    """The counts; for Jaccard and for coverage the levels and the examples."""
    yield _headline(tuned)
    if tuned.jaccard.pairs:
        yield _levels(tuned.jaccard, "Jaccard", "--threshold", "--contained off")
        yield from _both_sides(tuned.jaccard, "a Jaccard", ("they match", "no match by Jaccard"), colour)
    if tuned.coverage and tuned.coverage.pairs:
        beside = f"--threshold {tuned.options.threshold:g}"
        yield _levels(tuned.coverage, "covered", "--contained", beside)
        yield from _both_sides(tuned.coverage, "a coverage", ("A has most of B", "no match"), colour)
    if tuned.jaccard.pairs or (tuned.coverage and tuned.coverage.pairs):
        yield [legend(colour), Text("See a pair whole: dedup compare A B --in INPUT", style="dim")]


def _headline(tuned: Tuning) -> Part:
    """What was found, and what the thresholds do with it."""
    if not tuned.documents:
        return [Text("There was no article with words in the input.")]
    scale, options = tuned.jaccard, tuned.options
    found = f"{number(tuned.documents, 'article')}, {tuned.copies:,} of them exact copies of another."
    pairs = f"{number(scale.pairs, 'pair')} of Jaccard {scale.levels[0].threshold:g} or more"
    more = ""
    if tuned.coverage:
        least = tuned.coverage.levels[0].threshold
        more = f"; {number(tuned.coverage.pairs, 'pair')} less alike than {options.threshold:g} of which one "
        more += f"covers {least:g} or more of the other"
    share = percent(tuned.dropped / tuned.documents)
    return [
        Text(found, style="bold"),
        Text(f"Besides, {pairs}{more}."),
        Text(f"{_settings(options)} drops {number(tuned.dropped, 'article')} ({share})."),
        *_idle(options),
    ]


def _settings(options: Options) -> str:
    contained = "off" if options.contained is None else f"{options.contained:g}"
    return f"--threshold {options.threshold:g} --contained {contained}"


def _idle(options: Options) -> Part:
    """That the threshold decides nothing, if so: Jaccard is never above coverage."""
    if options.contained is None or options.contained > options.threshold:
        return []
    both = f"Two articles of Jaccard {options.threshold:g} cover each other to {options.threshold:g} at least"
    return [Text(f"{both}, so --contained alone decides.", style="dim")]


def _levels(scale: Scale, what: str, option: str, how: str) -> Part:
    """A line for each level, that of the threshold marked, and how to read them."""
    table = grid("left", "right", "wide", "right", "right", head=(what, "pairs", "", "dropped", "missed"))
    most = max(level.pairs for level in scale.levels)
    for level in scale.levels:
        here = _is_here(level, scale.threshold)
        span = f"{level.threshold:.2f} to {level.until:.2f}{' <' if here else ''}"
        missed = f"{level.missed:,.1f}  {percent(level.missed / level.above) if level.above else '':>7}"
        bar = Bar(most, 0, level.pairs, color=NAME if here else "bright_black")
        row = (span, f"{level.pairs:,}", bar, f"{level.dropped:,}", missed)
        table.add_row(*row, style=f"bold {NAME}" if here else "")
    lines = [
        f"<: {option} {scale.threshold:g}. dropped, missed: by a run with the lower end of the line as "
        f"{option} and {how}; missed are the pairs that its search is expected not to find.",
        *_valley(scale),
    ]
    return [table, Text("\n".join(lines), style="dim")]


def _both_sides(scale: Scale, what: str, meaning: tuple[str, str], colour: bool) -> Iterator[Part]:
    """Examples above the threshold and below it."""
    sides = (scale.above, scale.below)
    for side, examples, means in zip(("above", "below"), sides, meaning, strict=True):
        title = heading(f"Just {side}", f" {what} of {scale.threshold:g}: {means}")
        yield [title, *_examples(examples, colour)]


def _is_here(level: Level, threshold: float) -> bool:
    return level.threshold <= threshold < level.until or threshold == level.until == 1


def _valley(scale: Scale) -> Iterator[str]:
    """Where the fewest pairs lie: a threshold there decides the fewest close cases."""
    if scale.pairs >= _FEW:
        least = min(scale.levels[:-1], key=lambda level: level.pairs)
        pairs = number(least.pairs, "pair")
        yield f"Fewest close cases: {pairs} from {least.threshold:.2f} to {least.until:.2f}."


def _examples(examples: list[Example], colour: bool) -> Part:
    """Each pair: how alike, who, and where both texts begin to differ."""
    if not examples:
        return [indented(Text("no pair"))]
    table = grid("right", "left", "folded")
    for example in examples:
        value = similarity(example.value)
        for label, style, identity, pieces in zip(
            "AB", STYLES, example.identities, example.differ, strict=True
        ):
            title = Text().append(middle(name(identity), _NAME), style="bold")
            if identity["id"] is not None:
                title.append(f"  {middle(location(identity), _NAME)}", style="dim")
            text = title.append("\n").append_text(_opening(pieces, style if colour else ""))
            table.add_row(value if label == "A" else "", Text(label, style=f"bold {style}"), text)
    return [indented(table)]


def _opening(fragments: list[Fragment], style: str) -> Text:
    """The first characters, what only one text has marked."""
    shown, left = Text(), _TEXT
    for fragment in fragments:
        text = cut(fragment.text, left)
        append(shown, [text], fragment.shared, style)
        left -= len(fragment.text)
        if left <= 0:
            return shown.append(" …")
    return shown if fragments else shown.append("(ends here)", style="dim italic")
