"""What an index file stores of a document, and files of another format."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from dedup.errors import IndexFileError
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


def stored(path: Path) -> list[tuple[str | None, str, str | None, str | None]]:
    """Id, text, title and URL of each document of an index."""
    store = Store(path, None)
    reader, numbers = IndexReader(store), np.sort(store.numbers())
    ids = [identity["id"] for identity in reader.identities(numbers)]
    batches = [batch[1:] for batch in reader.texts(numbers)]
    rows = [row for columns in batches for row in zip(*(c.to_pylist() for c in columns), strict=True)]
    store.close()
    return [(id_, *row) for id_, row in zip(ids, rows, strict=True)]


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


@pytest.mark.parametrize("version", [1, FORMAT - 2, FORMAT + 1])
def test_a_file_of_another_format_is_refused(tmp_path: Path, version: int) -> None:
    """The sentence says which format it has and what to do; the file stays as it was."""
    with Index(tmp_path / "index") as index:
        index.add(DOCUMENTS[0])
    with sqlite3.connect(tmp_path / "index") as file:
        file.execute(f"PRAGMA user_version = {version}")
    file.close()
    before = (tmp_path / "index").read_bytes()
    with pytest.raises(IndexFileError, match=rf"format {version}, .* reads format {FORMAT}: .* --index NEW"):
        Index(tmp_path / "index")
    assert (tmp_path / "index").read_bytes() == before
