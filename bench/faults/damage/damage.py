"""What damage is: flipped bits, blocks that are zeroed, copied or cut off, and values that are odd."""

import random
from typing import Any

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
