"""Tables of SQLite databases, in and out."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.cli.main import main
from dedup.files.locations import tables
from dedup.files.locations.tables import TableDatabase, read_table
from tests.support.command import json_lines
from tests.support.examples import examples
from tests.support.paths import ARTICLES

COLUMNS = ("id", "text", "title", "date", "url")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def execute(path: str, *statements: str) -> None:
    """Run statements in a database."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def rows(path: str, table: str) -> list[tuple[Any, ...]]:
    """The rows of a table, each value with its type."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        names = [name.decode() for _, name, *_ in connection.execute(f'PRAGMA table_info("{table}")')]
        types = ", ".join(f'"{name}", typeof("{name}")' for name in names)
        return connection.execute(f'SELECT {types} FROM "{table}" ORDER BY rowid').fetchall()  # noqa: S608


@pytest.fixture
def crawl() -> str:
    """A database with the articles of the fixtures as a table, and some odd rows."""
    with closing(sqlite3.connect("crawl.db")) as connection:
        connection.execute(
            "CREATE TABLE articles (id TEXT PRIMARY KEY, text TEXT, title, date, url, size, raw)"
        )
        articles = map(orjson.loads, ARTICLES.read_bytes().splitlines())
        values = [(*map(article.get, COLUMNS), n, bytes([n, 255])) for n, article in enumerate(articles)]
        odd = [("null", None), ("blob", b"\xff\x00"), ("number", 7)]
        connection.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        connection.executemany("INSERT INTO articles (id, text) VALUES (?, ?)", odd)
        connection.execute("INSERT INTO articles (id, text) VALUES ('latin', CAST(x'e9' AS TEXT))")
        connection.execute("UPDATE articles SET size = 9e999 WHERE id = 'null'")
        connection.commit()
    return "crawl.db::articles"


def test_a_table_goes_in_and_out_and_back(crawl: str) -> None:
    """Rows become documents; cleaned ones a table; and the input comes back as a table of equal values."""
    words = ["-o", "clean.db::articles", "--ledger", "ledger.jsonl", "--quiet"]
    assert main(["clean", crawl, *words]) == 3
    before, after = rows("crawl.db", "articles"), rows("clean.db", "articles")
    assert 20 < len(after) < len(before)
    assert {row[0] for row in after} < {row[0] for row in before}
    reasons = {reject["reason"] for reject in json_lines(Path("clean.db.rejects.jsonl"))}
    field = "the field 'text' is"
    assert {f"{field} null, not a string", f"{field} binary (a BLOB), not a string"} <= reasons
    restore = ["restore", "clean.db::articles", "ledger.jsonl", "--rejects", "clean.db.rejects.jsonl", "-o"]
    assert main([*restore, "back.db::articles"]) == 0
    assert rows("back.db", "articles") == before
    assert main([*restore, "back.jsonl"]) == 0
    assert len(json_lines(Path("back.jsonl"))) == len(before)
    assert len(Path("ledger.jsonl").read_bytes()) < len(Path("back.jsonl").read_bytes())


def test_a_table_and_a_file_give_the_same(crawl: str) -> None:
    """A table and JSON Lines of the same articles have the same output; they become a table and back."""
    execute(
        "crawl.db", "DELETE FROM articles WHERE size IS NULL OR size > 1000", "ALTER TABLE articles DROP raw"
    )
    assert main(["clean", crawl, "-o", "of-table.jsonl", "--quiet"]) == 0
    with Path("articles.jsonl").open("wb") as target:
        read_table(Path("crawl.db"), "articles", target)
    words = ["-o", "of-file.db::clean", "--ledger", "ledger.jsonl", "--quiet"]
    assert main(["clean", "articles.jsonl", *words]) == 0
    assert main(["clean", "of-file.db::clean", "-o", "of-file.jsonl", "--no-repeats", "--no-duplicates"]) == 0
    assert Path("of-file.jsonl").read_bytes() == Path("of-table.jsonl").read_bytes()
    assert main(["restore", "of-file.db::clean", "ledger.jsonl", "-o", "back.jsonl"]) == 0
    assert Path("back.jsonl").read_bytes() == Path("articles.jsonl").read_bytes()


def test_nested_fields_and_tags_become_columns() -> None:
    """Fields that only some documents have are columns; lists and objects are JSON; tags are columns."""
    text = "One article of the crawl that has just enough words to be compared with another one."
    documents = [{"id": 1, "text": text, "a": [1, "x"]}, {"id": 2, "text": text, "B": 2**70, "b": True}]
    Path("in.jsonl").write_bytes(b"\n".join(map(orjson.dumps, documents[:1])) + b"\n")
    with Path("in.jsonl").open("a") as file:
        file.write(f'{{"id": 2, "text": "{text}", "B": {2**70}, "b": true}}\n')
    assert main(["clean", "in.jsonl", "-o", "out.db::t", "--action", "tag", "--quiet"]) == 0
    with closing(sqlite3.connect("out.db")) as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(t)")]
        first, second = connection.execute("SELECT * FROM t")
    assert columns == ["id", "text", "a", "B", "b 2", "duplicate_of", "similarity"]
    assert first == (1, text, '[1, "x"]', None, None, None, None)
    assert second == (2, text, None, str(2**70), 1, "1", 1.0)


def test_a_table_is_replaced_as_a_whole(crawl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that fails leaves the table, and the others of its database, as they were."""
    execute("out.db", "CREATE TABLE clean (x)", "INSERT INTO clean VALUES (1)", "CREATE TABLE other (y)")
    with monkeypatch.context() as patch:
        patch.setattr("dedup.files.journal.journal.Journal.publish", _fail)
        with pytest.raises(ZeroDivisionError):
            main(["clean", crawl, "-o", "new.db::clean", "--quiet"])
    assert not Path("new.db").exists()
    with monkeypatch.context() as patch:
        patch.setattr(TableDatabase, "commit", _fail)
        with pytest.raises(ZeroDivisionError):
            main(["clean", crawl, "-o", "out.db::clean", "--ledger", "ledger.jsonl", "--quiet"])
    assert rows("out.db", "clean") == [(1, b"integer")]
    assert not Path("ledger.jsonl").exists()
    assert main(["clean", crawl, "-o", "out.db::clean", "--quiet"]) == 3
    assert len(rows("out.db", "clean")) > 20
    assert rows("out.db", "other") == []


def _fail(*_: object) -> None:
    raise ZeroDivisionError


def test_two_tables_of_one_database(crawl: str) -> None:
    """Tables of one database are two inputs, and a folder has both in one database again."""
    execute("crawl.db", "CREATE TABLE more AS SELECT * FROM articles WHERE id < 'fx-020'")
    words = ["-o", "out/", "--ledger", "ledger.jsonl", "--rejects", "bad.jsonl", "--quiet"]
    assert main(["clean", crawl, "crawl.db::more", *words]) == 3
    assert [path.name for path in Path("out").iterdir()] == ["crawl.db"]
    assert main(["restore", "out/", "ledger.jsonl", "--rejects", "bad.jsonl", "-o", "back/"]) == 0
    for table in ("articles", "more"):
        assert rows("back/crawl.db", table) == rows("crawl.db", table)


def test_views_and_tables_without_row_numbers(crawl: str) -> None:
    """A view is read as a table is, and so is a table without row numbers."""
    execute(
        "crawl.db",
        "CREATE VIEW some AS SELECT id, text FROM articles "
        "WHERE id BETWEEN 'fx' AND 'fx-009' ORDER BY id DESC",
        "CREATE TABLE keyed (id TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID",
        "INSERT INTO keyed SELECT id, text FROM some",
    )
    for table in ("some", "keyed"):
        Path("out.jsonl").unlink(missing_ok=True)
        words = ["-o", "out.jsonl", "--no-duplicates", "--no-repeats", "--quiet"]
        assert main(["clean", f"crawl.db::{table}", *words]) == 0
        ids = [line["id"] for line in json_lines(Path("out.jsonl"))]
        assert ids == sorted(ids, reverse=table == "some")
        assert len(ids) == 9


def test_a_database_in_wal_mode(crawl: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What another program has committed to the write-ahead log is read, while it goes on writing."""
    writer = sqlite3.connect("crawl.db", isolation_level=None)
    with closing(writer):
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("DELETE FROM articles WHERE id >= 'fx-003'")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM articles")
        assert main(["clean", crawl, "-o", "out.jsonl", "--quiet"]) == 3
        writer.execute("ROLLBACK")
    assert len(json_lines(Path("out.jsonl"))) + len(json_lines(Path("out.jsonl.rejects.jsonl"))) == 3


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who may write anywhere sees no such folder")
def test_a_database_in_a_folder_that_cannot_be_written(crawl: str) -> None:
    """A database is read where nothing can be written beside it, in WAL mode, too."""
    execute("crawl.db", "PRAGMA journal_mode=WAL")
    Path("kept").mkdir()
    Path("crawl.db").rename("kept/crawl.db")
    Path("kept").chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert main(["clean", "kept/crawl.db::articles", "-o", "out.jsonl", "--quiet"]) == 3
    finally:
        Path("kept").chmod(stat.S_IRWXU)


def test_a_locked_database(
    crawl: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that another program writes to is a sentence, in and out."""
    monkeypatch.setattr(tables, "_PATIENCE", 0.05)
    Path("a.jsonl").write_bytes(ARTICLES.read_bytes())
    with closing(sqlite3.connect("crawl.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert main(["clean", crawl, "-o", "out.jsonl"]) == 1
        assert main(["clean", "a.jsonl", "-o", "crawl.db::clean", "--ledger", "l.jsonl", "--quiet"]) == 1
    for line in capsys.readouterr().err.splitlines():
        assert "another program writes to the database; wait for it and run again" in line
    assert not Path("l.jsonl").exists()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("crawl.db", "is a SQLite database and has 'articles': name a table, such as crawl.db::articles."),
        ("crawl.db::nothing", "'crawl.db' has no table 'nothing'; it has 'articles': name one of them."),
        ("missing.db::articles", "'missing.db' does not exist; check the path of the database."),
        ("text.db::articles", "'text.db' is no SQLite database; check the path."),
        ("broken.db::articles", "'broken.db::articles' cannot be read:"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    crawl: str, capsys: pytest.CaptureFixture[str], entry: str, message: str
) -> None:
    """Every table that cannot be read is answered with what is wrong and what to do."""
    Path("text.db").write_text("no database")
    Path("broken.db").write_bytes(tables.HEADER + bytes(range(256)) * 30)
    assert main(["clean", entry, "-o", "out.jsonl"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["-o", "crawl.db::Articles"], 2, "which is an input"),
        (["-o", "crawl.db::clean", "--ledger", "crawl.db"], 2, "--ledger names crawl.db"),
        (
            ["-o", "out.jsonl", "--ledger", "crawl.db"],
            2,
            "--ledger names crawl.db, which has a table that is read",
        ),
        (["-o", "out.jsonl", "--ledger", "ledger.db::t"], 2, "written as a file: name a file"),
        (["-o", "text.db::clean"], 1, "'text.db' is no SQLite database; name another file."),
        (["-o", "no/such/out.db::clean"], 1, "cannot be written: No such file or directory"),
        (["-o", "crawl.db::v"], 1, "nothing there was changed"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(
    crawl: str, capsys: pytest.CaptureFixture[str], words: list[str], status: int, message: str
) -> None:
    """Every table that cannot be written is answered with what to name instead; the input stays."""
    Path("text.db").write_text("no database")
    execute("crawl.db", "CREATE VIEW v AS SELECT 1 AS x")
    before = rows("crawl.db", "articles")
    assert main(["clean", crawl, *words, "--quiet"]) == status
    assert message in capsys.readouterr().err
    assert rows("crawl.db", "articles") == before


values = (
    st.none() | st.integers(-(1 << 63), (1 << 63) - 1) | st.floats(allow_nan=False) | st.binary(max_size=5)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
)  # fmt: skip


@given(st.lists(st.tuples(values, values, values), max_size=6))
@examples(0.5)
def test_a_table_of_any_values_comes_back(cells: list[tuple[Any, ...]]) -> None:
    """What is read of a table, and written to another one, is equal, with the type of each value."""
    with closing(sqlite3.connect("any.db")) as connection:
        connection.execute("DROP TABLE IF EXISTS t")
        connection.execute('CREATE TABLE t (a, "b ""c""", "ü")')
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", cells)
        connection.commit()
    with Path("rows").open("wb") as target:
        read_table(Path("any.db"), "t", target)
    Path("copy.db").unlink(missing_ok=True)
    database = TableDatabase(Path("copy.db"), "copy.db")
    database.replace("t", Path("rows"))
    database.commit()
    with closing(sqlite3.connect("any.db")) as one, closing(sqlite3.connect("copy.db")) as other:
        select = 'SELECT *, typeof(a), typeof("b ""c"""), typeof("ü") FROM t'
        assert not cells or one.execute(select).fetchall() == other.execute(select).fetchall()
