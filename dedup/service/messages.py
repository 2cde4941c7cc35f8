"""The messages between a crawler's process (`client`) and the process that has its index (`process`).

Each message is one line of JSON. The client sends an `OpenRequest`, then lists of `Item`s, then null. Each
is answered with a `Reply` of the kind DONE whose value is, in this order: the number of documents in the
index; an `ItemDecision` for each item; the number again. A reply of any other kind has a sentence for its
value. A NOTE is for the log, and another reply follows. ALIVE comes when the process starts and every
ALIVE_SECONDS until an answer. After UNAVAILABLE the items are undecided, and the next ones are asked for as
ever. Any other one is the last: the process ends after it.
"""

import json
from typing import IO, Any, NamedTuple

from dedup.identity import Identity

DONE = "done"
NOTE = "note"
ALIVE = "alive"
ALIVE_SECONDS = 2.0
UNAVAILABLE = "IndexUnavailableError"


class Item(NamedTuple):
    """An item of a crawl, by the names of a document's fields. Text, title and URL are strings."""

    id: str | None
    text: str
    title: str | None = None
    url: str | None = None


class OpenRequest(NamedTuple):
    """The index to open, in the terms of `dedup.Index`. `options`: changes of single options."""

    path: str
    wait: float
    forget: str | None
    source: str
    options: dict[str, Any]


class ItemDecision(NamedTuple):
    """What a crawler needs to know of a `Decision`. `text`: the document without its repeats, None if none
    was cut; `cut`: how many repeats were cut; `update_of`: the document that it is an update of.
    """

    decision: str
    keeper: Identity | None
    jaccard: float
    coverage: float
    text: str | None
    cut: int
    update_of: Identity | None = None


class Reply(NamedTuple):
    """The answer to one message. `kind`: DONE, NOTE, ALIVE, UNAVAILABLE, or the name of the exception that
    ended the process.
    """

    kind: str
    value: Any


def write_message(stream: IO[bytes], message: Any) -> None:
    """Write a message as a line of JSON. It is ASCII, since a text may hold half of a surrogate pair."""
    stream.write(json.dumps(message).encode() + b"\n")
    stream.flush()


def read_message(stream: IO[bytes]) -> Any:
    """The next message, with lists for tuples. Raises EOFError at the end, or where a line is cut short."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return json.loads(line)
