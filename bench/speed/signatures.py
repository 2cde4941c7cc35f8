"""Signatures alone, on one core: dedup's kernels from UTF-8 text against datasketch from Python shingles.

    python -m bench.speed.signatures [--documents 1000] [--rounds 5] [--corpus 50000]

dedup's time holds everything from the text on: words, 3-grams, hashes, minima. datasketch's holds
`MinHash.update_batch` alone, its shingles made beforehand; with the making of them is told beside it. Both
sign the same shingles, in 128 permutations, and the signatures have to be equal bit for bit.
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
from datasketch import MinHash

from bench.corpora.cache import make_corpus
from bench.harness.results import code, keep
from dedup.matching.shingles import shingles
from dedup.matching.signatures import signatures
from dedup.text.ragged import Ragged
from dedup.text.words import words_of

NUM_PERM, NGRAM = 128, 3
WORD = re.compile(r"\w+")


def read(corpus: Path, count: int) -> list[str]:
    """The texts of the first documents."""
    with corpus.open("rb") as lines:
        return [orjson.loads(line)["text"] for line in islice(lines, count)]


def of_dedup(
    texts: "pa.LargeStringArray",
) -> tuple[Ragged, "np.ndarray[tuple[int, int], np.dtype[np.uint32]]"]:
    """The shingles of the texts, and their signatures."""
    owned = shingles(words_of(texts), NGRAM)
    return owned, signatures(owned, NUM_PERM)


def python_shingles(texts: list[str]) -> list[list[bytes]]:
    """Each text's word 3-grams, once, as datasketch is given them."""
    said = (WORD.findall(text.lower()) for text in texts)
    return [
        [" ".join(gram).encode() for gram in set(zip(words, words[1:], words[2:], strict=False))]
        for words in said
    ]


def of_datasketch(shingled: list[list[bytes]]) -> list[MinHash]:
    """A sketch of each text, as datasketch's documentation makes it."""
    sketches = []
    for items in shingled:
        sketch = MinHash(num_perm=NUM_PERM)
        sketch.update_batch(items)
        sketches.append(sketch)
    return sketches


def differing(texts: "pa.LargeStringArray") -> int:
    """How many texts get another signature from datasketch than from dedup, of the same shingles."""
    owned, rows = of_dedup(texts)
    low = (owned.values & np.uint64(2**32 - 1)).tolist()
    count = 0
    for place, row in enumerate(rows):
        sketch = MinHash(num_perm=NUM_PERM, hashfunc=int)
        sketch.update_batch(low[owned.offsets[place] : owned.offsets[place + 1]])
        count += not np.array_equal(sketch.hashvalues, row)
    return count


def seconds(work: Callable[[], object]) -> float:
    """The processor time of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> int:
    """Read the arguments, measure in turns, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus", type=int, default=50_000, help="documents of the corpus that they are of")
    options = parser.parse_args()
    texts = read(make_corpus(options.corpus), options.documents)
    arrow, shingled = pa.array(texts, pa.large_string()), python_shingles(texts)
    unlike = differing(arrow)  # and the kernels are compiled
    print(f"{len(texts) - unlike:,} of {len(texts):,} signatures equal datasketch's, bit for bit")
    works = {
        "dedup, from text": lambda: of_dedup(arrow),
        "datasketch, update_batch": lambda: of_datasketch(shingled),
        "datasketch, from text": lambda: of_datasketch(python_shingles(texts)),
    }
    took = {name: [0.0] * options.rounds for name in works}
    for turn in range(options.rounds):
        for name, work in works.items():
            took[name][turn] = seconds(work)
    median = {name: statistics.median(of_name) for name, of_name in took.items()}
    size = sum(len(text.encode()) for text in texts) / 1e6
    for name, middle in median.items():
        print(f"{size / middle:8.1f} MB/s  {middle / median['dedup, from text']:6.1f} times  {name}")
    keep("signing", {"seconds": median, "size": size, "unlike": unlike, "code": code()})
    return int(unlike > 0)


if __name__ == "__main__":
    sys.exit(main())
