"""Clean every file of the data folder that dedup reads, restore it, and compare the bytes.

    python -m bench.faults.restore_all [--data DIR] [--generated 100000]

`--generated`: then so many invented inputs of all formats, too, to outputs of all formats: those of
`bad_inputs.py` that are in files and not refused. Ends with "N of N files restored byte for byte", and with
status 1 if not all were.
"""

import argparse
import gzip
import subprocess
import sys
import tempfile
from io import BufferedIOBase
from pathlib import Path

import orjson

from bench.faults import bad_inputs
from bench.paths import DATA
from dedup.formats import format_of

DONE = (0, 3)  # 3: done, some records could not be read
CHUNK = 1 << 20
EXTENSIONS = {"text": "txt"}


def restores(source: Path, folder: Path) -> str:
    """Clean and restore one file in `folder`; return what went wrong, nothing if all is well."""
    form = format_of(source) or "jsonl"
    out, ledger, rejects, back = (
        str(folder / name)
        for name in (f"out.{EXTENSIONS.get(form, form)}", "ledger.jsonl", "rejects.jsonl", "back.jsonl")
    )
    outputs = ["-o", out, "--ledger", ledger, "--rejects", rejects, "--quiet"]
    text, own = fields(source, form)
    problem = _dedup("clean", str(source), *outputs, "--text-field", text, "--id-field", own)
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


def fields(source: Path, form: str) -> tuple[str, str]:
    """Return the names of the fields with text and id: `text` and `id`, or `page` where there is no `id`; of
    a table without a column `text` the first two.
    """
    if form not in ("jsonl", "csv", "tsv"):
        return "text", "id"
    with _open(source) as lines:
        first = lines.readline()
    if form == "jsonl":
        return "text", "id" if "id" in orjson.loads(first) else "page"
    names = first.decode().rstrip("\r\n").split("\t" if form == "tsv" else ",")
    return ("text", "id") if "text" in names else (names[0], names[1])


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
    parser = argparse.ArgumentParser(description="Clean and restore every file of a folder.")
    parser.add_argument("--data", type=Path, default=DATA, help="default: DEDUP_DATA or ../shared/data")
    parser.add_argument("--generated", type=int, default=0, metavar="N", help="invented inputs, too")
    options = parser.parse_args()
    data: Path = options.data
    files = sorted(path for path in data.rglob("*") if path.is_file() and format_of(path))
    if not files:
        print(
            f"{data} holds no file that dedup reads; name a folder that does with --data or DEDUP_DATA",
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
    if options.generated:
        found = bad_inputs.run(options.generated, 1, restores=True, those=["restored inputs"])
        print(
            f"{found['restored inputs']:,} inputs in {found['restored files']:,} files restored byte for byte"
        )
    return 0 if good == len(files) else 1


if __name__ == "__main__":
    sys.exit(main())
