"""What was measured, kept under build/bench until a table is written of it; and the tables in the pages."""

import hashlib
import os
import platform
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from bench.paths import TOP, build


def keep(name: str, figures: dict[str, Any]) -> None:
    """Keep figures under a name, with the time, in place of what is kept there."""
    path = build(f"bench/{name}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps({**figures, "at": time.time()}))


def kept(name: str) -> dict[str, Any] | None:
    """What is kept under a name."""
    path = build(f"bench/{name}.json")
    return dict(orjson.loads(path.read_bytes())) if path.exists() else None


def code() -> str:
    """A digest of dedup's own code, so that figures of another one are not taken for this one's."""
    paths = sorted(path for path in (TOP / "dedup").rglob("*") if path.suffix in (".py", ".sql", ".json"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def machine() -> str:
    """The processor, its cores that may be used, the memory, the system and Python."""
    from dedup.engines.local import cores

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {cores()} cores, {memory:.0f} GiB of memory, {system}"


def _processor() -> str:
    """The model of the processor, as the system names it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def commit() -> str:
    """The commit that is checked out, and whether files differ from it."""
    ask = ["git", "-C", str(TOP), "describe", "--always", "--dirty"]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() or "no commit"


def write(page: Path, script: str, lines: Sequence[str]) -> None:
    """Put lines between the markers that a page has for this script; raises ValueError where it has none."""
    start, end = f"<!-- measured: {script} -->", f"<!-- end of {script} -->"
    before, begins, rest = page.read_text(encoding="utf-8").partition(start)
    _, ends, after = rest.partition(end)
    if not (begins and ends):
        raise ValueError(f"{page} has no markers {start} ... {end}")
    page.write_text("\n".join([before + start, "", *lines, "", end + after]), encoding="utf-8")
