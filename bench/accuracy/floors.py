"""The quality of cutting repeats and of matching, in the numbers that fixtures/floors.json pins.

    python -m bench.accuracy.floors [--write]

Judged repeats with the committed weights (these pages were fitted on; `judged.py` prints the cross-validated
curve), and accidents injected by seed; documents put together on a part of what accuracy.py measures on:
every fourth page of extractors, a small suite of edits. `--write` pins the floors a hundredth below what is
measured, with the digests of the data.
"""

import argparse
import hashlib
from typing import Any

import orjson

import dedup
from bench.accuracy import dedup_groups
from bench.accuracy.agreement import precision_and_recall
from bench.accuracy.edit_suite import suite
from bench.accuracy.edits import OTHER
from bench.accuracy.labelled_sets import Labelled, extractors
from bench.corpora.data import read_documents
from bench.harness.answers import Pair, pairs_within
from bench.paths import DATA, TOP
from bench.repeats.accident_recall import NOISES
from bench.repeats.accident_recall import outcome as injected_outcome
from bench.repeats.accidents import FOLDERS, KINDS, make
from bench.repeats.labelled import shared

FLOORS = TOP / "fixtures/floors.json"
FILES = ("repeats/pages", "extractors/pages", *FOLDERS)
COUNT, SEED = 1000, 11
PAGES = 4  # one in so many pages of extractors
OF_EACH = 25  # pairs of each edit
FOUND = ("wrapped in 3 times its length", "last quarter cut", "1 word in 100 changed", "paragraphs reordered")


def digests() -> dict[str, str]:
    """What the floors were measured on."""
    return {name: hashlib.sha256((DATA / f"{name}.jsonl.gz").read_bytes()).hexdigest() for name in FILES}


def judged() -> dict[str, float]:
    """Precision and recall of cutting over the judged repeats."""
    right = wrong = missed = 0
    for page in read_documents("repeats/pages"):
        spans = [(repeat.start, repeat.end) for repeat in dedup.find_repeats(page["text"]) if repeat.cut]
        for unit in page["units"]:
            held = any(_held(spans, unit[place]) for place in ("again", "first"))
            right += held and unit["label"] == "cut"
            wrong += held and unit["label"] == "keep"
            missed += not held and unit["label"] == "cut"
    return {"precision": right / (right + wrong), "recall": right / (right + missed)}


def _held(spans: list[tuple[int, int]], place: tuple[int, int]) -> bool:
    """Whether the spans hold 80 % of a place together."""
    return sum(shared(span, place) for span in spans) >= 0.8 * (place[1] - place[0])


def injected() -> dict[str, float]:
    """The share of injected accidents that are cut, by the share of characters that were changed."""
    made, cut = dict.fromkeys(NOISES, 0), dict.fromkeys(NOISES, 0)
    for accident in make(COUNT, KINDS, NOISES, SEED):
        made[accident.noise] += 1
        cut[accident.noise] += injected_outcome(accident)[0]
    return {f"cut at {noise}": cut[noise] / made[noise] for noise in NOISES}


def matching() -> dict[str, float]:
    """Pairwise precision and recall on a part of extractors; of some edits the share that is found, of
    look-alikes the share that is kept apart.
    """
    pages = labelled_pages()
    precision, recall = precision_and_recall(together(pages.documents), pages)
    made = suite(OF_EACH, SEED)
    pairs = together(made.labelled.documents)
    shares = {"extractors precision": precision, "extractors recall": recall}
    for name in (*FOUND, *OTHER):
        couples = [couple for couple in made.couples if couple.edit == name]
        right = sum(((couple.left, couple.right) in pairs) == couple.same for couple in couples)
        shares[name] = right / len(couples)
    return shares


def labelled_pages() -> Labelled:
    """Every fourth page of extractors."""
    whole = extractors()
    pages = [document["id"].partition("/")[2] for document in whole.documents]
    chosen = set(sorted(set(pages))[::PAGES])
    documents = [line for line, page in zip(whole.documents, pages, strict=True) if page in chosen]
    same = pairs_within(page for page in pages if page in chosen)
    return whole._replace(documents=documents, same=same)


def together(documents: list[dict[str, str]]) -> set[Pair]:
    """The pairs that dedup puts together."""
    return dedup_groups.pairs(dedup_groups.keepers(documents))


def measured() -> dict[str, dict[str, float]]:
    """All figures, as floors.json has them."""
    return {"judged": judged(), "injected": injected(), "matching": matching()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="pin the floors in fixtures/floors.json")
    arguments = parser.parse_args()
    figures = measured()
    for group, values in figures.items():
        for name, value in values.items():
            print(f"{group:9} {name:30} {value:.3f}")
    if arguments.write:
        floors: dict[str, Any] = {
            group: {name: round(value - 0.01, 3) for name, value in values.items()}
            for group, values in figures.items()
        }
        FLOORS.write_bytes(orjson.dumps(floors | {"data": digests()}, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
