"""The generated corpora that benches run on: each is made once and kept under build/."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.corpora import generate
from bench.paths import DATA, build

LINE_BYTES = 4400  # of an article's line, with room


def corpus_path(documents: int, seed: int = 1) -> Path:
    """Where the corpus of this size and seed is, once it is made."""
    return build(f"corpus-{documents}-{seed}.jsonl")


def make_corpus(documents: int, seed: int = 1) -> Path:
    """The corpus of this size and seed. The first call makes it; an interrupted call leaves none behind."""
    path = corpus_path(documents, seed)
    if not path.exists():
        unfinished = path.with_suffix(".unfinished.jsonl")
        generate.write(unfinished, documents, seed, DATA)
        truth_path(unfinished).replace(truth_path(path))
        unfinished.replace(path)
    return path


def truth_path(path: Path) -> Path:
    """Where the known copies of a corpus are listed."""
    return path.with_suffix(".truth.jsonl")


@contextmanager
def temporary_corpus(documents: int, keep: bool) -> Iterator[Path]:
    """A corpus that is deleted afterwards, unless it was there before or `keep` is set.

    Raises SystemExit where the disk has too little room for the corpus and what is written of it.
    """
    existed = corpus_path(documents).exists()
    need = LINE_BYTES * documents * (2 if existed else 3)
    if shutil.disk_usage(build("")).free < need:
        sys.exit(
            f"{documents:,} articles take {need / 1e9:.0f} GB of disk; make room, or give a smaller --most"
        )
    path = make_corpus(documents)
    try:
        yield path
    finally:
        if not (existed or keep):
            path.unlink()
            truth_path(path).unlink()
