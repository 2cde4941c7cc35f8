"""Damages an index, asks it, changes it and repairs it."""

import random
import sqlite3
from pathlib import Path
from typing import Any

from bench.faults.damage.damage import DOCUMENTS, ODD, TEXTS, spoilt
from dedup.errors import IndexFileError

ADVICE = "index repair"
"""What a sentence about an index that cannot be repaired must not advise."""


def make_index(folder: Path) -> tuple[bytes, list[Any]]:
    """An index, and what it answers."""
    from dedup.index.index import Index

    with Index(folder / "index") as index:
        index.add_each(DOCUMENTS[:20])
        index.remove("a7")
    with Index(folder / "index") as index:
        index.add_each(DOCUMENTS[20:])
    return (folder / "index").read_bytes(), answers(folder / "index")


def answers(path: Path) -> list[Any]:
    """What an index says of known documents, of new versions and of what is new."""
    from dedup.index.index import Index

    asked = [
        *({"text": text} for text in TEXTS[::5]),
        {**DOCUMENTS[3], "text": "new"},
        {"text": TEXTS[7]},
        DOCUMENTS[9],
    ]
    with Index(path, create=False) as index:
        decisions = [index.check(document) for document in asked]
    return [
        (one.decision, one.keeper and one.keeper["id"], one.update_of and one.update_of["id"], one.jaccard)
        for one in decisions
    ]


def try_index(choice: random.Random, folder: Path, made: tuple[bytes, list[Any]]) -> str:
    """What became of one damaged index. Raises AssertionError for a wrong answer."""
    from dedup.index.repair import repair

    path, (whole, truth) = folder / "index", made
    path.write_bytes(whole)
    is_forged = choice.random() < 0.3
    if is_forged:
        forge_rows(choice, path)
    else:
        path.write_bytes(spoilt(choice, whole))
    kind = "forged: " if is_forged else "damaged: "
    try:
        said = answers(path)
        assert is_forged or said == truth, (said, truth)
        use(choice, path)
        outcome = "right, or an answer of the forger" if is_forged else "right"
    except IndexFileError:
        outcome = "a sentence"
    try:
        repaired = repair(path, 0.0)
        assert repaired is None or repair(path, 0.0) is None
    except IndexFileError as error:
        if outcome != "a sentence" or ADVICE in str(error):
            raise AssertionError(f"after {outcome}: {error}") from error
        return f"{kind}{outcome}, not to be repaired"
    return f"{kind}{outcome}, {'repaired' if repaired else 'whole'}"


def use(choice: random.Random, path: Path) -> None:
    """Ask an index for all that it does besides answering."""
    from dedup.index.index import Index

    text = "Some words that nobody has said before, and some more of them."
    with Index(path, forget=choice.choice([None, "1d", "99y"])) as index:
        index.add({"id": "later", "url": "https://a.example/later", "text": text})
        index.info()
        if choice.random() < 0.3:
            index.remove(choice.choice(["a3", "a7", "later", "nobody"]))
        if choice.random() < 0.3:
            index.purge(choice.choice([None, "1d"]))
        index.add({"id": "last", "text": text[::-1]})


def forge_rows(choice: random.Random, path: Path) -> None:
    """Change some values, and give their rows checksums that fit."""
    from dedup.index.storage.database import Database
    from tests.index.aging import reseal, reseal_lists

    with sqlite3.connect(path) as file:
        for _ in range(choice.choice([1, 1, 3])):
            table = choice.choice(
                ["documents", "texts", "pages", "sites", "site_texts", "runs", "segments", "options"]
            )
            columns = [row[1] for row in file.execute(f"PRAGMA table_info({table})") if row[1] != "sum"]
            column, value = (
                choice.choice(columns),
                choice.choice([*ODD[:9], b"", b"\0" * 8, choice.randbytes(16)]),
            )
            some = choice.choice(["1", "abs(random()) % 4 = 0"])
            try:
                file.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {some}", (value,))  # noqa: S608
            except sqlite3.Error:
                continue
        reseal(file)
    file.close()
    database = Database(path)
    reseal_lists(database)
    database.close()
