"""Which matching pairs of real documents dedup takes for templates, and whether they are.

    python -m bench.accuracy.templates [--contained 0.65] [--sample N] [--missed] [--seed 1] [--set SET]

For each set of DEDUP_DATA, and each topic of Reuters: how many pairs match (word 3-grams, found exactly), in
how many of them a number is replaced by another, and how many dedup takes for templates. templates.json has
labels of pairs that were read: `template`, `duplicate`, or `other` (other news in which no number is
replaced). Precision and recall are over these. `--sample` prints pairs that are taken for templates, or with
`--missed` pairs that are not although numbers are replaced. A lower `--contained` finds more templates to
read.
"""

import argparse
import random
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from bench.corpora.data import read_documents
from bench.harness.shingle_sets import shingle_sets
from bench.paths import DATA
from dedup.facts.difference import difference
from dedup.facts.numbers import Slots, differing, slots
from dedup.facts.terms import Titled
from dedup.matching.matches import similarities
from dedup.native.arrays import Int64s
from dedup.text.figures import figures
from dedup.text.ragged import Ragged

SETS = {
    "reuters": "reuters/articles",
    "news": "news/articles",
    "bbc": "bbc/articles",
    "extractors": "extractors/pages",
    "versions": "versions/documents",
}
LABELS = Path(__file__).with_name("templates.json")

# If one text covers a share C of the other, both have one of the rarest (1 - C) n + 1 of the n shingles of
# the smaller one.
_PAIRS = """
    with counted as (select owner, hash, count(*) over (partition by hash) as owners from shingles),
    sizes as (select owner, count(*) as size from counted group by owner),
    ranked as (select owner, hash, size, row_number() over (partition by owner order by owners, hash) as rank
               from counted join sizes using (owner)),
    rare as (select * from ranked where rank <= floor((1 - $contained) * size + 1e-9) + 1)
    select distinct least(rare.owner, counted.owner) as a, greatest(rare.owner, counted.owner) as b
    from rare join counted using (hash) join sizes on sizes.owner = counted.owner
    where rare.owner <> counted.owner and rare.size <= sizes.size order by a, b
"""


class Pair(NamedTuple):
    """Two documents that match: their names in the set, their numbers compared, the topic of the first."""

    name: str
    texts: tuple[str, str]
    slots: Slots
    topic: str

    @property
    def is_template(self) -> bool:
        """Whether dedup takes the pair for a template."""
        found = difference(*(Titled(text, "") for text in self.texts))
        return found is not None and found.by == "numbers"


def matching_pairs(texts: list[str], contained: float) -> tuple[Int64s, Int64s]:
    """The rows of all pairs of texts of which one covers at least `contained` of the other.

    At 0.88 and below these include all pairs with a Jaccard of 0.8.
    """
    sets = shingle_sets(texts, 3)
    owners = np.repeat(np.arange(len(texts)), np.diff(sets.offsets))
    with duckdb.connect() as connection:
        connection.register("shingles", pa.table({"owner": owners, "hash": sets.values}))
        pairs = connection.execute(_PAIRS, {"contained": contained}).fetchnumpy()
    left, right = (np.asarray(pairs[side], np.int64) for side in "ab")
    keep = _coverage(sets, left, right) >= contained
    return left[keep], right[keep]


def _coverage(sets: Ragged, left: Int64s, right: Int64s) -> npt.NDArray[np.float64]:
    return np.maximum(similarities(sets, left, right).coverage, similarities(sets, right, left).coverage)


def pairs_of(name: str, contained: float) -> list[Pair]:
    """The matching pairs of one set."""
    documents = list(read_documents(SETS[name]))
    texts = [document["text"] for document in documents]
    numbers = figures(texts)
    return [
        Pair(
            f"{_id(documents[a])} | {_id(documents[b])}",
            (texts[a], texts[b]),
            slots(numbers, a, b),
            next(iter(documents[a].get("topics", ())), ""),
        )
        for a, b in zip(*(side.tolist() for side in matching_pairs(texts, contained)), strict=True)
    ]


def _id(document: dict[str, Any]) -> str:
    return str(document.get("id") or f"{document['page'][:8]}/{document['extractor']}")


def table(name: str, pairs: list[Pair]) -> None:
    """Print the counts of a set, and of its topics."""
    groups = Counter(pair.topic for pair in pairs)
    rows = [(name, pairs)] + [
        (f"  {topic or 'no topic'}", [pair for pair in pairs if pair.topic == topic])
        for topic, _ in groups.most_common(8)
        if len(groups) > 1
    ]
    for label, of_label in rows:
        replaced = sum(bool(pair.slots.differing) for pair in of_label)
        templates = sum(pair.is_template for pair in of_label)
        print(f"{label:16} {len(of_label):7,} {replaced:8,} {templates:10,}")


def score(name: str, pairs: list[Pair]) -> None:
    """Print how many of the labelled pairs of this set are judged right."""
    labels = {
        pair: label
        for label, names in orjson.loads(LABELS.read_bytes()).get(name, {}).items()
        for pair in names
    }
    judged = [(pair.is_template, labels[pair.name]) for pair in pairs if pair.name in labels]
    if not judged:
        return
    taken = [label for is_template, label in judged if is_template]
    templates = [is_template for is_template, label in judged if label == "template"]
    other = sum(label == "other" for _, label in judged)
    unlabelled = sum(pair.is_template for pair in pairs) - len(taken)
    print(
        f"  {len(judged)} labelled: {taken.count('template')} of {len(taken)} taken for templates are right, "
        f"{sum(templates)} of {len(templates)} templates are found, {other} are other news; "
        f"{unlabelled} taken for templates have no label"
    )


def sample(pairs: list[Pair], count: int, seed: int, missed: bool) -> None:
    """Print pairs to read and label."""
    chosen = [pair for pair in pairs if pair.is_template != missed and pair.slots.differing]
    for pair in random.Random(seed).sample(chosen, min(count, len(chosen))):
        print(f"\n{pair.name}: {len(pair.slots.differing)} differ, {pair.slots.same} agree")
        for left, right, around in differing(*pair.texts)[:8]:
            print(f"  {left} / {right}: {around}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", dest="sets", action="append", choices=SETS, help="only this set")
    parser.add_argument("--contained", type=float, default=0.85, help="least coverage (default: 0.85)")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="print N pairs to read")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--missed", action="store_true", help="sample what is not taken for a template")
    options = parser.parse_args()
    if not DATA.is_dir():
        parser.error(f"no data in {DATA}: name its folder with DEDUP_DATA")
    print(f"{'set':16} {'pairs':>7} {'replaced':>8} {'templates':>10}")
    for name in options.sets or SETS:
        pairs = pairs_of(name, options.contained)
        table(name, pairs)
        score(name, pairs)
        sample(pairs, options.sample, options.seed, options.missed)


if __name__ == "__main__":
    main()
