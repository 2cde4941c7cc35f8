"""How many injected accidents are cut, and what else is.

    python -m bench.repeats.accident_recall [--count 2000] [--seed 11] [--show 0]

Accidents of every kind are injected by seed into real articles of DEDUP_DATA (accidents.py). One counts as
cut if 95% of the copy, or of what it copies, is gone. Column `else` counts articles in which more than two
words outside both were cut. Teasers are excerpts, which are not cut by default: for them `--cut` includes
excerpt.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import dedup
from bench.repeats.accidents import KINDS, Accident, make
from bench.repeats.labelled import overlap
from dedup.options import CUT

NOISES = (0.0, 0.01, 0.03)
Key = tuple[str, float]
"""The kind and the noise of an accident."""


class Outcome(NamedTuple):
    """Whether an accident was cut, and whether anything else was."""

    cut: bool
    more: bool


def outcome(accident: Accident) -> Outcome:
    """What cutting does to an article with an accident."""
    options = dedup.Options(cut=(*CUT, "excerpt") if accident.kind == "teaser" else CUT)
    spans = [
        (repeat.start, repeat.end) for repeat in dedup.find_repeats(accident.broken, options) if repeat.cut
    ]
    gone = sum(end - start for start, end in spans)
    if accident.kind == "interleaved":
        expected = len(accident.broken) - len(accident.clean)
        return Outcome(gone >= 0.95 * expected, gone > expected + 20)
    copies = [(accident.start, accident.end), *accident.of]
    best = max(
        sum(overlap(span, copy) for span in spans) / len(accident.broken[slice(*copy)].strip())
        for copy in copies
    )
    inside = sum(overlap(span, copy) for span in spans for copy in copies)
    return Outcome(best >= 0.95, gone - inside > 12)


def measure(accidents: Iterable[Accident], show: int) -> dict[Key, Counter[str]]:
    """By kind and noise: how many accidents were made and cut, and how many articles lost more than that.

    Prints the first `show` failures.
    """
    counts: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for accident in accidents:
        key, result = (accident.kind, accident.noise), outcome(accident)
        counts[key].update(made=1, cut=int(result.cut), more=int(result.more))
        if (result.more or not result.cut) and show > 0:
            show -= 1
            print(key, *result, repr(accident.broken[accident.start : accident.end][:300]))
    return dict(counts)


def row(kind: str, noise: float, counts: Counter[str]) -> str:
    """A row of the table."""
    share = counts["cut"] / max(1, counts["made"])
    return f"{kind:12} {noise:5.2f}  {counts['made']:5}  {share:.3f}  {counts['more']:5}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000, help="accidents (default: 2,000)")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--show", type=int, default=0, help="print this many failures")
    options = parser.parse_args()
    counts = measure(make(options.count, KINDS, NOISES, options.seed), options.show)
    print("kind         noise   made    cut    else")
    for key in sorted(counts):
        print(row(*key, counts[key]))
    for noise in NOISES:
        total = sum((of_key for key, of_key in counts.items() if key[1] == noise), Counter[str]())
        print(row("all", noise, total))


if __name__ == "__main__":
    main()
