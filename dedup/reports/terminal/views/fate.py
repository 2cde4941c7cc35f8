"""One document's fate in a few sentences: for `dedup why`."""

import shlex
from collections.abc import Callable, Iterator
from typing import cast

from rich.text import Text

from dedup.identity import Identity, name_of
from dedup.ledger.fate import CutRepeat, Fate, Lost, Similar
from dedup.ledger.run_facts import from_ledger
from dedup.repeats.find import Repeat
from dedup.reports.commands import Commands
from dedup.reports.layout import DIM, NAME, Command, Part
from dedup.reports.numbers import contained, number, percent, similarity
from dedup.reports.repeat_evidence import accident, evidence_lines, printed
from dedup.reports.safe import location, name, safe, short
from dedup.summary.format import Summary

_QUOTE = 200  # columns of a text that is quoted
_SHOWN = 5  # of each kind that are described
_EVIDENCE = 3  # observations that are named with their weights

_WHY = {
    "first": "it comes first in the input",
    "longest": "its text is the longest",
    "newest": "it is the newest",
    "oldest": "it is the oldest",
    "preferred": "it has the preferred value",
    "pinned": "--never-drop names it",
    "most alike": "its text is most like the other copies",
    "cleaner": "it has less around the article, such as menus and teasers",
    "whole": "it has all of the article, and another one has not",
}
_KINDS = {
    "block": "paragraphs that are in the text a second time",
    "exact": "a paragraph that is in the text a second time",
    "near": "a paragraph that is in the text a second time, but for a few characters",
    "title": "the headline again",
    "excerpt": "a quotation of a longer paragraph",
    "pattern": "a phrase that recurs",
}


def report(fate: Fate, ledger: str | None = None, weights: bool = False) -> Iterator[Part]:
    """The fate as one part: its first sentence names the document; at its end, commands that show more.
    `ledger`: its path; `weights`: whether the evidence has its numbers.
    """
    first, *others = sentences(fate, weights)
    yield [Text(first, style=f"bold {NAME}"), *map(Text, others), *_more_commands(fate, ledger)]


def _more_commands(fate: Fate, ledger: str | None) -> Part:
    """What shows the document with the other one, or with its repeats, and what keeps both next time."""
    run = from_ledger(fate["run"], ledger) if ledger and fate["run"] else None
    files = {"articles": run["output"] if run else None, "ledger": ledger, "dry_run": False, "rejects": None}
    commands = Commands(cast(Summary, {"run": run, "files": files, "options": fate["options"]}))
    if not commands.inputs or fate["decision"] == "rejected":
        return []
    document, keeper = fate["document"], fate["keeper"]
    if keeper is None:
        has_repeats = bool(fate["cuts"] or fate["repeats_left"])
        return _hint("To see its repeats:", commands.repeats(document)) if has_repeats else []
    if "date" in keeper:
        return []
    part = _hint("To see both:", commands.pair(document, keeper))
    if fate["decision"] == "dropped" and not fate["options"].get("never_drop"):
        names = [shlex.quote(name_of(one)) for one in (document, keeper)]
        line = f"printf '%s\\n' {' '.join(names)} >> keep.txt"
        if safe(line) == line and (again := commands.with_ledger()):
            part += [
                *_hint("To keep both in the next run:", line),
                *_hint("", f"{again} --never-drop keep.txt"),
            ]
    return part


def _hint(sentence: str, line: str | None) -> Part:
    if not line:
        return []
    return [*([Text(sentence, style=DIM)] if sentence else []), Command(line)]


def sentences(fate: Fate, weights: bool = False) -> list[str]:
    """The sentences; every text in them is harmless. `weights`: whether the evidence has its numbers."""
    of_decision: Callable[[Fate], Iterator[str]] = {
        "dropped": _dropped,
        "tagged": _dropped,
        "rejected": _rejected,
    }.get(fate["decision"], lambda fate: _kept(fate, weights))
    return [*of_decision(fate)]


def _rejected(fate: Fate) -> Iterator[str]:
    yield f"{location(fate['document'])} is no article: {safe(str(fate['reason']))}."


def _dropped(fate: Fate) -> Iterator[str]:
    keeper = fate["keeper"]
    assert keeper is not None
    own, other = name(fate["document"]), name(keeper)
    was = "was dropped for" if fate["decision"] == "dropped" else "was kept, and tagged as a duplicate of"
    when = ", which an earlier run kept" if "date" in keeper else ""
    yield f"{_called(fate['document'])} {was} {_called(keeper)}{when}."
    yield _match(fate, own, other)
    yield from _kept_instead(fate, other)
    yield from _lost(fate["missing"], float(fate["coverage"] or 0), other)


def _called(identity: Identity) -> str:
    """The id of a document and its location."""
    if identity["id"] is None or identity["source"] is None:
        return name(identity)
    return f"{name(identity)} ({location(identity)})"


def _match(fate: Fate, own: str, other: str) -> str:
    """Which rule matched, and how similar both are."""
    jaccard, coverage = float(fate["jaccard"] or 0), float(fate["coverage"] or 0)
    options = fate["options"]
    similar = f"their Jaccard similarity is {similarity(jaccard)}"
    covered = f"{other} has {contained(coverage)} of the text of {own}"
    rule = fate["match"] or _rule(jaccard, coverage, options)
    if rule == "copy":
        return f"They match because all of {own} is in {other}, and the other way round; {similar}."
    if rule == "similar":
        return f"They match because {similar}{_at_least('threshold', options)}; {covered}."
    if rule == "contained":
        follows = options.get("contained") == options.get("threshold")
        limit = _at_least("threshold" if follows else "contained", options)
        return f"They match because {covered}{limit}; {similar}."
    if rule == "cluttered":
        more = f"what {own} has beyond {other} is not text of the article"
        return f"They match because {own} contains {other}, and {more}; {similar}."
    return f"They match: {similar}, and {covered}."


def _rule(jaccard: float, coverage: float, options: dict[str, object]) -> str | None:
    """The rule that matched, for a ledger that does not say."""
    threshold, least = options.get("threshold"), options.get("contained")
    if isinstance(threshold, float | int) and jaccard >= threshold:
        return "similar"
    return "contained" if isinstance(least, float | int) and coverage >= least else None


def _at_least(option: str, options: dict[str, object]) -> str:
    value = options.get(option)
    return f" (--{option} {value:g})" if isinstance(value, float | int) else ""


def _kept_instead(fate: Fate, other: str) -> Iterator[str]:
    """Why the keeper was kept, as far as the ledger tells."""
    keep = str(fate["options"].get("keep", ""))
    why = fate["keeper_why"] or _policy(keep)
    if why:
        yield f"{other} was kept because {_reason(why, keep)}."


def _reason(why: str, keep: str) -> str:
    reason = _WHY.get(why, safe(why))
    is_policy = why in ("first", "longest", "newest", "oldest", "preferred") and keep
    return f"{reason} (--keep {safe(keep)})" if is_policy else reason


def _lost(missing: list[Lost], coverage: float, other: str) -> Iterator[str]:
    """What the keeper lacks."""
    if coverage >= 1:
        yield "Nothing is lost with it."
        return
    share = percent(1 - coverage)
    if not missing:
        yield f"{share} of it is not in {other}, but no whole paragraph."
        return
    yield f"{share} of it is not in {other}, among it most of {number(len(missing), 'paragraph')}:"
    for lost in missing[:_SHOWN]:
        there = f"{percent(lost['coverage'])} of it is in {other}"
        text = (
            f"“{short(lost['text'], _QUOTE)}”"
            if lost["text"]
            else f"characters {lost['start']:,} to {lost['end']:,}"
        )
        yield f"- {text} ({there})"
    yield from _more(len(missing))


def _more(count: int) -> Iterator[str]:
    if count > _SHOWN:
        yield f"- and {count - _SHOWN:,} more"


def _kept(fate: Fate, weights: bool) -> Iterator[str]:
    own = name(fate["document"])
    cuts = fate["cuts"]
    how = (
        f"was kept; {number(len(cuts), 'repeat')} in it {'was' if len(cuts) == 1 else 'were'} cut"
        if cuts
        else "was kept as it was"
    )
    yield f"{_called(fate['document'])} {how}."
    if fate["undecided"]:
        yield "The server of the index did not answer: it was compared with nothing."
    if fate["update_of"] is not None:
        yield f"It is a new version of {_called(fate['update_of'])}."
    yield from _cuts(cuts, weights)
    if fate["repeats_left"]:
        left = f"{number(fate['repeats_left'], 'repeat')} {'was' if fate['repeats_left'] == 1 else 'were'}"
        yield f"{left} left in place."
    yield from _for_it(fate, own)
    for call in fate["close_calls"][:_SHOWN]:
        yield _close_call(call)
    yield from _more(len(fate["close_calls"]))


def _cuts(cuts: list[CutRepeat], weights: bool) -> Iterator[str]:
    """What was cut, and why."""
    for cut in cuts[:_SHOWN]:
        repeat = Repeat(**cut["repeat"])
        what = printed(repeat) or _KINDS.get(repeat.kind, safe(repeat.kind))
        text = f"“{short(cut['text'], _QUOTE)}”: " if cut["text"] and cut["text"].strip() else ""
        yield f"- {text}{what}, {number(repeat.end - repeat.start, 'character')}{_evidence(repeat, weights)}"
    yield from _more(len(cuts))


def _evidence(repeat: Repeat, weights: bool) -> str:
    """What weighed most, in words, and how probable a scraping error is."""
    chance = accident(repeat)
    likely = [f"{chance} likely a scraping error"] if chance != "-" else []
    reasons = [*evidence_lines(repeat, weights)[: _EVIDENCE if weights else 1], *likely]
    return f"; {'; '.join(reasons)}" if reasons else ""


def _for_it(fate: Fate, own: str) -> Iterator[str]:
    """What was dropped or tagged for a keeper, and why it was the one that was kept."""
    count, is_tagging = fate["dropped"], fate["options"].get("action") == "tag"
    became = "tagged for it" if is_tagging else "dropped for it"
    if not fate["options"].get("duplicates", True):
        yield "Near-duplicates were not searched (--no-duplicates)."
    elif count:
        yield _members(count, fate["least_similar"][:_SHOWN], became)
    elif not fate["close_calls"]:
        yield f"No article was {became}, and none nearly matches it."
    keep = str(fate["options"].get("keep", ""))
    why = fate["why"] or (_policy(keep) if count else None)
    if why:
        yield f"{own} was the one kept because {_reason(why, keep)}."


def _members(count: int, least: list[Similar], became: str) -> str:
    """The near-duplicates of a keeper. `became`: what was done with them."""
    names = ", ".join(f"{name(similar['document'])} ({_similarity(similar)})" for similar in least)
    if count == 1:
        return f"1 article was {became}: {names}."
    more = f", and {count - len(least):,} more" if count > len(least) else ""
    return f"{count:,} articles were {became}, the least similar first: {names}{more}."


def _policy(keep: str) -> str | None:
    """The reason that a policy is, for a ledger that gives none."""
    policy = keep.partition(":")[0]
    return policy if policy in _WHY else None


def _similarity(similar: Similar) -> str:
    if similar.get("match") == "copy" or similar["jaccard"] >= 1:
        return "the same words"
    return f"Jaccard {similarity(similar['jaccard'])}"


def _close_call(call: Similar) -> str:
    reason = safe(call["reason"]) if call.get("reason") else "the same text with other numbers"
    similar = f"Jaccard {similarity(call['jaccard'])}"
    return f"{_called(call['document'])} nearly matches it ({similar}), and both were kept: {reason}."
