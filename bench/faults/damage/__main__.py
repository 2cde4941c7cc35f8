"""Damage an index and a ledger in thousands of ways: is what dedup says then right, or a sentence?

    python -m bench.faults.damage [--count 10000] [--seconds 3600] [--seed N] [--only index|ledger]

Of an index bits are flipped, anywhere and where SQLite keeps its structure, blocks are zeroed, copied over
others or cut off, and values are forged with checksums that fit. It is then asked about known and new
documents, added to and repaired. Of a ledger, its output and its rejects bytes are changed, or values are
forged with checksums that fit, before `restore`, `why` and `report`. Each trial is made from the seed, which
is printed, and its number. A process makes them, so that a crash is a fault of one trial. Ends with status 1
after a fault.
"""

import argparse
import random
import time

from bench.faults.damage.trials import KINDS, trials


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="trials of each kind (default: 10,000)")
    parser.add_argument("--seconds", type=float, default=3600, help="at most, in all (default: an hour)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--only", choices=KINDS)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    kinds, faults = [options.only] if options.only else [*KINDS], 0
    for kind in kinds:
        began = time.time()
        outcomes, failed = trials(kind, options.seed, options.count, began + options.seconds / len(kinds))
        faults += failed
        print(f"{kind}: {sum(outcomes.values()):,} in {time.time() - began:.0f} s, {failed} faults")
        for outcome, times in outcomes.most_common():
            print(f"  {times:6,} {outcome}")
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())
