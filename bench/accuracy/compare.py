"""How well dedup and its rivals tell which documents say the same, on labelled sets and on a suite of edits.

    python -m bench.accuracy.compare [--write] [--quick] [--alone] [--sets NAME ...]
    python -m bench.accuracy.compare --contained-curve

`--write` puts the tables into bench/accuracy/results.md; `--quick` makes 30 pairs of each edit
instead of 150 and leaves reuters out; `--alone` asks no rival. Two documents are together when they have the
same keeper, or one is the other's keeper.
"""

import argparse
import hashlib
import os
import platform
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import dedup
from bench.accuracy import ours
from bench.accuracy.agreement import agreement, answered, for_another
from bench.accuracy.edit_suite import Suite, jaccards, suite
from bench.accuracy.edits import OTHER, SAME
from bench.accuracy.labelled_sets import FILES, SETS, Labelled, Pair, completed, pairs_within
from bench.harness.rivals import RIVALS, Rival, UnavailableError, answer, version
from bench.paths import DATA

PAGE = Path(__file__).with_name("results.md")
START, END = "<!-- measured: bench.accuracy.compare --write -->", "<!-- end of what was measured -->"
SEED, OF_EACH, QUICK_OF_EACH = 7, 150, 30
MARGIN = 0.02  # above the threshold, from which on an edit must be found
CONTAINED = (0.80, 0.85, 0.90, 0.95)
OURS = {"dedup": {}, "dedup, Jaccard alone": ours.ALONE} if ours.CONTAINED else {"dedup": ours.ALONE}

_DECIDED: dict[tuple[str, dedup.Options], list[int]] = {}

Answers = dict[str, "set[Pair] | UnavailableError"]
"""By tool: the pairs of rows that it puts together, or why it gives none."""


def answers(labelled: Labelled, rivals: Iterable[Rival]) -> Answers:
    """What every tool makes of a labelled set."""
    ids = [document["id"] for document in labelled.documents]
    found: Answers = {
        name: pairs_within(ours.groups(keepers_in(labelled, options))) for name, options in OURS.items()
    }
    for rival in rivals:
        try:
            found[rival.name] = answered(answer(rival, labelled.documents), ids)
        except UnavailableError as reason:
            found[rival.name] = reason
    return found


def keepers_in(labelled: Labelled, options: dict[str, Any]) -> list[int]:
    """What dedup decides on a set with these options; decided once for the same."""
    key = labelled.name, replace(dedup.Options(), **options)
    if key not in _DECIDED:
        _DECIDED[key] = ours.keepers(labelled.documents, **options)
    return _DECIDED[key]


def table_of_set(labelled: Labelled, found: Answers) -> list[str]:
    """The lines of one labelled set's table."""
    lines = [
        f"### {labelled.name}: {len(labelled.documents):,} documents, {len(labelled.same):,} pairs the same",
        "",
        labelled.says,
        "",
        "| | precision | recall | F1 | adjusted Rand | documents left |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, pairs in found.items():
        if isinstance(pairs, UnavailableError):
            lines.append(f"| {name} | did not run: {pairs} | | | | |")
            continue
        got = agreement(pairs, labelled)
        shares = f"{got.precision:.4f} | {got.recall:.4f} | {got.f1:.4f} | {got.rand:.4f}"
        lines.append(f"| {name} | {shares} | {got.kept:,} |")
    return [*lines, ""]


def table_of_edits(made: Suite, found: Answers) -> list[str]:
    """The share of each edit's pairs that each tool puts together: of all, and of those alike enough."""
    alike = jaccards(made)
    enough = dedup.Options().threshold + MARGIN
    ran = {name: pairs for name, pairs in found.items() if not isinstance(pairs, UnavailableError)}
    lines = [
        "### each edit",
        "",
        "Of the pairs of each edit the share put together; after the stroke, of those whose exact Jaccard is "
        f"{enough:.2f} or more. For look-alikes: how many of them were put together, which is wrong.",
        "",
        "| | pairs | Jaccard: tenth, median, ninth | alike enough | " + " | ".join(ran) + " |",
        "|---|--:|---|--:|" + "--:|" * len(ran),
    ]
    for name in SAME | OTHER:
        places = [place for place, couple in enumerate(made.couples) if couple.edit == name]
        reach = [place for place in places if alike[place] >= enough]
        cells = [_cell(made, pairs, places, reach, name in SAME) for pairs in ran.values()]
        spread = " ".join(f"{x:.2f}" for x in np.quantile(alike[places], (0.1, 0.5, 0.9)))
        lines.append(f"| {name} | {len(places)} | {spread} | {len(reach)} | {' | '.join(cells)} |")
    return [*lines, ""]


def _cell(made: Suite, pairs: set[Pair], places: list[int], reach: list[int], same: bool) -> str:
    """How many of these couples are together: as shares where they say the same, else as a count."""
    of_all, of_reach = (
        sum((made.couples[place].left, made.couples[place].right) in pairs for place in some)
        for some in (places, reach)
    )
    if not same:
        return str(of_all)
    return f"{of_all / len(places):.3f} / " + (f"{of_reach / len(reach):.3f}" if reach else "none")


def contained_curve() -> list[str]:
    """What the least coverage at which a document goes for its keeper does to the extractors' pages."""
    labelled = SETS["extractors"]()
    rows: dict[str, dict[str, Any]] = {"Jaccard alone": ours.ALONE}
    if ours.CONTAINED:
        rows |= {f"{contained:.2f}": {"contained": contained} for contained in CONTAINED}
    lines = [
        "### `--contained`, on extractors",
        "",
        "| contained | precision | recall | documents kept | dropped for a keeper of another page |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, options in rows.items():
        keepers = keepers_in(labelled, options)
        got = agreement(pairs_within(ours.groups(keepers)), labelled)
        other = for_another(keepers, labelled.same)
        share = f"{other} ({100 * other / len(keepers):.2f} %)"
        lines.append(f"| {name} | {got.precision:.4f} | {got.recall:.4f} | {got.kept:,} | {share} |")
    return [*lines, ""]


def conditions(rivals: Iterable[Rival]) -> list[str]:
    """What was measured with what, when and where."""
    versions = [f"dedup {dedup.__version__}"]
    for rival in {rival.package: rival for rival in rivals}.values():
        try:
            versions.append(f"{rival.package} {version(rival)}")
        except UnavailableError as reason:
            versions.append(f"{rival.package}: does not install ({reason})")
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    date = time.strftime("%Y-%m-%d", time.gmtime())
    return [f"{date}, {machine}; {', '.join(versions)}; data {digest()[:16]}.", ""]


def digest() -> str:
    """The SHA-256 of all that the sets and the suite are read from, in the order of its names."""
    names = sorted({*FILES, "languages/articles.jsonl", "repeats/pages.jsonl"})
    return hashlib.sha256(b"".join((DATA / f"{name}.gz").read_bytes() for name in names)).hexdigest()


def write(lines: list[str]) -> None:
    """Put the tables between the markers of bench/accuracy/results.md."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    between = "\n".join(["", "", *lines, ""])
    PAGE.write_text(f"{before}{START}{between}{END}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into bench/accuracy/results.md")
    parser.add_argument("--quick", action="store_true", help="fewer pairs of each edit, and no reuters")
    parser.add_argument("--alone", action="store_true", help="ask no rival")
    parser.add_argument("--contained-curve", action="store_true", help="print what --contained does, and end")
    parser.add_argument("--sets", nargs="*", choices=(*SETS, "edits"), help="measure on these alone")
    arguments = parser.parse_args()
    if arguments.contained_curve:
        print("\n".join(contained_curve()))
        return
    rivals = () if arguments.alone else tuple(rival for rival in RIVALS if rival.answers)
    left_out = {"reuters"} if arguments.quick else set()
    names = arguments.sets or [name for name in (*SETS, "edits") if name not in left_out]
    lines = conditions(rivals)
    print("\n".join(lines))
    for name in names:
        tables = measured(name, rivals, QUICK_OF_EACH if arguments.quick else OF_EACH)
        print("\n".join(tables), flush=True)
        lines += tables
        if arguments.write:  # after each set: what is measured stays, whatever comes
            write(lines)


def measured(name: str, rivals: Iterable[Rival], of_each: int) -> list[str]:
    """The tables of one set."""
    if name != "edits":
        labelled = SETS[name]()
        found = answers(labelled, rivals)
        given = (pairs for pairs in found.values() if not isinstance(pairs, UnavailableError))
        tables = table_of_set(completed(labelled, set().union(*given)), found)
        return tables + (contained_curve() if name == "extractors" else [])
    made = suite(of_each, SEED)
    found = answers(made.labelled, rivals)
    return table_of_set(made.labelled, found) + table_of_edits(made, found)


if __name__ == "__main__":
    main()
