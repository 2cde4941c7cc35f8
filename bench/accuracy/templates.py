"""Which matching pairs of real documents are called templates, and whether they are.

    python -m bench.accuracy.templates [--contained 0.65] [--sample N] [--missed] [--seed 1] [--set SET]

For each set of DEDUP_DATA, and for Reuters by topic: how many pairs match (word 3-grams; exactly all), in how
many of them a figure differs in the same place, and how many are templates. What was read by eye stands in
templates.json, as ids and what the pair is: a `template`, a `duplicate`, or `other` news in which no figure
differs; precision and recall are over what was read. `--sample` prints pairs that are called, or with
`--missed` those that are not although figures differ. A lower `--contained` finds more templates to read.
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
from bench.paths import DATA
from dedup.kernels.arrays import Int64s
from dedup.matching.matches import similarities
from dedup.matching.shingles import shingles
from dedup.matching.templates import Slots, differing, is_template, slots
from dedup.text.figures import figures
from dedup.text.ragged import Ragged, sets
from dedup.text.words import words_of

SETS = {
    "reuters": "reuters/articles",
    "news": "news/articles",
    "bbc": "bbc/articles",
    "extractors": "extractors/pages",
    "versions": "versions/documents",
}
READ = Path(__file__).with_name("templates.json")

# Where one covers the other to C, they share one of the rarest (1 - C) n + 1 of the smaller one's n shingles.
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
    """Two documents that match: their names in the set, what their figures do, and the topic of the first."""

    name: str
    texts: tuple[str, str]
    slots: Slots
    topic: str

    @property
    def called(self) -> bool:
        return is_template(self.slots)


def matching(texts: list[str], contained: float) -> tuple[Int64s, Int64s]:
    """All pairs of texts of which one is covered by the other to `contained`; all of Jaccard 0.8 are among
    them at 0.88 and below.
    """
    found = sets(shingles(words_of(pa.array(texts, pa.large_string())), 3))
    owners = np.repeat(np.arange(len(texts)), np.diff(found.offsets))
    with duckdb.connect() as connection:
        connection.register("shingles", pa.table({"owner": owners, "hash": found.values}))
        pairs = connection.execute(_PAIRS, {"contained": contained}).fetchnumpy()
    left, right = (np.asarray(pairs[side], np.int64) for side in "ab")
    keep = _coverage(found, left, right) >= contained
    return left[keep], right[keep]


def _coverage(found: Ragged, left: Int64s, right: Int64s) -> npt.NDArray[np.float64]:
    one, other = similarities(found, left, right), similarities(found, right, left)
    return np.maximum(one.coverage, other.coverage)


def pairs_of(name: str, contained: float) -> list[Pair]:
    """The matching pairs of one set."""
    documents = list(read_documents(SETS[name]))
    texts = [document["text"] for document in documents]
    found = figures(texts)
    return [
        Pair(
            f"{_id(documents[a])} | {_id(documents[b])}",
            (texts[a], texts[b]),
            slots(found, a, b),
            next(iter(documents[a].get("topics", ())), ""),
        )
        for a, b in zip(*(side.tolist() for side in matching(texts, contained)), strict=True)
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
    for label, some in rows:
        moved = sum(bool(pair.slots.differing) for pair in some)
        print(f"{label:16} {len(some):7,} {moved:7,} {sum(pair.called for pair in some):10,}")


def score(name: str, pairs: list[Pair]) -> None:
    """Print precision and recall over the pairs of this set that were read."""
    labels = {
        pair: label for label, some in orjson.loads(READ.read_bytes()).get(name, {}).items() for pair in some
    }
    seen = [(pair.called, labels[pair.name]) for pair in pairs if pair.name in labels]
    called = [label for was_called, label in seen if was_called]
    templates = [was_called for was_called, label in seen if label == "template"]
    if not seen:
        return
    right, other = called.count("template"), sum(label == "other" for _, label in seen)
    unread = sum(pair.called for pair in pairs) - len(called)
    print(
        f"  read: {len(seen)}; of {len(called)} called {right} are templates ({unread} more not read); "
        f"of {len(templates)} templates {sum(templates)} called; {other} other"
    )


def sample(pairs: list[Pair], count: int, seed: int, missed: bool) -> None:
    """Print pairs to read."""
    some = [pair for pair in pairs if pair.called != missed and pair.slots.differing]
    for pair in random.Random(seed).sample(some, min(count, len(some))):
        print(f"\n{pair.name}: {len(pair.slots.differing)} differ, {pair.slots.same} agree")
        for left, right, around in differing(*pair.texts)[:8]:
            print(f"  {left} / {right}: {around}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", dest="sets", action="append", choices=SETS)
    parser.add_argument("--contained", type=float, default=0.85)
    parser.add_argument("--sample", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missed", action="store_true")
    options = parser.parse_args()
    if not DATA.is_dir():
        parser.error(f"no data in {DATA}: name its folder with DEDUP_DATA")
    print(f"{'set':16} {'pairs':>7} {'differ':>7} {'templates':>10}")
    for name in options.sets or SETS:
        pairs = pairs_of(name, options.contained)
        table(name, pairs)
        score(name, pairs)
        sample(pairs, options.sample, options.seed, options.missed)


if __name__ == "__main__":
    main()
