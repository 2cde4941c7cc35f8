"""The rivals: other tools that find near-duplicates.

    python -m bench.harness.rivals      make their environments

Each has an environment of its own under build/peers, installed from PyPI, and a module in bench/peers/ that
reads JSON Lines and writes what belongs together.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bench.paths import TOP, build


class Rival(NamedTuple):
    """A tool that dedup is compared with.

    `name`: in the tables. `module`: in bench/peers/. `package`: on PyPI. `needs`: what else its documentation
    installs. `timed`: further arguments of the module when it is timed. `answers`: whether it says which
    documents belong together. `slow`: timed only once. `share`: the part of the corpus that it is timed on.
    """

    name: str
    module: str
    package: str
    needs: tuple[str, ...] = ()
    timed: tuple[str, ...] = ()
    answers: bool = True
    slow: bool = False
    share: float = 1.0


class UnavailableError(Exception):
    """A rival does not install or does not run. The message gives the reason in one line."""


RIVALS = (
    Rival("datasketch MinHashLSH", "datasketch_lsh", "datasketch", timed=("--each",), slow=True),
    Rival("rensa, full sets", "rensa_full", "rensa"),
    Rival("rensa, sampled", "rensa_sampled", "rensa", timed=("--flags",)),
    Rival("FastSketchLSH", "fastsketch_lsh", "FastSketchLSH", timed=("--flags",)),
    Rival(
        "text-dedup",
        "text_dedup_minhash",
        "text-dedup",
        timed=("--ngram", "3", "--num_perm", "128"),
        slow=True,
    ),
    Rival(
        "datatrove",
        "datatrove_minhash",
        "datatrove",
        ("datatrove[io,processing]", "spacy"),
        timed=("3",),
        slow=True,
        share=0.1,
    ),
    Rival("Daft, normalise and minhash alone", "daft_minhash", "daft", answers=False),
    Rival("semhash", "semhash_records", "semhash", answers=False, slow=True),
)
BATCH = RIVALS[0]._replace(name="datasketch, update_batch", timed=())
TIMED = (RIVALS[0], BATCH, *RIVALS[1:])
"""The rivals that are timed: all, and datasketch once more, in a way that makes the same sketches faster."""

READ_WITH = "orjson"  # what every module of bench/peers/ reads and writes with


def environment(rival: Rival) -> Path:
    """The Python of the rival's environment, which is made the first time. Raises UnavailableError."""
    folder = build(f"peers/{rival.package}")
    ready, packages = folder / ".ready", [rival.package, *rival.needs, READ_WITH]
    if not ready.exists() or ready.read_text(encoding="utf-8").split() != packages:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, *packages])
        ready.write_text(" ".join(packages), encoding="utf-8")
    return folder / "bin/python"


def command(rival: Rival, source: Path, target: Path, *arguments: str) -> list[str]:
    """The command, run from the top folder, that asks the rival. Raises UnavailableError."""
    module = f"bench.peers.{rival.module}"
    return [str(environment(rival)), "-m", module, str(source), str(target), *arguments]


def module_path(rival: Rival) -> Path:
    """The file of the module that asks the rival."""
    return TOP / f"bench/peers/{rival.module}.py"


def version(rival: Rival) -> str:
    """The installed version. Raises UnavailableError."""
    code = f"import importlib.metadata; print(importlib.metadata.version({rival.package!r}))"
    return _run([str(environment(rival)), "-c", code]).strip()


def answer(rival: Rival, documents: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """What the rival puts together: lines as bench/peers/exchange.py describes them. Raises UnavailableError.

    Answers are kept in build/peers/answers, and reused while module, version and documents are the same.
    """
    lines = b"".join(
        orjson.dumps({"id": document["id"], "text": document["text"]}) + b"\n" for document in documents
    )
    question = b"\0".join((lines, module_path(rival).read_bytes(), version(rival).encode()))
    key = hashlib.sha256(question).hexdigest()[:16]
    path = build(f"peers/answers/{rival.module}-{key}.jsonl")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        source, unfinished = path.with_suffix(".in.jsonl"), path.with_suffix(".unfinished")
        source.write_bytes(lines)
        try:
            _run(command(rival, source, unfinished))
        finally:
            source.unlink()
        unfinished.replace(path)
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def _run(command: list[str]) -> str:
    """The standard output of a command. Raises UnavailableError with the last line of its errors."""
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise UnavailableError(lines[-1][:200] if lines else f"ended with status {done.returncode}")
    return done.stdout


def main() -> None:
    for rival in RIVALS:
        try:
            print(f"{rival.name:24} {version(rival)}")
        except UnavailableError as reason:
            print(f"{rival.name:24} does not install: {reason}")


if __name__ == "__main__":
    main()
