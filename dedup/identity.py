"""What names a document in reports, ledgers and answers."""

from typing import NotRequired, TypedDict


class Identity(TypedDict):
    """The id of a document and where it was read."""

    id: str | None
    """The value of its id field (--id-field), if it has one."""
    source: str
    """The file, by its name among the inputs; `memory` for documents of a caller."""
    position: int
    """Its line, row or record in the source, from 1 on."""
    title: NotRequired[str]
    """Its title (--title-field); in summaries only."""
    shared_id: NotRequired[bool]
    """Whether other documents have this id, too; in summaries only."""
    date: NotRequired[str]
    """When it entered the index (ISO 8601, UTC), if an earlier run kept it."""


def location_of(identity: Identity) -> str:
    """Where the document was read: source:position."""
    return f"{identity['source']}:{identity['position']}"


def name_of(identity: Identity) -> str:
    """The id of the document; without one, its location."""
    return identity["id"] if identity["id"] is not None else location_of(identity)


def is_called(identity: Identity, name: str, is_alone: bool) -> bool:
    """Whether a name that a user typed means the document: its id, its location, or its source where it is
    the only document there (`is_alone`).
    """
    return name in (identity["id"], location_of(identity)) or (is_alone and name == identity["source"])
