"""What each threshold would do: how many pairs are near it, what it drops and misses, and pairs on both sides
of the threshold that is set.
"""

from collections.abc import Iterator

from rich.bar import Bar
from rich.text import Text

from dedup.explain.passages import Fragment
from dedup.explain.thresholds import Level
from dedup.explain.tune import PairExample, Scale, Tuning
from dedup.options import Options
from dedup.reports.layout import DIM, NAME, Part, grid, heading, indented
from dedup.reports.numbers import number, percent, similarity
from dedup.reports.shorten import cut
from dedup.reports.terminal.side_by_side import LABELS, STYLES, append, legend, named

_NAME = 36  # columns for the name of a document
_TEXT = 150  # characters of each text of a pair
_FEW = 20  # pairs from which on a level with few of them says something


def report(tuning: Tuning, colour: bool) -> Iterator[Part]:
    """The counts; then for Jaccard and for containment the levels and examples."""
    yield _headline(tuning)
    jaccard, containment = tuning.jaccard, tuning.coverage
    if jaccard.pairs:
        yield _levels(jaccard, "Jaccard", "--threshold", "--contained off")
        yield from _both_sides(jaccard, "a Jaccard", ("a match", "no match by Jaccard"), colour)
    if containment and containment.pairs:
        other_option = f"--threshold {tuning.options.threshold:g}"
        yield _levels(containment, "contained", "--contained", other_option)
        yield from _both_sides(containment, "a containment", ("A contains most of B", "no match"), colour)
    if jaccard.pairs or (containment and containment.pairs):
        yield [legend(colour), Text("To see both texts of a pair: dedup compare A B --in INPUT", style=DIM)]


def _headline(tuning: Tuning) -> Part:
    """The pairs that were found, and what the options make of them."""
    if not tuning.documents:
        return [Text("The input has no articles with words.")]
    jaccard, options = tuning.jaccard, tuning.options
    articles = f"{number(tuning.documents, 'article')}, {tuning.copies:,} of them exact copies of another."
    pairs = f"{number(jaccard.pairs, 'pair')} with a Jaccard of at least {jaccard.levels[0].threshold:g}"
    if tuning.coverage:
        below = f"{number(tuning.coverage.pairs, 'pair')} with a lower Jaccard than {options.threshold:g}"
        least = 100 * tuning.coverage.levels[0].threshold
        pairs += f"; {below}, of which one article contains at least {least:g}% of the other"
    share = percent(tuning.dropped / tuning.documents)
    return [
        Text(articles, style="bold"),
        Text(f"Besides exact copies, {pairs}."),
        Text(f"{_settings(options)} drops {number(tuning.dropped, 'article')} ({share})."),
        *_redundant_threshold(options),
    ]


def _settings(options: Options) -> str:
    contained = "off" if options.contained is None else f"{options.contained:g}"
    return f"--threshold {options.threshold:g} --contained {contained}"


def _redundant_threshold(options: Options) -> Part:
    """A note if the threshold decides nothing: Jaccard is never above containment."""
    if options.contained is None or options.contained > options.threshold:
        return []
    share = f"{100 * options.threshold:g}%"
    text = f"Two articles with a Jaccard of {options.threshold:g} contain at least {share} of each other"
    return [Text(f"{text}, so --contained alone decides.", style=DIM)]


def _levels(scale: Scale, measure: str, option: str, other_option: str) -> Part:
    """A line for each level, with that of the threshold marked, and how to read them."""
    table = grid("left", "right", "wide", "right", "right", head=(measure, "pairs", "", "dropped", "missed"))
    most = max(level.pairs for level in scale.levels)
    for level in scale.levels:
        is_set = _has(level, scale.threshold)
        bounds = f"{level.threshold:.2f} to {level.until:.2f}{' <' if is_set else ''}"
        missed = f"{level.missed:,.1f}  {percent(level.missed / level.above) if level.above else '':>6}"
        bar = Bar(most, 0, level.pairs, color=NAME if is_set else "bright_black")
        row = (bounds, f"{level.pairs:,}", bar, f"{level.dropped:,}", missed)
        table.add_row(*row, style=f"bold {NAME}" if is_set else "")
    lines = [
        f"<: {option} {scale.threshold:g}. dropped, missed: what a run drops, and how many pairs its search "
        f"is expected to miss, with the lower end of the line as {option} and with {other_option}.",
        *_fewest(scale),
    ]
    return [table, Text("\n".join(lines), style=DIM)]


def _both_sides(scale: Scale, measure: str, meaning: tuple[str, str], colour: bool) -> Iterator[Part]:
    """Examples above the threshold and below it."""
    sides = (scale.above, scale.below)
    for side, examples, means in zip(("above", "below"), sides, meaning, strict=True):
        title = heading(f"Just {side}", f" {measure} of {scale.threshold:g}: {means}")
        yield [title, *_examples(examples, colour)]


def _has(level: Level, threshold: float) -> bool:
    """Whether the threshold is in the level."""
    return level.threshold <= threshold < level.until or threshold == level.until == 1


def _fewest(scale: Scale) -> Iterator[str]:
    """The level with the fewest pairs: a threshold there decides the fewest close calls."""
    if scale.pairs >= _FEW:
        least = min(scale.levels[:-1], key=lambda level: level.pairs)
        pairs = number(least.pairs, "pair")
        yield f"Fewest close calls: {pairs} from {least.threshold:.2f} to {least.until:.2f}."


def _examples(examples: list[PairExample], colour: bool) -> Part:
    """Each pair: how similar, the names, and both texts from where they begin to differ."""
    if not examples:
        return [indented(Text("no pairs"))]
    table = grid("right", "left", "folded")
    for example in examples:
        value = similarity(example.value)
        for label, style, identity, fragments in zip(
            LABELS, STYLES, example.identities, example.differ, strict=True
        ):
            text = (
                named(identity, _NAME).append("\n").append_text(_opening(fragments, style if colour else ""))
            )
            table.add_row(value if label == "A" else "", Text(label, style=f"bold {style}"), text)
    return [indented(table)]


def _opening(fragments: list[Fragment], style: str) -> Text:
    """The first characters, with what only one text has marked."""
    marked, left = Text(), _TEXT
    for fragment in fragments:
        append(marked, [cut(fragment.text, left)], fragment.shared, style)
        left -= len(fragment.text)
        if left <= 0:
            return marked.append(" …")
    return marked if fragments else marked.append("(ends here)", style="dim italic")
