"""Runs `dedup` and kills it at a step: right before it, or right after it.

    python -m bench.faults.kill_at_step STEP COUNT before|after ARGUMENTS ...

COUNT: which run of the step, from 1 on. kills.py starts this.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dedup.cli.main import main
from dedup.files.journal.journal import Journal
from dedup.files.journal.lock import LockedFile
from dedup.files.staging import Staging
from dedup.index.entry import IndexEntry
from dedup.index.session import IndexSession

STEPS: dict[str, tuple[type, Callable[..., Any], int]] = {
    step.__qualname__: (owner, step, count)
    for owner, step, count in (
        (LockedFile, LockedFile.clear, 3),
        (LockedFile, LockedFile.append, 7),
        (Staging, Staging._commit, 1),
        (IndexEntry, IndexEntry.prepare, 1),
        (Journal, Journal.publish, 1),
        (Path, Path.replace, 3),
        (IndexEntry, IndexEntry.settle, 1),
        (Journal, Journal.close, 1),
        (LockedFile, LockedFile.remove, 3),
        (IndexSession, IndexSession.close, 1),
    )
}
"""The steps that put outputs and index in place, by name, each with its class, and how often it comes."""


def kill_at(name: str, count: int, before: bool) -> None:
    """Kill this process when the step runs for the `count`-th time: before it, or after it."""
    owner, step, _ = STEPS[name]
    remaining = count

    def replacement(*arguments: Any, **named: Any) -> Any:
        nonlocal remaining
        remaining -= 1
        if remaining == 0 and before:
            os.kill(os.getpid(), signal.SIGKILL)
        value = step(*arguments, **named)
        if remaining == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    setattr(owner, step.__name__, replacement)


if __name__ == "__main__":
    step_name, step_count, when, *command = sys.argv[1:]
    kill_at(step_name, int(step_count), when == "before")
    sys.exit(main(command))
