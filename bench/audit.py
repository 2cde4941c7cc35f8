"""Asks for known vulnerabilities of every release that the locks name, and says of how many it was told.

    python bench/audit.py

pip-audit asks PyPI, by release. Status 1 where a vulnerability is known. Where the service does not answer,
the last sentence says that nothing is known.
"""

import json
import subprocess
import sys
from pathlib import Path

from bench.paths import TOP

TOOL = TOP / "build/supply/bin/pip-audit"
OPTIONS = [
    "--require-hashes",
    "--disable-pip",
    "--format",
    "json",
    "--progress-spinner",
    "off",
    "--timeout",
    "15",
]


def asked(lock: Path) -> list[dict[str, object]] | str:
    """What pip-audit found of each release of a lock, or why it could not ask."""
    done = subprocess.run([TOOL, "-r", lock, *OPTIONS], capture_output=True, text=True, check=False)
    try:
        found: list[dict[str, object]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return done.stderr.strip().rpartition("\n")[2][:200]
    return found


def main() -> int:
    """Ask, tell; return the exit status."""
    releases: dict[str, dict[str, object]] = {}
    for lock in sorted(TOP.glob("constraints*.txt")):
        found = asked(lock)
        if isinstance(found, str):
            print(f"nothing is known of what {lock.name} names: the service did not answer ({found})")
            return 0
        releases |= {f"{one['name']} {one.get('version', '')}": one for one in found}
    known = {name: one["vulns"] for name, one in releases.items() if one.get("vulns")}
    for name, vulnerabilities in known.items():
        print(f"{name}: {vulnerabilities}")
    silent = sum("skip_reason" in one for one in releases.values())
    answered = len(releases) - silent
    if not answered:
        print(f"the service does not answer here: nothing is known of the {silent} releases that are locked")
        return 0
    rest = f"; of {silent} it says nothing" if silent else ""
    print(f"{len(known)} of {answered} releases have known vulnerabilities{rest}")
    return bool(known)


if __name__ == "__main__":
    sys.exit(main())
