"""Daft: it reads, normalises and signs. It has nothing for the steps after that.

    python -m bench.peers.daft_minhash IN.jsonl OUT.jsonl

https://docs.daft.ai, "MinHash Deduplication on Common Crawl": `normalize` with all four steps, `minhash` with
xxhash and seed 42, here with 128 hashes of word 3-grams. The signatures stay in memory; OUT has their number.
"""

import sys
from pathlib import Path

import daft
from daft import col
from daft.functions import minhash, normalize


def main() -> None:
    text = normalize(col("text"), remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True)
    signed = minhash(text, num_hashes=128, ngram_size=3, seed=42, hash_function="xxhash")
    frame = daft.read_json(sys.argv[1]).select(col("id"), signed.alias("signature")).collect()
    Path(sys.argv[2]).write_text(f'{{"signed": {len(frame)}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
