"""The process behind `dedup` and `python -m dedup`."""

import atexit
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

from dedup.cli.main import main


class _BlockUnneeded:
    """Blocks libraries that no command needs, but that numba (scipy) and pyarrow (pandas) import if they are
    installed, which takes 0.7 s. Only this process blocks them: a program that uses dedup may need them.
    """

    def find_spec(self, name: str, *_: object) -> None:
        if name in ("scipy", "pandas"):
            raise ModuleNotFoundError(f"{name} is not needed", name=name)


def run() -> int:
    """Run the command with settings for a process of its own; returns its exit status."""
    # Documents have no reference cycles: the search for cycles takes 0.1 s of the start and finds none.
    gc.disable()
    # A worker that returns from a kernel waits this long for the interpreter. The default of 5 ms took 5 % of
    # a run with two workers.
    sys.setswitchinterval(1e-4)
    if not any("spark" in argument for argument in sys.argv):  # Spark uses them if it finds them
        sys.meta_path.insert(0, _BlockUnneeded())
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
