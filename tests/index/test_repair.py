"""A damaged index is repaired: what is whole is saved, and what is said afterwards is right."""

import sqlite3
from pathlib import Path

import pytest

from dedup.cli.main import main
from dedup.errors import IndexFileError
from dedup.index.index import Index
from dedup.index.repair import repair
from dedup.index.store import Store

TEXTS = [" ".join(f"word{n}of{k}" for k in range(60)) for n in range(20)]
DOCUMENTS = [{"id": f"a{n}", "text": text, "url": f"https://a.example/{n}"} for n, text in enumerate(TEXTS)]


def make(path: Path) -> None:
    with Index(path) as index:
        index.add_each(DOCUMENTS)


def spoil(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as file:
        for statement in statements:
            file.execute(statement)
    file.close()


def keepers(path: Path) -> list[str | None]:
    """For which document of the index each of the documents is dropped."""
    with Index(path, create=False) as index:
        decisions = [index.check({"text": text}) for text in TEXTS[::2]]
    return [one.keeper["id"] if one.keeper else None for one in decisions]


def test_a_whole_index_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is written."""
    path = tmp_path / "index"
    make(path)
    before = path.read_bytes()
    assert repair(path, 0.0) is None
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["index"]


@pytest.mark.parametrize(
    ("statements", "lost"),
    [
        (["DELETE FROM pages"], 0),
        (["UPDATE pages SET entries = x'01'"], 0),
        (["UPDATE texts SET text = x'00' WHERE number = 3"], 1),
        (["UPDATE documents SET words = 2 WHERE number IN (4, 5)"], 2),
        (["DELETE FROM documents WHERE number < 10"], 10),
        (["UPDATE runs SET name = 'x'"], None),
        (["DELETE FROM state", "UPDATE texts SET title = 'x' WHERE number = 0"], None),
        (["UPDATE sites SET held = x'00'"], 0),
    ],
)
def test_what_is_whole_is_saved(tmp_path: Path, statements: list[str], lost: int | None) -> None:
    """Keys are made anew; damaged documents are gone, and the others match as before; runs can be added."""
    path = tmp_path / "index"
    make(path)
    before = keepers(path)
    spoil(path, *statements)
    repaired = repair(path, 0.0)
    assert repaired is not None
    assert (repaired.lost, repaired.old.name) == (lost, "index.old")
    assert repair(path, 0.0) is None
    store = Store(path, None)
    assert len(store) == repaired.documents
    store.close()
    after = keepers(path)
    assert all(new in (None, old) for new, old in zip(after, before, strict=True))
    with Index(path) as index:
        assert not index.add({"id": "new", "text": " ".join(f"word{n}" for n in range(50))}).dropped
        assert index.check({"text": " ".join(f"word{n}" for n in range(50))}).dropped
    spoil(path, "DELETE FROM pages")
    with pytest.raises(IndexFileError, match="earlier repair"):
        repair(path, 0.0)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE options SET value = '0.7' WHERE name = 'threshold'",
        "DELETE FROM options WHERE name = 'ngram'",
        "DROP TABLE options",
    ],
)
def test_an_index_without_its_options_cannot_be_repaired(tmp_path: Path, damage: str) -> None:
    """Nobody knows what its keys were made with. The file stays as it is, and nobody is told to repair it."""
    path = tmp_path / "index"
    make(path)
    spoil(path, damage)
    before = path.read_bytes()
    with pytest.raises(IndexFileError, match=r"/index' cannot be repaired \(.*\): start a new index"):
        repair(path, 0.0)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["index"]


FORMER = (
    "CREATE TABLE o (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "INSERT INTO o SELECT name, value FROM options",
    "DROP TABLE options",
    "ALTER TABLE o RENAME TO options",
    "ALTER TABLE documents DROP COLUMN sum",
    "CREATE INDEX keys ON documents (key) WHERE key IS NOT NULL",
    "ALTER TABLE texts DROP COLUMN sum",
    "ALTER TABLE pages DROP COLUMN sum",
    "ALTER TABLE segments DROP COLUMN filled",
    "ALTER TABLE sites DROP COLUMN sum",
    "DROP TABLE state",
    "PRAGMA user_version = 4",
)


def test_an_index_of_format_4_is_converted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that it knows."""
    monkeypatch.chdir(tmp_path)
    make(Path("index"))
    before = keepers(Path("index"))
    spoil(Path("index"), *FORMER)
    with pytest.raises(IndexFileError, match=r"has index format 4.*`dedup index repair index` converts it"):
        Index("index")
    assert main(["index", "repair", "index"]) == 0
    assert capsys.readouterr().out == "index has 20 documents; the file before is index.old\n"
    assert keepers(Path("index")) == before
    assert main(["index", "repair", "index"]) == 0
    assert capsys.readouterr().out == "index is whole\n"


def test_the_command_says_what_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its status is 3 then."""
    monkeypatch.chdir(tmp_path)
    make(Path("index"))
    spoil(Path("index"), "UPDATE texts SET text = x'00' WHERE number = 3", "UPDATE sites SET held = x'00'")
    assert main(["index", "repair", "index"]) == 3
    said = capsys.readouterr()
    assert said.out == "index has 19 documents; the file before is index.old\n"
    assert said.err.splitlines() == [
        "dedup: some of what it knew of sites is lost; later runs count it anew",
        "dedup: 1 document could not be saved; later runs keep what is similar",
    ]
