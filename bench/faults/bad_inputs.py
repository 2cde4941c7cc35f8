"""Gives `dedup clean` a million bad inputs of all formats and counts what became of each.

    python -m bench.faults.bad_inputs [--count 1000000] [--first 1] [--restore]

An input is one record as a reader tells records apart: a line of JSON Lines that is not blank, an element of
an array, a row, a text file; or a whole file that cannot be read as what it is called, which dedup refuses.
They come in folders of some 500, cleaned by `dedup.cli.main` in this process, every 50th by --stream, every
8th with an index. A run has 10 s: after that the process ends and tells where it was. `hostile.py` makes a
folder from its number alone, so one that failed is had again with `--first NUMBER --count 1`.

Checked of each: the status; no exception; kept + dropped + rejected = what came in; one sentence where the
run was refused, and nothing written; no control character in the report; with --restore, every file again.
"""

import argparse
import contextlib
import faulthandler
import gzip
import io
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
import pyarrow.parquet as pq
import zstandard

from bench.faults import hostile
from bench.paths import FIXTURES
from dedup.cli.main import main as dedup

SIZE = 500  # inputs of a folder
PATIENCE = 10  # seconds
TOLD = 30  # seconds between what is told of a run that goes on
OUTPUTS = ("out/", "out/", "out.jsonl", "out.json", "out.csv", "out.parquet", "out.jsonl.gz", "out.txt")
ALIVE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
SPOILT, STREAM, INDEX = 25, 50, 8  # every how-manieth folder


class WrongError(Exception):
    """What should not have happened."""


class Ended(NamedTuple):
    """The status of a command, what it printed, and what it said on standard error."""

    status: int
    shown: str
    said: str


def ran(arguments: list[str], given: bytes = b"") -> Ended:
    """A command, in this process, that has so many seconds."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogatepass"), io.StringIO()
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given))
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = dedup(arguments)
    finally:
        faulthandler.cancel_dump_traceback_later()
        sys.stdin = before
    out.flush()
    raw = out.buffer
    assert isinstance(raw, io.BytesIO)
    return Ended(status, raw.getvalue().decode(errors="replace"), err.getvalue())


def expect(holds: bool, what: str, ended: Ended) -> None:
    """Tell what is wrong, and what the command said."""
    if not holds:
        raise WrongError(f"{what}; status {ended.status}: {ended.said[-500:]!r}")


def cleaned(number: int, folder: Path, restores: bool) -> Counter[str]:
    """What became of a folder of bad inputs."""
    files = hostile.folder_of(number, SIZE)
    hostile.write(folder / "in", files)
    output = str(folder / OUTPUTS[number % len(OUTPUTS)])
    if output.endswith("/"):
        output += "/"
    where = {name: str(folder / name) for name in ("ledger.jsonl", "rejects.jsonl", "report.json")}
    command = ["clean", str(folder / "in"), "-o", output, "--ledger", where["ledger.jsonl"]]
    command += ["--rejects", where["rejects.jsonl"], "--report", where["report.json"]]
    command += ["--workers", str(1 + number % 2), *(["--quiet"] if number % 4 else [])]
    if number % INDEX == 0:
        command += ["--index", str(folder / "seen.index")]
    ended = ran(command)
    expect(ended.status in (0, 3), "a run failed", ended)
    expect(not ALIVE.search(ended.shown), "something acts in the report", ended)
    found = counted(folder / "report.json")
    came = sum(made.records for made in files)
    expect(found.total() == came, f"{came} came in, {dict(found)} went out", ended)
    expect((ended.status == 3) == (found["rejected"] > 0), "the status does not tell of rejects", ended)
    if restores:
        back = ["restore", output, where["ledger.jsonl"], "--rejects", where["rejects.jsonl"], "-o"]
        ended = ran([*back, str(folder / "back") + "/"])
        expect(ended.status == 0, "restore failed", ended)
        for made in files:
            expect(
                same(folder / "in" / made.name, folder / "back" / made.name), f"{made.name} differs", ended
            )
        found["restored files"] = len(files)
        found["restored inputs"] = came
    return found


def counted(report: Path) -> Counter[str]:
    """What became of the records, as the report has it."""
    totals = orjson.loads(report.read_bytes())["totals"]
    return Counter({name: totals[name] for name in ("kept", "dropped", "rejected")})


def same(one: Path, other: Path) -> bool:
    """Whether two files hold the same: the same table, or the same bytes once they are unpacked."""
    if one.suffix == ".parquet":
        return bool(pq.read_table(one).equals(pq.read_table(other)))
    return unpacked(one) == unpacked(other)


def unpacked(path: Path) -> bytes:
    """What a file holds."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            return bytes(stream.read())
    return data


def refused(number: int, folder: Path) -> Counter[str]:
    """What becomes of a file that cannot be read whole: it is refused, or its records are read."""
    hostile.write(folder, [hostile.spoilt(number)])
    (path,) = folder.iterdir()
    ended = ran(["clean", str(path), "-o", str(folder / "out.jsonl"), "--quiet"])
    expect(ended.status in (0, 1, 3), "a spoilt file", ended)
    if ended.status == 1:
        expect(len(ended.said.splitlines()) == 1, "not one sentence", ended)
        expect(list(folder.iterdir()) == [path], "something was written", ended)
    return Counter({"refused" if ended.status == 1 else "read after all": 1})


def streamed(number: int, folder: Path) -> Counter[str]:
    """What becomes of bad lines that come one by one."""
    data, records = hostile.lines_file(random.Random(number), 100)
    output, rejects = str(folder / "out.jsonl"), str(folder / "rejects.jsonl")
    command = ["clean", "-", "--stream", "-o", output, "--rejects", rejects]
    ended = ran(command, data)
    expect(ended.status in (0, 3), "a stream failed", ended)
    told = re.match(
        r"([\d,]+) articles read: ([\d,]+) kept.*?; ([\d,]+) dropped, ([\d,]+) rejected", ended.said
    )
    expect(told is not None, "a stream told nothing", ended)
    assert told
    read, *became = (int(part.replace(",", "")) for part in told.groups())
    expect(read == sum(became) == records, f"{records} lines came, {read} were read", ended)
    return Counter(dict(zip(("kept", "dropped", "rejected"), became, strict=True)))


def one(number: int, restores: bool) -> Counter[str]:
    """What became of the inputs with this number."""
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
    try:
        if number % STREAM == 0:
            return streamed(number, folder)
        if number % SPOILT == 1:
            (folder / "spoilt").mkdir()
            return refused(number, folder / "spoilt") + cleaned(number, folder, restores)
        return cleaned(number, folder, restores)
    except Exception as error:
        raise WrongError(f"folder {number}: {type(error).__name__}: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(count: int, first: int, restores: bool, those: Sequence[str] = ()) -> Counter[str]:
    """What became of so many inputs, told as it goes; `those`: the kinds that count (all)."""
    dedup(["clean", str(FIXTURES), "--dry-run", "--quiet"])  # compiles, which is nothing of an input's time
    found, number, last = Counter[str](), first, time.monotonic()
    while sum(found[name] for name in those or BECAME) < count:
        found += one(number, restores)
        number += 1
        if time.monotonic() - last > TOLD:
            last = time.monotonic()
            print(f"  to folder {number}: {summed(found)}", file=sys.stderr, flush=True)
    return found


BECAME = ("kept", "dropped", "rejected", "refused", "read after all")


def summed(found: Counter[str]) -> str:
    """The counts in a sentence."""
    return f"{sum(found[name] for name in BECAME):,} inputs: " + ", ".join(
        f"{found[name]:,} {name}" for name in BECAME if found[name]
    )


def main() -> int:
    """Read the arguments, give the inputs, tell what became of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=1, help="the number of the first folder")
    parser.add_argument("--restore", action="store_true", help="restore each folder and compare its files")
    options = parser.parse_args()
    try:
        found = run(options.count, options.first, options.restore)
    except WrongError as wrong:
        print(wrong)
        return 1
    print(f"{summed(found)}; no crash, no traceback, none longer than {PATIENCE} s")
    if options.restore:
        print(
            f"{found['restored inputs']:,} inputs in {found['restored files']:,} files restored byte for byte"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
