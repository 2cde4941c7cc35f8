"""A summary -> the riskiest decisions, each in one line, with the command that shows it."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from dedup.identity import Identity
from dedup.reports.commands import Commands
from dedup.reports.layout import Command, Part, heading, indented
from dedup.reports.near_duplicates import is_tagging
from dedup.reports.numbers import chance, contained, number, percent, similarity
from dedup.reports.safe import location, middle, name, safe, short
from dedup.summary.findings_format import ClosestCall, RepeatExample
from dedup.summary.format import Summary

MOST, LEAST = 4, 2  # decisions that are shown
_CALLS = 2  # of these, articles that barely match
_TITLE = 16  # columns that a title needs at least


class RiskyDecision(NamedTuple):
    """One decision: the document, what became of it, a text to add where there is room, and the command that
    shows it. `fact` begins after the name of the document; `joined`: the sign before the text.
    """

    document: Identity
    fact: str
    quote: str
    command: str | None
    joined: str = ""


def decisions(summary: Summary, width: int, room: int) -> Part:
    """The riskiest decisions, in lines of at most `width` columns but for the commands: at least LEAST, and
    more as long as there is room for so many lines.
    """
    lines: Part = []
    for count, decision in enumerate(islice(_risky(summary), MOST)):
        line = _line(decision, width)
        height = -(-cell_len(line) // (width - 2)) + (decision.command is not None)
        room -= height
        if count >= LEAST and room < 1:
            break
        lines += [indented(Text(line)), *([Command(decision.command, 4)] if decision.command else [])]
    return [heading("Riskiest decisions"), *lines] if lines else []


def _line(decision: RiskyDecision, width: int) -> str:
    """The fact in one line if it fits: with the id whole, else with source:position; then the quote."""
    document = decision.document
    places = [name(document), location(document)]
    room = width - 2 - cell_len(decision.fact)
    called = next((place for place in places if cell_len(place) < room), middle(min(places, key=len), 40))
    line = f"{called} {decision.fact}"
    left = width - cell_len(line) - 5 - len(decision.joined)
    if decision.quote and left >= _TITLE:
        line += f"{decision.joined} “{short(decision.quote, left)}”"
    return line


def _risky(summary: Summary) -> Iterator[RiskyDecision]:
    """The decisions that most deserve a look: the closest call first, then the least certain cut, the
    greatest loss, the next closest call, and articles that match and are both kept.
    """
    commands = Commands(summary)
    calls = [*_close_calls(summary, commands)]
    cuts = [repeat for repeat in summary["examples"] if repeat["cut"] and repeat["accident"] is not None]
    loss = summary["loss"]["example"]
    yield from calls[:1]
    if cuts:
        yield _cut(min(cuts, key=lambda repeat: repeat["accident"] or 0), commands)
    if loss and loss["document"] not in [call.document for call in calls[:1]]:
        lost = f"{_became(summary)} {_called(loss['keeper'])}, which lacks {percent(loss['share'])} of it"
        command = commands.pair(loss["document"], loss["keeper"])
        yield RiskyDecision(loss["document"], lost, _title(loss["document"]), command)
    yield from (call for call in calls[1:] if not loss or call.document != loss["document"])
    for pair in summary["templates"]["examples"][:1]:
        reason = pair.get("reason") or "their numbers differ"
        fact = f"and {_called(pair['of'])} match, but both are kept: {safe(reason)}"
        yield RiskyDecision(pair["document"], fact, "", commands.pair(pair["document"], pair["of"]))


def _close_calls(summary: Summary, commands: Commands) -> Iterator[RiskyDecision]:
    """The articles that barely match the ones that they were dropped for."""
    groups = summary["groups"]
    least = groups["least_alike"]
    for call in (groups.get("closest") or ([least] if least else []))[:_CALLS]:
        if call["jaccard"] < 1:
            yield _close(call, summary, commands)


def _became(summary: Summary) -> str:
    return "was tagged as a duplicate of" if is_tagging(summary) else "was dropped for"


def _close(call: ClosestCall, summary: Summary, commands: Commands) -> RiskyDecision:
    """An article that barely matches its keeper."""
    options, jaccard = summary["options"], f"Jaccard {similarity(call['jaccard'])}"
    covered = f"{contained(call['coverage'])} of it is there"
    least = options["contained"]
    by_coverage = least is not None and call["coverage"] >= least
    how = f"{covered} ({jaccard})" if by_coverage else f"{jaccard}, at least {options['threshold']:g} needed"
    fact = f"{_became(summary)} {_called(call['keeper'])}: {how}"
    command = commands.pair(call["document"], call["keeper"])
    return RiskyDecision(call["document"], fact, _title(call["document"]), command)


def _cut(repeat: RepeatExample, commands: Commands) -> RiskyDecision:
    """The least certain cut."""
    likely = f"{chance(repeat['accident'] or 0)} likely a scraping error"
    fact = f"lost {number(repeat['characters'], 'character')}, {likely}"
    return RiskyDecision(repeat["document"], fact, repeat["text"], commands.repeats(repeat["document"]), ":")


def _called(identity: Identity) -> str:
    return middle(name(identity), 40)


def _title(identity: Identity) -> str:
    return identity.get("title", "")
