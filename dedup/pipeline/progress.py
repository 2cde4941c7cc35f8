"""The stages in order: reads the documents of a source, decides, and says what was decided. It writes
nothing.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int], None]
"""Told the stage and how many bytes or pairs more of it are done."""


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, other: "Clock") -> None:
        """Add what another clock counted."""
        for name, seconds in other.seconds.items():
            self.seconds[name] += seconds

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - began
