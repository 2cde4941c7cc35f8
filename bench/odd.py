"""Seconds for pages that no author wrote, and for real articles in which nothing repeats."""

import time

import pyarrow as pa
from labelled import DATA, read

import dedup
from dedup.paragraphs import split
from dedup.repeats import find

PAGES = {
    "20,000 paragraphs alike but for a word": "\n".join(
        f"This is the long paragraph that is alike, number {'abcdefghij'[i % 10]}{i}, and goes on for more"
        for i in range(20_000)
    ),
    "20,000 lines, three in turn": "\n".join(
        ("one short line here", "another line of words", "third line stands now")[i % 3]
        for i in range(20_000)
    ),
    "one line of 50 MB": "word " * 10_000_000,
    "100,000 empty lines": "\n" * 100_000,
}

if __name__ == "__main__":
    dedup.find_repeats("one\ntwo\none")  # compiled before the clock starts
    for name, page in PAGES.items():
        began = time.perf_counter()
        found = dedup.find_repeats(page)
        print(f"{time.perf_counter() - began:6.2f} s  {len(found):6,} repeats  {name}")
    if DATA.is_dir():
        texts = [line["text"] for line in read("bbc/articles") if not dedup.find_repeats(line["text"])]
        batch, began = pa.array(texts, pa.large_string()), time.perf_counter()
        assert not list(find(split(batch), None, dedup.Options()))
        micros = 1e6 * (time.perf_counter() - began) / len(texts)
        print(f"{micros:6.0f} microseconds each  {len(texts):,} articles without a repeat")
