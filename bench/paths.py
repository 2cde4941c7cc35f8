"""Where things are: the checkout, its fixtures, what benches build, the data folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

TOP = Path(__file__).resolve().parents[1]
FIXTURES = TOP / "fixtures/articles.jsonl"  # small, but all of dedup's compiled code runs on it
DATA = Path(os.environ.get("DEDUP_DATA") or TOP / "../shared/data")


def build(name: str) -> Path:
    """A path under build/, or under the folder that DEDUP_BUILD names; that folder exists afterwards."""
    folder = Path(os.environ.get("DEDUP_BUILD") or TOP / "build").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A temporary folder, in memory where the system has /dev/shm."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)
