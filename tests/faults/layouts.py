"""Folders of input files, and commands that run in them, as fixtures/layouts.jsonl describes them."""

import os
import random
import sys
from pathlib import Path

import orjson
import pytest

from dedup.cli.main import main
from dedup.ledger.reader import check_ledger

_WORDS = ("barge", "ferry", "harbour", "lantern", "meadow", "orchard", "parish", "quarry", "ribbon", "saddle")


def article(name: str) -> bytes:
    """A line of JSON with an article, the same for the same name. "!": a line that cannot be read."""
    if name == "!":
        return b"not an article"
    choice = random.Random(name)
    return orjson.dumps({"id": name, "text": " ".join(choice.choices(_WORDS, k=60))})


def build(folder: Path, case: dict[str, object]) -> None:
    """Make the files, links and folders of a case."""
    for name in case.get("folders", []):
        (folder / name).mkdir(parents=True)
    for name, articles in case.get("files", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"".join(article(word) + b"\n" for word in articles.split()))


def link(folder: Path, case: dict[str, object]) -> None:
    """Make the links and pipes of a case. A hard link to a file that does not exist makes an empty one."""
    for name in (*case.get("links", {}), *case.get("hard", {})):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    for name, target in case.get("links", {}).items():
        (folder / name).symlink_to(target)
    for name in case.get("pipes", []):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(folder / name)
    for name, target in case.get("hard", {}).items():
        (folder / target).touch()
        (folder / name).hardlink_to(folder / target)


def grow(folder: Path, case: dict[str, object]) -> None:
    """Append the articles of a case to its files."""
    for name, articles in case.get("append", {}).items():
        with (folder / name).open("ab") as file:
            file.writelines(article(word) + b"\n" for word in articles.split())


def sources(ledger: str) -> list[str]:
    """The inputs that a complete ledger names, in order."""
    return [file["dedup_file"] for file in check_ledger(ledger).files]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def command(words: list[str], patch: pytest.MonkeyPatch, stdin: str = "", stdout: str = "") -> int:
    """Run a command, with standard streams that are redirected as a shell does with < and >>."""
    with patch.context() as patched, open(stdin or "/dev/null") as source:  # noqa: PTH123
        patched.setattr(sys, "stdin", source)
        if not stdout:
            return main(words)
        with open(stdout, "a") as target:  # noqa: PTH123
            patched.setattr(sys, "stdout", target)
            return main(words)
