"""The quality of cutting repeats and of matching, as fixtures/floors.json pins it.

    python -m bench.accuracy.floors [--write]

Measured on: judged repeats with the committed weights, which were fitted on these pages (cross_validation.py
has the honest curve); accidents injected by seed; every fourth page of extractors; a small suite of edits;
pages of sites, which the weights were fitted to as well (bench/sites/results.md has the honest figures).
`--write` pins the floors a hundredth below what is measured, those of sites a thousandth, with digests of the
data. Of clean articles one character in 10,000 may go.
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
from bench.repeats.accident_recall import NOISES, outcome
from bench.repeats.accidents import FOLDERS, KINDS, make
from bench.repeats.labelled import overlap
from bench.sites.labelled import CLEAN, EXTRACTORS, clean_texts, site_groups
from bench.sites.outcomes import outcome as outcome_of_page

FLOORS = TOP / "fixtures/floors.json"
FILES = ("repeats/pages", "extractors/pages", "sites/pages", *FOLDERS)
COUNT, SEED = 1000, 11
_LEFT_ALONE = " left alone"
EVERY = 4  # one in so many pages of extractors
PAIRS = 25  # pairs of each edit
MUST_MATCH = (
    "wrapped in 3 times its length",
    "last quarter cut",
    "1 word in 100 changed",
    "paragraphs reordered",
)


def digests() -> dict[str, str]:
    """The SHA-256 of each file that the floors are measured on."""
    return {name: hashlib.sha256((DATA / f"{name}.jsonl.gz").read_bytes()).hexdigest() for name in FILES}


def judged() -> dict[str, float]:
    """Precision and recall of cutting over the judged repeats."""
    right = wrong = missed = 0
    for page in read_documents("repeats/pages"):
        spans = [(repeat.start, repeat.end) for repeat in dedup.find_repeats(page["text"]) if repeat.cut]
        for unit in page["units"]:
            is_cut = any(_covers(spans, unit[copy]) for copy in ("again", "first"))
            right += is_cut and unit["label"] == "cut"
            wrong += is_cut and unit["label"] == "keep"
            missed += not is_cut and unit["label"] == "cut"
    return {"precision": right / (right + wrong), "recall": right / (right + missed)}


def _covers(spans: list[tuple[int, int]], copy: tuple[int, int]) -> bool:
    """Whether the spans together cover 80% of a copy."""
    return sum(overlap(span, copy) for span in spans) >= 0.8 * (copy[1] - copy[0])


def injected() -> dict[str, float]:
    """The share of injected accidents that is cut, by the share of characters that were changed."""
    count, cut = dict.fromkeys(NOISES, 0), dict.fromkeys(NOISES, 0)
    for accident in make(COUNT, KINDS, NOISES, SEED):
        count[accident.noise] += 1
        cut[accident.noise] += outcome(accident).cut
    return {f"cut at {noise}": cut[noise] / count[noise] for noise in NOISES}


def matching() -> dict[str, float]:
    """Precision and recall on a part of extractors, and shares of edits.

    Of edits that must match: the share of pairs put together. Of look-alikes: the share kept apart.
    """
    pages = labelled_pages()
    precision, recall = precision_and_recall(together(pages.documents), pages)
    edits = suite(PAIRS, SEED)
    pairs = together(edits.labelled.documents)
    shares = {"extractors precision": precision, "extractors recall": recall}
    for name in (*MUST_MATCH, *OTHER):
        couples = [couple for couple in edits.couples if couple.edit == name]
        right = sum(((couple.left, couple.right) in pairs) == couple.same for couple in couples)
        shares[name] = right / len(couples)
    return shares


def labelled_pages() -> Labelled:
    """Every fourth page of extractors."""
    every_page = extractors()
    pages = [document["id"].partition("/")[2] for document in every_page.documents]
    chosen = set(sorted(set(pages))[::EVERY])
    documents = [line for line, page in zip(every_page.documents, pages, strict=True) if page in chosen]
    same = pairs_within(page for page in pages if page in chosen)
    return every_page._replace(documents=documents, same=same)


def together(documents: list[dict[str, str]]) -> set[Pair]:
    """The pairs that dedup puts together."""
    return dedup_groups.pairs(dedup_groups.keepers(documents))


def sites() -> dict[str, float]:
    """What cutting site repeats does to pages by each extractor: F1 with the true text, and the share of the
    lines that are cut that do not stand in it. Of clean articles, each set as if of one site, the share of
    characters that stay.
    """
    figures = {}
    for extractor in EXTRACTORS:
        groups = [group for group in site_groups() if group.extractor == extractor]
        pages = [page for group in groups for page in group.pages]
        urls = [f"https://{i}.example/" for i, group in enumerate(groups) for _ in group.pages]
        left = _left([page.text for page in pages], urls)
        outcomes = [outcome_of_page(page, text) for page, text in zip(pages, left, strict=True)]
        figures[f"{extractor} F1"] = sum(one.f1 for one in outcomes) / len(outcomes)
        wrong, cut = sum(one.wrong for one in outcomes), sum(one.cut for one in outcomes)
        figures[f"{extractor} lines cut rightly"] = 1 - wrong / cut
    for name in CLEAN:
        texts = clean_texts(name)
        left = _left(texts, ["https://one.example/"] * len(texts))
        figures[f"{name}{_LEFT_ALONE}"] = sum(map(len, left)) / sum(map(len, texts))
    return figures


def _left(texts: list[str], urls: list[str]) -> list[str]:
    """What is left of texts of these addresses without site repeats."""
    documents = [{"url": url, "text": text} for url, text in zip(urls, texts, strict=True)]
    kept = dedup.clean(documents, duplicates=False, cut=("site",)).kept
    return [document["text"] for document in kept]


def measured() -> dict[str, dict[str, float]]:
    """All figures, in the groups of floors.json."""
    return {"judged": judged(), "injected": injected(), "matching": matching(), "sites": sites()}


def _floor(group: str, name: str, value: float) -> float:
    if name.endswith(_LEFT_ALONE):
        return 0.9999
    return round(value - 0.001, 4) if group == "sites" else round(value - 0.01, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="pin the floors in fixtures/floors.json")
    options = parser.parse_args()
    figures = measured()
    for group, values in figures.items():
        for name, value in values.items():
            print(f"{group:9} {name:30} {value:.3f}")
    if options.write:
        floors: dict[str, Any] = {
            group: {name: _floor(group, name, value) for name, value in values.items()}
            for group, values in figures.items()
        }
        FLOORS.write_bytes(orjson.dumps(floors | {"data": digests()}, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
