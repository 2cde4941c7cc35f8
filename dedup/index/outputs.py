"""The outputs that complete a run, as an index notes them: what became of them is seen after a kill, too.

An index moves none of them, and it may come from somebody else, who could have noted any path: it is only
looked whether the outputs are in place, once the journal of their run is settled.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dedup.files.journal.recovery import recover
from dedup.index.storage.database import are

Move = tuple[Path, Path]
"""A finished draft of an output, and the path that it will be moved to."""


def noted_outputs(moves: Sequence[Move]) -> str:
    """The outputs as an index notes them: the inode and the size tell each from other files."""
    return json.dumps([[str(path), draft.stat().st_ino, draft.stat().st_size] for draft, path in moves])


def are_in_place(noted: str) -> bool:
    """Whether all of these outputs are in place; not if they are not noted so. Raises OutputError where the
    journal of their run cannot be settled.
    """
    try:
        outputs = json.loads(noted)
    except (ValueError, RecursionError):
        return False
    return isinstance(outputs, list) and all(map(_is_in_place, outputs))


def _is_in_place(output: Any) -> bool:
    """Whether one is. An index that was converted from format 4 may name the draft in a first column."""
    if not isinstance(output, list) or len(output) not in (3, 4) or not are(output[-3:], str, int, int):
        return False
    *_, path, inode, size = output
    with suppress(OSError, ValueError):  # a name may be none that a file can have
        recover(path)
        status = Path(path).stat()
        return (status.st_ino, status.st_size) == (inode, size)
    return False
