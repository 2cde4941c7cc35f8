"""An outcome -> its summary: the plain values that every report renders, programs read and a ledger keeps."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from dedup.files.names import as_text
from dedup.identity import Identity
from dedup.options import FOLLOWS, MACHINE, Options
from dedup.pipeline.examples import WORST_SITE, Example
from dedup.pipeline.outcome import Outcome
from dedup.sources.files import Files
from dedup.summary.alarms import alarms
from dedup.summary.findings_format import (
    ClosestCall,
    ComparedCounts,
    DroppedMember,
    GroupEntry,
    Groups,
    KindCounts,
    Loss,
    RepeatExample,
    Uncertain,
    UnlikeEntry,
)
from dedup.summary.format import Counts, OptionValues, PinnedCounts, RejectReason, Shares, Summary, Timings
from dedup.summary.groups import Group, loss, of_earlier_runs
from dedup.summary.highlights import Highlights, UnlikeMembers, close_calls
from dedup.summary.totals import FIRST, Totals, field_counts, kinds, preference_counts, reasons, totals
from dedup.text.fields.preferences import states_of
from dedup.text.fields.sort_keys import kinds_of
from dedup.version import __version__

_DROPPED = 3  # dropped documents of a group that are named


def summarize(highlights: Highlights) -> Summary:
    """The summary of an outcome."""
    outcome, counts = highlights.outcome, totals(highlights.outcome)
    timings, policy = times(outcome.seconds, outcome.took), outcome.options.policy
    return with_alarms(
        {
            "dedup": __version__,
            "options": option_values(outcome.options),
            "alarms": [],
            "totals": count_values(counts),
            "shares": shares(counts),
            "repeats": kind_counts(kinds(outcome)),
            "examples": _examples(highlights),
            "compared": cast(ComparedCounts, outcome.findings.comparisons._asdict()),
            "unsure": _uncertain(outcome),
            "sites": highlights.sites,
            "groups": _groups(highlights),
            "seen": of_earlier_runs(outcome),
            "loss": _loss(highlights),
            "templates": close_calls(highlights),
            "crowded": outcome.decisions.crowded,
            "common": outcome.decisions.common,
            "pinned": _pinned(outcome),
            "rejects": _rejects(outcome, counts.records),
            "passed_over": outcome.source.passed_over if isinstance(outcome.source, Files) else {},
            "keep_field": field_counts(policy, kinds_of(outcome.table.column("order")), counts.documents),
            "preferred": preference_counts(policy, states_of(outcome.table.column("preferences"))),
            "seconds": timings["seconds"],
            "elapsed": timings["elapsed"],
            "bytes": outcome.size,
            "files": None,
            "run": None,
        }
    )


def with_alarms(summary: Summary) -> Summary:
    """A summary with the alarms that follow from its other values."""
    return {**summary, "alarms": alarms(summary)}


def option_values(options: Options) -> OptionValues:
    """Every option and its value."""
    return cast(OptionValues, options.as_values())


def _pinned(outcome: Outcome) -> PinnedCounts | None:
    """What --never-drop found."""
    pinned = outcome.pinned
    if outcome.options.never_drop is None:
        return None
    return pinned_values(outcome.options, int(pinned.rows.sum()), len(pinned.names), pinned.unknown)


def pinned_values(options: Options, documents: int, ids: int, unknown: Sequence[str]) -> PinnedCounts:
    """The `pinned` of a summary. `documents`: how many are never dropped; `ids`: how many name them;
    `unknown`: those of the ids that are in no document.
    """
    counts = {"documents": documents, "ids": ids, "unknown": len(unknown)}
    file = None if options.never_drop_file is None else as_text(options.never_drop_file)
    return cast(PinnedCounts, {"file": file, **counts, "first": [*unknown[:FIRST]]})


def count_values(totals: Totals) -> Counts:
    """The `totals` of a summary."""
    return cast(Counts, totals._asdict())


def shares(totals: Totals) -> Shares:
    """The `shares` of a summary."""
    shares = {**totals.shares, "touched": totals.touched / max(1, totals.records)}
    return cast(Shares, {name: round(share, 6) for name, share in shares.items()})


def kind_counts(kinds: Mapping[str, tuple[int, int]]) -> dict[str, KindCounts]:
    """The `repeats` of a summary. `kinds`: how many repeats were found and cut, by kind."""
    return {kind: {"found": found, "cut": cut} for kind, (found, cut) in kinds.items()}


def times(seconds: Mapping[str, float], elapsed: float) -> Timings:
    """The timings of a summary: seconds by stage, and of the whole run."""
    return {
        "seconds": {stage: round(spent, 6) for stage, spent in seconds.items()},
        "elapsed": round(elapsed, 6),
    }


def _examples(highlights: Highlights) -> list[RepeatExample]:
    """Repeats of each kind, and the longest one cut from the worst site."""
    chosen = highlights.outcome.findings.examples.chosen
    examples = [(why, example) for (_, _, why), example in sorted(chosen.items())]
    if (of_site := highlights.of_worst_site) is not None:
        examples.append((WORST_SITE, of_site))
    identity = highlights.identity
    return [example_values(why, identity(example.row), example) for why, example in examples]


def example_values(why: str, document: Identity, example: Example) -> RepeatExample:
    """An example of a repeat. `why`: longest, least sure or worst site."""
    return {
        "why": why,
        "document": document,
        "kind": example.kind,
        "cut": example.cut,
        "score": example.score,
        "text": example.text,
        "characters": example.characters,
        "accident": example.accident,
    }


def _uncertain(outcome: Outcome) -> Uncertain:
    """Repeats that were left because the evidence does not decide."""
    examples = outcome.findings.examples
    return {
        "count": examples.unsure,
        "examples": [
            {"document": outcome.identity(row), "accident": accident, "text": text}
            for row, accident, text in examples.doubts
        ],
    }


def _groups(highlights: Highlights) -> Groups:
    """The groups of near-duplicates."""
    closest = [_closest_call(highlights, row) for row in highlights.closest]
    return {
        "count": len(highlights.groups),
        "largest": [_group(highlights, group) for group in highlights.largest],
        "unlike": [_unlike(highlights.outcome, members) for members in highlights.unlike.values()],
        "least_alike": next(iter(closest), None),
        "closest": closest,
    }


def _group(highlights: Highlights, group: Group) -> GroupEntry:
    outcome = highlights.outcome
    least = sorted(range(len(group.dropped)), key=group.jaccard.__getitem__)[:_DROPPED]
    return {
        "keeper": highlights.identity(group.keeper),
        "why": outcome.whys.get(group.keeper),
        "size": group.size,
        "lowest": round(group.lowest, 6),
        "highest": round(group.highest, 6),
        "margin": round(group.margin, 6),
        "close": group.is_close,
        "opening": highlights.opening(group.keeper),
        "dropped": [_dropped(outcome, group.dropped[member]) for member in least],
        "unlike": group.keeper in highlights.unlike,
    }


def _dropped(outcome: Outcome, row: int) -> DroppedMember:
    similarity = outcome.similarity(row)
    return {
        "document": outcome.identity(row),
        "match": outcome.kind_of_match(row),
        "jaccard": similarity["jaccard"],
        "coverage": similarity["coverage"],
    }


def _unlike(outcome: Outcome, members: UnlikeMembers) -> UnlikeEntry:
    return {
        "keeper": outcome.identity(members.group.keeper),
        "size": members.group.size,
        "pairs": members.pairs,
        "unlike": members.unlike,
        "least": {
            "one": outcome.identity(members.one),
            "other": outcome.identity(members.other),
            "covered": round(members.covered, 6),
        },
    }


def _closest_call(highlights: Highlights, row: int) -> ClosestCall:
    """The dropped document `row`, which matches its keeper by a small margin."""
    outcome = highlights.outcome
    similarity, keepers = outcome.similarity(row), outcome.keepers
    jaccard, coverage = float(keepers.jaccard[row]), float(keepers.coverage[row])
    return {
        "document": highlights.identity(row),
        "keeper": highlights.identity(int(keepers.keeper[row])),
        "jaccard": similarity["jaccard"],
        "coverage": similarity["coverage"],
        "parted_by": parted_by(jaccard, coverage, outcome.options),
    }


def parted_by(jaccard: float, coverage: float, options: Options) -> list[str]:
    """The options, all to be set, with which a document this similar to its keeper does not match it; none if
    both have the same shingles.
    """
    if jaccard == 1:
        return []
    if options.contained == FOLLOWS and coverage < 1:
        return [f"--threshold {_next_hundredth(coverage)}"]
    settings, contained = [], options.containment
    if options.threshold <= jaccard:
        above = _next_hundredth(jaccard)
        is_too_high = contained is not None and coverage < contained < float(above)
        settings.append(f"--threshold {f'{contained:g}' if is_too_high else above}")
    if contained is not None and coverage >= contained:
        settings.append(f"--contained {_next_hundredth(coverage)}" if coverage < 1 else "--contained off")
    return settings


def _next_hundredth(value: float) -> str:
    return f"{(int(value * 100 + 1e-9) + 1) / 100:.2f}"


def _loss(highlights: Highlights) -> Loss:
    """How much text is lost, and the document that loses most."""
    outcome, greatest = highlights.outcome, highlights.greatest_loss
    worst, overall = loss(outcome)
    summary: Loss = {"worst": round(worst, 6), "overall": round(overall, 6), "example": None}
    if greatest is not None:
        summary["example"] = {
            "document": highlights.identity(greatest.row),
            "keeper": highlights.identity(int(outcome.keepers.keeper[greatest.row])),
            "share": round(greatest.share, 6),
            "text": greatest.text,
        }
    return summary


def _rejects(outcome: Outcome, records: int) -> list[RejectReason]:
    """Why records could not be read. `records`: how many there are in all."""
    return [
        {
            "reason": reason,
            "count": count,
            "share": round(count / max(1, records), 6),
            "first": [{"source": source, "position": position} for source, position in first],
        }
        for reason, count, first in reasons(outcome)
    ]


_PASSING = ("run", "seconds", "elapsed", "bytes", "files")  # of one run on one machine


def without_timings(summary: Summary) -> dict[str, Any]:
    """The part of a summary that a ledger keeps: the same for every run over the same input."""
    options = {name: value for name, value in summary["options"].items() if name not in MACHINE}
    return {key: value for key, value in summary.items() if key not in _PASSING} | {"options": options}
