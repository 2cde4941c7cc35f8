"""The stages in order: reads the documents of a source, decides, and says what was decided. It writes
nothing.
"""

from collections.abc import Iterator
from typing import Any, Protocol

import pyarrow as pa

from dedup.formats.blocks import Batch


class Parser(Protocol):
    """What makes documents of a block, in any thread."""

    def parse(self, block: Any) -> Batch: ...
    def size_of(self, block: Any) -> int: ...


class Source(Parser, Protocol):
    """Where documents come from: files, or the caller's memory. Both calls give blocks."""

    names: list[str]

    def blocks(self) -> Iterator[Any]: ...
    def fetch(self, documents: pa.Table) -> Iterator[Any]: ...
