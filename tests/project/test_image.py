"""The container image, as far as it can be tested without Docker: what is in it runs without rights."""

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.support.paths import ARTICLES, TOP

DOCKERFILE = (TOP / "Dockerfile").read_text(encoding="utf-8")
UNPRIVILEGED = """
mount --make-rprivate /
findmnt -rno TARGET | while read -r place; do mount -o remount,bind,ro "$place" 2>/dev/null; done
mount -t tmpfs tmpfs {tmp}
mount -t tmpfs -o mode=777 tmpfs {data}
cd {data}
exec setpriv --inh-caps=-all --bounding-set=-all --no-new-privs \
  env -i PATH=/usr/bin:/bin HOME={tmp} TMPDIR={tmp} PYTHONDONTWRITEBYTECODE=1 "$@"
"""


def test_the_image_runs_as_nobody() -> None:
    """The last stage of the Dockerfile has a user who is not root, by number, and runs dedup itself."""
    stage = DOCKERFILE.split("\nFROM ")[-1]
    (user,) = re.findall(r"^USER (\d+):(\d+)$", stage, re.MULTILINE)
    assert min(map(int, user)) > 0
    assert 'ENTRYPOINT ["dedup"]' in stage
    assert "--require-hashes" in stage


def test_the_builder_gets_what_it_needs() -> None:
    """.dockerignore lets through each file that a build or the Dockerfile reads, and no others."""
    lines = (TOP / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let = {line[1:] for line in lines if line.startswith("!")}
    assert {line for line in lines if not line.startswith(("#", "!"))} >= {"*", "**/__pycache__"}
    assert all((TOP / name).exists() for name in let)
    packed = {"pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "dedup", "tools"}
    mounted = {name for name in re.findall(r"source=([\w./]+)", DOCKERFILE) if not fnmatch(name, "/*")}
    assert let == packed | mounted


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("setpriv"), reason="there is no setpriv here")
def test_a_run_needs_no_rights(tmp_path: Path) -> None:
    """In a tree that is mounted read-only, without capabilities, with /tmp and a folder of data alone and
    without a network, the fixtures are cleaned and restored. (The user stays: others may not read Python.)
    """
    places = {name: tmp_path / name for name in ("tmp", "data")}
    for place in (tmp_path, *places.values()):
        place.mkdir(exist_ok=True)
        place.chmod(0o777)
    code = f"""
import os
from dedup.cli.main import main
assert "CapEff:\\t0000000000000000" in open("/proc/self/status").read()
for folder in ("/", {str(TOP)!r}, "/usr"):
    assert not os.access(folder, os.W_OK), folder
assert main(["clean", {str(ARTICLES)!r}, "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "--quiet"]) == 0
assert main(["restore", "clean.jsonl", "ledger.jsonl", "-o", "original.jsonl"]) == 0
assert open("original.jsonl", "rb").read() == open({str(ARTICLES)!r}, "rb").read()
print("restored")
"""
    script = UNPRIVILEGED.format(**places)
    start = ["unshare", "--mount", "--net", "bash", "-euc", script, "bash", sys.executable, "-c", code]
    done = subprocess.run(start, capture_output=True, text=True, check=False)
    if "Operation not permitted" in done.stderr and "Traceback" not in done.stderr:
        pytest.skip(f"no mounts of its own are allowed here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert "restored" in done.stdout
