"""What crowds cost: documents that share a template paragraph against the same without it; and a chain.

    python -m bench.scale.crowded [--documents 100000] [--words 150] [--rounds 1]

Prints seconds and kept documents of both, their ratio (at most 2 is asked), and the same of a chain of 1,000
documents, each 0.9 like the next, of which every dropped one must match its keeper itself.
"""

import argparse
import random
import time

import dedup
from dedup import Result

TEMPLATE = " ".join(f"template{i}" for i in range(50))


def documents(count: int, words: int, template: bool, seed: int = 1) -> list[str]:
    """Documents of random words of their own, each behind the template paragraph if there is one."""
    rng = random.Random(seed)
    said = [f"word{i}" for i in range(50_000)]
    head = f"{TEMPLATE}\n" if template else ""
    return [head + " ".join(rng.choices(said, k=words)) for _ in range(count)]


def chain(count: int = 1000) -> list[str]:
    """Documents of 100 words, of which each has 95 of the next one's."""
    said = [f"word{i}" for i in range(5 * count + 95)]
    return [" ".join(said[5 * i : 5 * i + 100]) for i in range(count)]


def timed(texts: list[str], keep: str = "longest") -> tuple[float, Result]:
    """Seconds and result of one run."""
    began = time.perf_counter()
    result = dedup.clean(texts, keep=keep)
    return time.perf_counter() - began, result


def main() -> None:
    """Read the arguments, measure in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    timed(chain())  # the kernels are loaded before the clock starts
    seconds = {}
    for template in (False, True):
        texts = documents(options.documents, options.words, template)
        runs = [timed(texts) for _ in range(options.rounds)]
        seconds[template], result = min(run[0] for run in runs), runs[0][1]
        name = "with the paragraph" if template else "without"
        crowd = f"{result.decisions.crowded:>8,} crowded {result.decisions.common:>4} shingles left out"
        print(f"{name:20}{seconds[template]:8.1f} s {result.totals.kept:>10,} kept {crowd}")
    print(f"{'ratio':20}{seconds[True] / seconds[False]:8.2f}")
    took, result = timed(chain(), keep="first")
    lowest = min(line["coverage"] for line in result.dropped)
    print(f"{'chain of 1,000':20}{took:8.1f} s {result.totals.kept:>10,} kept, lowest coverage {lowest:.3f}")


if __name__ == "__main__":
    main()
