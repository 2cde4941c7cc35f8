"""The process behind `dedup` and `python -m dedup`."""

import atexit
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

from dedup.cli.main import main


class _Unneeded:
    """Keeps out what no command needs, but numba (scipy) and pyarrow (pandas) import wherever it is
    installed, in 0.7 s. Only here, where the process is ours: in a library it would be missed elsewhere.
    """

    def find_spec(self, name: str, *_: object) -> None:
        if name in ("scipy", "pandas"):
            raise ModuleNotFoundError(f"{name} is not needed", name=name)


def run() -> int:
    """The command, as a process of its own runs it; returns its exit status."""
    # Of documents nothing is cyclic: to look for cycles takes 0.1 s of the start and finds none.
    gc.disable()
    # So long a worker that is back from a kernel waits for Python, not 5 ms: 5 % of a run with two workers.
    sys.setswitchinterval(1e-4)
    if not any("spark" in word for word in sys.argv):  # Spark needs what it can find of them
        sys.meta_path.insert(0, _Unneeded())
    return main()


def process() -> None:
    """The same, and leave: what the process holds is not taken apart first, which took 0.25 s."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed from the start
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - until the end
    status = run()
    with suppress(OSError):  # nobody is left to read it
        sys.stderr.flush()
    atexit._run_exitfuncs()  # what was read from standard input stands in a temporary file
    os._exit(status)


if __name__ == "__main__":
    process()
