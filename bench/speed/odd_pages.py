"""CPU seconds of `dedup clean` for pages that no author wrote, and of looking for repeats in real articles in
which nothing repeats.

    python -m bench.speed.odd_pages
"""

import itertools
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson
import pyarrow as pa

import dedup
from bench.corpora.data import read_documents
from bench.paths import DATA
from dedup.repeats.find import find_in_batch
from dedup.text.paragraphs import split

_ALIKE = "This is the long paragraph that is alike, number {}, and goes on for more"
_SAID = " ".join(f"w{i * 7919 % 100_003}" for i in range(60_000))
PAGES = {
    "20,000 paragraphs alike but for a word": "\n".join(
        _ALIKE.format(f"{'abcdefghij'[i % 10]}{i}") for i in range(20_000)
    ),
    "20,000 paragraphs alike but for a word of letters": "\n".join(
        _ALIKE.format("".join(word))
        for word in itertools.islice(itertools.permutations("abcdefghij", 6), 20_000)
    ),
    "20,000 lines, three in turn": "\n".join(
        ("one short line here", "another line of words", "third line stands now")[i % 3]
        for i in range(20_000)
    ),
    "one line of 50 MB, one word": "word " * 10_000_000,
    "one line of 50 MB, 100,000 words": " ".join(f"w{i * 7919 % 100_003:06}" for i in range(6_250_000)),
    "one line of 50 MB without a blank": "word" * 12_500_000,
    "one line of 50 MB of braces": "a;{}" * 12_500_000,
    "one line of 50 MB in Chinese": "".join(map(chr, range(0x4E00, 0x9E00))) * 800,
    "two lines of 400 KB, alike in part": f"{_SAID}\n{_SAID[:200_000]} {_SAID.replace('w', 'v')}",
    "100,000 empty lines": "\n" * 100_000,
}


def seconds(page: str, folder: Path) -> float:
    """CPU seconds of `dedup clean` for one page, with one worker, start-up included."""
    source = folder / "page.jsonl"
    source.write_bytes(orjson.dumps({"text": page}) + b"\n")
    command = ["clean", source, "-o", folder / "clean.jsonl", "--ledger", folder / "ledger.jsonl", "--quiet"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "dedup", *map(str, command), "--workers", "1"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    dedup.clean(["one\ntwo\none"] * 2)  # compiled before the clock starts
    with tempfile.TemporaryDirectory() as folder:
        for name, page in PAGES.items():
            print(f"{seconds(page, Path(folder)):6.2f} s  {name}", flush=True)
    if DATA.is_dir():
        texts = [
            line["text"] for line in read_documents("bbc/articles") if not dedup.find_repeats(line["text"])
        ]
        batch, began = pa.array(texts, pa.large_string()), time.perf_counter()
        assert not any(found.repeats for found in find_in_batch(split(batch), None, dedup.Options()))
        micros = 1e6 * (time.perf_counter() - began) / len(texts)
        print(f"{micros:6.0f} microseconds each  {len(texts):,} articles without a repeat")
