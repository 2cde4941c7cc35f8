"""What goes into a rival and comes out: documents as JSON Lines {"id", "text"}; pairs {"pair": [id, id]} or
groups {"id", "group"}. The standard library alone, since every rival has an environment of its own.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path


def read(path: str) -> tuple[list[str], list[str]]:
    """The ids and the texts of the documents, in order."""
    with Path(path).open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    return [document["id"] for document in documents], [document["text"] for document in documents]


def shingles(words: Sequence[str], size: int = 3) -> list[str]:
    """The runs of three words; all words where there are fewer."""
    return [" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))]


def pairs_of_queries(answers: Iterable[Iterable[int]]) -> Iterator[tuple[int, int]]:
    """Each pair of rows once, from what a query with each row answered."""
    found = {(min(row, other), max(row, other)) for row, answer in enumerate(answers) for other in answer}
    yield from sorted(pair for pair in found if pair[0] != pair[1])


def write_pairs(path: str, ids: list[str], pairs: Iterable[tuple[int, int]]) -> None:
    """Pairs of rows, as pairs of ids."""
    _write(path, ({"pair": [ids[left], ids[right]]} for left, right in pairs))


def write_groups(path: str, ids: list[str], groups: Iterable[object]) -> None:
    """The group of each row."""
    _write(path, ({"id": name, "group": str(group)} for name, group in zip(ids, groups, strict=True)))


def _write(path: str, lines: Iterable[dict[str, object]]) -> None:
    with Path(path).open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)
