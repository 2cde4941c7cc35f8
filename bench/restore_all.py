"""Clean every JSON Lines file of the data folder, restore it, and compare the bytes.

    python bench/restore_all.py [--data DIR]

Ends with "N of N files restored byte for byte", and with status 1 if not all were.
"""

import argparse
import gzip
import subprocess
import sys
import tempfile
from io import BufferedIOBase
from pathlib import Path

import orjson
from sentences import DATA

DONE = (0, 3)  # 3: done, some records could not be read
CHUNK = 1 << 20


def restores(source: Path, folder: Path) -> str:
    """Clean and restore one file in `folder`; return what went wrong, nothing if all is well."""
    out, ledger, rejects, back = (
        str(folder / name) for name in ("out.jsonl", "ledger.jsonl", "rejects.jsonl", "back.jsonl")
    )
    outputs = ["-o", out, "--ledger", ledger, "--rejects", rejects, "--quiet"]
    problem = _dedup("clean", str(source), *outputs, "--text-field", "text", "--id-field", id_field(source))
    if problem:
        return problem
    rejected = ["--rejects", rejects] if Path(rejects).exists() else []
    return _dedup("restore", out, ledger, *rejected, "-o", back) or difference(source, Path(back))


def _dedup(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "dedup", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode in DONE:
        return ""
    return f"dedup {arguments[0]} ended with status {done.returncode}: {done.stderr.strip()[-500:]}"


def id_field(source: Path) -> str:
    """Return the name of the field that holds the id: `id`, or `page` where there is no `id`."""
    with _open(source) as lines:
        return "id" if "id" in orjson.loads(lines.readline()) else "page"


def difference(source: Path, back: Path) -> str:
    """Return where the decompressed `source` and `back` differ first, nothing if they are equal."""
    place = 0
    with _open(source) as one, _open(back) as other:
        while True:
            expected, got = one.read(CHUNK), other.read(CHUNK)
            if expected != got:
                return f"differs at byte {place + _alike(expected, got)}"
            if not expected:
                return ""
            place += len(expected)


def _alike(one: bytes, other: bytes) -> int:
    """Return how many bytes the two begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _open(path: Path) -> BufferedIOBase:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def main() -> int:
    """Go through the files; return the exit status."""
    parser = argparse.ArgumentParser(description="Clean and restore every JSON Lines file of a folder.")
    parser.add_argument("--data", type=Path, default=DATA, help="default: DEDUP_DATA or ../shared/data")
    data: Path = parser.parse_args().data
    files = sorted([*data.rglob("*.jsonl"), *data.rglob("*.jsonl.gz")])
    if not files:
        print(
            f"{data} holds no JSON Lines file; name a folder that does with --data or DEDUP_DATA",
            file=sys.stderr,
        )
        return 1
    good = 0
    for source in files:
        with tempfile.TemporaryDirectory() as folder:
            problem = restores(source, Path(folder))
        good += not problem
        print(f"{source.relative_to(data)}: {problem or 'restored byte for byte'}", flush=True)
    print(f"{good} of {len(files)} files restored byte for byte")
    return 0 if good == len(files) else 1


if __name__ == "__main__":
    sys.exit(main())
