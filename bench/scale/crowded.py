"""What crowds cost: documents that share a template paragraph against the same without it; and a chain.

    python -m bench.scale.crowded [--documents 100000] [--words 150] [--rounds 1]

Prints the seconds and the kept documents of both, and the ratio of the seconds (the aim is at most 2). Then
the same for a chain of 1,000 documents, each with 95 of the next one's 100 words: dedup must not join the
ends of the chain, so each dropped document matches its keeper itself.
"""

import argparse
import random
import time

import dedup
from dedup import Result

TEMPLATE = " ".join(f"template{i}" for i in range(50))


def documents(count: int, words: int, template: bool, seed: int = 1) -> list[str]:
    """Texts of random words, each with the template paragraph in front if `template` is set."""
    rng = random.Random(seed)
    vocabulary = [f"word{i}" for i in range(50_000)]
    head = f"{TEMPLATE}\n" if template else ""
    return [head + " ".join(rng.choices(vocabulary, k=words)) for _ in range(count)]


def chain(count: int = 1000) -> list[str]:
    """Texts of 100 words, each of which has 95 of the next one's."""
    words = [f"word{i}" for i in range(5 * count + 95)]
    return [" ".join(words[5 * i : 5 * i + 100]) for i in range(count)]


def timed(texts: list[str], keep: str = "longest") -> tuple[float, Result]:
    """The seconds and the result of one run."""
    start = time.perf_counter()
    result = dedup.clean(texts, keep=keep)
    return time.perf_counter() - start, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=150, help="of a document (default: 150)")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each; the fastest counts")
    options = parser.parse_args()
    timed(chain())  # loads everything before the clock starts
    seconds = {}
    for template in (False, True):
        texts = documents(options.documents, options.words, template)
        runs = [timed(texts) for _ in range(options.rounds)]
        seconds[template], result = min(run[0] for run in runs), runs[0][1]
        name = "with the paragraph" if template else "without"
        decisions = result.decisions
        crowds = f"{decisions.crowded:>8,} crowded, {decisions.common:>4} shingles ignored as too common"
        print(f"{name:20}{seconds[template]:8.1f} s {result.totals.kept:>10,} kept {crowds}")
    print(f"{'ratio':20}{seconds[True] / seconds[False]:8.2f}")
    chain_seconds, result = timed(chain(), keep="first")
    lowest = min(line["coverage"] for line in result.dropped)
    kept = f"{result.totals.kept:>10,} kept, lowest coverage {lowest:.3f}"
    print(f"{'chain of 1,000':20}{chain_seconds:8.1f} s {kept}")


if __name__ == "__main__":
    main()
