"""Which articles of Reuters-21578 dedup drops for another, and which matches it keeps for their facts.

    python -m bench.facts.close_calls [--list]

reuters_drops.json has what dedup dropped before titles and names counted, each pair read where the titles
differ: `other name`, the keeper's title names another company or place; `other numbers`; `same article`. The
halves are of the pairs by hash: the rules were written on the first one, before the second one was read.
`--list` prints every pair that is dropped now whose titles differ, and every close call.
"""

import argparse
from hashlib import md5
from pathlib import Path
from typing import Any

import orjson

import dedup
from bench.corpora.data import data_path, read_documents
from bench.paths import DATA

LABELS = Path(__file__).with_name("reuters_drops.json")


def half(pair: str) -> int:
    """The half to which a pair belongs, 0 or 1, by its ids."""
    return md5(" ".join(sorted(pair.split(" | "))).encode()).digest()[0] % 2


def score(dropped: dict[str, str], kinds: dict[str, int]) -> None:
    """Print how many of the labelled pairs are still dropped: wrong ones, of which one is dropped for the
    other; right ones, of which one is dropped for the other or both for a third. `dropped`: each with
    its keeper.
    """
    labels: dict[str, list[str]] = orjson.loads(LABELS.read_bytes())
    print(
        f"{len(dropped):,} dropped; close calls: {', '.join(f'{n} by {kind}' for kind, n in kinds.items())}"
    )
    print(f"{'dropped before':16} {'first half':>16} {'second half':>16}")
    for label, pairs in labels.items():
        cells = []
        for part in (0, 1):
            of_half = [pair.split(" | ") for pair in pairs if half(pair) == part]
            still = [
                dropped.get(name, name) == dropped.get(keeper, keeper)
                if label == "same article"
                else keeper == dropped.get(name) or name == dropped.get(keeper)
                for name, keeper in of_half
            ]
            cells.append(f"{sum(still):,} of {len(of_half):,}")
        print(f"{label:16} {cells[0]:>16} {cells[1]:>16}")
    known = {pair.split(" | ")[0] for pairs in labels.values() for pair in pairs}
    print(f"{len(dropped.keys() - known)} are dropped that were not before")


def show(lines: list[dict[str, Any]]) -> None:
    """Print the pairs to read: drops whose titles differ, and close calls."""
    titles = {document["id"]: document.get("title") or "" for document in read_documents("reuters/articles")}
    for line in lines:
        others = [line["keeper"]] if "keeper" in line else line.get("templates", [])
        for other in others:
            one, two = titles[line["id"]], titles[other["id"]]
            if "keeper" not in line or one.split() != two.split():
                print(f"\n{line['id']} | {other['id']}: {other.get('reason', 'dropped')}\n  {one}\n  {two}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="print the pairs to read")
    options = parser.parse_args()
    if not data_path("reuters/articles").is_file():
        print(f"skipped: no Reuters data in {DATA}; name its folder with DEDUP_DATA")
        return
    result = dedup.clean(data_path("reuters/articles"))
    lines = list(result.ledger())
    dropped = {line["id"]: line["keeper"]["id"] for line in lines if line["decision"] == "dropped"}
    score(dropped, result.summary()["templates"]["by"])
    if options.list:
        show(lines)


if __name__ == "__main__":
    main()
