"""The report's findings: near-duplicates, repeats inside articles, templates."""

import shlex
from typing import Any

from rich.text import Text

from dedup.identity import Identity
from dedup.reports.layout import (
    ALARM,
    DIM,
    NAME,
    Part,
    alike,
    grid,
    heading,
    indented,
    number,
    percent,
    similarity,
)
from dedup.reports.safe import location, middle, name, safe
from dedup.summary.findings_format import GroupEntry, Groups, LeastAlike, Loss, RepeatExample
from dedup.summary.format import OptionValues, Summary

LARGEST = 8  # groups that are shown
_CHANGES = 3  # figures of a template that are shown
_NAME = 40  # columns for what a document is called
_LONGEST = 50  # columns of a name that a command is shown with


def groups(report: Summary) -> Part:
    """The largest groups of near-duplicates, and the pair that is the least alike."""
    found, totals, how = report["groups"], report["totals"], reach(report["options"])
    if not report["options"]["duplicates"]:
        return [heading("Near-duplicates", ": not looked for")]
    if not found["count"]:
        return [heading("Near-duplicates", f": none found ({how})")] if totals["documents"] > 1 else []
    seen = f", {report['seen']:,} of them for articles of earlier runs" if report["seen"] else ""
    dropped = f"{totals['dropped']:,} dropped ({percent(report['shares']['dropped'])})"
    title = f": {number(found['count'], 'group')}, {dropped}{seen}; {how}"
    table = grid("right", "left", "wide", head=("articles", "Jaccard", "kept, and how it begins"))
    for group in found["largest"][:LARGEST]:
        table.add_row(f"{group['size']:,}", jaccard_range(group["lowest"], group["highest"]), _keeper(group))
    more = found["count"] - min(LARGEST, len(found["largest"]))
    rest: Part = [indented(Text(f"and {number(more, 'more group')}", style=DIM))] if more > 0 else []
    return [heading("Near-duplicates", title), indented(table), *rest, *notes(report)]


def notes(report: Summary) -> Part:
    """What is to be said of the groups beyond their list."""
    found = report["groups"]
    return [*_unlike(found), *_least_alike(found["least_alike"]), *_loss(report["loss"]), *_crowded(report)]


def reach(options: OptionValues) -> str:
    """From where on documents match."""
    alike = f"Jaccard {options['threshold']:g} or more"
    if options["contained"] is None:
        return alike
    return f"{alike}, or {100 * options['contained']:g} % covered"


def jaccard_range(lowest: float, highest: float) -> str:
    """The lowest and the highest Jaccard of a group, or the one value that both are."""
    low, high = similarity(lowest), similarity(highest)
    return low if low == high else f"{low} to {high}"


def _keeper(group: GroupEntry) -> Text:
    """Who is kept, where it stands, its first words, and who is dropped for it."""
    identity = group["keeper"]
    shown = Text().append(middle(name(identity), _NAME), style=NAME)
    if group["unlike"]:
        shown.append("  some look unlike each other", style=ALARM)
    if group["close"]:
        shown.append("  close to the threshold", style=ALARM)
    if identity["id"] is not None:
        shown.append(f"  {middle(location(identity), _NAME)}", style=DIM)
    if opening := safe(group["opening"]):
        shown.append(f"\n{opening}")
    return shown.append(f"\n{_dropped(group)}", style=DIM) if group["dropped"] else shown


def _dropped(group: GroupEntry) -> str:
    """Who is dropped for a keeper, the least alike first, and how much of that one the keeper has."""
    least = group["dropped"][0]
    covered = f" ({percent(least['coverage'])} of it kept)"
    names = [middle(name(one["document"]), _NAME) for one in group["dropped"]]
    more = group["size"] - 1 - len(names)
    return f"dropped: {', '.join([names[0] + covered, *names[1:]])}{f', and {more:,} more' if more else ''}"


def _unlike(found: Groups) -> Part:
    """Groups with members that have little of each other."""
    shown: Part = []
    for one in found["unlike"][:3]:
        pair = [middle(name(one["least"]["one"]), _NAME), middle(name(one["least"]["other"]), _NAME)]
        covered = percent(one["least"]["covered"])
        told = (
            f"In the group of {middle(name(one['keeper']), _NAME)}, {number(one['unlike'], 'pair')} of the "
        )
        told += (
            f"{one['pairs']:,} looked at have not half of each other: {pair[0]} and {pair[1]} have {covered}."
        )
        shown.append(indented(Text(told)))
        shown += _comparing(one["least"]["one"], one["least"]["other"])
    return shown


def _least_alike(pair: LeastAlike | None) -> Part:
    """The pair that a higher threshold would part first."""
    if pair is None:
        return []
    if pair["jaccard"] == 1:
        return [indented(Text("Every shingle of each dropped one is in its keeper."))]
    names = [middle(name(pair["document"]), _NAME), middle(name(pair["keeper"]), _NAME)]
    least = f"Least alike: {names[0]} dropped for {names[1]} at {similarity(pair['jaccard'])}"
    if any(option.startswith("--contained") for option in pair["parted_by"]):
        least += f", {percent(pair['coverage'])} of it in there"
    parting = pair["parted_by"]
    told = Text(f"{least}; {safe(' '.join(parting))} {'parts' if len(parting) == 1 else 'part'} them")
    return [indented(told), *_comparing(pair["document"], pair["keeper"])]


def _comparing(one: Identity, other: Identity) -> Part:
    """The command that shows two documents side by side; none where one is of an earlier run."""
    names = [name(identity) for identity in (one, other)]
    if "date" in one or "date" in other or any(len(called) > _LONGEST for called in names):
        return []
    quoted = safe(" ".join(shlex.quote(called) for called in names))
    return [indented(Text(f"To see why: dedup compare {quoted} --in INPUT", style=DIM))]


def _loss(loss: Loss) -> Part:
    """How much of what was dropped no keeper has, and what it is at worst."""
    if not loss["worst"]:
        return []
    worst, overall = percent(loss["worst"]), percent(loss["overall"])
    told = f"The dropped ones lose {overall} of their text, {worst} at worst (--max-loss)."
    example = loss["example"]
    if example is None or not example["text"]:
        return [indented(Text(told))]
    pair = [middle(name(example["document"]), _NAME), middle(name(example["keeper"]), _NAME)]
    table = grid("wide")
    table.add_row(Text(f"{pair[0]} is lost with this, which {pair[1]} lacks:", style=DIM))
    table.add_row(Text(safe(example["text"])))
    return [indented(Text(told)), indented(indented(table))]


def _crowded(report: Summary) -> Part:
    """What was not compared with everything."""
    rest: Part = []
    if report["crowded"]:
        crowd = f"{number(report['crowded'], 'article')} stood in crowded buckets"
        rest.append(indented(Text(f"{crowd} and met the first there, not all of the others.")))
    if report["common"]:
        common = number(report["common"], "sampled shingle")
        rest.append(indented(Text(f"{common} left out: they stand in too many articles.")))
    return rest


def repeats(report: Summary) -> Part:
    """What is said twice inside articles, by kind, with telling examples."""
    kinds = report["repeats"]
    if not report["options"]["repeats"]:
        return [heading("Repeats inside articles", ": not looked for")]
    if not kinds:
        return [heading("Repeats inside articles", ": none found")] if report["totals"]["documents"] else []
    found = sum(counts["found"] for counts in kinds.values())
    cut = sum(counts["cut"] for counts in kinds.values())
    left = [kind for kind, counts in kinds.items() if not counts["cut"]]
    note = f"; left alone: {safe(', '.join(left))}" if left and cut else ""
    table = grid("left", "right", "right", "right", "wide", head=("kind", "found", "cut", "", "for example"))
    for kind, counts in kinds.items():
        share = percent(counts["cut"] / counts["found"]) if counts["cut"] else ""
        row = [safe(kind), f"{counts['found']:,}", f"{counts['cut']:,}", share]
        for example in _examples(report["examples"], kind, bool(counts["cut"])) or [Text()]:
            table.add_row(*row, example)
            row = [""] * 4
    title = f": {found:,} found, {cut:,} cut ({percent(cut / found)}){note}"
    shown: Part = [heading("Repeats inside articles", title), indented(table)]
    return [*shown, *_in_place(report["examples"]), *_unsure(report)]


def _in_place(examples: list[RepeatExample]) -> Part:
    """The command that shows a cut in its article: one of the least sure, if there is one."""
    cut = sorted((one for one in examples if one["cut"]), key=lambda one: one["why"] != "least sure")
    called = name(cut[0]["document"]) if cut else ""
    if not called or len(called) > _LONGEST:
        return []
    command = f"dedup repeats INPUT --id {safe(shlex.quote(called))}"
    return [indented(Text(f"To see a cut in its place, and why: {command}", style=DIM))]


def _examples(examples: list[RepeatExample], kind: str, cut: bool) -> list[Text]:
    """The examples of a kind, of what was cut if any was; a repeat that is shown for several reasons once."""
    chosen: dict[tuple[Any, ...], list[RepeatExample]] = {}
    for one in examples:
        if one["kind"] == kind and one["cut"] == cut:
            chosen.setdefault((str(one["document"]), one["text"], one["characters"]), []).append(one)
    return [_example(same) for same in chosen.values()]


def _example(same: list[RepeatExample]) -> Text:
    """A repeat: its text, where it stands, and why it is shown."""
    one = same[0]
    accident = one["accident"]
    reasons = {
        "longest": "longest",
        "least sure": f"least sure ({chance(accident)})" if accident is not None else "least sure",
        "worst site": "of the worst site",
    }
    why = ", ".join(reasons[other["why"]] for other in same)
    size = f"{number(one['characters'], 'character')}, {alike(one['score'])} alike"
    where = f"{middle(name(one['document']), _NAME)}: {why}; {size}"
    return Text(safe(one["text"])).append(f"\n{where}", style=DIM)


def _unsure(report: Summary) -> Part:
    """What was left because the evidence does not decide, and some of it."""
    unsure = report["unsure"]
    if not unsure["count"]:
        return []
    count = number(unsure["count"], "repeat")
    chances = f"an accident with a probability of 0.3 to {report['options']['caution']:g} (--caution)"
    table = grid("right", "wide", head=("accident", "for example"))
    for doubt in unsure["examples"]:
        where = middle(name(doubt["document"]), _NAME)
        table.add_row(chance(doubt["accident"]), Text(safe(doubt["text"])).append(f"\n{where}", style=DIM))
    return [indented(Text(f"{count} left for lack of evidence: {chances}")), indented(table)]


def chance(accident: float) -> str:
    """Two digits, never rounded up: what was left is below the caution."""
    return f"{int(accident * 100 + 1e-9) / 100:.2f}"


def templates(report: Summary) -> Part:
    """What matches but for its figures, and is kept."""
    found = report["templates"]
    if not found["count"]:
        return []
    table = grid("left", "wide", head=("figures", "of"))
    for example in found["examples"]:
        changed = ", ".join(f"{safe(old)} / {safe(new)}" for old, new in example["figures"][:_CHANGES])
        pair = " and ".join(
            middle(name(identity), _NAME) for identity in (example["of"], example["document"])
        )
        table.add_row(
            Text(changed), Text(pair, style=NAME).append(f"\n{safe(example['around'])}", style="default")
        )
    kept = report["totals"]["kept"]
    count = f"{number(found['count'], 'article')} kept ({percent(found['count'] / max(1, kept))})"
    title = heading("Templates", f": {count}, like another but for the figures")
    return [title, indented(table)] if found["examples"] else [title]
