"""The report's findings: totals, repeats inside articles, near-duplicates."""

from typing import TYPE_CHECKING

from rich.text import Text

from dedup.documents import UNSURE
from dedup.reports.layout import Part, Sentence, alike, grid, heading, indented, number, percent, similarity
from dedup.reports.safe import middle, name, place, safe
from dedup.result import LARGEST

if TYPE_CHECKING:
    from dedup.counts import Group
    from dedup.options import Options
    from dedup.result import Result

_CLOSE = 0.02  # a Jaccard or coverage so little above what matches is worth a look
_CHANGES = 3  # figures of a template that are shown
ROWS = {
    "kept": "out",
    "cut": "cut",
    "dropped": "dropped",
    "rejected": "unreadable",
    "empty": "without words",
}
_NAME = 40  # columns for what a document is called


def headline(result: "Result") -> Part:
    """The run in one sentence."""
    totals = result.totals
    dropped = number(totals.dropped, "near-duplicate")
    lost = f"{dropped} dropped, {totals.cut:,} cleaned of repeats, {totals.rejected:,} unreadable"
    return [Sentence(f"{number(totals.records, 'article')} in, {totals.kept:,} out:", lost)]


def totals(result: "Result") -> Part:
    """What came in and went out, with shares."""
    counts, shares = result.totals._asdict(), result.totals.shares
    if not result.totals.records:
        return [Text("There was no article in the input.")]
    table = grid("left", "right", "right", "right", "right", head=("", "articles", "", "characters", ""))
    table.add_row("in", f"{result.totals.records:,}", "", f"{counts['characters']:,}", "")
    for key, label in ROWS.items():
        row, characters = [f"{counts[key]:,}", percent(shares[key])], f"{key}_characters"
        if characters in counts:
            row += [f"{counts[characters]:,}", percent(shares[characters])]
        if counts[key] or key == "kept":
            table.add_row(label, *row)
    return [indented(table)]


def repeats(result: "Result") -> Part:
    """What is said twice inside articles, by kind, each with an example."""
    if not result.options.repeats:
        return [heading("Repeats inside articles", ": not looked for")]
    if not result.kinds:
        return [heading("Repeats inside articles", ": none found")] if result.totals.documents else []
    found, cut = (sum(counts) for counts in zip(*result.kinds.values(), strict=True))
    left = [kind for kind, (_, cut_of_kind) in result.kinds.items() if not cut_of_kind]
    note = f"; left alone: {', '.join(left)}" if left and cut else ""
    table = grid("left", "right", "right", "wide", head=("kind", "found", "cut", "for example"))
    for kind, (found_of_kind, cut_of_kind) in result.kinds.items():
        table.add_row(kind, f"{found_of_kind:,}", f"{cut_of_kind:,}", _example(result, kind))
    return [
        heading("Repeats inside articles", f": {found:,} found, {cut:,} cut{note}"),
        indented(table),
        *_unsure(result),
    ]


def _unsure(result: "Result") -> Part:
    """What was left because the evidence does not decide, and some of it."""
    if not result.documents.unsure:
        return []
    count = number(result.documents.unsure, "repeat")
    chance = f"an accident with a probability of {UNSURE:g} to {result.options.caution:g} (--caution)"
    table = grid("right", "wide", head=("accident", "for example"))
    for doubt in result.documents.doubts:
        where = middle(name(result.identity(doubt.row)), _NAME)
        table.add_row(_chance(doubt.accident), Text(safe(doubt.text)).append(f"\n{where}", style="dim"))
    return [indented(Text(f"{count} left for lack of evidence: {chance}")), indented(table)]


def _chance(accident: float) -> str:
    """Two digits, never rounded up: what was left is below the caution."""
    return f"{int(accident * 100 + 1e-9) / 100:.2f}"


def _example(result: "Result", kind: str) -> Text:
    """The first repeat of this kind: its text, and where it stands."""
    example = next(example for example in result.documents.examples if example.kind == kind)
    where = middle(name(result.identity(example.row)), _NAME)
    return Text(safe(example.text)).append(f"\n{where}, {alike(example.score)} alike", style="dim")


def groups(result: "Result") -> Part:
    """The largest groups of near-duplicates, and the pair that is the least alike."""
    how = reach(result.options)
    if not result.options.duplicates:
        return [heading("Near-duplicates", ": not looked for")]
    if not result.groups:
        return [heading("Near-duplicates", f": none found ({how})")] if result.totals.documents > 1 else []
    seen = f", {result.seen:,} of them for articles of earlier runs" if result.seen else ""
    title = f": {number(len(result.groups), 'group')}, {result.totals.dropped:,} dropped{seen} ({how})"
    table = grid("right", "left", "wide", head=("articles", "Jaccard", "kept, and how it begins"))
    for group in result.groups[:LARGEST]:
        table.add_row(f"{group.size:,}", spread(group), _keeper(result, group))
    more = len(result.groups) - LARGEST
    rest: Part = [indented(Text(f"and {number(more, 'more group')}", style="dim"))] if more > 0 else []
    rest += _least_alike(result) + _loss(result) + _crowded(result)
    return [heading("Near-duplicates", title), indented(table), *rest]


def templates(result: "Result") -> Part:
    """What matches but for its figures, and is kept."""
    if not result.templates:
        return []
    count = number(len(result.templates), "article")
    table = grid("left", "wide", head=("figures", "of"))
    for one, other, figures in result.template_examples:
        changed = ", ".join(f"{safe(old)} / {safe(new)}" for old, new, _ in figures[:_CHANGES])
        pair = " and ".join(middle(name(result.identity(row)), _NAME) for row in (one, other))
        around = safe(figures[0][2]) if figures else ""
        table.add_row(changed, Text(pair, style="cyan").append(f"\n{around}", style="default"))
    title = f": {count} kept, like another but for the figures"
    return [heading("Templates", title), indented(table)]


def reach(options: "Options") -> str:
    """From where on documents match."""
    alike = f"Jaccard {options.threshold:g} or more"
    if options.contained is None:
        return alike
    return f"{alike}, or {100 * options.contained:g} % covered"


def spread(group: "Group") -> str:
    """From the least to the most alike."""
    low, high = similarity(group.lowest), similarity(group.highest)
    return low if low == high else f"{low} to {high}"


def _keeper(result: "Result", group: "Group") -> Text:
    """Who is kept, where it stands, its first words."""
    identity = result.identity(group.keeper)
    shown = Text(middle(name(identity), _NAME), style="cyan")
    if identity["id"] is not None:
        shown.append(f"  {middle(place(identity), _NAME)}", style="dim")
    if group.margin < _CLOSE:
        shown.append("  close to the threshold", style="yellow")
    opening = safe(result.openings.get(group.keeper, ""))
    return shown.append(f"\n{opening}", style="default") if opening else shown


def _least_alike(result: "Result") -> Part:
    """The pair that a higher threshold would part first."""
    row, options, keepers = result.least_alike, result.options, result.keepers
    if row is None:
        return []
    jaccard, coverage = float(keepers.jaccard[row]), float(keepers.coverage[row])
    if jaccard == 1:
        return [indented(Text("Each of them has the very shingles of its keeper."))]
    pair = [middle(name(result.identity(document)), _NAME) for document in (row, int(keepers.keeper[row]))]
    least = f"Least alike: {pair[0]} dropped for {pair[1]} at {similarity(jaccard)}"
    parting = [f"--threshold {_above(jaccard)}"] if jaccard >= options.threshold else []
    if options.contained is not None and coverage >= options.contained:
        least += f", {percent(coverage)} of it in there"
        parting.append(f"--contained {_above(coverage)}" if coverage < 1 else "--contained off")
    return [indented(Text(f"{least}; {' '.join(parting)} {'parts' if len(parting) == 1 else 'part'} them"))]


def _above(value: float) -> str:
    """The next hundredth."""
    return f"{(int(value * 100 + 1e-9) + 1) / 100:.2f}"


def _loss(result: "Result") -> Part:
    """How much of what was dropped no keeper has."""
    worst, overall = (percent(share) for share in result.loss)
    if not result.loss[0]:
        return []
    lost = f"The dropped ones lose {overall} of their text, {worst} at worst (--max-loss)."
    return [indented(Text(lost))]


def _crowded(result: "Result") -> Part:
    """What was not compared with everything."""
    rest: Part = []
    if result.decisions.crowded:
        crowd = f"{number(result.decisions.crowded, 'article')} stood in crowded buckets"
        rest.append(indented(Text(f"{crowd} and met the first there, not all of the others.")))
    if result.decisions.common:
        common = number(result.decisions.common, "sampled shingle")
        rest.append(indented(Text(f"{common} left out: they stand in too many articles.")))
    return rest
