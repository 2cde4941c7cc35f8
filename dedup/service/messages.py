"""Decisions of an index for an event loop, which must not wait for them.

A process of its own has the index (`deciding`), a thread hands it what gathers. In a thread of a crawler's
process the libraries' 150,000 objects make each collection of garbage stop it for 190 ms in place of 50, and
what holds the interpreter lock slows it down: a crawl of 2,000 local pages took 50 % more processor time.
"""

import json
from typing import IO, Any


def send(stream: IO[bytes], what: Any) -> None:
    """Write a message: a line of JSON, in ASCII, since a text may hold half of a surrogate pair."""
    stream.write(json.dumps(what).encode() + b"\n")
    stream.flush()


def received(stream: IO[bytes]) -> Any:
    """The next message. Raises EOFError where there is no whole one any more."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return json.loads(line)
