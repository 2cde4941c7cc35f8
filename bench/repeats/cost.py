"""What observing and weighing a repeat costs.

    python -m bench.repeats.cost

Reads the pages with judged repeats of DEDUP_DATA. Prints CPU time for each repeat: of finding pairs,
aligning them, and weighing what is observed.
"""

import time

import numpy as np

from bench.corpora.data import read_documents
from dedup.repeats.alignment import align, compare_paragraphs
from dedup.repeats.article import articles_with_candidates, find_pairs
from dedup.repeats.classify import classify
from dedup.repeats.split_paragraphs import join_split_paragraphs

FILES = ("repeats/pages", "repeats/articles")
ROUNDS = 3


def seconds() -> tuple[list[float], int]:
    """The CPU seconds of each of the three steps, and how many repeats there are."""
    spent, repeats = [0.0, 0.0, 0.0], 0
    for text in (page["text"] for name in FILES for page in read_documents(name)):
        data = np.frombuffer(text.encode(), np.uint8)
        marks = [time.process_time()]
        found = [*articles_with_candidates(find_pairs(data, np.array([0, len(data)], np.int64)))]
        marks.append(time.process_time())
        aligned = []
        for _, article, pairs in found:
            joined, similar, contained = join_split_paragraphs(article, *compare_paragraphs(article, pairs))
            aligned.append((joined, align(joined, similar), contained))
        marks.append(time.process_time())
        repeats += sum(len(classify(*one, caution=0.9)) for one in aligned)
        marks.append(time.process_time())
        spent = [sum(pair) for pair in zip(spent, np.diff(marks).tolist(), strict=True)]
    return spent, repeats


def main() -> None:
    rounds = [seconds() for _ in range(ROUNDS)]
    best, repeats = (
        [min(of_step) for of_step in zip(*(spent for spent, _ in rounds), strict=True)],
        rounds[0][1],
    )
    for name, spent in zip(("pairs", "alignment", "evidence"), best, strict=True):
        print(f"{name:10} {1e6 * spent / repeats:6.0f} microseconds for each of {repeats:,} repeats")


if __name__ == "__main__":
    main()
