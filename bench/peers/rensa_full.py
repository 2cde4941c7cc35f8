"""rensa, with every token of a text signed: the loop of its README, "Deduplicating a dataset".

    python -m bench.peers.rensa_full IN.jsonl OUT.jsonl

https://github.com/beowolx/rensa: `RMinHash.update`, `RMinHashLSH(threshold=0.8, num_perm=128,
num_bands=16)`, candidates compared by `jaccard`. The README splits short statements into words; articles are
split as in its benchmarks/full_benchmark.py, into runs of three lower-case words. It compares at 0.85; here
the threshold is the one that all tools share. The README of release 0.5 shows `RMinHashDeduplicator` instead
of the loop; that is no faster: 8.9 s of processor time for 215 MB, against 8.2 to 8.9 for the loop.
"""

import sys

from rensa import RMinHash, RMinHashLSH

from bench.peers.exchange import read, shingles, write_groups

THRESHOLD, NUM_PERM, NUM_BANDS, SEED = 0.8, 128, 16, 42


def main() -> None:
    ids, sketches = [], {}
    for row, (name, text) in enumerate(read(sys.argv[1])):
        ids.append(name)
        sketches[row] = RMinHash(num_perm=NUM_PERM, seed=SEED)
        sketches[row].update(shingles(text.lower().split()))
    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=NUM_PERM, num_bands=NUM_BANDS)
    for row, sketch in sketches.items():
        lsh.insert(row, sketch)
    removed_for: dict[int, int] = {}
    for row, sketch in sketches.items():
        if row in removed_for:
            continue
        for other in lsh.query(sketch):
            is_candidate = other != row and other not in removed_for
            if is_candidate and sketch.jaccard(sketches[other]) >= THRESHOLD:
                removed_for[max(row, other)] = min(row, other)
    write_groups(sys.argv[2], ids, (kept(row, removed_for) for row in range(len(ids))))


def kept(row: int, removed_for: dict[int, int]) -> int:
    """The row that stays of this row's group. The loop may remove a row after others were removed for it."""
    while row in removed_for:
        row = removed_for[row]
    return row


if __name__ == "__main__":
    main()
