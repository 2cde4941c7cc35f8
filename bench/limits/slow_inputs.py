"""Inputs that are made to be slow: how long `dedup clean` computes, and how that grows with the input.

    python -m bench.limits.slow_inputs [--only NAME ...] [--scale 1.0]

Each input is cleaned at two sizes, the second one four times the first. The seconds are those of the
processor, of all workers, without those of an empty run. Prints a table; status 1 where an input takes more
than its bound, in seconds for each MB, or grows faster than size^1.4, which n log n does not.
"""

import argparse
import gzip
import json
import math
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from bench.paths import memory_folder
from dedup.native.arrays import Hashes
from dedup.native.shingles import factors
from dedup.text.words import words_of

_PROGRAM = """
import resource, sys
from dedup.cli.main import main
print(main(sys.argv[1:]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""
_GROWTH = 1.4
_NOTHING = 1.0  # seconds below which no growth is told
_CHOICE = random.Random(1)
_VOCABULARY = [
    "".join(_CHOICE.choices("abcdefghijklmnopqrstuvwxyz", k=_CHOICE.randint(3, 9))) for _ in range(20_000)
]


class Slow(NamedTuple):
    """An input: makes one of a size; the first size; the bound, in seconds for each MB."""

    make: Callable[[int], bytes]
    size: int
    bound: float


class Measured(NamedTuple):
    """An input that was cleaned: its MB, unpacked, the seconds computed, and the peak of memory in MB."""

    size: float
    seconds: float
    peak: int


def _words(count: int) -> list[str]:
    return _CHOICE.choices(_VOCABULARY, k=count)


def _lines(texts: list[str]) -> bytes:
    return b"".join(
        json.dumps({"id": str(i), "text": text}, ensure_ascii=False).encode() + b"\n"
        for i, text in enumerate(texts)
    )


def _page(words: list[str]) -> str:
    return "\n".join(" ".join(words[i : i + 40]) for i in range(0, len(words), 40))


def _alike(count: int) -> bytes:
    """One article whose paragraphs differ in two words of twenty."""
    base, paragraphs = _words(20), []
    for i in range(count):
        words = [*base]
        words[i % 20], words[(i * 7 + 3) % 20] = _VOCABULARY[i % 20_000], _VOCABULARY[i * 31 % 20_000]
        paragraphs.append(" ".join(words))
    return _lines(["\n".join(paragraphs)])


def _overlapping(count: int) -> bytes:
    """One article each of whose paragraphs has all words of the next one but one."""
    words = _words(count + 30)
    return _lines(["\n".join(" ".join(words[i : i + 30]) for i in range(count))])


def _shuffled(count: int) -> bytes:
    """One article with all of its paragraphs again, in another order."""
    paragraphs = [" ".join(_words(12)) for _ in range(count)]
    return _lines(["\n".join([*paragraphs, *_CHOICE.sample(paragraphs, count)])])


def _near(count: int) -> bytes:
    """Documents that are alike by a Jaccard just below the threshold."""
    common = _words(200)
    return _lines([" ".join([*common, *_words(26)]) for _ in range(count)])


def _templates(count: int, number: int = 10) -> bytes:
    """Pages that differ in sixty figures, of so many words each."""
    body, pages = _words(count), []
    for _ in range(number):
        page = [*body]
        for i in range(0, count, max(1, count // 60)):
            page[i] = str(_CHOICE.randrange(10_000, 90_000))
        pages.append(_page(page))
    return _lines(pages)


def _quotes(count: int) -> bytes:
    """A page of so many words, and quotes of a hundred words that have all of it twice."""
    words = _words(count)
    quotes = [" ".join(words[start : start + 100]) for start in range(0, count - 50, 50)]
    return _lines([_page(words), *quotes])


def _mixed(values: Hashes) -> Hashes:
    """What makes a shingle of the sum of its words' hashes (`mix` in core/sets/shingles.h)."""
    for _ in range(2):
        values = (values ^ values >> np.uint64(32)) * np.uint64(0xD6E8FEB86659FD93)
    mixed: Hashes = values ^ values >> np.uint64(32)
    return mixed


def _crowded(count: int) -> bytes:
    """An article all of whose shingles hash below 2^54, and its near copy: found by trying words."""
    words = ["".join(_CHOICE.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(1 << 14)]
    hashes, (one, two, three) = words_of(pa.array(words, pa.large_string())).values, factors(3)
    chain = [0, 1]
    for _ in range(count):
        before = hashes[chain[-2:-1]] * one + hashes[chain[-1:]] * two
        start = _CHOICE.randrange(len(words))
        order = np.roll(np.arange(len(words)), start)[:8192]
        fits = np.flatnonzero(_mixed(before + hashes[order] * three) < np.uint64(1 << 54))
        chain.append(int(order[fits[0]]) if len(fits) else start)
    page = _page([words[i] for i in chain])
    return _lines([page, page[: len(page) * 19 // 20] + " other end"])


CASES = {
    "equal paragraphs": Slow(lambda n: _lines(["\n".join(["same words here again"] * n)]), 200_000, 3),
    "paragraphs 90% alike": Slow(_alike, 20_000, 20),
    "paragraphs in the next one": Slow(_overlapping, 20_000, 20),
    "paragraphs in another order": Slow(_shuffled, 20_000, 10),
    "one token": Slow(lambda n: _lines(["x" * n]), 20_000_000, 1),
    "combining marks": Slow(lambda n: _lines(["e" + "\u0301" * n]), 4_000_000, 2),
    "one character that is 18": Slow(lambda n: _lines(["\ufdfa" * n]), 800_000, 4),
    "nearly alike documents": Slow(_near, 4_000, 20),
    "ten pages with other figures": Slow(_templates, 20_000, 20),
    "pages of 2,000 words with other figures": Slow(lambda n: _templates(2_000, n), 200, 20),
    "quotes of a long page": Slow(_quotes, 100_000, 2),
    "the same document": Slow(lambda n: _lines([" ".join(_VOCABULARY[:80])] * n), 40_000, 3),
    "tiny documents": Slow(lambda n: _lines([f"{i} {i * 7}" for i in range(n)]), 100_000, 40),
    "rejects": Slow(lambda n: b"x\n" * n, 200_000, 200),
    "deep brackets": Slow(lambda n: b"[" * n + b"\n", 4_000_000, 2),
    "fields of a record": Slow(
        lambda n: b"{" + b"".join(b'"k%d":1e999,' % i for i in range(n)) + b'"text":"one two"}\n', 200_000, 10
    ),
    "dates": Slow(
        lambda n: _lines([" ".join(f"{i % 28 + 1}/{i % 12 + 1}/2024" for i in range(n))]), 50_000, 10
    ),
    "quotes of quotes": Slow(lambda n: _lines(["> > a quoted line of words\n" * n]), 40_000, 10),
    "a sentence again and again": Slow(lambda n: _lines(["The same sentence stands here. " * n]), 40_000, 10),
    "shingles with low hashes": Slow(_crowded, 20_000, 20),
}


def cleaned(data: bytes) -> Measured:
    """Clean an input in a process of its own. Raises RuntimeError where that fails."""
    with memory_folder() as folder:
        (folder / "in.jsonl.gz").write_bytes(gzip.compress(data, 1))
        names = [str(folder / name) for name in ("in.jsonl.gz", "out.jsonl", "ledger.jsonl")]
        command = ["clean", names[0], "-o", names[1], "--ledger", names[2], "--quiet"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *command], capture_output=True, text=True, check=False
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or done.stdout.split()[0] not in ("0", "3"):
        raise RuntimeError(done.stderr[-500:])
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(len(data) / 1e6, seconds, int(done.stdout.split()[1]))


def _row(name: str, case: Slow, scale: float, slack: float, idle: float) -> bool:
    """Measure an input at two sizes and print its row. Returns whether it is within slack * bound."""
    sizes = [int(case.size * scale * factor) for factor in (1, 4)]
    small, large = (cleaned(case.make(size)) for size in sizes)
    before, after = (max(measured.seconds - idle, 0.01) for measured in (small, large))
    growth = math.log(after / before) / math.log(large.size / small.size)
    is_told = after > _NOTHING
    is_fast = after <= slack * max(_NOTHING, case.bound * large.size)
    holds = is_fast and (not is_told or growth <= slack * _GROWTH)
    measured = f"{small.size:.1f} | {before:.1f} | {large.size:.1f} | {after:.1f} | {large.peak}"
    told = f"{growth:.1f}" if is_told else ""
    print(f"| {name} | {measured} | {told} | {case.bound:g} | {'' if holds else 'EXCEEDED'} |", flush=True)
    return holds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=[*CASES], default=[*CASES], metavar="NAME")
    parser.add_argument("--scale", type=float, default=1.0, help="times the sizes (default: 1)")
    parser.add_argument("--slack", type=float, default=1.0, help="times the bounds (default: 1)")
    options = parser.parse_args()
    idle = cleaned(_lines(["one two three"])).seconds
    print(
        "| input | MB | s | MB | s | peak MB | size^ | bound s/MB | |\n|---|---|---|---|---|---|---|---|---|"
    )
    rows = [_row(name, CASES[name], options.scale, options.slack, idle) for name in options.only]
    return int(not all(rows))


if __name__ == "__main__":
    sys.exit(main())
