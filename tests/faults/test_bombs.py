"""Files that unpack to far more than they hold take little memory and little disk."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from tests.support.paths import ARTICLES

pytestmark = pytest.mark.slow

MEGA = 1 << 20
PEAK = """
import resource, sys
from dedup.cli.main import main
status = main(sys.argv[1:])
print(status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def _peak(*arguments: object) -> tuple[int, int]:
    """The status of a command in a process of its own, and the MB that it took at most."""
    command = [sys.executable, "-c", PEAK, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    status, peak = done.stdout.split()[-2:]
    return int(status), int(peak)


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts kilobytes on Linux alone")
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("a.jsonl.gz", 300),
        *(
            pytest.param(name, 600, marks=pytest.mark.slow)
            for name in ("a.jsonl.gz", "a.json.zst", "a.txt.gz", "a.csv.zst")
        ),
    ],
)
def test_a_bomb_takes_little_memory_and_disk(name: str, size: int, tmp_path: Path) -> None:
    """A small file that unpacks to hundreds of megabytes takes little memory, and its rejects are small;
    restore gives it back.
    """
    zeros = b"0" * MEGA
    head = {"jsonl": b"", "json": b'{"text":"', "txt": b"", "csv": b'id,text\n1,"'}[name.split(".")[1]]
    pack = gzip.open if name.endswith("gz") else zstandard.open
    with pack(tmp_path / name, "wb") as bomb:
        bomb.write(head)
        for _ in range(size):
            bomb.write(zeros)
    out, rejects, ledger = (tmp_path / part for part in ("out.jsonl", "r.jsonl", "l.jsonl"))
    common = ["--workers", 1, "--quiet", "--max-document", "4M"]
    _, idle = _peak("clean", ARTICLES, "--dry-run", *common)
    command = ["clean", tmp_path / name, "-o", out, "--rejects", rejects, "--ledger", ledger, *common]
    status, peak = _peak(*command)
    assert status == 3
    assert peak < idle + 200
    assert rejects.stat().st_size < 2 * MEGA
    status, peak = _peak("restore", out, ledger, "--rejects", rejects, "-o", tmp_path / f"back.{name}")
    assert (status, peak < idle + 200) == (0, True)
    with pack(tmp_path / f"back.{name}", "rb") as back:
        assert back.read(len(head)) == head
        assert all(back.read(MEGA) == zeros for _ in range(size))
        assert back.read() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts kilobytes on Linux alone")
@pytest.mark.parametrize(
    ("name", "record", "count"),
    [
        ("a.jsonl.gz", b"x\n", 1 << 18),
        ("a.jsonl.gz", b'{"text":""}\n', 1 << 18),
        pytest.param("a.jsonl.gz", b"x\n", 1 << 20, marks=pytest.mark.slow),
        pytest.param("a.jsonl.gz", b'{"text":""}\n', 1 << 20, marks=pytest.mark.slow),
        pytest.param("a.csv.gz", b"1\n", 1 << 20, marks=pytest.mark.slow),
        pytest.param("a.json.gz", b"1,", 1 << 18, marks=pytest.mark.slow),
    ],
)
def test_many_tiny_records_take_little_memory(name: str, record: bytes, count: int, tmp_path: Path) -> None:
    """A few kilobytes that unpack to a million records take some 100 bytes of memory for each."""
    head, end = {"csv": (b"id,text\n", b""), "json": (b"[", b"1]")}.get(name.split(".")[1], (b"", b""))
    with gzip.open(tmp_path / name, "wb", 1) as bomb:
        bomb.write(head + record * count + end)
    common = ["--workers", 1, "--quiet"]
    _, idle = _peak("clean", ARTICLES, "--dry-run", *common)
    status, peak = _peak("clean", tmp_path / name, "-o", tmp_path / "out.jsonl", *common)
    assert status == (0 if record.endswith(b"}\n") else 3)
    assert peak < idle + 60 + count * 140 // MEGA
