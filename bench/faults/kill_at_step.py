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
from dedup.files.staging import Staging
from dedup.index.entry import IndexEntry
from dedup.index.session import IndexSession

STEPS: dict[str, tuple[type, Callable[..., Any]]] = {
    step.__qualname__: (owner, step)
    for owner, step in (
        (Staging, Staging._commit),
        (IndexEntry, IndexEntry.prepare),
        (Staging, Staging._publish),
        (Path, Path.replace),
        (IndexEntry, IndexEntry.settle),
        (IndexSession, IndexSession.close),
    )
}
"""The steps that put outputs and index in place, by name, each with its class."""


def kill_at(name: str, count: int, before: bool) -> None:
    """Kill this process when the step runs for the `count`-th time: before it, or after it."""
    owner, step = STEPS[name]
    remaining = count

    def replacement(*arguments: Any) -> Any:
        nonlocal remaining
        remaining -= 1
        if remaining == 0 and before:
            os.kill(os.getpid(), signal.SIGKILL)
        value = step(*arguments)
        if remaining == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    setattr(owner, step.__name__, replacement)


if __name__ == "__main__":
    step_name, step_count, when, *command = sys.argv[1:]
    kill_at(step_name, int(step_count), when == "before")
    sys.exit(main(command))
