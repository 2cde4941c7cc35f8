"""The rivals: each in an environment of its own under build/peers, made from PyPI; each asked through a
script in peers/ that reads JSON Lines and writes what belongs together.

    python -m bench.harness.rivals      make the environments
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bench.paths import TOP, build

PEERS = "bench.peers"


class Rival(NamedTuple):
    """Its name in the tables, its script in peers/, its package, and what else its documentation installs.

    `timed`: what the script is given besides when it is timed; `answers`: whether it says which documents
    belong together; `slow`: timed once; `share`: the part of the corpus that it is timed on.
    """

    name: str
    script: str
    package: str
    needs: tuple[str, ...] = ()
    timed: tuple[str, ...] = ()
    answers: bool = True
    slow: bool = False
    share: float = 1.0


class UnavailableError(Exception):
    """A rival does not install or does not run; the message says why, in one line."""


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
"""What is timed: the same, and datasketch in a way that gives the same sketches sooner."""

READ_WITH = "orjson"  # what every script of peers/ reads and writes with


def environment(rival: Rival) -> Path:
    """The Python of the rival's environment; made the first time. Raises UnavailableError."""
    folder = build(f"peers/{rival.package}")
    ready, wanted = folder / ".ready", [rival.package, *rival.needs, READ_WITH]
    if not ready.exists() or ready.read_text(encoding="utf-8").split() != wanted:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, *wanted])
        ready.write_text(" ".join(wanted), encoding="utf-8")
    return folder / "bin/python"


def command(rival: Rival, source: Path, target: Path, *more: str) -> list[str]:
    """How the rival's script is run on a file. Raises UnavailableError."""
    return [str(environment(rival)), "-m", f"{PEERS}.{rival.script}", str(source), str(target), *more]


def script(rival: Rival) -> Path:
    """The script that asks the rival."""
    return TOP / "bench/peers" / f"{rival.script}.py"


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
    asked = b"\0".join((given, script(rival).read_bytes(), version(rival).encode()))
    key = hashlib.sha256(asked).hexdigest()[:16]
    kept = build(f"peers/answers/{rival.script}-{key}.jsonl")
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        source, unfinished = kept.with_suffix(".in.jsonl"), kept.with_suffix(".unfinished")
        source.write_bytes(given)
        try:
            _run(command(rival, source, unfinished))
        finally:
            source.unlink()
        unfinished.replace(kept)
    return [orjson.loads(line) for line in kept.read_bytes().splitlines()]


def _run(command: list[str]) -> str:
    """What a command prints. Raises UnavailableError with the last line of its complaint."""
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
