"""A summary -> what the run found: near-duplicates, repeats inside articles, close calls."""

from rich.cells import cell_len
from rich.text import Text

from dedup.identity import Identity
from dedup.matching.matches import CLUTTERED
from dedup.pipeline.examples import UNSURE
from dedup.reports.commands import Commands
from dedup.reports.layout import ALARM, DIM, NAME, Command, Part, grid, heading, indented
from dedup.reports.near_duplicates import KEPT_AS, fate, is_tagging
from dedup.reports.numbers import chance, number, percent, score, similarity
from dedup.reports.safe import location, middle, name, safe
from dedup.reports.terminal.policy import policy
from dedup.summary.findings_format import (
    ClosestCall,
    DroppedMember,
    GroupEntry,
    Loss,
    RepeatExample,
    TemplateExample,
    UnlikeEntry,
)
from dedup.summary.format import OptionValues, Summary

LARGEST = 8  # groups that are listed
_UNLIKE = 3  # groups with unlike members that are described
_NUMBERS = 3  # of a close call of an older version that are shown
_NAME = 40  # columns for the name of a document
_LONGEST = 60  # columns of a name that is shown whole


def groups(summary: Summary) -> Part:
    """The largest groups of near-duplicates, and what is unusual about groups."""
    groups, totals = summary["groups"], summary["totals"]
    matching = match_rule(summary["options"])
    if not summary["options"]["duplicates"]:
        return [heading("Near-duplicates", ": not searched (--no-duplicates)")]
    if not groups["count"]:
        none = heading("Near-duplicates", f": none found ({matching})")
        return [none, *policy(summary)] if totals["documents"] > 1 else []
    seen = f", {summary['seen']:,} of them for articles of earlier runs" if summary["seen"] else ""
    duplicates = fate(summary)
    became = f"{duplicates.articles:,} {duplicates.word} ({percent(duplicates.share)})"
    title = f": {number(groups['count'], 'group')}, {became}{seen}; {matching}"
    table = grid("right", "left", "wide", head=("articles", "Jaccard", "kept article, and how it begins"))
    for group in groups["largest"][:LARGEST]:
        jaccards, keeper = jaccard_range(group["lowest"], group["highest"]), _keeper(group, duplicates.word)
        table.add_row(f"{group['size']:,}", jaccards, keeper)
    more = groups["count"] - min(LARGEST, len(groups["largest"]))
    rest: Part = [indented(Text(f"and {number(more, 'more group')}", style=DIM))] if more > 0 else []
    return [heading("Near-duplicates", title), indented(table), *rest, *notes(summary)]


def notes(summary: Summary) -> Part:
    """What follows the list of groups: odd groups, the closest call, loss, limits of the search, policy."""
    groups = summary["groups"]
    commands, closest = Commands(summary), groups["least_alike"]
    odd = [line for entry in groups["unlike"][:_UNLIKE] for line in _unlike(entry, commands)]
    calls = _closest_call(closest, summary, commands) if closest else []
    return [
        *odd,
        *calls,
        *_loss(summary["loss"], is_tagging(summary)),
        *_limits(summary),
        *_pinned(summary),
        *policy(summary),
    ]


def match_rule(options: OptionValues) -> str:
    """When two documents match, in a few words."""
    jaccard = f"Jaccard at least {options['threshold']:g}"
    if options["contained"] is None:
        return jaccard
    return f"{jaccard}, or at least {100 * options['contained']:g}% contained"


def jaccard_range(lowest: float, highest: float) -> str:
    """The lowest and the highest Jaccard of a group, or the one value that both are."""
    low, high = similarity(lowest), similarity(highest)
    return low if low == high else f"{low} to {high}"


def _keeper(group: GroupEntry, fate: str) -> Text:
    """The kept article of a group: its name, its location, its first words, and its near-duplicates. `fate`:
    what became of these.
    """
    identity = group["keeper"]
    text = Text().append(_short_name(identity), style=NAME)
    if group["unlike"]:
        text.append("  members look unlike each other", style=ALARM)
    if group["close"]:
        text.append("  close to the threshold", style=ALARM)
    if identity["id"] is not None:
        text.append(f"  {middle(location(identity), _NAME)}", style=DIM)
    if kept_as := KEPT_AS.get(group.get("why") or ""):
        text.append(f"  kept as {kept_as}", style=DIM)
    title = safe(identity.get("title", ""))
    if opening := safe(group["opening"]):
        text.append(f"\n“{title}” {opening}" if title and not opening.startswith(title) else f"\n{opening}")
    return text.append(f"\n{fate}: {_members(group)}", style=DIM) if group["dropped"] else text


def _short_name(identity: Identity) -> str:
    """The id; source:position where the id is very long."""
    called = name(identity)
    return called if cell_len(called) <= _LONGEST else middle(location(identity), _LONGEST)


def _members(group: GroupEntry) -> str:
    """The near-duplicates of a keeper, the least similar first, and how much of that one the keeper has."""
    first, *others = group["dropped"]
    names = [_first_member(first), *(_short_name(member["document"]) for member in others)]
    more = group["size"] - 1 - len(names)
    return f"{', '.join(names)}{f', and {more:,} more' if more else ''}"


def _first_member(member: DroppedMember) -> str:
    of_it = f"{percent(member['coverage'])} in the kept one"
    beyond = "; the rest is clutter" if member.get("match") == CLUTTERED else ""
    return f"{_short_name(member['document'])} ({of_it}{beyond})"


def _unlike(entry: UnlikeEntry, commands: Commands) -> Part:
    """A group with members that have little of each other."""
    least = entry["least"]
    compared = f"in {entry['unlike']:,} of {number(entry['pairs'], 'compared pair')}"
    text = f"Group of {_short_name(entry['keeper'])}: {compared}, neither article has half of the other. "
    pair = f"{_short_name(least['one'])} and {_short_name(least['other'])}"
    text += f"Least similar: {pair} ({percent(least['covered'])})."
    return [indented(Text(text)), *_comparing(commands.pair(least["one"], least["other"]))]


def _closest_call(pair: ClosestCall, summary: Summary, commands: Commands) -> Part:
    """The pair that a higher threshold would no longer match, and that threshold."""
    word, contained = fate(summary).word, summary["options"]["contained"]
    if pair["jaccard"] == 1:
        return [indented(Text(f"All text of each {word} article is in the kept one."))]
    by_containment = contained is not None and pair["coverage"] >= contained
    covered = f"{percent(pair['coverage'])} contained, " if by_containment else ""
    what = "as a near-duplicate of" if word == "tagged" else "for"
    became = f"{_short_name(pair['document'])} was {word} {what} {_short_name(pair['keeper'])}"
    text = f"Closest call: {became} ({covered}Jaccard {similarity(pair['jaccard'])}). "
    text += f"{safe(' '.join(pair['parted_by']))} would {'tag neither' if word == 'tagged' else 'keep both'}."
    return [indented(Text(text)), *_comparing(commands.pair(pair["document"], pair["keeper"]))]


def _comparing(line: str | None) -> Part:
    """The command that shows two documents side by side."""
    return [Command(line, 4)] if line else []


def _reason(example: TemplateExample) -> str:
    """In what two articles differ; in ledgers of older versions, which lack it, the numbers."""
    return example.get("reason") or ", ".join(f"{old} / {new}" for old, new in example["figures"][:_NUMBERS])


def _loss(loss: Loss, is_tagging: bool) -> Part:
    """How much of the text of near-duplicates the keepers lack, and the longest paragraph of the greatest
    loss. `is_tagging`: whether the near-duplicates stay in the output.
    """
    if not loss["worst"]:
        return []
    text = f"{percent(loss['overall'])} of the dropped text is not in the article kept instead; at worst, "
    if is_tagging:
        text = (
            f"Without the tagged articles, {percent(loss['overall'])} of their text would be lost; at worst, "
        )
    text += f"{percent(loss['worst'])} of one article (limit it with --max-loss)."
    example = loss["example"]
    if example is None or not example["text"]:
        return [indented(Text(text))]
    table = grid("wide")
    dropped, keeper = _short_name(example["document"]), _short_name(example["keeper"])
    title = f"The longest paragraph of {dropped} that {keeper} lacks:"
    table.add_row(Text(title, style=DIM))
    table.add_row(Text(safe(example["text"])))
    return [indented(Text(text)), indented(indented(table))]


def _limits(summary: Summary) -> Part:
    """What was not compared with everything."""
    lines: Part = []
    if summary["crowded"]:
        compared = "was" if summary["crowded"] == 1 else "were"
        crowd = (
            f"{number(summary['crowded'], 'article')} {compared} compared with only some of the candidates"
        )
        lines.append(indented(Text(f"{crowd}; a few duplicates may remain.")))
    if summary["common"]:
        common = f"{number(summary['common'], 'sampled shingle')} left out of the search"
        lines.append(indented(Text(f"{common}: too many articles have them.")))
    return lines


def _pinned(summary: Summary) -> Part:
    """How many articles are never dropped."""
    pinned = summary.get("pinned")
    if not pinned or not pinned["documents"]:
        return []
    articles = f"{number(pinned['documents'], 'article')} {'is' if pinned['documents'] == 1 else 'are'}"
    file = f"--never-drop {safe(pinned['file'])}" if pinned["file"] else "never_drop"
    return [indented(Text(f"{articles} never dropped ({file})."))]


def repeats(summary: Summary) -> Part:
    """What repeats inside articles, by kind, with examples."""
    kinds = summary["repeats"]
    if not summary["options"]["repeats"]:
        return [heading("Repeats inside articles", ": not searched (--no-repeats)")]
    if not kinds:
        none = heading("Repeats inside articles", ": none found")
        return [none] if summary["totals"]["documents"] else []
    found, cut = (sum(counts[key] for counts in kinds.values()) for key in ("found", "cut"))
    left = [safe(kind) for kind, counts in kinds.items() if not counts["cut"]]
    note = f"; not cut: {', '.join(left)}" if left and cut else ""
    table = grid("left", "right", "right", "right", "wide", head=("kind", "found", "cut", "", "for example"))
    for kind, counts in kinds.items():
        share = percent(counts["cut"] / counts["found"]) if counts["cut"] else ""
        row = [safe(kind), f"{counts['found']:,}", f"{counts['cut']:,}", share]
        for example in _examples(summary["examples"], kind, bool(counts["cut"])) or [Text()]:
            table.add_row(*row, example)
            row = [""] * 4
    title = f": {found:,} found, {cut:,} cut ({percent(cut / found)}){note}"
    part: Part = [heading("Repeats inside articles", title), indented(table)]
    return [*part, *_in_article(summary["examples"], Commands(summary)), *_uncertain(summary)]


def _in_article(examples: list[RepeatExample], commands: Commands) -> Part:
    """The command that shows a cut in its article: the least sure one, if there is one."""
    cut = sorted((example for example in examples if example["cut"]), key=lambda e: e["why"] != "least sure")
    line = commands.repeats(cut[0]["document"]) if cut else None
    return (
        [indented(Text("To see a cut in its article, and why it was made:")), Command(line, 4)]
        if line
        else []
    )


def _examples(examples: list[RepeatExample], kind: str, cut: bool) -> list[Text]:
    """The examples of a kind, cut or left; a repeat that was chosen for several reasons is shown once."""
    by_repeat: dict[tuple[str, str, int], list[RepeatExample]] = {}
    for example in examples:
        if example["kind"] == kind and example["cut"] == cut:
            repeat = str(example["document"]), example["text"], example["characters"]
            by_repeat.setdefault(repeat, []).append(example)
    return [_example(chosen) for chosen in by_repeat.values()]


def _example(chosen: list[RepeatExample]) -> Text:
    """A repeat: its text, its document, and the reasons why it was chosen."""
    example = chosen[0]
    accident = example["accident"]
    reasons = {
        "longest": "longest",
        "least sure": f"least sure ({chance(accident)})" if accident is not None else "least sure",
        "worst site": "from the worst site",
    }
    why = ", ".join(reasons[same["why"]] for same in chosen)
    size = f"{number(example['characters'], 'character')}, {score(example['score'])} similar"
    return Text(safe(example["text"])).append(
        f"\n{_short_name(example['document'])}: {why}; {size}", style=DIM
    )


def _uncertain(summary: Summary) -> Part:
    """How many repeats were left because the evidence does not decide, and the likeliest errors of them."""
    uncertain = summary["unsure"]
    if not uncertain["count"]:
        return []
    one = uncertain["count"] == 1
    left = f"{number(uncertain['count'], 'uncertain repeat')} {'was' if one else 'were'} left in place"
    errors = "a scraping error" if one else "scraping errors"
    chances = f"{100 * UNSURE:g}% or more"
    table = grid("right", "wide", head=("likely error", "for example"))
    for example in uncertain["examples"]:
        text = Text(safe(example["text"])).append(f"\n{_short_name(example['document'])}", style=DIM)
        table.add_row(chance(example["accident"]), text)
    return [indented(Text(f"{left} ({chances} likely to be {errors}; --caution)")), indented(table)]


def templates(summary: Summary) -> Part:
    """Close calls: kept articles that match others and differ in facts."""
    templates = summary["templates"]
    if not templates["count"]:
        return []
    table = grid("wide")
    for example in templates["examples"]:
        pair = Text(f"{_short_name(example['of'])} and {_short_name(example['document'])}", style=NAME)
        pair.append(f"\n{safe(_reason(example))}", style="default")
        if example["around"]:
            pair.append(f"\n{safe(example['around'])}", style=DIM)
        table.add_row(pair)
    share = percent(templates["count"] / max(1, summary["totals"]["kept"]))
    kinds = ", ".join(f"{count:,} by {kind}" for kind, count in templates.get("by", {}).items())
    kept = f": {number(templates['count'], 'article')} kept ({share})"
    title = heading("Close calls", f"{kept}{f': {kinds}' if kinds else ''}")
    return [title, indented(table)] if templates["examples"] else [title]
