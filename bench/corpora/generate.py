"""Make a corpus with known duplicates from a seed: OUT.jsonl, and beside it the truth, OUT.truth.jsonl.

Of the documents 10 % are near copies of an earlier article, 5 % exact copies, 10 % hold an echoed block and
the rest are distinct: random choices of sentences, so that two of them share next to nothing. The truth has a
line per document: id, kind, of (the source's id), edit, and for an echo its character spans.

    python -m bench.corpora.generate build/corpus.jsonl --documents 50000 --seed 1
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
    """What is known of one document; `spans` counts characters of the text: start, end, of_start, of_end."""

    id: str
    kind: str
    of: str | None = None
    edit: str | None = None
    spans: list[dict[str, int]] = []  # noqa: RUF012 - a default that nothing changes


def kinds(documents: int, seed: int) -> list[str]:
    """Return each document's kind in a random order that starts with a distinct one."""
    copies = [kind for kind, share in SHARES.items() for _ in range(round(documents * share))]
    order = ["distinct"] * (documents - 1 - len(copies)) + copies
    random.Random(f"{seed}/kinds").shuffle(order)
    return ["distinct", *order]


def corpus(documents: int, seed: int, found: list[Pool]) -> Iterator[tuple[dict[str, Any], Truth]]:
    """Yield every document with what is known of it."""
    originals: list[int] = []
    for n, kind in enumerate(kinds(documents, seed)):
        rng = random.Random(f"{seed}/document/{n}")
        if kind in ("near", "exact"):
            of = rng.choice(originals)
            source = article(of, seed, found)
            edit, text = near(rng, source, found) if kind == "near" else exact(rng, source)
            truth = Truth(name(n), kind, name(of), edit)
        elif kind == "echo":
            source = article(n, seed, found)
            edit, text, span = echo(rng, source)
            truth = Truth(name(n), kind, edit=edit, spans=[span])
        else:
            originals.append(n)
            source = article(n, seed, found)
            text, truth = source.text, Truth(name(n), kind)
        yield document(n, rng, source, text), truth


def name(n: int) -> str:
    """Return the id of document `n`."""
    return f"a{n:07}"


def document(n: int, rng: random.Random, source: Article, text: str) -> dict[str, Any]:
    """Return the fields that a crawler would write for `text`."""
    section = rng.choice(SECTIONS)
    return {
        "id": name(n),
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
    """Write the corpus to `out`, and its truth beside it, as they are made."""
    found = pools(data, seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as texts, out.with_suffix(".truth.jsonl").open("wb") as truths:
        for fields, truth in corpus(documents, seed, found):
            texts.write(orjson.dumps(fields) + b"\n")
            truths.write(orjson.dumps(truth._asdict()) + b"\n")


def main() -> None:
    """Read the arguments and write the corpus."""
    parser = argparse.ArgumentParser(description="Make a corpus with known duplicates from a seed.")
    parser.add_argument("out", type=Path, metavar="OUT.jsonl")
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--data", type=Path, default=DATA, help="real articles (default: DEDUP_DATA or ../shared/data)"
    )
    options = parser.parse_args()
    write(options.out, options.documents, options.seed, options.data)


if __name__ == "__main__":
    main()
