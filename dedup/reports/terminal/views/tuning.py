"""What each threshold would do: how many pairs are near it, what it drops and misses, and pairs on both sides
of the threshold that is set.
"""

from collections.abc import Iterator, Sequence

from rich.bar import Bar
from rich.text import Text

from dedup.explain.passages import Fragment
from dedup.explain.thresholds import Advice, Level
from dedup.explain.tune import PairExample, Scale, Tuning
from dedup.options import FOLLOWS, Options
from dedup.reports.commands import command, paste_name
from dedup.reports.layout import DIM, NAME, Command, Part, grid, heading, indented
from dedup.reports.numbers import number, percent, similarity
from dedup.reports.shorten import cut
from dedup.reports.terminal.views.side_by_side import LABELS, STYLES, append, legend, named

_NAME = 36  # columns for the name of a document
_TEXT = 150  # characters of each text of a pair


def report(
    tuning: Tuning, colour: bool, recommended: str = "", comparing: Sequence[str] = ()
) -> Iterator[Part]:
    """The counts and a recommendation; then the levels and examples. `recommended`: the command that cleans
    the same input with the recommended threshold; `comparing`: the end of a command that compares two of its
    articles.
    """
    yield _headline(tuning)
    if tuning.advice:
        yield _recommendation(tuning, tuning.advice, recommended)
    scale, containment, options = tuning.similarity, tuning.coverage, tuning.options
    if scale.pairs:
        measure, a_measure = (
            ("similarity", "a similarity") if options.contained == FOLLOWS else ("Jaccard", "a Jaccard")
        )
        yield _levels(
            scale, measure, "--threshold", "" if options.contained == FOLLOWS else " and --contained off"
        )
        meaning = ("a match", "no match by Jaccard" if containment else "no match")
        yield from _both_sides(scale, a_measure, meaning, colour)
    if containment and containment.pairs:
        yield _levels(containment, "contained", "--contained", f" and --threshold {options.threshold:g}")
        yield from _both_sides(containment, "a containment", ("A contains most of B", "no match"), colour)
    if scale.pairs or (containment and containment.pairs):
        yield [legend(colour), *_comparing(tuning, comparing)]


def _headline(tuning: Tuning) -> Part:
    """The pairs that were found, and what the options make of them."""
    if not tuning.documents:
        return [Text("The input has no articles with words.")]
    scale, options = tuning.similarity, tuning.options
    articles = f"{number(tuning.documents, 'article')}, {tuning.copies:,} of them exact copies of another."
    measure = "similarity" if options.contained == FOLLOWS else "Jaccard"
    pairs = f"{number(scale.pairs, 'pair')} with a {measure} of at least {scale.levels[0].threshold:g}"
    if tuning.coverage:
        below = f"{number(tuning.coverage.pairs, 'pair')} with a lower Jaccard than {options.threshold:g}"
        least = 100 * tuning.coverage.levels[0].threshold
        pairs += f"; {below}, of which one article contains at least {least:g}% of the other"
    share = percent(tuning.dropped / tuning.documents)
    return [
        Text(articles, style="bold"),
        Text(f"Besides exact copies, {pairs}."),
        Text(f"{_settings(options)} drops {number(tuning.dropped, 'article')} ({share})."),
        *_meaning(options),
    ]


def _settings(options: Options) -> str:
    contained = "off" if options.contained is None else f"{options.containment:g}"
    return f"--threshold {options.threshold:g}" + (
        "" if options.contained == FOLLOWS else f" --contained {contained}"
    )


def _meaning(options: Options) -> Part:
    """What is compared with --threshold."""
    if options.contained != FOLLOWS:
        return []
    text = (
        "Similarity: the Jaccard, or the share of the second article that is in the first, if that is higher."
    )
    return [Text(text, style=DIM)]


def _recommendation(tuning: Tuning, advice: Advice, line: str) -> Part:
    """The recommended threshold, what it keeps and drops compared with the default, and the command."""
    default = Options().threshold
    of_all = f"{advice.dropped:,} of {number(tuning.documents, 'article')}"
    if advice.threshold == default:
        near = f"{number(advice.near, 'pair')} near it, and no other has less than half as many"
        why = f"the default; {near if advice.near else 'no pairs are near it'}"
        what = [f"It drops {of_all}."]
    else:
        why = (
            f"{number(advice.near, 'pair')} near it, {advice.near_default:,} near the default of {default:g}"
        )
        what = [
            f"It drops {of_all}; the default drops {advice.dropped_by_default:,}.",
            f"{number(advice.kept_again, 'article')} that the default drops would be kept, and "
            f"{number(advice.dropped_more, 'article')} that it keeps would be dropped.",
        ]
    return [
        heading("Recommended", f": --threshold {advice.threshold:g} ({why})"),
        *(indented(Text(sentence)) for sentence in what),
        *([Command(line)] if line else []),
    ]


def _comparing(tuning: Tuning, comparing: Sequence[str]) -> Part:
    """The command that shows the texts of the nearest pair."""
    scales = (tuning.similarity, tuning.coverage)
    pairs = [pair for scale in scales if scale for pair in (*scale.above, *scale.below)]
    names = [paste_name(identity) for identity in pairs[0].identities] if pairs else []
    if None in names or not names or not comparing:
        return []
    line = command("compare", *map(str, names), *comparing)
    return [Text("To see both texts of the first pair:"), Command(line)] if line else []


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
        f"is expected to miss, with the lower end of the line as {option}{other_option}.",
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
