"""What `--threshold` changes: how many documents each value drops, on the news of DEDUP_DATA.

    python -m bench.accuracy.threshold [FILE]

The last line says which values drop more than the one before, and how many drop the same. The status is 1 if
one drops more.
"""

import argparse
import sys
from collections.abc import Sequence
from itertools import pairwise

import dedup
from bench.corpora.data import data_path

THRESHOLDS = (0.6, 0.66, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)


def drops(path: str, thresholds: Sequence[float] = THRESHOLDS) -> dict[float, int]:
    """How many documents of a file each threshold drops."""
    return {threshold: len(dedup.clean(path, threshold=threshold).dropped) for threshold in thresholds}


def main() -> int:
    """Print the table; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", default=str(data_path("news/articles")))
    counts = drops(parser.parse_args().file)
    print("| --threshold | dropped |", "|--:|--:|", sep="\n")
    for threshold, count in counts.items():
        print(f"| {threshold:g} | {count:,} |")
    rising = [(low, high) for (low, more), (high, fewer) in pairwise(counts.items()) if fewer > more]
    equal = len(counts) - len(set(counts.values()))
    print(
        f"\nvalues that drop more than the one before: {rising or 'none'}; values that drop the same: {equal}"
    )
    return int(bool(rising))


if __name__ == "__main__":
    sys.exit(main())
