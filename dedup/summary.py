"""The report as plain values, for JSON: what a program reads instead of the terminal's."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dedup import __version__

if TYPE_CHECKING:
    from dedup.counts import Group
    from dedup.result import Result

_LARGEST = 10
_PLACE = ("source", "position")


def summary(result: "Result") -> dict[str, Any]:
    """The report as plain values. The keys:

    dedup     the version
    options   every option and its value
    totals    counts of documents and characters, as `Totals` names them
    shares    the same as shares of what came in, 0 to 1
    repeats   by kind {"found", "cut"}; without kinds that were not found
    compared  {"documents", "pairs", "fuzzy_documents", "fuzzy_pairs"}: documents that have paragraphs worth
              comparing, and pairs of these; those that rapidfuzz was given
    unsure    {"count", "examples"}: repeats left for lack of evidence, weighed by no rule, an accident with a
              probability of 0.3 to the caution; up to three of {"document": {"id", "source", "position"},
              "accident": the probability, "text": the first characters}
    groups    {"count", "largest"}: up to ten of {"keeper": {"id", "source", "position"}, "size", "lowest",
              "highest"}: documents, the keeper among them (with "date", where an earlier run kept it); the
              others' Jaccard with it
    seen      documents that were dropped for one that an earlier run kept (--index)
    loss      {"worst", "overall"}: the share of its text that a dropped document has and its keeper lacks, at
              worst and over all dropped ones, weighted by their words
    templates {"count", "examples"}: kept documents that match another kept one but for their figures; up to
              three of {"document", "of": {"id", "source", "position"}, "figures": [in "of", in "document"]}
    crowded   documents that share a bucket, or samples, with too many others to be compared with all of them
    common    sampled shingles that stand in too many documents, and were left out
    rejects   by reason, the most frequent first: {"reason", "count", "first": up to 5 places}
    seconds   by stage, those before "candidates" summed over workers
    elapsed   seconds of the whole run, with writing
    """
    return {
        "dedup": __version__,
        "options": asdict(result.options),
        "totals": result.totals._asdict(),
        "shares": {name: round(share, 6) for name, share in result.totals.shares.items()},
        "repeats": {kind: {"found": found, "cut": cut} for kind, (found, cut) in result.kinds.items()},
        "compared": result.documents.compared._asdict(),
        "unsure": {
            "count": result.documents.unsure,
            "examples": [
                {"document": result.identity(row), "accident": accident, "text": text}
                for row, accident, text in result.documents.doubts
            ],
        },
        "groups": {
            "count": len(result.groups),
            "largest": [_group(result, group) for group in result.groups[:_LARGEST]],
        },
        "seen": result.seen,
        "loss": {"worst": round(result.loss[0], 6), "overall": round(result.loss[1], 6)},
        "templates": {
            "count": len(result.templates),
            "examples": [
                {
                    "document": result.identity(row),
                    "of": result.identity(other),
                    "figures": [list(pair[:2]) for pair in figures],
                }
                for other, row, figures in result.template_examples
            ],
        },
        "crowded": result.decisions.crowded,
        "common": result.decisions.common,
        "rejects": [
            {
                "reason": reason,
                "count": count,
                "first": [dict(zip(_PLACE, place, strict=True)) for place in first],
            }
            for reason, count, first in result.reasons
        ],
        "seconds": {stage: round(seconds, 6) for stage, seconds in result.seconds.items()},
        "elapsed": round(result.took, 6),
    }


def _group(result: "Result", group: "Group") -> dict[str, Any]:
    return {
        "keeper": result.identity(group.keeper),
        "size": group.size,
        "lowest": round(group.lowest, 6),
        "highest": round(group.highest, 6),
    }
