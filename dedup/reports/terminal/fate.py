"""One document's fate in a few sentences: for `dedup why`."""

import shlex
from collections.abc import Callable, Iterator

from rich.text import Text

from dedup.identity import Identity
from dedup.ledger.fate import CutRepeat, Fate, Lost, Similar
from dedup.repeats.find import Repeat
from dedup.reports.layout import DIM, NAME, Part
from dedup.reports.numbers import contained, number, percent, similarity
from dedup.reports.repeat_evidence import accident, evidence_lines, printed
from dedup.reports.safe import location, name, safe, short

_QUOTE = 200  # columns of a text that is quoted
_SHOWN = 5  # of each kind that are described

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


def report(fate: Fate) -> Iterator[Part]:
    """The fate as one part: its first sentence names the document."""
    first, *others = sentences(fate)
    yield [Text(first, style=f"bold {NAME}"), *(_line(sentence) for sentence in others)]


def _line(sentence: str) -> Text:
    is_command = ": dedup " in sentence
    return Text(sentence, style=DIM if is_command else "")


def sentences(fate: Fate) -> list[str]:
    """The sentences; every text in them is harmless."""
    of_decision: Callable[[Fate], Iterator[str]] = {
        "dropped": _dropped,
        "tagged": _dropped,
        "rejected": _rejected,
    }.get(fate["decision"], _kept)
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
    if "date" not in keeper:
        yield f"To see both: dedup compare {_quoted(fate['document'])} {_quoted(keeper)} --in INPUT"
    if fate["decision"] == "dropped":
        lines = own if "date" in keeper else f"{own} and {other}, one on each line,"
        yield f"To keep both, put {lines} into a file and run again: dedup clean INPUT --never-drop FILE"


def _called(identity: Identity) -> str:
    """The id of a document and its location."""
    if identity["id"] is None or identity["source"] is None:
        return name(identity)
    return f"{name(identity)} ({location(identity)})"


def _quoted(identity: Identity) -> str:
    return safe(shlex.quote(identity["id"] if identity["id"] is not None else location(identity)))


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


def _kept(fate: Fate) -> Iterator[str]:
    own = name(fate["document"])
    cuts = fate["cuts"]
    how = (
        f"was kept; {number(len(cuts), 'repeat')} in it {'was' if len(cuts) == 1 else 'were'} cut"
        if cuts
        else "was kept as it was"
    )
    yield f"{_called(fate['document'])} {how}."
    if fate["update_of"] is not None:
        yield f"It is a new version of {_called(fate['update_of'])}."
    yield from _cuts(cuts)
    if fate["repeats_left"]:
        left = f"{number(fate['repeats_left'], 'repeat')} {'was' if fate['repeats_left'] == 1 else 'were'}"
        yield f"{left} left in it: dedup repeats INPUT --id {_quoted(fate['document'])} shows why."
    yield from _for_it(fate, own)
    for call in fate["close_calls"][:_SHOWN]:
        yield _close_call(call)
    yield from _more(len(fate["close_calls"]))


def _cuts(cuts: list[CutRepeat]) -> Iterator[str]:
    """What was cut, and why."""
    for cut in cuts[:_SHOWN]:
        repeat = Repeat(**cut["repeat"])
        what = printed(repeat) or _KINDS.get(repeat.kind, safe(repeat.kind))
        text = f"“{short(cut['text'], _QUOTE)}”: " if cut["text"] and cut["text"].strip() else ""
        yield f"- {text}{what}, {number(repeat.end - repeat.start, 'character')}{_evidence(repeat)}"
    yield from _more(len(cuts))


def _evidence(repeat: Repeat) -> str:
    """How probable a scraping error is, and what weighed most."""
    chance = accident(repeat)
    likely = [f"a scraping error with a probability of {chance}"] if chance != "-" else []
    reasons = [*likely, *evidence_lines(repeat)[:1]]
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
