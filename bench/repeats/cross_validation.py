"""How well repeats are told apart on sites that the weights were not fitted to, on the judged repeats of
DEDUP_DATA.

    python -m bench.repeats.cross_validation [--write]

A fifth of the sites, chosen by their names, is set aside: no fit and no choice of this file has seen it. The
other sites are cross-validated: each is weighed by a fit to nine tenths of the others. Prints the curve over
--caution, the outcome by type, what the set-aside sites give, each once with the default, and a learning
curve. `--write` puts the tables into bench/repeats/results.md.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.repeats.fit import CAUTIONS, Unit, calibration, cross_validated, fit_rows, model_of, units_of
from bench.repeats.labelled import JudgedPage, is_set_aside, judged_pages
from bench.repeats.training import Row, others
from dedup.options import Options

TARGET = Path(__file__).with_name("results.md")
PARTS: dict[str, Callable[[Unit], bool]] = {
    "all": bool,
    "repeats/pages": lambda unit: unit.page.file == "repeats/pages",
    "repeats/articles": lambda unit: unit.page.file == "repeats/articles",
    "whole pages": lambda unit: unit.page.is_whole,
    "extracted articles": lambda unit: not unit.page.is_whole,
}
SHARES = (1 / 8, 1 / 4, 1 / 2, 1.0)
_PRECISION = 0.93  # at which the learning curve shows recall
_SAMPLES = 2000  # of the bootstrap


def precision_and_recall(units: Sequence[Unit], least: float) -> tuple[float, float]:
    """Those of cutting from a logit on."""
    cut = [unit for unit in units if unit.logit >= least]
    right = sum(unit.is_accident for unit in cut)
    return right / max(1, len(cut)), right / max(1, sum(unit.is_accident for unit in units))


def recall_at(units: Sequence[Unit], precision: float) -> float:
    """The greatest recall at which precision is at least so much."""
    logits = sorted({unit.logit for unit in units if np.isfinite(unit.logit)})
    both = [precision_and_recall(units, least) for least in logits]
    return max((recall for reached, recall in both if reached >= precision), default=0.0)


def interval(units: Sequence[Unit], least: float) -> list[tuple[float, float]]:
    """The 95% intervals of precision and recall, by bootstrap over pages."""
    by_page: dict[str, list[Unit]] = {}
    for unit in units:
        by_page.setdefault(unit.page.page, []).append(unit)
    pages, rng = list(by_page.values()), np.random.RandomState(0)
    figures = []
    for _ in range(_SAMPLES):
        chosen = rng.randint(0, len(pages), len(pages))
        figures.append(precision_and_recall([unit for i in chosen for unit in pages[i]], least))
    low, high = np.quantile(np.array(figures), (0.025, 0.975), axis=0)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def by_part(units: Sequence[Unit], least: float, with_interval: bool = False) -> list[list[str]]:
    """Precision and recall of each part of the units."""
    rows = []
    for name, is_of_part in PARTS.items():
        chosen = [unit for unit in units if is_of_part(unit)]
        figures = precision_and_recall(chosen, least)
        row = [name, f"{len(chosen)}", f"{sum(unit.is_accident for unit in chosen)}"]
        if with_interval:
            pairs = zip(figures, interval(chosen, least), strict=True)
            row += [f"{figure:.3f} ({low:.2f} to {high:.2f})" for figure, (low, high) in pairs]
        else:
            row += [f"{figure:.3f}" for figure in figures]
        rows.append(row)
    return rows


def by_type(units: Sequence[Unit], least: float) -> list[list[str]]:
    """What becomes of the units of each type."""
    outcomes = Counter((unit.type, unit.is_accident, unit.logit >= least) for unit in units)
    columns = ((True, True), (False, True), (True, False), (False, False))
    names = sorted({unit.type for unit in units})
    return [[name, *(str(outcomes[name, label, cut]) for label, cut in columns)] for name in names]


def learning_curve(pages: Sequence[JudgedPage], rest: Sequence[Row]) -> list[list[str]]:
    """The recall that fits to parts of two thirds of the sites reach on the other third."""
    sites = np.random.RandomState(1).permutation(sorted({page.site for page in pages})).tolist()
    third = {*sites[: len(sites) // 3]}
    unseen, seen = [page for page in pages if page.site in third], sites[len(sites) // 3 :]
    rows = []
    for share in SHARES:
        used = {*seen[: round(share * len(seen))]}
        chosen = [page for page in pages if page.site in used]
        units = units_of(unseen, fit_rows(chosen, rest, 0))
        judged = sum(unit["label"] != "either" for page in chosen for unit in page.units)
        rows.append([f"{judged}", *(f"{recall_at(units, precision):.3f}" for precision in (0.9, _PRECISION))])
    return rows


def report() -> str:
    """All tables, as Markdown."""
    pages, rest = judged_pages(), others()
    seen = [page for page in pages if not is_set_aside(page.site)]
    aside = [page for page in pages if is_set_aside(page.site)]
    unseen = calibration(cross_validated(seen, rest))
    model = model_of(unseen, fit_rows(seen, rest, 0))
    units, least = unseen.scaled, model.least_logit(Options().caution)
    dials = [*CAUTIONS, Options().caution]
    curve = [
        [f"{dial:.2f}", *(f"{figure:.3f}" for figure in precision_and_recall(units, model.least_logit(dial)))]
        for dial in sorted({*dials})
    ]
    parts = ["part", "judged", "to be cut", "precision", "recall"]
    return "\n\n".join(
        [
            f"{len(pages):,} pages of {len({page.site for page in pages}):,} sites have judged repeats. Of "
            f"these {len({page.site for page in aside})} sites with {len(aside)} pages are set aside.",
            "## Sites that are set aside\n\nNo fit and no threshold has seen them; but earlier versions of "
            "the observations were written by who had read some of these pages. At the default "
            "caution, with 95% intervals by bootstrap over pages:",
            table(parts, by_part(units_of(aside, model.steps), least, with_interval=True)),
            "## The other sites, cross-validated\n\nEach site is weighed by a fit to nine tenths of the "
            "others. At the default caution:",
            table(parts, by_part(units, least)),
            "At other cautions, all of them together:",
            table(["caution", "precision", "recall"], curve),
            "By type:",
            table(
                ["type", "rightly cut", "wrongly cut", "wrongly kept", "rightly kept"], by_type(units, least)
            ),
            "## What more labels bring\n\nFits to parts of two thirds of these sites, measured on the other "
            "third:",
            table(
                ["judged repeats", "recall at 0.90", f"recall at {_PRECISION}"], learning_curve(seen, rest)
            ),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into bench/repeats/results.md")
    options = parser.parse_args()
    text = report()
    print(text)
    if options.write:
        command = "python -m bench.repeats.cross_validation --write"
        TARGET.write_text(f"# Judged repeats\n\nWritten by `{command}`.\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
