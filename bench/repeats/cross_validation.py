"""How well cutting does on the judged repeats of DEDUP_DATA, cross-validated by page: the curve over caution,
the outcome by type, and the cases that no evidence decides.

    python -m bench.repeats.cross_validation [--write] [--folds 6] [--seeds 3]

For each part of the pages the weights are fitted to the others (fit.py); the rules are as committed.
`--write` puts the tables into bench/repeats/results.md.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.repeats.fit import extra, fit, judged
from bench.repeats.labelled import Seen, Span, shared
from dedup.options import Options

TARGET = Path(__file__).with_name("results.md")
_SURE, _UNSURE = 0.9, 0.1
Outcomes = Counter[tuple[str, bool]]
"""How many units of a label (cut, keep) are cut, and how many are not."""


class Unit(NamedTuple):
    """A judged repeat, and up to which caution (0 to 1) each fit would cut it."""

    page: str
    place: Span
    label: str
    type: str
    sure: list[float]


def surest(unit: dict[str, Any], found: list[Seen], sure: np.ndarray) -> float:
    """The highest caution at which 80 % of a unit's characters, or of its first place's, are cut."""
    best = 0.0
    for place in (unit["again"], unit["first"]):
        overlaps = sorted(
            ((sure[i], shared(place, repeat.span)) for i, repeat in enumerate(found)), reverse=True
        )
        gone = 0
        for caution, overlap in overlaps:
            gone += overlap
            if gone >= 0.8 * (place[1] - place[0]):
                best = max(best, float(caution))
                break
    return best


def cross_validated(folds: int, seeds: int) -> list[Unit]:
    """Every decided unit, judged by fits that have not seen its page."""
    pages, found, rows = judged()
    others = extra()
    units = [
        [Unit(page["page"], tuple(unit["again"]), unit["label"], unit["type"], []) for unit in page["units"]]
        for page in pages
    ]
    for seed in range(seeds):
        for part in np.array_split(np.random.RandomState(seed).permutation(len(pages)), folds):
            unseen = set(part.tolist())
            steps = fit([row for row in rows if row.page not in unseen] + others, seed)
            for number in unseen:
                logits = steps.logits([repeat.observations for repeat in found[number]])
                sure = 1 / (1 + np.exp(-logits))
                for unit, told in zip(pages[number]["units"], units[number], strict=True):
                    told.sure.append(surest(unit, found[number], sure))
    return [unit for page in units for unit in page if unit.label != "either"]


def outcomes(units: list[Unit], caution: float) -> Outcomes:
    """Counted over all fits."""
    return Counter((unit.label, sure >= caution) for unit in units for sure in unit.sure)


def shares(counted: Outcomes) -> tuple[float, float]:
    """Precision and recall of cutting."""
    right, wrong, missed = counted["cut", True], counted["keep", True], counted["cut", False]
    return right / max(1, right + wrong), right / max(1, right + missed)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def report(units: list[Unit]) -> str:
    """The curve, the outcome by type at the default caution, and the undecided cases, as Markdown."""
    caution, fits = Options().caution, max(len(unit.sure) for unit in units)
    curve = []
    for dial in sorted({*np.arange(0.3, 0.96, 0.05).round(2).tolist(), caution}):
        precision, recall = shares(outcomes(units, dial))
        curve.append([f"{dial:.2f}" + " (default)" * (dial == caution), f"{precision:.3f}", f"{recall:.3f}"])
    types = []
    for name in sorted({unit.type for unit in units}):
        counted = outcomes([unit for unit in units if unit.type == name], caution)
        places = [("cut", True), ("keep", True), ("cut", False), ("keep", False)]
        types.append([name, *(f"{counted[place] / fits:.1f}" for place in places)])
    return "\n\n".join(
        [
            f"{len(units)} decided repeats, each judged by {fits} fits that have not seen its page.",
            table(["caution", "precision", "recall"], curve),
            f"By type, at caution {caution}; means over the fits:",
            table(["type", "cut rightly", "wrongly", "missed", "left rightly"], types),
            "No evidence decides these: all fits are sure, and wrong (page, span of the copy, type).",
            *undecided(units),
        ]
    )


def undecided(units: list[Unit]) -> list[str]:
    """The cases on which all fits are surely wrong."""
    wrong = {
        "Would be cut, judged to be kept": [u for u in units if u.label == "keep" and min(u.sure) >= _SURE],
        "Would be kept, judged to be cut": [u for u in units if u.label == "cut" and max(u.sure) <= _UNSURE],
    }
    return [
        f"{name} ({len(cases)}):\n\n"
        + "\n".join(f"- `{case.page}` {case.place[0]}-{case.place[1]} ({case.type})" for case in cases)
        for name, cases in wrong.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into bench/repeats/results.md")
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    text = report(cross_validated(arguments.folds, arguments.seeds))
    print(text)
    if arguments.write:
        command = "python -m bench.repeats.cross_validation --write"
        TARGET.write_text(f"# Judged repeats\n\nWritten by `{command}`.\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
