"""Installs the package in an empty environment, cleans the fixtures there, and says how soon the first report
came.

    python -m tools.package.installation PACKAGE...    # wheels, packages of the sources, the project's folder

The environment has Python and nothing else: no compiler, and no library but those that
requirements/runtime.txt pins. What dedup writes there must equal what the dedup of this environment
writes, byte for byte.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.package.links import TOP

ARTICLES: Final = TOP / "fixtures/articles.jsonl"
_QUIET: Final = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


@contextmanager
def empty_environment() -> Iterator[tuple[Path, dict[str, str]]]:
    """The Python of a new virtual environment, and variables by which nothing else is found."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "path").mkdir()
        (folder / "path/python3").symlink_to(sys.executable)
        variables = {key: value for key, value in os.environ.items() if key not in ("CC", "PYTHONPATH")}
        variables["PATH"] = f"{folder / 'venv/bin'}{os.pathsep}{folder / 'path'}"
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, env=variables)
        yield folder / "venv/bin/python", variables


def first_report(package: Path) -> float:
    """Install a package in an empty environment, clean the fixtures and restore them. The seconds from the
    end of the installation to the end of the first report. Exits with a sentence where something differs.
    """
    with empty_environment() as (python, variables), TemporaryDirectory() as name:
        folder = Path(name)

        def run(*command: str | Path) -> bytes:
            return subprocess.run(
                command, check=True, env=variables, cwd=folder, stdout=subprocess.PIPE
            ).stdout

        run(python, *_QUIET, "--require-hashes", "-r", TOP / "requirements/runtime.txt")
        run(python, *_QUIET, "--no-deps", package.resolve())
        start = time.perf_counter()
        report = run("dedup", "clean", ARTICLES, "-o", "clean.jsonl", "--ledger", "ledger.jsonl")
        seconds = time.perf_counter() - start
        run("dedup", "restore", "clean.jsonl", "ledger.jsonl", "-o", "original.jsonl")
        mine = [
            sys.executable,
            "-m",
            "dedup",
            "clean",
            str(ARTICLES),
            "-o",
            str(folder / "mine.jsonl"),
            "--quiet",
        ]
        subprocess.run(mine, check=True, cwd=TOP)
        read = {path.stem: path.read_bytes() for path in folder.glob("*.jsonl")}
    if b"48 articles" not in report or read["clean"] != read["mine"]:
        sys.exit(f"{package} does not clean the fixtures as this dedup does.")
    if read["original"] != ARTICLES.read_bytes():
        sys.exit(f"{package} does not restore the fixtures.")
    return seconds


if __name__ == "__main__":
    for given in sys.argv[1:]:
        print(f"{given}: first report {first_report(Path(given)):.1f} s after pip install ended (aim: 10 s)")
