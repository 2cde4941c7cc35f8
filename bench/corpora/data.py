"""The real documents of the data folder that DEDUP_DATA names."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from bench.paths import DATA


def data_path(name: str, data: Path = DATA) -> Path:
    """The file DATA/NAME.jsonl.gz."""
    return data / f"{name}.jsonl.gz"


def read_documents(name: str, data: Path = DATA) -> Iterator[dict[str, Any]]:
    """The documents of DATA/NAME.jsonl.gz, in order."""
    with gzip.open(data_path(name, data)) as lines:
        yield from map(orjson.loads, lines)
