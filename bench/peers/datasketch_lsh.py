"""datasketch: each document goes into a MinHashLSH, then a query with each, as its documentation shows.

    python -m bench.peers.datasketch_lsh IN.jsonl OUT.jsonl [--each]

https://ekzhu.com/datasketch/lsh.html: `MinHash(num_perm=128)`, an update for each item as UTF-8,
`MinHashLSH(threshold=..., num_perm=128)`, `insert`, `query`. That page does not say what the items of a text
are; its benchmark takes 3-shingles, so here they are 3-shingles of lower-case words. Without --each the items
of a text go into one `update_batch`, which that page does not mention: it makes the same sketches faster.
"""

import re
import sys

from datasketch import MinHash, MinHashLSH

from bench.peers.exchange import pairs_of_queries, read, shingles, write_pairs

WORD = re.compile(r"\w+")
THRESHOLD, NUM_PERM = 0.8, 128


def main() -> None:
    lsh, ids, sketches = MinHashLSH(threshold=THRESHOLD, num_perm=NUM_PERM), [], []
    for row, (name, text) in enumerate(read(sys.argv[1])):
        ids.append(name)
        sketch = MinHash(num_perm=NUM_PERM)
        items = [shingle.encode("utf8") for shingle in set(shingles(WORD.findall(text.lower())))]
        if "--each" in sys.argv:
            for item in items:
                sketch.update(item)
        else:
            sketch.update_batch(items)
        lsh.insert(row, sketch)
        sketches.append(sketch)
    write_pairs(sys.argv[2], ids, pairs_of_queries(map(lsh.query, sketches)))


if __name__ == "__main__":
    main()
