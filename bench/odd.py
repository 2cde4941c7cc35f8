"""How long pages take that no author wrote: python bench/odd.py"""

import time

import dedup

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
