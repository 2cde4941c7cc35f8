"""When a run was done, by which command and on what: for the header of its ledger, and for its reports."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, TypedDict

from dedup.files.names import as_text


class SettingsFile(TypedDict):
    """A file with settings, and which options a run took from it."""

    file: str
    options: list[str]
    """Their names as on the command line, without the two dashes."""


class RunFacts(TypedDict):
    """When a run was done, and on what."""

    date: str
    """ISO 8601, UTC."""
    engine: str
    """local or spark."""
    inputs: list[str]
    """As they were named; in the header of a ledger, relative to the folder of the ledger."""
    output: str | None
    """Where the articles went; null where that is no file or folder."""
    index: str | None
    """The index of earlier runs (--index)."""
    settings: list[SettingsFile]
    """The files that set options (dedup.toml, pyproject.toml)."""


def now() -> str:
    """The date and time in UTC (ISO 8601). SOURCE_DATE_EPOCH, in seconds since 1970, replaces the clock, so
    that a run can be repeated byte for byte.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(fixed) if fixed.isascii() and fixed.isdecimal() and len(fixed) < 12 else time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def for_ledger(facts: RunFacts, ledger: str | None) -> dict[str, Any]:
    """The facts as the header of this ledger has them: paths are relative to its folder, so that the report
    can be shown from elsewhere, and the files can be moved together.
    """
    return _with_paths(facts, lambda path: _relative(path, _folder(ledger)))


def from_ledger(facts: dict[str, Any], ledger: str) -> RunFacts:
    """The facts in the header of this ledger, with paths that lead there from the current folder."""
    moved: RunFacts = _with_paths(facts, lambda path: _joined(_folder(ledger), path))  # type: ignore[assignment]
    return moved


def _with_paths(facts: Any, path: Callable[[str], str]) -> dict[str, Any]:
    output, index = facts["output"], facts["index"]
    return {
        **facts,
        "inputs": [path(name) for name in facts["inputs"]],
        "output": None if output is None else path(output),
        "index": None if index is None else path(index),
    }


def _folder(ledger: str | None) -> str:
    return os.path.dirname(ledger or "") or "."  # noqa: PTH120 - a Path drops the slash at the end of a name


def is_elsewhere(path: str) -> bool:
    """Whether a name is no path of this machine: standard input, an address."""
    return path == "-" or "://" in path


def _relative(path: str, folder: str) -> str:
    """A path as seen from a folder; an absolute one if the folder is in a store."""
    if is_elsewhere(path):
        return path
    try:
        relative = os.path.abspath(path) if is_elsewhere(folder) else os.path.relpath(path, folder)  # noqa: PTH100
    except ValueError:  # another drive
        relative = os.path.abspath(path)  # noqa: PTH100 - a glob is no path
    return as_text(relative) + ("/" if path.endswith("/") else "")


def _joined(folder: str, path: str) -> str:
    """The path that leads to where `path` leads from a folder."""
    if is_elsewhere(path) or is_elsewhere(folder):
        return path
    relative = os.path.normpath(os.path.join(folder, path))  # noqa: PTH118 - a glob is no path
    absolute = os.path.abspath(relative)  # noqa: PTH100 - likewise
    nearest = absolute if relative.startswith("..") and len(absolute) < len(relative) else relative
    return nearest + ("/" if path.endswith("/") else "")
