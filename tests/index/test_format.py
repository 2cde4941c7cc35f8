"""What an index file stores of a document, and files of an older format."""

import sqlite3
from pathlib import Path

import numpy as np
import orjson
import pytest

from dedup.index.file import FORMAT
from dedup.index.index import Index
from dedup.index.reader import IndexReader
from dedup.index.store import Store
from tests.index.articles import invented

TEXTS = invented(12, 3)
DOCUMENTS = [
    {"id": f"a{n}", "text": text, "title": f"Title {n}", "url": f"https://a.example/{n}"}
    for n, text in enumerate(TEXTS)
]
SCHEMA_OF_1 = """
CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (run INTEGER PRIMARY KEY, name TEXT NOT NULL, began INTEGER NOT NULL,
                   first INTEGER NOT NULL, end INTEGER NOT NULL, replaces TEXT NOT NULL, moves TEXT);
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT, source TEXT NOT NULL, position INTEGER NOT NULL,
                        entered INTEGER NOT NULL, words INTEGER NOT NULL, marks BLOB NOT NULL);
CREATE TABLE texts (number INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE segments (segment INTEGER PRIMARY KEY, bits INTEGER NOT NULL, entries INTEGER NOT NULL);
CREATE TABLE pages (place INTEGER PRIMARY KEY, entries BLOB NOT NULL);
"""


def stored(path: Path) -> list[tuple[str | None, str, str | None, str | None]]:
    """Id, text, title and URL of each document of an index."""
    store = Store(path, None)
    reader, numbers = IndexReader(store), np.sort(store.numbers())
    ids = [identity["id"] for identity in reader.identities(numbers)]
    batches = [batch[1:] for batch in reader.texts(numbers)]
    rows = [row for columns in batches for row in zip(*(c.to_pylist() for c in columns), strict=True)]
    store.close()
    return [(id_, *row) for id_, row in zip(ids, rows, strict=True)]


def as_format_1(path: Path, old: Path) -> None:
    """Write what an index has as format 1 had it: with SQL alone, from an empty file."""
    with sqlite3.connect(old) as file:
        file.execute("PRAGMA page_size = 32768")
        file.execute("ATTACH ? AS new", (str(path),))
        file.executescript(SCHEMA_OF_1)
        for name in ("options", "runs", "documents", "texts", "segments", "pages"):
            columns = [row[1] for row in file.execute(f"PRAGMA main.table_info({name})")]
            listed = ", ".join(columns)
            file.execute(f"INSERT INTO main.{name} SELECT {listed} FROM new.{name}")  # noqa: S608
        file.execute("PRAGMA application_id = 1684305264")
        file.execute("PRAGMA user_version = 1")


def test_titles_and_urls_are_stored(tmp_path: Path) -> None:
    """A document comes back from an index with its cleaned text, its title and its URL, if it has them."""
    with Index(tmp_path / "index") as index:
        kept = [document for document in DOCUMENTS if not index.add(document).dropped]
        index.add({"text": "One text of a few words that has neither a title nor an address."})
    *documents, last = stored(tmp_path / "index")
    names = ("id", "text", "title", "url")
    assert documents == [tuple(document[name] for name in names) for document in kept]
    assert last[2:] == (None, None)


def test_runs_store_titles_and_urls(tmp_path: Path) -> None:
    """So do the documents of a whole run, from fields of any name."""
    renamed = [
        {"id": document["id"], "text": document["text"], "head": document["title"], "link": document["url"]}
        for document in DOCUMENTS
    ]
    with Index(tmp_path / "index", title_field="head", url_field="link") as index:
        kept = {article["id"] for article in index.add_many(renamed).kept}
    titles = {id_: (title, url) for id_, _, title, url in stored(tmp_path / "index")}
    assert titles == {d["id"]: (d["title"], d["url"]) for d in DOCUMENTS if d["id"] in kept}


def test_a_file_of_format_1_is_brought_to_this_one(tmp_path: Path) -> None:
    """Its documents match as before, and have no titles; those that are added have them."""
    with Index(tmp_path / "new") as index:
        first = [index.add(document) for document in DOCUMENTS[:6]]
    as_format_1(tmp_path / "new", tmp_path / "old")
    with Index(tmp_path / "old") as index:
        assert index.info()["format"] == FORMAT > 1
        again = [index.check(document) for document in DOCUMENTS[:6]]
        assert all(decision.dropped for decision in again)
        assert again[0].jaccard == 1
        index.add({"id": "new", "text": "words that nobody wrote before this day of days", "title": "New"})
    titles = [title for _, _, title, _ in stored(tmp_path / "old")]
    assert titles == [None] * sum(not decision.dropped for decision in first) + ["New"]


def test_a_file_is_brought_to_this_format_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a statement fails, the file stays as it was, and can be opened the next time."""
    with Index(tmp_path / "new") as index:
        index.add(DOCUMENTS[0])
    as_format_1(tmp_path / "new", tmp_path / "old")
    before = (tmp_path / "old").read_bytes()
    broken = "ALTER TABLE texts ADD COLUMN title TEXT; ALTER TABLE nowhere ADD COLUMN url TEXT"
    with monkeypatch.context() as patch:
        patch.setattr("dedup.index.file._MIGRATIONS", {1: broken})
        with pytest.raises(Exception, match="nowhere"):
            Index(tmp_path / "old")
    assert (tmp_path / "old").read_bytes() == before
    with Index(tmp_path / "old") as index:
        assert index.check(DOCUMENTS[0]).dropped


def test_options_of_an_old_file_stay(tmp_path: Path) -> None:
    """The options that a file of format 1 was made with are those of the file of format 2."""
    with Index(tmp_path / "new", ngram=4) as index:
        index.add(DOCUMENTS[0])
        options = index.info()["options"]
    as_format_1(tmp_path / "new", tmp_path / "old")
    with Index(tmp_path / "old") as index:
        assert orjson.dumps(index.info()["options"]) == orjson.dumps(options)
