"""Tables of cases in fixtures/: JSON Lines, each with what is expected of it."""

from typing import Any

import orjson

from tests.support.paths import TOP


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of fixtures/NAME.jsonl."""
    lines = (TOP / f"fixtures/{name}.jsonl").read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]
