"""Columns of Parquet with values that Python has none for, or that no reader expects."""

import random

import numpy as np
import pyarrow as pa

from bench.faults.hostile_text import ACTIVE, sentence

ZONES = (None, "UTC", "Europe/Berlin", "+07:30", "Mars/Olympus", "")
WIDTHS = (8, 31, 40, 50, 62)  # bits of a number that counts seconds, or parts of one


def column(choice: random.Random, count: int) -> pa.Array:
    """So many values of any type, a few of them null."""
    match choice.randrange(6):
        case 0:
            return pa.array([choice.choice(ACTIVE).encode() for _ in range(count)])
        case 1:
            return strings(choice, count)
        case 2:
            return _times(choice, count)
        case 3:
            return pa.array(_numbers(choice, count, choice.choice([53, 62])), pa.int64())
        case 4:
            return strings(choice, count).dictionary_encode()
        case _:
            times = _times(choice, 2 * count)
            offsets = pa.array(range(0, 2 * count + 1, 2), pa.int32())
            return pa.StructArray.from_arrays([pa.ListArray.from_arrays(offsets, times)], ["inside"])


def strings(choice: random.Random, count: int) -> pa.Array:
    """Strings, some of which are no UTF-8, as whoever writes Parquet may declare them."""
    encodings = choice.choice([["utf-8"], ["utf-8", "latin-1", "utf-16"]])
    values = [sentence(choice).encode(choice.choice(encodings), "replace") for _ in range(count)]
    bounds = np.cumsum([0, *map(len, values)]).astype(np.int32)
    return pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(bounds), pa.py_buffer(b"".join(values))]
    )


def _numbers(choice: random.Random, count: int, bits: int) -> list[int | None]:
    return [
        None if choice.random() < 0.1 else choice.randint(-1, 1) * choice.getrandbits(bits)
        for _ in range(count)
    ]


def _times(choice: random.Random, count: int) -> pa.Array:
    """Instants, times of day, days or durations, in any unit, as far away as their numbers go."""
    unit = choice.choice(["ms", "us", "ns"])
    match choice.randrange(4):
        case 0:
            kind = pa.timestamp(unit, choice.choice(ZONES))
            return pa.array(_numbers(choice, count, choice.choice(WIDTHS)), pa.int64()).cast(kind)
        case 1:
            kind = pa.duration(unit)
            return pa.array(_numbers(choice, count, choice.choice(WIDTHS)), pa.int64()).cast(kind)
        case 2:
            return pa.array(_numbers(choice, count, 31), pa.int32()).cast(pa.date32())
        case _:
            times = [None if number is None else abs(number) for number in _numbers(choice, count, 36)]
            return pa.array(times, pa.int64()).cast(pa.time64(choice.choice(["us", "ns"])))
