"""CPU seconds of `dedup clean` for pages that no author wrote, and the cost of articles without repeats.

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
from dedup.repeats.find import find_in_texts
from dedup.text.encoding import utf8

_PARAGRAPH = "This is the long paragraph that is alike, number {}, and goes on for more"
_WORDS = " ".join(f"w{i * 7919 % 100_003}" for i in range(60_000))
PAGES = {
    "20,000 paragraphs that differ in one word": "\n".join(
        _PARAGRAPH.format(f"{'abcdefghij'[i % 10]}{i}") for i in range(20_000)
    ),
    "20,000 paragraphs that differ in one word of letters": "\n".join(
        _PARAGRAPH.format("".join(word))
        for word in itertools.islice(itertools.permutations("abcdefghij", 6), 20_000)
    ),
    "20,000 lines, the same three in turn": "\n".join(
        ("one short line here", "another line of words", "third line stands now")[i % 3]
        for i in range(20_000)
    ),
    "one line of 50 MB, one word": "word " * 10_000_000,
    "one line of 50 MB, 100,000 words": " ".join(f"w{i * 7919 % 100_003:06}" for i in range(6_250_000)),
    "one line of 50 MB without a blank": "word" * 12_500_000,
    "one line of 50 MB of braces": "a;{}" * 12_500_000,
    "one line of 50 MB in Chinese": "".join(map(chr, range(0x4E00, 0x9E00))) * 800,
    "two lines of 400 KB, similar in part": f"{_WORDS}\n{_WORDS[:200_000]} {_WORDS.replace('w', 'v')}",
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


def micros_without_repeats() -> tuple[float, int]:
    """Microseconds per article that the search for repeats takes where there are none; the articles."""
    texts = (document["text"] for document in read_documents("bbc/articles"))
    without = [text for text in texts if not dedup.find_repeats(text)]
    batch, start = pa.array(without, pa.large_string()), time.perf_counter()
    assert not any(article.repeats for article in find_in_texts(*utf8(batch), dedup.Options()))
    return 1e6 * (time.perf_counter() - start) / len(without), len(without)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, page in PAGES.items():
            print(f"{seconds(page, Path(folder)):6.2f} s  {name}", flush=True)
    if DATA.is_dir():
        micros, articles = micros_without_repeats()
        print(f"{micros:6.0f} microseconds each  {articles:,} articles without a repeat")


if __name__ == "__main__":
    main()
