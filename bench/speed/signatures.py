"""Signatures alone, on one core: dedup's core from UTF-8 text against datasketch from Python shingles.

    python -m bench.speed.signatures [--documents 1000] [--rounds 5] [--corpus 50000]

dedup's time includes all that follows from the text: words, 3-grams, hashes, minima. datasketch's time is
that of `MinHash.update_batch` alone, with shingles made beforehand; a second figure includes making them.
Both sign the same shingles with 128 permutations. Exit status 1 where any two signatures differ in a bit.
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
from datasketch import MinHash

from bench.corpora.cache import make_corpus
from bench.harness.figures import code_digest, save
from dedup.matching.shingles import shingles
from dedup.matching.signatures import signatures
from dedup.text.ragged import Ragged
from dedup.text.words import words_of

NUM_PERM, NGRAM = 128, 3
WORD = re.compile(r"\w+")


def read_texts(corpus: Path, count: int) -> list[str]:
    """The texts of the first documents."""
    with corpus.open("rb") as lines:
        return [orjson.loads(line)["text"] for line in islice(lines, count)]


def sign_with_dedup(
    texts: "pa.LargeStringArray",
) -> tuple[Ragged, "np.ndarray[tuple[int, int], np.dtype[np.uint32]]"]:
    """The shingles of the texts, and their signatures."""
    hashes = shingles(words_of(texts), NGRAM)
    return hashes, signatures(hashes, NUM_PERM)


def python_shingles(texts: list[str]) -> list[list[bytes]]:
    """The distinct word 3-grams of each text, as datasketch takes them."""
    tokenized = (WORD.findall(text.lower()) for text in texts)
    return [
        [" ".join(gram).encode() for gram in set(zip(words, words[1:], words[2:], strict=False))]
        for words in tokenized
    ]


def sign_with_datasketch(items_by_text: list[list[bytes]]) -> list[MinHash]:
    """A sketch of each text, made as in datasketch's documentation."""
    sketches = []
    for items in items_by_text:
        sketch = MinHash(num_perm=NUM_PERM)
        sketch.update_batch(items)
        sketches.append(sketch)
    return sketches


def count_differing(texts: "pa.LargeStringArray") -> int:
    """For how many texts datasketch and dedup make different signatures of the same shingles."""
    hashes, rows = sign_with_dedup(texts)
    low_bits = (hashes.values & np.uint64(2**32 - 1)).tolist()
    count = 0
    for i, row in enumerate(rows):
        sketch = MinHash(num_perm=NUM_PERM, hashfunc=int)
        sketch.update_batch(low_bits[hashes.offsets[i] : hashes.offsets[i + 1]])
        count += not np.array_equal(sketch.hashvalues, row)
    return count


def cpu_seconds(work: Callable[[], object]) -> float:
    """The processor time that this process takes for some work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def median_seconds(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median processor time of each piece of work, done in turns."""
    times = {name: [0.0] * rounds for name in works}
    for turn in range(rounds):
        for name, work in works.items():
            times[name][turn] = cpu_seconds(work)
    return {name: statistics.median(of_name) for name, of_name in times.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1000, help="how many are signed (default: 1,000)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus", type=int, default=50_000, help="size of the corpus that they are from")
    options = parser.parse_args()
    texts = read_texts(make_corpus(options.corpus), options.documents)
    arrow, items = pa.array(texts, pa.large_string()), python_shingles(texts)
    differing = count_differing(arrow)
    print(f"{len(texts) - differing:,} of {len(texts):,} signatures equal datasketch's, bit for bit")
    works = {
        "dedup, from text": lambda: sign_with_dedup(arrow),
        "datasketch, update_batch": lambda: sign_with_datasketch(items),
        "datasketch, from text": lambda: sign_with_datasketch(python_shingles(texts)),
    }
    medians = median_seconds(works, options.rounds)
    size = sum(len(text.encode()) for text in texts) / 1e6
    for name, seconds in medians.items():
        print(f"{size / seconds:8.1f} MB/s  {seconds / medians['dedup, from text']:6.1f} times  {name}")
    save("signatures", {"seconds": medians, "size": size, "unlike": differing, "code": code_digest()})
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
