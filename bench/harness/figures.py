"""Measured figures, saved under build/bench until a table is made of them; and the tables in the pages."""

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


def save(name: str, figures: dict[str, Any]) -> None:
    """Save figures under a name, with the time; they replace what was saved there."""
    path = build(f"bench/{name}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps({**figures, "at": time.time()}))


def load(name: str) -> dict[str, Any] | None:
    """The figures saved under a name; None where there are none."""
    path = build(f"bench/{name}.json")
    return dict(orjson.loads(path.read_bytes())) if path.exists() else None


def load_current(name: str) -> dict[str, Any] | None:
    """The figures saved under a name; None where there are none, or where dedup's code was another then."""
    figures = load(name)
    return figures if figures and figures["code"] == code_digest() else None


def code_digest() -> str:
    """A digest of dedup's code, so that figures of other code are not taken for this one's."""
    paths = sorted(path for path in (TOP / "dedup").rglob("*") if path.suffix in (".py", ".sql", ".json"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def machine() -> str:
    """The processor, the cores that may be used, the memory, the system and the Python version."""
    from dedup.engines.local import cores

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {cores()} cores, {memory:.0f} GiB of memory, {system}"


def _processor() -> str:
    """The processor's model, as the system names it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def commit() -> str:
    """The commit that is checked out, with "-dirty" behind it where files differ from it."""
    describe = ["git", "-C", str(TOP), "describe", "--always", "--dirty"]
    output = subprocess.run(describe, capture_output=True, text=True, check=False).stdout
    return output.strip() or "no commit"


def write_table(page: Path, program: str, lines: Sequence[str]) -> None:
    """Put lines between the markers that a page has for this program. ValueError where it has none."""
    start, end = f"<!-- measured: {program} -->", f"<!-- end of {program} -->"
    before, start_found, rest = page.read_text(encoding="utf-8").partition(start)
    _, end_found, after = rest.partition(end)
    if not (start_found and end_found):
        raise ValueError(f"{page} has no markers {start} ... {end}")
    page.write_text("\n".join([before + start, "", *lines, "", end + after]), encoding="utf-8")
