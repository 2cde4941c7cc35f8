"""How soon dedup answers in an environment of its own: the first time, when Python has not compiled dedup's
modules yet, and later.

    python -m bench.speed.startup [--rounds 10] [--here]

The environment has what dedup needs to run and nothing else: another library, such as pandas, would be
loaded, too. It is made anew, from the locked releases, which takes half a minute. `--here` takes the
environment that runs the bench instead. Seconds are the least of all rounds: everything else that runs here
only adds to them.
"""

import argparse
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness.figures import code_digest, save
from bench.harness.measure import Run, run
from bench.paths import FIXTURES, TOP, memory_folder

ARTICLE = TOP / "fixtures/repeats/body-twice.txt"
_CLEAN_TEXT = f"import dedup; dedup.clean_text(open({str(ARTICLE)!r}).read())"
_NAMES = {
    "help": "dedup --help",
    "article": "dedup clean article.txt",
    "clean_text": "import dedup; dedup.clean_text(text)",
    "records": "dedup clean articles.jsonl",
}


@contextmanager
def fresh_environment() -> Iterator[str]:
    """The Python of a new virtual environment with dedup and the releases that it needs, all of them
    compiled but for dedup itself.
    """
    with TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        places = sysconfig.get_paths("venv", {"base": folder, "platbase": folder})
        python = str(Path(places["scripts"], Path(sys.executable).name))
        locked = ["--no-deps", "--require-hashes", "-qq", "-r", str(TOP / "requirements/runtime.txt")]
        subprocess.run([python, "-m", "pip", "install", *locked], check=True)
        target = Path(places["purelib"], "dedup")
        shutil.copytree(TOP / "dedup", target, ignore=shutil.ignore_patterns("__pycache__"))
        yield python


def measured(python: str, name: str) -> Run:
    """What `name` of the measured commands takes once. `python`: of the environment that has dedup."""
    start = [python, "-P"]  # not the dedup of the folder that the bench runs in
    if name == "clean_text":
        return run([*start, "-c", _CLEAN_TEXT])
    if name == "help":
        return run([*start, "-m", "dedup", "--help"])
    source = ARTICLE if name == "article" else FIXTURES
    with memory_folder() as folder:
        files = ["-o", str(folder / f"out{source.suffix}"), "--ledger", str(folder / "ledger.jsonl")]
        return run([*start, "-m", "dedup", "clean", str(source), *files])


def later_seconds(python: str, rounds: int) -> dict[str, float]:
    """The seconds of each of the commands, the least of some rounds, once their modules are compiled."""
    runs = [{name: measured(python, name).seconds for name in _NAMES} for _ in range(rounds + 1)][1:]
    return {name: min(seconds[name] for seconds in runs) for name in _NAMES}


def first_seconds(python: str) -> dict[str, float]:
    """The seconds of the first runs in an environment: over an article, then over records."""
    return {f"first {name}": measured(python, name).seconds for name in ("article", "records")}


def _print(seconds: dict[str, float], names: Sequence[str], when: str) -> None:
    for name in names:
        print(f"{seconds[name]:6.2f} s  {_NAMES[name.removeprefix('first ')]}{when}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--here", action="store_true", help="measure this environment; saves nothing")
    options = parser.parse_args()
    if options.here:
        _print(later_seconds(sys.executable, options.rounds), [*_NAMES], "")
        return
    with fresh_environment() as python:
        first = first_seconds(python)
        seconds = later_seconds(python, options.rounds)
    save("startup", {**first, **seconds, "code": code_digest()})
    _print(first, [*first], ", for the first time")
    _print(seconds, [*_NAMES], "")


if __name__ == "__main__":
    main()
