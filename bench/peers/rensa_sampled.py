"""rensa, with a sample of a text's tokens signed: the path of its headline figure.

    python -m bench.peers.rensa_sampled IN.jsonl OUT.jsonl [--flags]

https://github.com/beowolx/rensa, benchmarks/full_benchmark.py, `run_rensa`: runs of three lower-case words,
`digest_matrix_from_token_sets_rho(probes=4)`, 8 bands, `query_duplicate_flags_matrix_one_shot`. That gives a
flag for each document, which is all that --flags writes. Without --flags each pair that shares a band is
queried by itself, in a matrix of two.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from rensa import RMinHash, RMinHashLSH

from bench.peers.exchange import read, shingles, write_flags, write_pairs

THRESHOLD, NUM_PERM, NUM_BANDS, SEED, PROBES = 0.8, 128, 8, 12345, 4
ROWS = NUM_PERM // NUM_BANDS


def matrix(token_sets: list[list[str]]) -> Any:
    """The sampled signatures of these texts."""
    return RMinHash.digest_matrix_from_token_sets_rho(token_sets, num_perm=NUM_PERM, seed=SEED, probes=PROBES)


def flags(token_sets: list[list[str]]) -> list[bool]:
    """For each text whether rensa takes it for a duplicate of another."""
    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=NUM_PERM, num_bands=NUM_BANDS)
    return list(lsh.query_duplicate_flags_matrix_one_shot(matrix(token_sets)))


def candidates(token_sets: list[list[str]], flagged: list[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of flagged rows that share a band."""
    buckets = defaultdict(set)
    rows = matrix([token_sets[row] for row in flagged]).to_rows()
    for row, digest in zip(flagged, rows, strict=True):
        for band in range(NUM_BANDS):
            buckets[band, tuple(digest[band * ROWS : (band + 1) * ROWS])].add(row)
    yield from sorted({pair for bucket in buckets.values() for pair in combinations(sorted(bucket), 2)})


def main() -> None:
    ids, token_sets = [], []
    for name, text in read(sys.argv[1]):
        ids.append(name)
        token_sets.append(shingles(text.lower().split()))
    is_duplicate = flags(token_sets)
    if "--flags" in sys.argv:
        write_flags(sys.argv[2], ids, is_duplicate)
        return
    flagged = [row for row in range(len(ids)) if is_duplicate[row]]
    pairs = (
        (left, right)
        for left, right in candidates(token_sets, flagged)
        if all(flags([token_sets[left], token_sets[right]]))
    )
    write_pairs(sys.argv[2], ids, pairs)


if __name__ == "__main__":
    main()
