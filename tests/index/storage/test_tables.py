"""A row of an index with a value that dedup does not write there is not taken."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import IndexFileError
from dedup.index.index import Index
from dedup.index.storage import tables
from dedup.index.storage.database import Database
from dedup.index.storage.tables import Table

TABLES = [value for value in vars(tables).values() if isinstance(value, Table)]
ODD: list[Any] = [None, 1.5, "x", b"x", -1 << 63, (1 << 63) - 1]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that has a row in each of its tables."""
    path = tmp_path_factory.mktemp("tables") / "index"
    with Index(path) as index:
        index.add({"id": "a", "url": "https://a.example/1", "title": "A", "text": "One of the words."})
    return path


def rows(path: Path, table: Table) -> list[tuple[Any, ...]]:
    database = Database(path)
    try:
        return [*table.select(database)]
    finally:
        database.close()


def test_all_tables_are_listed(path: Path) -> None:
    """With all of their columns; `place` of `sites` alone is SQLite's own."""
    with sqlite3.connect(path) as file:
        names = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = {name: [row[1] for row in file.execute(f"PRAGMA table_info({name})")] for name in names}
    file.close()
    columns["sites"].remove("place")
    assert {table.name: [*table.columns] for table in TABLES} == columns


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_odd_value_is_not_taken(path: Path, table: Table) -> None:
    """Also where the checksum fits: no value of a type that a column has not."""
    unsealed = Table(table.name, table.meaning, table.columns)
    row = rows(path, table)[0]
    for at, column in enumerate(table.columns.values()):
        for value in ODD:
            changed = (*row[:at], value, *row[at + 1 :])
            assert table.checksum is None or value == row[at] or not table.is_whole(changed)
            assert isinstance(value, column.types) or not unsealed.is_whole(changed)


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        (tables.DOCUMENTS, "number", [-1, 1 << 32]),
        (tables.DOCUMENTS, "entered", [-1, 1 << 40]),
        (tables.DOCUMENTS, "words", [-2, 1 << 31]),
        (tables.DOCUMENTS, "marks", [b"1234567"]),
        (tables.RUNS, "replaces", ["", "[", "1", "[1]", "[[1]]", "[[1,2,3]]", "[[2,1]]", f"[[0,{1 << 63}]]"]),
        (tables.SITES, "day", [-1 << 63, 1 << 40]),
        (tables.SITE_TEXTS, "pages", [-1, 1 << 40]),
    ],
)
def test_a_value_out_of_range_is_not_taken(path: Path, table: Table, column: str, values: list[Any]) -> None:
    """Numbers that dedup never writes, and JSON that it cannot use."""
    unsealed, at = Table(table.name, table.meaning, table.columns), [*table.columns].index(column)
    row = rows(path, table)[0]
    assert unsealed.is_whole(row)
    for value in values:
        assert not unsealed.is_whole((*row[:at], value, *row[at + 1 :])), value


def test_a_row_of_a_file_that_is_not_whole_is_an_error(path: Path, tmp_path: Path) -> None:
    """The sentence names what is damaged."""
    copy = tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as file:
        file.execute("UPDATE documents SET word_hash = NULL")
    file.close()
    with pytest.raises(IndexFileError, match=r"is damaged \(what it knows of a document\)"):
        rows(copy, tables.DOCUMENTS)
