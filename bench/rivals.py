"""The rivals: each in an environment of its own under build/peers, made from PyPI; each asked through a
script in peers/ that reads JSON Lines and writes what belongs together.

    python bench/rivals.py      make the environments
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent / "build/peers"


class Rival(NamedTuple):
    """Its name in the table, its script in peers/, its package, and what else its documentation installs."""

    name: str
    script: str
    package: str
    needs: tuple[str, ...] = ()


class UnavailableError(Exception):
    """A rival does not install or does not run; the message says why, in one line."""


RIVALS = (
    Rival("datasketch MinHashLSH", "datasketch_lsh", "datasketch"),
    Rival("rensa, full sets", "rensa_full", "rensa"),
    Rival("rensa, sampled", "rensa_sampled", "rensa"),
    Rival("text-dedup", "text_dedup_minhash", "text-dedup"),
    Rival("datatrove", "datatrove_minhash", "datatrove", ("datatrove[io,processing]", "spacy")),
)


def environment(rival: Rival) -> Path:
    """The Python of the rival's environment; made the first time. Raises UnavailableError."""
    folder = BUILD / rival.package
    ready = folder / ".ready"
    if not ready.exists():
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, rival.package, *rival.needs])
        ready.touch()
    return folder / "bin/python"


def version(rival: Rival) -> str:
    """The installed version. Raises UnavailableError."""
    ask = f"import importlib.metadata; print(importlib.metadata.version({rival.package!r}))"
    return _run([str(environment(rival)), "-c", ask]).strip()


def answer(rival: Rival, documents: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """What the rival puts together: lines as peers/exchange.py describes them. Raises UnavailableError.

    An answer is kept in build/peers/answers and given again while script, version and documents are the same.
    """
    given = b"".join(
        orjson.dumps({"id": document["id"], "text": document["text"]}) + b"\n" for document in documents
    )
    script = HERE / "peers" / f"{rival.script}.py"
    key = hashlib.sha256(b"\0".join((given, script.read_bytes(), version(rival).encode()))).hexdigest()[:16]
    kept = BUILD / "answers" / f"{rival.script}-{key}.jsonl"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        source, unfinished = kept.with_suffix(".in.jsonl"), kept.with_suffix(".unfinished")
        source.write_bytes(given)
        try:
            _run([str(environment(rival)), str(script), str(source), str(unfinished)])
        finally:
            source.unlink()
        unfinished.replace(kept)
    return [orjson.loads(line) for line in kept.read_bytes().splitlines()]


def _run(command: list[str]) -> str:
    """What a command prints. Raises UnavailableError with the last line of its complaint."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
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
