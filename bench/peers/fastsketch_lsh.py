"""FastSketchLSH: the path of its README, "Deduplication with LSH".

    python -m bench.peers.fastsketch_lsh IN.jsonl OUT.jsonl [--flags]

https://pypi.org/project/FastSketchLSH/1.0.1: `FastSimilaritySketch(size=128, seed=42)`, `batch`,
`LSH(num_perm=128, num_bands=16)`; with --flags `insert_and_query_duplicates`, as there, which tells whether a
document is a duplicate, but not of which one; without it a `query` with each document tells that. It takes no
threshold; these bands find a pair at 0.8 with probability 0.95. The README's items are words; here they are
runs of three words.
"""

import sys

from FastSketchLSH import LSH, FastSimilaritySketch

from bench.peers.exchange import pairs_of_queries, read, shingles, write_flags, write_pairs


def main() -> None:
    ids, token_sets = [], []
    for name, text in read(sys.argv[1]):
        ids.append(name)
        token_sets.append(sorted(set(shingles(text.lower().split()))))
    sketches = FastSimilaritySketch(size=128, seed=42).batch(token_sets)
    lsh = LSH(num_perm=128, num_bands=16)
    flags = lsh.insert_and_query_duplicates(sketches).tolist()
    if "--flags" in sys.argv:
        write_flags(sys.argv[2], ids, flags)
    else:
        write_pairs(sys.argv[2], ids, pairs_of_queries(map(lsh.query, sketches)))


if __name__ == "__main__":
    main()
