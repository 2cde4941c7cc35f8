"""Damage an index and a ledger in thousands of ways: is what dedup says then right, or a sentence?

    python -m bench.faults.damage [--count 10000] [--seconds 3600] [--seed N] [--only index|ledger]

Of an index bits are flipped, anywhere and where SQLite keeps its structure, blocks are zeroed, copied over
others or cut off, and values are forged with checksums that fit. It is then asked about known and new
documents, added to and repaired. Of a ledger, its output and its rejects bytes are changed, or values are
forged with checksums that fit, before `restore`, `why` and `report`. Each trial is made from the seed, which
is printed, and its number. A process makes them, so that a crash is a fault of one trial. Ends with status 1
after a fault.
"""

import argparse
import json
import multiprocessing
import random
import sqlite3
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.faults.fuzz import run_dedup
from bench.paths import memory_folder
from dedup.errors import IndexFileError

TEXTS = [" ".join(f"word{number}of{place}" for place in range(80)) for number in range(30)]
DOCUMENTS = [
    {"id": f"a{number}", "url": f"https://a.example/{number}", "text": text}
    for number, text in enumerate(TEXTS)
]
ODD: list[Any] = [
    None,
    -1,
    0,
    1,
    2**31,
    2**63 - 1,
    1.5,
    "",
    "x",
    "../x",
    "\x1b[31m",
    [],
    {},
    [1, 2, 3],
    {"zstd": "!"},
]
PAGE = 32768
SLOW = 20  # seconds that a trial may take
Make = Callable[[Path], Any]
Trial = Callable[[random.Random, Path, Any], str]


def make_index(folder: Path) -> tuple[bytes, list[Any]]:
    """An index, and what it answers."""
    from dedup.index.index import Index

    with Index(folder / "index") as index:
        index.add_each(DOCUMENTS[:20])
        index.remove("a7")
    with Index(folder / "index") as index:
        index.add_each(DOCUMENTS[20:])
    return (folder / "index").read_bytes(), answers(folder / "index")


def answers(path: Path) -> list[Any]:
    """What an index says of known documents, of new versions and of what is new."""
    from dedup.index.index import Index

    asked = [
        *({"text": text} for text in TEXTS[::5]),
        {**DOCUMENTS[3], "text": "new"},
        {"text": TEXTS[7]},
        DOCUMENTS[9],
    ]
    with Index(path, create=False) as index:
        decisions = [index.check(document) for document in asked]
    return [
        (one.decision, one.keeper and one.keeper["id"], one.update_of and one.update_of["id"], one.jaccard)
        for one in decisions
    ]


def try_index(choice: random.Random, folder: Path, made: tuple[bytes, list[Any]]) -> str:
    """What became of one damaged index. Raises AssertionError for a wrong answer."""
    from dedup.index.index import Index
    from dedup.index.repair import repair

    path, (whole, truth) = folder / "index", made
    path.write_bytes(whole)
    is_forged = choice.random() < 0.3
    if is_forged:
        forge_rows(choice, path)
    else:
        path.write_bytes(spoilt(choice, whole))
    kind = "forged: " if is_forged else "damaged: "
    try:
        said = answers(path)
        assert is_forged or said == truth, (said, truth)
        with Index(path) as index:
            index.add(
                {"id": "later", "text": "Some words that nobody has said before, and some more of them."}
            )
            index.info()
        outcome = "right, or an answer of the forger" if is_forged else "right"
    except IndexFileError:
        outcome = "a sentence"
    try:
        repaired = repair(path, 0.0)
        assert repaired is None or repair(path, 0.0) is None
    except IndexFileError:
        return f"{kind}{outcome}, not to be repaired"
    return f"{kind}{outcome}, {'repaired' if repaired else 'whole'}"


def spoilt(choice: random.Random, data: bytes) -> bytes:
    """The bytes of a file, damaged."""
    spoilt, kind = bytearray(data), choice.random()
    if kind < 0.8:
        for _ in range(choice.choice([1, 1, 1, 2, 20])):
            is_head = choice.random() < 0.4  # where a page of SQLite has its structure
            at = (
                choice.randrange(0, len(data), PAGE) + choice.randrange(200)
                if is_head
                else choice.randrange(len(data))
            )
            spoilt[at % len(data)] ^= 1 << choice.randrange(8)
        return bytes(spoilt)
    size = min(choice.choice([16, 512, PAGE]), len(data))
    at, source = (choice.randrange(0, len(data) - size + 1, size) for _ in range(2))
    if kind < 0.9:
        spoilt[at : at + size] = bytes(size)
    elif kind < 0.95:
        spoilt[at : at + size] = data[source : source + size]
    else:
        del spoilt[at:]
    return bytes(spoilt)


def forge_rows(choice: random.Random, path: Path) -> None:
    """Change some values, and give their rows checksums that fit."""
    from dedup.index.storage.database import Database
    from tests.index.aging import reseal, reseal_lists

    with sqlite3.connect(path) as file:
        for _ in range(choice.choice([1, 1, 3])):
            table = choice.choice(
                ["documents", "texts", "pages", "sites", "site_texts", "runs", "segments", "options"]
            )
            columns = [row[1] for row in file.execute(f"PRAGMA table_info({table})") if row[1] != "sum"]
            column, value = (
                choice.choice(columns),
                choice.choice([*ODD[:9], b"", b"\0" * 8, choice.randbytes(16)]),
            )
            some = choice.choice(["1", "abs(random()) % 4 = 0"])
            try:
                file.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {some}", (value,))  # noqa: S608
            except sqlite3.Error:
                continue
        reseal(file)
    file.close()
    database = Database(path)
    reseal_lists(database)
    database.close()


def make_ledger(folder: Path) -> tuple[bytes, dict[str, bytes]]:
    """A run in `folder`: its input, and its files by name."""
    lines = [json.dumps({"id": number, "text": TEXTS[number // 2]}) for number in range(8)]
    original = "\n".join([*lines, "no JSON", lines[0]]).encode() + b"\n"
    (folder / "in.jsonl").write_bytes(original)
    names = [folder / name for name in ("out.jsonl", "l.jsonl", "r.jsonl")]
    run_dedup(
        "clean", folder / "in.jsonl", "-o", names[0], "--ledger", names[1], "--rejects", names[2], "--quiet"
    )
    return original, {name.name: name.read_bytes() for name in names}


def try_ledger(choice: random.Random, folder: Path, made: tuple[bytes, dict[str, bytes]]) -> str:
    """What became of one damaged ledger. Raises AssertionError for a wrong answer."""
    original, files = made
    for name, data in files.items():
        (folder / name).write_bytes(data)
    is_forged, name = choice.random() < 0.5, choice.choice([*files, "l.jsonl"])
    data = forged(choice, files["l.jsonl"]) if is_forged else spoilt(choice, files[name])
    (folder / ("l.jsonl" if is_forged else name)).write_bytes(data)
    paths = [folder / name for name in files]
    status = run_dedup("restore", *paths[:2], "--rejects", paths[2], "-o", folder / "back.jsonl")
    assert status in (0, 1, 2), status
    assert is_forged or status > 0 or (folder / "back.jsonl").read_bytes() == original
    assert run_dedup("why", choice.choice(["0", "1", "in.jsonl:3"]), paths[1]) in (0, 1)
    assert run_dedup("report", paths[1]) in (0, 1)
    kind, outcome = "forged" if is_forged else "damaged", "restored" if status == 0 else "a sentence"
    return f"{kind}: {outcome}"


def forged(choice: random.Random, ledger: bytes) -> bytes:
    """The ledger with an odd value somewhere, and a checksum that fits."""
    lines = [json.loads(line) for line in ledger.splitlines()]
    for _ in range(choice.choice([1, 1, 3])):
        at: Any = choice.choice(lines)
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = choice.choice(keys)
            if not isinstance(at[key], (dict, list)) or choice.random() < 0.3:
                at[key] = choice.choice(ODD)
                break
            at = at[key]
    data = [json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines]
    if "dedup_end" in lines[-1]:
        end = {**lines[-1], "dedup_end": len(data) - 1, "crc32": zlib.crc32(b"".join(data[:-1]))}
        data[-1] = json.dumps(end, separators=(",", ":")).encode() + b"\n"
    return b"".join(data)


KINDS: dict[str, tuple[Make, Trial]] = {
    "index": (make_index, try_index),
    "ledger": (make_ledger, try_ledger),
}


def work(kind: str, seed: int, numbers: range, until: float, pipe: Any) -> None:
    """Make the trials of these numbers, and send what became of each."""
    make, attempt = KINDS[kind]
    with memory_folder() as folder:
        made = make(folder)
        for number in numbers:
            if time.time() > until:
                break
            pipe.send((number, None))
            began = time.monotonic()
            with memory_folder() as own:
                try:
                    outcome, is_fault = attempt(random.Random(f"{seed} {number}"), own, made), False
                except BaseException as error:
                    last = traceback.extract_tb(error.__traceback__)[-1]
                    outcome, is_fault = (
                        f"{type(error).__name__}: {error} in {last.filename}:{last.lineno}",
                        True,
                    )
            is_slow = time.monotonic() - began > SLOW
            pipe.send((number, (f"took over {SLOW} s" if is_slow else outcome, is_fault or is_slow)))
    pipe.send(None)


def trials(kind: str, seed: int, count: int, until: float) -> tuple[Counter[str], int]:
    """Make so many trials: how often each outcome came, and how many faults there were."""
    outcomes, faults, first = Counter[str](), 0, 0
    while first < count and time.time() < until:
        receiver, sender = multiprocessing.Pipe(duplex=False)
        arguments = (kind, seed, range(first, count), until, sender)
        process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
        process.start()
        sender.close()
        message = None
        try:
            while (message := receiver.recv()) is not None:
                first, outcome = message[0] + 1, message[1]
                if outcome:
                    outcomes[outcome[0] if not outcome[1] else "FAULT"] += 1
                    faults += outcome[1]
                    if outcome[1]:
                        print(f"FAULT {kind} {message[0]}: {outcome[0]}", flush=True)
        except EOFError:  # the process is dead
            faults += 1
            process.join()
            print(f"FAULT {kind} {first - 1}: the process died ({process.exitcode})", flush=True)
        process.join()
        if message is None:
            break
    return outcomes, faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="trials of each kind (default: 10,000)")
    parser.add_argument("--seconds", type=float, default=3600, help="at most, in all (default: an hour)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--only", choices=KINDS)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    kinds, faults = [options.only] if options.only else [*KINDS], 0
    for kind in kinds:
        began = time.time()
        outcomes, failed = trials(kind, options.seed, options.count, began + options.seconds / len(kinds))
        faults += failed
        print(f"{kind}: {sum(outcomes.values()):,} in {time.time() - began:.0f} s, {failed} faults")
        for outcome, times in outcomes.most_common():
            print(f"  {times:6,} {outcome}")
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())
