"""Precision and recall of cutting on the judged repeats of DEDUP_DATA, cross-validated by page.

    python -m bench.repeats.cross_validation [--write] [--folds 6] [--seeds 3]

Prints the curve over caution, the outcome by type, and the cases on which all fits are wrong. For each fold
of the pages the weights are fitted to the other pages (fit.py); the rules are as committed. `--write` puts
the tables into bench/repeats/results.md.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.repeats.fit import extra, fit, judged
from bench.repeats.labelled import Observed, Span, overlap
from dedup.options import Options

TARGET = Path(__file__).with_name("results.md")
_SURE, _UNSURE = 0.9, 0.1
Outcomes = Counter[tuple[str, bool]]
"""How many units there are by label ("cut", "keep") and by whether they are cut."""


class Unit(NamedTuple):
    """A judged repeat. `cautions`: for each fit the highest caution (0 to 1) at which it is cut."""

    page: str
    span: Span
    label: str
    type: str
    cautions: list[float]


def highest_caution(unit: dict[str, Any], repeats: list[Observed], sure: np.ndarray) -> float:
    """The highest caution at which 80% of one copy of a unit is cut. `sure`: probabilities of repeats."""
    best = 0.0
    for copy in (unit["again"], unit["first"]):
        overlaps = sorted(
            ((sure[i], overlap(copy, repeat.span)) for i, repeat in enumerate(repeats)), reverse=True
        )
        gone = 0
        for caution, characters in overlaps:
            gone += characters
            if gone >= 0.8 * (copy[1] - copy[0]):
                best = max(best, float(caution))
                break
    return best


def cross_validated(folds: int, seeds: int) -> list[Unit]:
    """Every unit with a clear label, judged by fits that have not seen its page."""
    pages, observed, rows = judged()
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
                logits = steps.logits([repeat.features for repeat in observed[number]])
                sure = 1 / (1 + np.exp(-logits))
                for judgement, unit in zip(pages[number]["units"], units[number], strict=True):
                    unit.cautions.append(highest_caution(judgement, observed[number], sure))
    return [unit for page in units for unit in page if unit.label != "either"]


def outcomes(units: list[Unit], caution: float) -> Outcomes:
    """What becomes of the units at a caution, counted over all fits."""
    return Counter((unit.label, highest >= caution) for unit in units for highest in unit.cautions)


def precision_and_recall(counts: Outcomes) -> tuple[float, float]:
    """Precision and recall of cutting."""
    right, wrong, missed = counts["cut", True], counts["keep", True], counts["cut", False]
    return right / max(1, right + wrong), right / max(1, right + missed)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def report(units: list[Unit]) -> str:
    """The curve, the outcome by type at the default caution, and the undecided cases, as Markdown."""
    caution, fits = Options().caution, max(len(unit.cautions) for unit in units)
    curve = []
    for dial in sorted({*np.arange(0.3, 0.96, 0.05).round(2).tolist(), caution}):
        precision, recall = precision_and_recall(outcomes(units, dial))
        curve.append([f"{dial:.2f}" + " (default)" * (dial == caution), f"{precision:.3f}", f"{recall:.3f}"])
    types = []
    for name in sorted({unit.type for unit in units}):
        counts = outcomes([unit for unit in units if unit.type == name], caution)
        keys = [("cut", True), ("keep", True), ("cut", False), ("keep", False)]
        types.append([name, *(f"{counts[key] / fits:.1f}" for key in keys)])
    return "\n\n".join(
        [
            f"{len(units):,} judged repeats, each decided by {fits} fits that have not seen its page.",
            table(["caution", "precision", "recall"], curve),
            f"By type, at caution {caution}, as means over the fits:",
            table(["type", "rightly cut", "wrongly cut", "wrongly kept", "rightly kept"], types),
            "All fits are sure about these, and wrong (page, span of the copy, type).",
            *hopeless(units),
        ]
    )


def hopeless(units: list[Unit]) -> list[str]:
    """The cases on which all fits are sure and wrong."""
    wrong = {
        "Would be cut, judged to be kept": [
            u for u in units if u.label == "keep" and min(u.cautions) >= _SURE
        ],
        "Would be kept, judged to be cut": [
            u for u in units if u.label == "cut" and max(u.cautions) <= _UNSURE
        ],
    }
    return [
        f"{name} ({len(cases)}):\n\n"
        + "\n".join(f"- `{case.page}` {case.span[0]}-{case.span[1]} ({case.type})" for case in cases)
        for name, cases in wrong.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into bench/repeats/results.md")
    parser.add_argument("--folds", type=int, default=6, help="parts of the pages (default: 6)")
    parser.add_argument("--seeds", type=int, default=3, help="divisions into folds (default: 3)")
    options = parser.parse_args()
    text = report(cross_validated(options.folds, options.seeds))
    print(text)
    if options.write:
        command = "python -m bench.repeats.cross_validation --write"
        TARGET.write_text(f"# Judged repeats\n\nWritten by `{command}`.\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
