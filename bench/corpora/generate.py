"""Make a corpus with known duplicates from a seed: OUT.jsonl, and beside it OUT.truth.jsonl.

    python -m bench.corpora.generate build/corpus.jsonl --documents 50000 --seed 1

10% of the documents are near copies of an earlier article, 5% are exact copies, and 10% repeat a block of
their own paragraphs. The rest is distinct: random choices of sentences, so that two of them share next to
nothing. The truth has a line per document: its id, its kind, the id of the article it copies (`of`), the
edit, and the character spans of a repeated block.
"""

import argparse
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bench.corpora.articles import NAMES, OUTLETS, Article, article, echo, exact, near
from bench.corpora.sentences import Pool, pools
from bench.paths import DATA

SHARES = {"near": 0.10, "exact": 0.05, "echo": 0.10}  # the rest is distinct
SECTIONS = ("world", "business", "politics", "science", "sport", "culture")


class Truth(NamedTuple):
    """What is known of one document. `spans`: of a repeated block, in characters of the text."""

    id: str
    kind: str
    of: str | None = None
    edit: str | None = None
    spans: list[dict[str, int]] = []  # noqa: RUF012 - a default that nothing changes


def kinds(documents: int, seed: int) -> list[str]:
    """The kind of each document, in random order; the first is distinct."""
    copies = [kind for kind, share in SHARES.items() for _ in range(round(documents * share))]
    order = ["distinct"] * (documents - 1 - len(copies)) + copies
    random.Random(f"{seed}/kinds").shuffle(order)
    return ["distinct", *order]


def corpus(documents: int, seed: int, languages: list[Pool]) -> Iterator[tuple[dict[str, Any], Truth]]:
    """Yield the fields of every document with its truth."""
    originals: list[int] = []
    for n, kind in enumerate(kinds(documents, seed)):
        rng = random.Random(f"{seed}/document/{n}")
        if kind in ("near", "exact"):
            of = rng.choice(originals)
            source = article(of, seed, languages)
            edit, text = near(rng, source, languages) if kind == "near" else exact(rng, source)
            truth = Truth(document_id(n), kind, document_id(of), edit)
        elif kind == "echo":
            source = article(n, seed, languages)
            edit, text, span = echo(rng, source)
            truth = Truth(document_id(n), kind, edit=edit, spans=[span])
        else:
            originals.append(n)
            source = article(n, seed, languages)
            text, truth = source.text, Truth(document_id(n), kind)
        yield fields(n, rng, source, text), truth


def document_id(n: int) -> str:
    """The id of document `n`."""
    return f"a{n:07}"


def fields(n: int, rng: random.Random, source: Article, text: str) -> dict[str, Any]:
    """The fields that a crawler would write for a text."""
    section = rng.choice(SECTIONS)
    return {
        "id": document_id(n),
        "url": f"https://www.example-{rng.randint(1, 400)}.com/{section}/{n}",
        "title": source.title,
        "date": (datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(3_000_000))).isoformat(),
        "text": text,
        "lang": source.lang,
        "authors": rng.sample(NAMES, rng.randint(0, 2)),
        "source": {"name": rng.choice(OUTLETS), "section": section, "rank": rng.randint(1, 10**6)},
        "score": round(rng.random(), 4),
        "words": len(text.split()),
    }


def write(out: Path, documents: int, seed: int, data: Path) -> None:
    """Write the corpus to `out`, and its truth beside it."""
    languages = pools(data, seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as texts, out.with_suffix(".truth.jsonl").open("wb") as truths:
        for document, truth in corpus(documents, seed, languages):
            texts.write(orjson.dumps(document) + b"\n")
            truths.write(orjson.dumps(truth._asdict()) + b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a corpus with known duplicates from a seed.")
    parser.add_argument("out", type=Path, metavar="OUT.jsonl")
    parser.add_argument("--documents", type=int, default=50_000, help="how many (default: 50,000)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same corpus")
    parser.add_argument("--data", type=Path, default=DATA, help="default: DEDUP_DATA or ../shared/data")
    options = parser.parse_args()
    write(options.out, options.documents, options.seed, options.data)


if __name__ == "__main__":
    main()
