"""Where compiled kernels are kept: as numba has it, beside the code or in the user's cache; where neither can
be written, in a folder of the user's own among the temporary files.
"""

import atexit
import os
import shutil
import stat
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent


def find() -> None:
    """Tell numba where, before it meets a kernel: it refuses to go on where it finds no place."""
    if os.environ.get("NUMBA_CACHE_DIR") or any(_is_writable(place) for place in _usual()):
        return
    folder = str(_own())
    os.environ["NUMBA_CACHE_DIR"] = folder  # of this process, and of those that it starts
    from numba.core import config

    config.__dict__["CACHE_DIR"] = folder  # where numba was imported before, it does not look again


def _usual() -> list[Path]:
    """The places that numba tries by itself."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return [_HERE / "__pycache__", Path(home, "numba")]


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except (OSError, RuntimeError):
        return False


def _own() -> Path:
    """A folder that nobody else can have put anything into: what lies in a cache is run."""
    if hasattr(os, "getuid"):
        folder = Path(tempfile.gettempdir(), f"dedup-kernels-{os.getuid()}")
        folder.mkdir(mode=0o700, exist_ok=True)
        held = folder.lstat()
        if stat.S_ISDIR(held.st_mode) and held.st_uid == os.getuid() and not held.st_mode & 0o077:
            return folder
    passing = tempfile.mkdtemp(prefix="dedup-kernels-")
    atexit.register(shutil.rmtree, passing, ignore_errors=True)
    return Path(passing)


def is_compiled() -> bool:
    """Whether an earlier run left compiled kernels where numba keeps them."""
    if provided := os.environ.get("NUMBA_CACHE_DIR"):
        folders = [*Path(provided).glob("kernels_*")]
    else:
        home = Path(os.environ.get("HOME", "")) / ".cache/numba"
        folders = [_HERE / "__pycache__", *home.glob("kernels_*")]
    return any(compiled for folder in folders for compiled in folder.glob("*.nbi"))
