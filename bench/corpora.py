"""The corpora that the benches run on: made once by corpus.py, kept in build/, or where DEDUP_BUILD says."""

import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
FIXTURES = TOP / "fixtures/articles.jsonl"  # small, but all of dedup's compiled code runs on it
BUILD = Path(os.environ.get("DEDUP_BUILD") or TOP / "build")


def path_of(documents: int, seed: int = 1) -> Path:
    """Where the corpus of that size and seed stands, once it is made."""
    return BUILD / f"corpus-{documents}-{seed}.jsonl"


def made(documents: int, seed: int = 1) -> Path:
    """The corpus of that size and seed; it is made, whole or not at all, the first time."""
    BUILD.mkdir(parents=True, exist_ok=True)
    path = path_of(documents, seed)
    if not path.exists():
        unfinished = path.with_suffix(".unfinished.jsonl")
        options = ["--documents", str(documents), "--seed", str(seed)]
        subprocess.run([sys.executable, str(TOP / "bench/corpus.py"), str(unfinished), *options], check=True)
        truth(unfinished).replace(truth(path))
        unfinished.replace(path)
    return path


def truth(path: Path) -> Path:
    """Where what is known of a corpus stands."""
    return path.with_suffix(".truth.jsonl")
