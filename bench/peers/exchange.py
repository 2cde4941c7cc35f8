"""What goes into a rival, and what comes out.

In: documents as JSON Lines {"id", "text"}. Out: pairs {"pair": [id, id]}, groups {"id", "group"} or flags
{"id", "duplicate"}. All of it is read and written with orjson, which every environment has, and no text is
kept, so that the time and memory that are measured are the rival's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import orjson


def read(path: str) -> Iterator[tuple[str, str]]:
    """Yield the id and the text of each document, in order."""
    with Path(path).open("rb") as lines:
        for line in lines:
            document = orjson.loads(line)
            yield document["id"], document["text"]


def read_ids(path: str) -> list[str]:
    """The ids of the documents, in order."""
    return [name for name, _ in read(path)]


def shingles(words: Sequence[str], size: int = 3) -> list[str]:
    """The runs of `size` words; where there are fewer words, one run of all."""
    return [" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))]


def pairs_of_queries(answers: Iterable[Iterable[int]]) -> Iterator[tuple[int, int]]:
    """Yield each pair of rows once. `answers`: the rows that a query with each row found."""
    pairs = {(min(row, other), max(row, other)) for row, answer in enumerate(answers) for other in answer}
    yield from sorted(pair for pair in pairs if pair[0] != pair[1])


def write_pairs(path: str, ids: list[str], pairs: Iterable[tuple[int, int]]) -> None:
    """Write pairs of rows as pairs of ids."""
    _write(path, ({"pair": [ids[left], ids[right]]} for left, right in pairs))


def write_groups(path: str, ids: list[str], groups: Iterable[object]) -> None:
    """Write the group of each row."""
    _write(path, ({"id": name, "group": str(group)} for name, group in zip(ids, groups, strict=True)))


def write_flags(path: str, ids: list[str], flags: Iterable[bool]) -> None:
    """Write for each row whether it is a duplicate of another."""
    _write(path, ({"id": name, "duplicate": bool(flag)} for name, flag in zip(ids, flags, strict=True)))


def _write(path: str, lines: Iterable[dict[str, object]]) -> None:
    with Path(path).open("wb") as out:
        out.writelines(orjson.dumps(line) + b"\n" for line in lines)
