"""How many injected accidents are cut, and what else is.

    python -m bench.repeats.accident_recall [--count 2000] [--seed 11] [--show 0]

Accidents of every kind are injected by seed into real articles of DEDUP_DATA (see accidents.py). One counts
as cut when the copy, or what it copies, is gone to 95 %; `else` counts articles of which more than two words
outside both were cut. Teasers are excerpts, which are cut on demand: for them `--cut` names excerpt too.
"""

import argparse
from collections import Counter

import dedup
from bench.repeats.accidents import KINDS, Accident, make
from bench.repeats.labelled import shared
from dedup.options import CUT

NOISES = (0.0, 0.01, 0.03)


def outcome(accident: Accident) -> tuple[bool, bool]:
    """Whether the accident was cut, and whether anything else was."""
    options = dedup.Options(cut=(*CUT, "excerpt") if accident.kind == "teaser" else CUT)
    spans = [
        (repeat.start, repeat.end) for repeat in dedup.find_repeats(accident.broken, options) if repeat.cut
    ]
    gone = sum(end - start for start, end in spans)
    if accident.kind == "interleaved":
        expected = len(accident.broken) - len(accident.clean)
        return gone >= 0.95 * expected, gone > expected + 20
    copies = [(accident.start, accident.end), *accident.of]
    best = max(
        sum(shared(span, copy) for span in spans) / len(accident.broken[slice(*copy)].strip())
        for copy in copies
    )
    inside = sum(shared(span, copy) for span in spans for copy in copies)
    return best >= 0.95, gone - inside > 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--show", type=int, default=0, help="show this many failures")
    arguments = parser.parse_args()
    made: Counter[tuple[str, float]] = Counter()
    cut: Counter[tuple[str, float]] = Counter()
    other: Counter[tuple[str, float]] = Counter()
    for accident in make(arguments.count, KINDS, NOISES, arguments.seed):
        key = accident.kind, accident.noise
        done, more = outcome(accident)
        made[key] += 1
        cut[key] += int(done)
        other[key] += int(more)
        if (more or not done) and arguments.show > 0:
            arguments.show -= 1
            print(key, done, more, repr(accident.broken[accident.start : accident.end][:300]))
    print("kind         noise   made    cut    else")
    for key in sorted(made):
        print(f"{key[0]:12} {key[1]:5.2f}  {made[key]:5}  {cut[key] / made[key]:.3f}  {other[key]:5}")
    for noise in NOISES:
        keys = [key for key in made if key[1] == noise]
        total = sum(made[key] for key in keys)
        share, elsewhere = sum(cut[key] for key in keys) / max(1, total), sum(other[key] for key in keys)
        print(f"all          {noise:5.2f}  {total:5}  {share:.3f}  {elsewhere:5}")


if __name__ == "__main__":
    main()
