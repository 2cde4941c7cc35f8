"""Do different words have different hashes? Of all data at hand, and of invented words, in twelve scripts.

    python -m bench.limits.word_hashes [--most 10000000]

The words of every text file and of every string in JSON Lines that `DEDUP_DATA` has, and then invented ones:
all words of the letters and marks of each script, so those that differ least from each other. Of n words and
64 bits n * (n - 1) / 2^65 collisions are to be expected. Prints the words by script and what collides; status
1 for more than 3.
"""

import argparse
import gzip
import itertools
import operator
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from bench.paths import DATA
from dedup.text.words import words_of

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u064b-\u065f][^\W_]*)*")
_MARKS = re.compile(
    f"[{''.join(c for c in map(chr, range(0x20000)) if unicodedata.category(c)[0] == 'M')}]{{2,}}"
)
_BATCH = 200_000
_ALLOWED = 3  # of ten million words some 3e-6 are to be expected
SCRIPTS = {
    "Latin": "abcdefghijklmnopqrstuvwxyzæøłđþ",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяґєії",
    "Greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي" + "\u064b\u064c\u064d\u064e\u064f\u0650",
    "Hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "Devanagari": "".join(map(chr, [*range(0x905, 0x93A), *range(0x93E, 0x94E)])),
    "Bengali": "".join(map(chr, [*range(0x995, 0x9A9), *range(0x9AA, 0x9B1), *range(0x9BE, 0x9C5)])),
    "Tamil": "".join(map(chr, [0xB95, 0xB99, 0xB9A, *range(0xBAE, 0xBBA), *range(0xBBE, 0xBC3)])),
    "Telugu": "".join(map(chr, [*range(0xC15, 0xC29), *range(0xC2A, 0xC3A), *range(0xC3E, 0xC45)])),
    "Georgian": "".join(map(chr, range(0x10D0, 0x10F1))),
    "Armenian": "".join(map(chr, range(0x561, 0x587))),
    "Hangul": "".join(map(chr, range(0xAC00, 0xAC80))),
}  # fmt: skip


def real_words(folder: Path) -> Iterator[str]:
    """The words of every text file, and of every string of every line of JSON, in a folder."""
    for path in sorted(folder.rglob("*")):
        name = path.name.removesuffix(".gz")
        if not name.endswith((".txt", ".md", ".jsonl")):
            continue
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for line in lines:
                values = (
                    _strings(orjson.loads(line))
                    if name.endswith(".jsonl")
                    else [line.decode(errors="replace")]
                )
                for value in values:
                    yield from _WORD.findall(folded(value))


def _strings(value: object) -> Iterator[str]:
    """The strings in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def folded(text: str) -> str:
    """Text in which two words are the same if they are the same to dedup: no case, marks in one order."""
    folded_once = unicodedata.normalize("NFKD", text).casefold()
    return _MARKS.sub(lambda marks: "".join(sorted(marks[0])), unicodedata.normalize("NFKD", folded_once))


def invented_words() -> Iterator[str]:
    """Words of each script in turn, the short ones first."""
    scripts = [_of_script(letters) for letters in SCRIPTS.values()]
    for words in zip(*scripts, strict=True):
        yield from words


def _of_script(letters: str) -> Iterator[str]:
    """Words of these letters without end, none of them twice: no mark comes first, or behind another one."""
    is_mark = {letter: unicodedata.category(letter).startswith("M") for letter in letters}
    for length in itertools.count(2):
        for word in itertools.product(letters, repeat=length):
            marks = [is_mark[letter] for letter in word]
            if not marks[0] and not any(map(operator.and_, marks, marks[1:])):
                yield folded("".join(word))


def collisions(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Groups of different words with one hash, of those that are one word to dedup, too."""
    numbers, hashes = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for first in range(0, len(words), _BATCH):
        found = words_of(pa.array(words[first : first + _BATCH], pa.large_string()))
        is_one = np.diff(found.offsets) == 1
        numbers.append(first + np.flatnonzero(is_one))
        hashes.append(found.values[found.offsets[:-1][is_one]])
    number, every = np.concatenate(numbers), np.concatenate(hashes)
    order = np.argsort(every)
    same = np.flatnonzero(np.diff(every[order]) == 0).tolist()
    return [(words[number[order[i]]], words[number[order[i + 1]]]) for i in same]


def script_of(word: str) -> str:
    """The script of a word, by the name of its first letter."""
    return unicodedata.name(word[0], "OTHER").split()[0].capitalize()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=10_000_000, help="words in all (default: ten million)")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of real texts")
    options = parser.parse_args()
    real = set(real_words(options.data)) if options.data.is_dir() else set[str]()
    words = [*itertools.islice(real, options.most)]
    invented = (word for word in invented_words() if word not in real)
    words += itertools.islice(invented, options.most - len(words))
    for script, count in Counter(map(script_of, words)).most_common(20):
        print(f"{script:12}{count:>12,} words")
    found, expected = collisions(words), len(words) * (len(words) - 1) / 2**65
    print(
        f"{len(words):,} different words, {min(len(real), len(words)):,} of them real: {len(found)} collide, "
        f"{expected:.1e} expected"
    )
    for pair in found[:20]:
        print(*pair)
    return int(len(found) > _ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
