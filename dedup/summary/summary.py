"""The report as plain values: what every report renders, a program reads, and a ledger keeps."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dedup.options import MACHINE, Options
from dedup.pipeline.examples import WORST_SITE, Example
from dedup.pipeline.outcome import Outcome
from dedup.summary.alarms import alarms
from dedup.summary.groups import Group, least_alike, loss, of_earlier_runs
from dedup.summary.highlights import Highlights
from dedup.summary.totals import Totals, kinds, reasons, totals
from dedup.version import __version__

_DROPPED = 3  # documents of a group that are named
_PLACE = ("source", "position")


def summarize(shown: Highlights) -> dict[str, Any]:
    """The report as plain values; report.schema.json has their types. A *document* is {"id": string or null,
    "source", "position"}, one of an earlier run (--index) with its "date"; shares, Jaccard, coverage and
    probabilities go from 0 to 1; a text is at most 300 characters of an original. An engine that knows
    aggregates alone leaves lists of examples empty, and gives null where that is allowed. The keys:

    dedup     the version (string)
    options   every option and its value
    alarms    what to look at first, a list of {"alarm", "count", "share"}: "unreadable" (records), "without
              words" (documents), "unlike" (a group whose members are unlike each other; with "document", its
              keeper), "crowd" (a group that holds a tenth of all documents; likewise), "echo" (a site that
              says far more of its text twice than the others; with "host"), "same" (a site of which nearly
              all is dropped; likewise), "dropped" (half of all documents), "lost" (the dropped ones lose
              much of their text)
    totals    counts (integers) of documents and characters, as `Totals` names them
    shares    the same as shares of what came in, and "touched": of the records that were dropped, cut or
              could not be read
    repeats   by kind {"found", "cut"} (integers); without kinds that were not found
    examples  repeats, a list of {"kind", "cut": true or false, "why": "longest", "least sure" or "worst
              site", "document", "score": how alike, 0 to 100, "accident": its probability, or null where a
              rule decided, "characters", "text"}
    compared  {"documents", "pairs", "fuzzy_documents", "fuzzy_pairs"}: documents that have paragraphs worth
              comparing, and pairs of these; those that rapidfuzz was given
    unsure    {"count", "examples"}: repeats left for lack of evidence, weighed by no rule, an accident with a
              probability of 0.3 to the caution; of these the three likeliest accidents: {"document",
              "accident": the probability, "text"}
    sites     null where no document has a url (--url-field), or {"field": its name, "hosts", "documents":
              those with one, "least": documents from which on a host is told of, "told": such hosts, "echo":
              the share of the characters of all that is cut inside documents, "dropped_share", "worst"}: up
              to ten of {"host", "documents", "dropped", "dropped_share", "characters", "cut_characters",
              "echo", "others": {"echo", "dropped_share"} of all other hosts}, the highest echo first
    groups    {"count", "largest", "unlike", "least_alike"}. "largest": up to ten of {"keeper": document,
              "size", "lowest", "highest", "margin", "close", "opening", "dropped", "unlike"}: documents, the
              keeper among them; the others' Jaccard with it; by how much the one that nearly did not match is
              above what matches, and whether that is little; how the keeper begins (text); up to three of
              {"document", "jaccard", "coverage"}, the least alike first; whether members are unlike each
              other.
              "unlike": groups of which two members have less than half of each other, up to ten of
              {"keeper", "size", "pairs": of members looked at, "unlike": such ones, "least": {"one", "other",
              "covered"}, the worst}. "least_alike": null, or the pair with the least margin: {"document",
              "keeper", "jaccard", "coverage", "parted_by": options that part them, a list of strings}
    seen      documents that were dropped for one that an earlier run kept (--index)
    loss      {"worst", "overall", "example"}: the share of its text that a dropped document has and its
              keeper lacks, at worst and over all dropped ones, weighted by their words; the one that loses
              most: null, or {"document", "keeper", "share", "text": its longest paragraph that the keeper
              lacks}
    templates {"count", "examples"}: kept documents that match another kept one but for their figures; up to
              three of {"document", "of": document, "figures": [[in "of", in "document"], ...], "around": what
              stands around the first figure}
    crowded   documents that share a bucket, or samples, with too many others to be compared with all of them
    common    sampled shingles that stand in too many documents, and were left out
    rejects   by reason, the most frequent first: {"reason", "count", "share", "first": up to 5 places
              {"source", "position"}}
    seconds   by stage, those before "candidates" summed over workers; on Spark by its stages, as they passed
    elapsed   seconds of the whole run, with writing
    bytes     that were read; null for documents in memory
    files     null, or of a command {"articles": path, "-" for standard output, or null; "ledger", "rejects",
              "report": path or null; "dry_run": true or false}
    """
    outcome = shown.outcome
    return whole({**_inside(outcome, shown), **_between(outcome, shown), **_account(outcome)})


def whole(found: dict[str, Any]) -> dict[str, Any]:
    """A summary of all that is found, with its alarms, in order."""
    found["alarms"] = alarms(found)
    order = (
        "dedup options alarms totals shares repeats examples compared unsure sites groups seen loss "
        "templates crowded common rejects seconds elapsed bytes files"
    )
    return {key: found[key] for key in order.split()}


def _inside(outcome: Outcome, shown: Highlights) -> dict[str, Any]:
    """What repeats inside documents."""
    examples = outcome.corpus.examples
    chosen = [(why, one) for (_, _, why), one in sorted(examples.chosen.items())]
    if (site := shown.of_worst_site) is not None:
        chosen.append((WORST_SITE, site))
    return {
        "repeats": {kind: {"found": found, "cut": cut} for kind, (found, cut) in kinds(outcome).items()},
        "examples": [_example(outcome, why, one) for why, one in chosen],
        "compared": outcome.corpus.compared._asdict(),
        "unsure": {
            "count": examples.unsure,
            "examples": [
                {"document": outcome.identity(row), "accident": accident, "text": text}
                for row, accident, text in examples.doubts
            ],
        },
        "sites": shown.sites,
    }


def _example(outcome: Outcome, why: str, example: Example) -> dict[str, Any]:
    shown = example._asdict()
    return {"why": why, "document": outcome.identity(shown.pop("row")), **shown}


def _between(outcome: Outcome, shown: Highlights) -> dict[str, Any]:
    """What is alike among documents."""
    worst, overall = loss(outcome)
    return {
        "groups": {
            "count": len(shown.groups),
            "largest": [_group(outcome, shown, group) for group in shown.largest],
            "unlike": [
                {
                    "keeper": outcome.identity(keeper),
                    "size": one.group.size,
                    "pairs": one.pairs,
                    "unlike": one.unlike,
                    "least": {
                        "one": outcome.identity(one.one),
                        "other": outcome.identity(one.other),
                        "covered": round(one.covered, 6),
                    },
                }
                for keeper, one in shown.unlike.items()
            ],
            "least_alike": _least_alike(outcome),
        },
        "seen": of_earlier_runs(outcome),
        "loss": {"worst": round(worst, 6), "overall": round(overall, 6), "example": _lost(outcome, shown)},
        "templates": {
            "count": len(outcome.templates),
            "examples": [
                {
                    "document": outcome.identity(row),
                    "of": outcome.identity(other),
                    "figures": [list(pair[:2]) for pair in figures],
                    "around": figures[0][2] if figures else "",
                }
                for other, row, figures in shown.templates
            ],
        },
        "crowded": outcome.decisions.crowded,
        "common": outcome.decisions.common,
    }


def _group(outcome: Outcome, shown: Highlights, group: Group) -> dict[str, Any]:
    least = sorted(range(len(group.dropped)), key=group.jaccard.__getitem__)[:_DROPPED]
    return {
        "keeper": outcome.identity(group.keeper),
        "size": group.size,
        "lowest": round(group.lowest, 6),
        "highest": round(group.highest, 6),
        "margin": round(group.margin, 6),
        "close": group.is_close,
        "opening": shown.opening(group.keeper),
        "dropped": [
            {"document": outcome.identity(row), **outcome.similarity(row)}
            for row in map(group.dropped.__getitem__, least)
        ],
        "unlike": group.keeper in shown.unlike,
    }


def _least_alike(outcome: Outcome) -> dict[str, Any] | None:
    """The pair that a higher threshold would part first."""
    row = least_alike(outcome)
    if row is None:
        return None
    keeper = outcome.identity(int(outcome.keepers.keeper[row]))
    pair = {"document": outcome.identity(row), "keeper": keeper, **outcome.similarity(row)}
    jaccard, coverage = float(outcome.keepers.jaccard[row]), float(outcome.keepers.coverage[row])
    return {**pair, "parted_by": parted_by(jaccard, coverage, outcome.options)}


def parted_by(jaccard: float, coverage: float, options: Options) -> list[str]:
    """The options with which a document so alike its keeper does not match it; none where both have the very
    same shingles.
    """
    parting = []
    if options.threshold <= jaccard < 1:
        parting.append(f"--threshold {_above(jaccard)}")
    if jaccard < 1 and options.contained is not None and coverage >= options.contained:
        parting.append(f"--contained {_above(coverage)}" if coverage < 1 else "--contained off")
    return parting


def _above(value: float) -> str:
    """The next hundredth."""
    return f"{(int(value * 100 + 1e-9) + 1) / 100:.2f}"


def _lost(outcome: Outcome, shown: Highlights) -> dict[str, Any] | None:
    """What is lost with the document that loses most."""
    lost = shown.lost
    if lost is None:
        return None
    keeper = outcome.identity(int(outcome.keepers.keeper[lost.row]))
    pair = {"document": outcome.identity(lost.row), "keeper": keeper}
    return {**pair, "share": round(lost.share, 6), "text": lost.text}


def _account(outcome: Outcome) -> dict[str, Any]:
    """Counts, what could not be read, times."""
    counts = totals(outcome)
    return {
        **counted(outcome.options, counts),
        "rejects": [
            {
                "reason": reason,
                "count": count,
                "share": round(count / max(1, counts.records), 6),
                "first": [dict(zip(_PLACE, place, strict=True)) for place in first],
            }
            for reason, count, first in reasons(outcome)
        ],
        **times(outcome.seconds, outcome.took),
        "bytes": outcome.size,
        "files": None,
    }


def counted(options: Options, totals: Totals) -> dict[str, Any]:
    """What a summary says of counts alone."""
    shares = {**totals.shares, "touched": totals.touched / max(1, totals.records)}
    return {
        "dedup": __version__,
        "options": asdict(options),
        "totals": totals._asdict(),
        "shares": {name: round(share, 6) for name, share in shares.items()},
    }


def times(seconds: Mapping[str, float], took: float) -> dict[str, Any]:
    """What a summary says of the time: by stage, and of the whole run."""
    return {
        "seconds": {stage: round(spent, 6) for stage, spent in seconds.items()},
        "elapsed": round(took, 6),
    }


_PASSING = ("seconds", "elapsed", "bytes", "files")  # of one run on one machine: no matter of a ledger


def without_timings(summary: dict[str, Any]) -> dict[str, Any]:
    """The part of a summary that a ledger keeps: the same for every run over the same input."""
    options = {name: value for name, value in summary["options"].items() if name not in MACHINE}
    return {key: value for key, value in summary.items() if key not in _PASSING} | {"options": options}
