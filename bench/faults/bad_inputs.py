"""Give `dedup clean` a million bad inputs of all formats, and count what becomes of each.

    python -m bench.faults.bad_inputs [--count 1000000] [--first 1] [--restore]

An input is one record: a line of JSON Lines that is not blank, an element of an array, a row, a text file.
Or it is a file that cannot be read as what its name says, which dedup refuses. Inputs come in folders of
about 500, each cleaned in this process, every 8th folder with an index. Every 50th folder is a stream
instead, every 25th has a spoilt file besides, every 5th a second folder that holds a pipe, a link, a name
that is no UTF-8 or the like (`odd_places.py`). A run may compute for 10 s; after 120 s the process ends with
a traceback of where it was. `hostile.py` makes a folder from its number alone, so `--first NUMBER --count 1`
repeats one that failed. Without --first the first number is another one each time; it is printed.
`--seconds 60` ends after a minute.

Checks of each run: the exit status; no exception; kept + dropped + rejected = inputs; no control character in
the report; for a refused file a message of one line and no output; with --restore every file comes back.
"""

import argparse
import contextlib
import faulthandler
import gzip
import io
import math
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
import pyarrow.parquet as pq
import zstandard

from bench.faults import hostile, odd_places
from bench.paths import FIXTURES, memory_folder
from dedup.cli.main import main as dedup

SIZE = 500  # inputs of a folder
LIMIT, HANGS = 10, 120  # seconds that a run may compute, and take on a machine that has other work
PROGRESS = 30  # seconds between two lines of progress
OUTPUTS = ("out/", "out/", "out.jsonl", "out.json", "out.csv", "out.parquet", "out.jsonl.gz", "out.txt")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
SPOILT, STREAM, INDEX, ODD = 25, 50, 8, 5  # one folder in so many
FEW = 8  # inputs beside what is odd
VERDICTS = ("kept", "dropped", "rejected", "refused", "read after all")


class WrongError(Exception):
    """A run did what it must not do. The message says which run, and what."""


class Ended(NamedTuple):
    """The exit status of a command, and what it wrote to standard output and standard error."""

    status: int
    output: str
    errors: str


def run_dedup(arguments: list[str], stdin: bytes = b"") -> Ended:
    """Run a command in this process. It ends with the process after HANGS seconds; one that computes for more
    than LIMIT seconds is wrong.
    """
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogatepass"), io.StringIO()
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin))
    began = time.process_time()
    faulthandler.dump_traceback_later(HANGS, exit=True)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = dedup(arguments)
    finally:
        faulthandler.cancel_dump_traceback_later()
        sys.stdin = before
    out.flush()
    raw = out.buffer
    assert isinstance(raw, io.BytesIO)
    ended = Ended(status, raw.getvalue().decode(errors="replace"), err.getvalue())
    check(time.process_time() - began <= LIMIT, f"the run computed for more than {LIMIT} s", ended)
    return ended


def check(holds: bool, problem: str, ended: Ended) -> None:
    """Raise WrongError with the problem, and with the end of the command's errors, unless it holds."""
    if not holds:
        raise WrongError(f"{problem}; status {ended.status}: {ended.errors[-500:]!r}")


def clean_folder(number: int, folder: Path, restore: bool) -> Counter[str]:
    """What becomes of a folder of bad inputs."""
    files = hostile.folder_of(number, SIZE)
    hostile.write(folder / "in", files)
    ended = run_dedup(_clean_arguments(number, folder))
    check(ended.status in (0, 3), "the run failed", ended)
    check(not CONTROL.search(ended.output), "the report has control characters", ended)
    counts = verdicts_in(folder / "report.json")
    records = sum(file.records for file in files)
    check(counts.total() == records, f"{records} inputs came in, {dict(counts)} went out", ended)
    check((ended.status == 3) == (counts["rejected"] > 0), "the status does not fit the rejects", ended)
    if restore:
        _restore(number, folder, files)
        counts["restored files"] = len(files)
        counts["restored inputs"] = records
    return counts


def _clean_arguments(number: int, folder: Path) -> list[str]:
    """The arguments that clean a folder: outputs, workers and index vary with its number."""
    ledger, rejects, report = (
        str(folder / name) for name in ("ledger.jsonl", "rejects.jsonl", "report.json")
    )
    files = ["-o", _output(number, folder), "--ledger", ledger, "--rejects", rejects, "--report", report]
    index = [] if number % INDEX else ["--index", str(folder / "seen.index")]
    quiet = ["--quiet"] if number % 4 else []
    return ["clean", str(folder / "in"), *files, "--workers", str(1 + number % 2), *quiet, *index]


def _output(number: int, folder: Path) -> str:
    return str(folder / OUTPUTS[number % len(OUTPUTS)])


def _restore(number: int, folder: Path, files: list[hostile.BadFile]) -> None:
    """Restore a folder, and compare each file."""
    ledger, rejects = str(folder / "ledger.jsonl"), str(folder / "rejects.jsonl")
    target = str(folder / "back") + "/"
    ended = run_dedup(["restore", _output(number, folder), ledger, "--rejects", rejects, "-o", target])
    check(ended.status == 0, "restore failed", ended)
    for file in files:
        original, restored = folder / "in" / file.name, folder / "back" / file.name
        check(same_content(original, restored), f"{file.name} differs", ended)


def verdicts_in(report: Path) -> Counter[str]:
    """What became of the records, according to the report."""
    totals = orjson.loads(report.read_bytes())["totals"]
    return Counter({name: totals[name] for name in ("kept", "dropped", "rejected")})


def same_content(left: Path, right: Path) -> bool:
    """Whether two files have equal tables, or equal bytes after decompression."""
    if left.suffix == ".parquet":
        return bool(pq.read_table(left).equals(pq.read_table(right)))
    return decompressed(left) == decompressed(right)


def decompressed(path: Path) -> bytes:
    """The bytes of a file, decompressed by its extension."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            return bytes(stream.read())
    return data


def clean_spoilt(number: int, folder: Path) -> Counter[str]:
    """What becomes of a spoilt file: it is refused, or its records are read after all."""
    hostile.write(folder, [hostile.spoilt(number)])
    (path,) = folder.iterdir()
    ended = run_dedup(["clean", str(path), "-o", str(folder / "out.jsonl"), "--quiet"])
    check(ended.status in (0, 1, 3), "a spoilt file ended the run", ended)
    if ended.status == 1:
        check(len(ended.errors.splitlines()) == 1, "the message is not one line", ended)
        check(list(folder.iterdir()) == [path], "something was written", ended)
    return Counter({"refused" if ended.status == 1 else "read after all": 1})


def clean_odd(number: int, folder: Path) -> Counter[str]:
    """What becomes of a folder that holds something odd: it is refused as a whole in one line, or nothing but
    the odd thing is passed over.
    """
    files, inputs = hostile.folder_of(number, FEW), folder / "in"
    hostile.write(inputs, files)
    more = odd_places.make(random.Random(number), inputs)
    before = sorted(folder.rglob("*"))
    ended = run_dedup(_clean_arguments(number, folder))
    if more is None:
        check(ended.status in (1, 2), "a folder that holds something odd was read", ended)
        check(len(ended.errors.splitlines()) == 1, "the message is not one line", ended)
        check(not CONTROL.search(ended.errors.strip()), "the message has control characters", ended)
        check(sorted(folder.rglob("*")) == before, "something was written", ended)
        return Counter({"refused": 1})
    check(ended.status in (0, 3), "a folder with something harmless was refused", ended)
    counts, records = verdicts_in(folder / "report.json"), sum(file.records for file in files) + more
    check(counts.total() == records, f"{records} inputs came in, {dict(counts)} went out", ended)
    return counts


def clean_stream(number: int, folder: Path) -> Counter[str]:
    """What becomes of bad lines that come one by one."""
    data, records = hostile.lines_file(random.Random(number), 100)
    output, rejects = str(folder / "out.jsonl"), str(folder / "rejects.jsonl")
    command = ["clean", "-", "--stream", "-o", output, "--rejects", rejects]
    ended = run_dedup(command, data)
    check(ended.status in (0, 3), "the stream failed", ended)
    summary = re.match(
        r"([\d,]+) articles read: ([\d,]+) kept.*?; ([\d,]+) dropped, ([\d,]+) rejected", ended.errors
    )
    check(summary is not None, "the stream printed no summary", ended)
    assert summary
    read, *counts = (int(part.replace(",", "")) for part in summary.groups())
    check(read == sum(counts) == records, f"{records} lines came in, {read} were read", ended)
    return Counter(dict(zip(("kept", "dropped", "rejected"), counts, strict=True)))


def clean_number(number: int, restore: bool) -> Counter[str]:
    """What becomes of the inputs with this number. Raises WrongError."""
    try:
        with memory_folder() as folder:
            if number % STREAM == 0:
                return clean_stream(number, folder)
            counts = clean_folder(number, folder, restore)
            for kind, of_kind, rest in (("spoilt", SPOILT, clean_spoilt), ("odd", ODD, clean_odd)):
                if number % of_kind == 1:
                    (folder / kind).mkdir()
                    counts += rest(number, folder / kind)
            return counts
    except Exception as error:
        raise WrongError(f"folder {number}: {type(error).__name__}: {error}") from error


def run(
    count: int, first: int, restore: bool, until: Sequence[str] = VERDICTS, seconds: float = math.inf
) -> Counter[str]:
    """What becomes of at least `count` inputs, or of those of so many seconds. `until`: the verdicts that
    count for that.
    """
    dedup(["clean", str(FIXTURES), "--dry-run", "--quiet"])  # compiles, before the time of inputs is limited
    counts, number, last = Counter[str](), first, time.monotonic()
    ends = last + seconds
    while sum(counts[name] for name in until) < count and time.monotonic() < ends:
        counts += clean_number(number, restore)
        number += 1
        if time.monotonic() - last > PROGRESS:
            last = time.monotonic()
            print(f"  up to folder {number}: {listed(counts)}", file=sys.stderr, flush=True)
    return counts


def listed(counts: Counter[str]) -> str:
    """The counts in a line."""
    verdicts = [f"{counts[name]:,} {name}" for name in VERDICTS if counts[name]]
    return f"{sum(counts[name] for name in VERDICTS):,} inputs: {', '.join(verdicts)}"


def restored(counts: Counter[str]) -> str:
    """How much was restored, in a line."""
    inputs, files = counts["restored inputs"], counts["restored files"]
    return f"{inputs:,} inputs in {files:,} files restored byte for byte"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1_000_000, help="inputs (default: a million)")
    parser.add_argument("--seconds", type=float, default=math.inf, help="end after so many, whatever --count")
    parser.add_argument("--first", type=int, help="the number of the first folder (default: any)")
    parser.add_argument("--restore", action="store_true", help="restore each folder and compare its files")
    options = parser.parse_args()
    first = random.SystemRandom().randrange(1, 10**9) if options.first is None else options.first
    print(f"from folder {first} on; `--first {first}` makes the same inputs", flush=True)
    try:
        counts = run(options.count, first, options.restore, seconds=options.seconds)
    except WrongError as wrong:
        print(wrong)
        return 1
    print(f"{listed(counts)}; no crash, no traceback, none longer than {LIMIT} s")
    if options.restore:
        print(restored(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
