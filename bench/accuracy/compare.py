"""How well dedup and its rivals recognise the same document, on labelled sets and on a suite of edits.

    python -m bench.accuracy.compare [--write] [--quick] [--alone] [--sets NAME ...]
    python -m bench.accuracy.compare --contained-curve

`--write` puts the tables into bench/accuracy/results.md; `--quick` makes 30 pairs of each edit instead of
150, and leaves out reuters; `--alone` leaves out the rivals. dedup puts two documents together when they
have the same keeper, or one is the other's keeper.
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
from bench.accuracy import dedup_groups
from bench.accuracy.agreement import agreement, count_wrong_keepers
from bench.accuracy.dedup_groups import JACCARD_ALONE
from bench.accuracy.edit_suite import Suite, jaccards, suite
from bench.accuracy.edits import OTHER, SAME
from bench.accuracy.labelled_sets import FILES, SETS, Labelled, with_unlisted
from bench.harness.answers import Pair, answered_pairs
from bench.harness.figures import write_table
from bench.harness.rivals import RIVALS, Rival, UnavailableError, answer, version
from bench.paths import DATA

PAGE = Path(__file__).with_name("results.md")
PROGRAM = "bench.accuracy.compare --write"
SEED, PAIRS, QUICK_PAIRS = 7, 150, 30  # pairs of each edit
MARGIN = 0.02  # above the threshold; pairs that are this similar must be found
CONTAINED = (0.80, 0.85, 0.90, 0.95)
DEDUP: dict[str, dict[str, Any]] = {"dedup": {}, "dedup, Jaccard alone": JACCARD_ALONE}

_KEEPERS: dict[tuple[str, dedup.Options], list[int]] = {}

Answers = dict[str, "set[Pair] | UnavailableError"]
"""By tool: the pairs of rows that it puts together, or why it gave no answer."""


def ask_all(labelled: Labelled, rivals: Iterable[Rival]) -> Answers:
    """What every tool puts together in a labelled set."""
    ids = [document["id"] for document in labelled.documents]
    answers: Answers = {
        name: dedup_groups.pairs(keepers_in(labelled, options)) for name, options in DEDUP.items()
    }
    for rival in rivals:
        try:
            answers[rival.name] = answered_pairs(answer(rival, labelled.documents), ids)
        except UnavailableError as reason:
            answers[rival.name] = reason
    return answers


def keepers_in(labelled: Labelled, options: dict[str, Any]) -> list[int]:
    """The keepers that dedup finds in a set with these options, computed once."""
    key = labelled.name, replace(dedup.Options(), **options)
    if key not in _KEEPERS:
        _KEEPERS[key] = dedup_groups.keepers(labelled.documents, **options)
    return _KEEPERS[key]


def set_table(labelled: Labelled, answers: Answers) -> list[str]:
    """The table of one labelled set."""
    lines = [
        f"### {labelled.name}: {len(labelled.documents):,} documents, {len(labelled.same):,} pairs the same",
        "",
        labelled.description,
        "",
        "| | precision | recall | F1 | adjusted Rand | documents left |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, pairs in answers.items():
        if isinstance(pairs, UnavailableError):
            lines.append(f"| {name} | did not run: {pairs} | | | | |")
            continue
        result = agreement(pairs, labelled)
        shares = f"{result.precision:.4f} | {result.recall:.4f} | {result.f1:.4f} | {result.rand:.4f}"
        lines.append(f"| {name} | {shares} | {result.kept:,} |")
    return [*lines, ""]


def edits_table(edits: Suite, answers: Answers) -> list[str]:
    """The share of each edit's pairs that each tool puts together."""
    similarity = jaccards(edits)
    threshold = dedup.Options().threshold + MARGIN
    pairs_by_tool = {
        name: pairs for name, pairs in answers.items() if not isinstance(pairs, UnavailableError)
    }
    lines = [
        "### each edit",
        "",
        "The share of an edit's pairs that are put together; after the slash, of those with an exact Jaccard "
        f"of {threshold:.2f} or more. For look-alikes: how many of them were put together, which is wrong.",
        "",
        "| | pairs | Jaccard: tenth, median, ninth | similar | " + " | ".join(pairs_by_tool) + " |",
        "|---|--:|---|--:|" + "--:|" * len(pairs_by_tool),
    ]
    for name in SAME | OTHER:
        of_edit = [i for i, couple in enumerate(edits.couples) if couple.edit == name]
        similar = [i for i in of_edit if similarity[i] >= threshold]
        cells = [_cell(edits, pairs, of_edit, similar, name in SAME) for pairs in pairs_by_tool.values()]
        spread = " ".join(f"{x:.2f}" for x in np.quantile(similarity[of_edit], (0.1, 0.5, 0.9)))
        lines.append(f"| {name} | {len(of_edit)} | {spread} | {len(similar)} | {' | '.join(cells)} |")
    return [*lines, ""]


def _cell(edits: Suite, pairs: set[Pair], of_edit: list[int], similar: list[int], same: bool) -> str:
    """How many of an edit's couples are together: as shares if they are the same, otherwise as a count."""
    together, similar_together = (
        sum((edits.couples[i].left, edits.couples[i].right) in pairs for i in couples)
        for couples in (of_edit, similar)
    )
    if not same:
        return str(together)
    return f"{together / len(of_edit):.3f} / " + (
        f"{similar_together / len(similar):.3f}" if similar else "none"
    )


def contained_curve() -> list[str]:
    """How `--contained`, the least coverage at which a document is dropped, changes results on extractors."""
    labelled = SETS["extractors"]()
    rows = {"Jaccard alone": JACCARD_ALONE}
    rows |= {f"{contained:.2f}": {"contained": contained} for contained in CONTAINED}
    lines = [
        "### `--contained`, on extractors",
        "",
        "| contained | precision | recall | documents kept | dropped for a keeper of another page |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, options in rows.items():
        keepers = keepers_in(labelled, options)
        result = agreement(dedup_groups.pairs(keepers), labelled)
        wrong = count_wrong_keepers(keepers, labelled.same)
        share = f"{wrong} ({100 * wrong / len(keepers):.2f}%)"
        lines.append(f"| {name} | {result.precision:.4f} | {result.recall:.4f} | {result.kept:,} | {share} |")
    return [*lines, ""]


def conditions(rivals: Iterable[Rival]) -> list[str]:
    """When, where, and with which versions and data it was measured."""
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
    """The SHA-256 of all files that the sets and the suite are read from, in the order of their names."""
    names = sorted({*FILES, "languages/articles.jsonl", "repeats/pages.jsonl"})
    return hashlib.sha256(b"".join((DATA / f"{name}.gz").read_bytes() for name in names)).hexdigest()


def measure(name: str, rivals: Iterable[Rival], of_each: int) -> list[str]:
    """The tables of one set. `of_each`: pairs of each edit."""
    if name == "edits":
        edits = suite(of_each, SEED)
        answers = ask_all(edits.labelled, rivals)
        return set_table(edits.labelled, answers) + edits_table(edits, answers)
    labelled = SETS[name]()
    answers = ask_all(labelled, rivals)
    answered = (pairs for pairs in answers.values() if not isinstance(pairs, UnavailableError))
    lines = set_table(with_unlisted(labelled, set().union(*answered)), answers)
    return lines + (contained_curve() if name == "extractors" else [])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into bench/accuracy/results.md")
    parser.add_argument("--quick", action="store_true", help="fewer pairs of each edit, and no reuters")
    parser.add_argument("--alone", action="store_true", help="leave out the rivals")
    parser.add_argument("--contained-curve", action="store_true", help="print only what --contained changes")
    parser.add_argument("--sets", nargs="*", choices=(*SETS, "edits"), help="only these")
    options = parser.parse_args()
    if options.contained_curve:
        print("\n".join(contained_curve()))
        return
    rivals = () if options.alone else tuple(rival for rival in RIVALS if rival.answers)
    left_out = {"reuters"} if options.quick else set()
    lines = conditions(rivals)
    print("\n".join(lines))
    for name in options.sets or [name for name in (*SETS, "edits") if name not in left_out]:
        tables = measure(name, rivals, QUICK_PAIRS if options.quick else PAIRS)
        print("\n".join(tables), flush=True)
        lines += tables
        if options.write:  # after each set, so that an interrupted run keeps its tables
            write_table(PAGE, PROGRAM, lines)


if __name__ == "__main__":
    main()
