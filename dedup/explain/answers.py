"""What `compare`, `tune` and `repeats` work out, as JSON has it: nothing is shortened."""

from collections.abc import Iterable
from typing import Any

from dedup.explain.compare import DocumentComparison
from dedup.explain.passages import Passage
from dedup.explain.repeats import InspectedDocument
from dedup.explain.tune import PairExample, Scale, Tuning

_SIDES = ("a", "b")


def comparison_values(compared: DocumentComparison) -> dict[str, Any]:
    """Whether two documents match, in what numbers and facts, and their passages side by side."""
    difference = compared.difference
    return {
        "decision": _decision(compared),
        "jaccard": compared.jaccard,
        "threshold": compared.options.threshold,
        "contained": compared.options.containment,
        "shared_shingles": compared.shared,
        "same_text": compared.same_text,
        "same_words": compared.same_words,
        "difference": None if difference is None else {"by": difference.by, "reason": difference.reason},
        "documents": [
            {
                **compared.identities[i],
                "words": compared.words[i],
                "shingles": compared.shingles[i],
                "coverage": compared.covered[i],
                "cut_characters": compared.cut[i],
            }
            for i in (0, 1)
        ],
        "rows": [
            {"shared": row.shared}
            | {side: [*map(_passage, passages)] for side, passages in zip(_SIDES, row, strict=True)}
            for row in compared.rows
        ],
    }


def _decision(compared: DocumentComparison) -> str:
    if not all(compared.words) or not (compared.is_similar or compared.contained):
        return "no match"
    if compared.difference:
        return "close call"
    return "copy" if compared.same_words else "match"


def _passage(passage: Passage) -> dict[str, Any]:
    fragments = [{"text": fragment.text, "shared": fragment.shared} for fragment in passage.fragments]
    return {"moved": passage.moved or None, "fragments": fragments}


def tuning_values(tuning: Tuning, command: str) -> dict[str, Any]:
    """What each threshold would do. `command`: the recommended one."""
    return {
        "documents": tuning.documents,
        "copies": tuning.copies,
        "rejects": tuning.rejects,
        "dropped": tuning.dropped,
        "recommended": None if tuning.advice is None else {**tuning.advice._asdict(), "command": command},
        "similarity": _scale(tuning.similarity),
        "contained": None if tuning.coverage is None else _scale(tuning.coverage),
    }


def _scale(scale: Scale) -> dict[str, Any]:
    return {
        "threshold": scale.threshold,
        "levels": [level._asdict() for level in scale.levels],
        "above": [_pair(example) for example in scale.above],
        "below": [_pair(example) for example in scale.below],
    }


def _pair(example: PairExample) -> dict[str, Any]:
    texts = [[fragment._asdict() for fragment in fragments] for fragments in example.differ]
    return {"value": example.value, "documents": [*example.identities], "differ": texts}


def repeats_values(documents: Iterable[InspectedDocument]) -> list[dict[str, Any]]:
    """Each document with its repeats, and the text of each."""
    return [
        {
            **document.identity,
            "repeats": [
                {
                    **repeat._asdict(),
                    "text": document.text[repeat.start : repeat.end],
                    "of_text": document.text[repeat.of_start : repeat.of_end],
                }
                for repeat in document.repeats
            ],
        }
        for document in documents
    ]
