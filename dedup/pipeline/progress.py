"""How far a run is: seconds by stage, and the progress that its caller sees."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Called with a stage's name, how much more of it is done, in bytes or documents, and how much there is
    in all, where that is known.
    """

    def __call__(self, stage: str, done: int, total: int | None = None) -> None: ...


def silent(stage: str, done: int, total: int | None = None) -> None:
    """A progress that nobody watches."""


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, other: "Clock") -> None:
        """Add the seconds of another clock."""
        for name, seconds in other.seconds.items():
            self.seconds[name] += seconds

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the seconds of what is done inside."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - began
