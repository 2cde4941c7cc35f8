"""Damages a ledger, its output or its rejects, restores with it and reads it."""

import json
import random
import zlib
from pathlib import Path
from typing import Any

from bench.faults.damage.damage import ODD, TEXTS, spoilt
from bench.faults.fuzz import run_dedup


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
