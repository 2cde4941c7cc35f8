"""The process behind `dedup` and `python -m dedup`."""

import atexit
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

from dedup.cli.main import main


def run() -> int:
    """Run the command with settings for a process of its own; returns its exit status."""
    # Documents have no reference cycles: the search for cycles takes 0.1 s of the start and finds none.
    gc.disable()
    # Nothing here multiplies matrices, and NumPy's library for it starts a thread a core: 0.01 s and more.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return main()


def process() -> None:
    """Run the command and end the process. Its objects are not freed one by one, which took 0.25 s."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed from the start
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - open until the process ends
    status = run()
    with suppress(OSError):  # nobody reads it any more
        sys.stderr.flush()
    atexit._run_exitfuncs()  # deletes the temporary file that has a copy of standard input
    os._exit(status)


if __name__ == "__main__":
    process()
