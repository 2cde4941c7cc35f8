"""Clean every file of the data folder that dedup reads, restore it, and compare the bytes.

    python -m bench.faults.restore_all [--data DIR] [--generated 100000]

`--generated N`: then also N invented inputs of all formats, to outputs of all formats: those of
`bad_inputs.py` that are in files and not refused. The last line is "N of N files restored byte for byte";
exit status 1 if not all were.
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
from bench.harness.measure import DONE
from bench.paths import DATA
from dedup.formats import format_of

CHUNK = 1 << 20
EXTENSIONS = {"text": "txt"}


def clean_and_restore(source: Path, folder: Path) -> str:
    """Clean and restore one file in a folder. Returns what went wrong; empty if nothing did."""
    extension = format_of(source) or "jsonl"
    output = f"out.{EXTENSIONS.get(extension, extension)}"
    names = (output, "ledger.jsonl", "rejects.jsonl", "back.jsonl")
    out, ledger, rejects, back = (str(folder / name) for name in names)
    outputs = ["-o", out, "--ledger", ledger, "--rejects", rejects, "--quiet"]
    text, own_id = field_names(source, extension)
    problem = _dedup("clean", str(source), *outputs, "--text-field", text, "--id-field", own_id)
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


def field_names(source: Path, extension: str) -> tuple[str, str]:
    """The names of the fields with text and id.

    They are `text` and `id`, or `page` where there is no `id`; of a table without `text` the first two
    columns.
    """
    if extension not in ("jsonl", "csv", "tsv"):
        return "text", "id"
    with _open(source) as lines:
        first = lines.readline()
    if extension == "jsonl":
        return "text", "id" if "id" in orjson.loads(first) else "page"
    names = first.decode().rstrip("\r\n").split("\t" if extension == "tsv" else ",")
    return ("text", "id") if "text" in names else (names[0], names[1])


def difference(source: Path, back: Path) -> str:
    """Where two files differ first, after decompression; empty if they are equal."""
    offset = 0
    with _open(source) as original, _open(back) as restored:
        while True:
            expected, actual = original.read(CHUNK), restored.read(CHUNK)
            if expected != actual:
                return f"differs at byte {offset + _common_prefix(expected, actual)}"
            if not expected:
                return ""
            offset += len(expected)


def _common_prefix(left: bytes, right: bytes) -> int:
    """How many bytes both begin with."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(left), len(right)))


def _open(path: Path) -> BufferedIOBase:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def main() -> int:
    parser = argparse.ArgumentParser(description="Clean and restore every file of a folder.")
    parser.add_argument("--data", type=Path, default=DATA, help="default: DEDUP_DATA or ../shared/data")
    parser.add_argument("--generated", type=int, default=0, metavar="N", help="also invented inputs")
    options = parser.parse_args()
    data: Path = options.data
    files = sorted(path for path in data.rglob("*") if path.is_file() and format_of(path))
    if not files:
        print(
            f"no file in {data} that dedup reads: name another folder with --data or DEDUP_DATA",
            file=sys.stderr,
        )
        return 1
    right = 0
    for source in files:
        with tempfile.TemporaryDirectory() as folder:
            problem = clean_and_restore(source, Path(folder))
        right += not problem
        print(f"{source.relative_to(data)}: {problem or 'restored byte for byte'}", flush=True)
    print(f"{right} of {len(files)} files restored byte for byte")
    if options.generated:
        counts = bad_inputs.run(options.generated, 1, restore=True, until=["restored inputs"])
        print(bad_inputs.restored(counts))
    return 0 if right == len(files) else 1


if __name__ == "__main__":
    sys.exit(main())
