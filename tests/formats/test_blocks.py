"""Whatever the blocks, the documents are the same; any can be read again."""

import csv
import io
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats import blocks, find_files, parse
from tests.formats.documents import fetched, read
from tests.support.examples import examples
from tests.support.inputs import (
    BOM,
    FIELDS,
    FILES,
    texts,
    unchecked,
    write_file,
)


@pytest.mark.parametrize("form", FILES)
def test_block_size_changes_nothing(form):
    """Whatever the size of the blocks, the documents and rejects are the same."""

    @examples(25)
    @given(FILES[form], st.integers(1, 300))
    def check(content, size):
        with tempfile.TemporaryDirectory() as folder:
            path = write_file(Path(folder), f"a.{form}", content)
            files = find_files([path])
            batches = [parse(unchecked(block), FIELDS) for block in blocks(files, size)]
            documents = [row for batch in batches for row in batch.documents.to_pylist()]
            assert (documents, [reject for batch in batches for reject in batch.rejects]) == read(path)

    check()


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_block_has_few_records(tmp_path, monkeypatch, form):
    """However short its lines are, a block has no more than so many; that changes no position."""
    content = b"id,text\n" * (form == "csv") + b"\n".join(b'"%d"' % line for line in range(500))
    path = write_file(tmp_path, f"a.{form}", content)
    expected = read(path, fields=FIELDS._replace(id="none"))
    monkeypatch.setattr("dedup.formats.RECORDS", 50)
    sizes = [block.data.count(b"\n") for block in blocks(find_files([path]))]
    assert max(sizes) <= 50
    assert len(sizes) >= 10
    assert read(path, fields=FIELDS._replace(id="none")) == expected


@pytest.mark.parametrize("form", [*FILES, "txt"])
def test_fetch_gives_the_same_documents(form):
    """Reading any documents again gives exactly these, and their edits are the same."""

    @examples(20)
    @given(
        st.lists(FILES.get(form, texts.map(str.encode)), min_size=1, max_size=3),
        st.randoms(use_true_random=False),
    )
    def check(contents, choice):
        with tempfile.TemporaryDirectory() as folder:
            for number, content in enumerate(contents):
                write_file(Path(folder), f"{number}.{form}", content)
            files = find_files([folder])
            batches = [parse(block, FIELDS) for block in blocks(files)]
            table = pa.Table.from_batches([batch.documents for batch in batches])
            edits = [
                b.edits(i, [(0, 1)]) for b in batches for i, t in enumerate(b.documents["text"]) if t.as_py()
            ]
            chosen = pa.array(
                sorted(choice.sample(range(len(table)), choice.randint(0, len(table)))), pa.int64()
            )
            again = [parse(block, FIELDS) for block in fetched(files, table.take(chosen))]
            assert not any(batch.rejects for batch in again)
            assert pa.Table.from_batches([b.documents for b in again], table.schema).equals(
                table.take(chosen)
            )
            everything = [parse(block, FIELDS) for block in fetched(files, table)]
            assert edits == [
                b.edits(i, [(0, 1)])
                for b in everything
                for i, t in enumerate(b.documents["text"])
                if t.as_py()
            ]

    check()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b""), ("a.jsonl", BOM), ("a.jsonl", b"\n\r\n  \n"), ("a.csv", b""), ("a.csv", BOM),
        ("a.csv", b"id,text\n"), ("a.csv", b"\r\nid,text\r\n\r\n"), ("a.jsonl.gz", b""), ("a.jsonl.zst", b""),
        ("a.parquet", pa.table({"text": pa.array([], pa.string())})),
    ],
)  # fmt: skip
def test_files_without_documents(tmp_path, name, content):
    """An empty file, or one of nothing but blank lines, is no error and has no documents."""
    assert read(write_file(tmp_path, name, content)) == ([], [])


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json"])
def test_a_record_larger_than_many_blocks(tmp_path, name):
    """A record of 20 MB among small ones is read in proportionate time, and stays complete."""
    text = "many words \n" * 1_700_000
    documents = [{"id": "1", "text": "a"}, {"id": "2", "text": text}, {"id": "3", "text": "b"}]
    raw = io.StringIO()
    if name.endswith("csv"):
        writer = csv.DictWriter(raw, ["id", "text"])
        writer.writeheader()
        writer.writerows(documents)
    elif name.endswith("jsonl"):
        raw.writelines(json.dumps(document) + "\n" for document in documents)
    else:
        json.dump(documents, raw)
    path = write_file(tmp_path, name, raw.getvalue().encode())
    start = time.perf_counter()
    rows, _ = read(path, size=1 << 20)
    assert time.perf_counter() - start < 10
    assert [d["text"] for d in rows] == ["a", text, "b"]


def test_small_files_share_blocks(tmp_path):
    """Thousands of small text files cost one block, not one each."""
    for i in range(2000):
        write_file(tmp_path, f"{i:04}.txt", b"text %d" % i)
    (block,) = blocks(find_files([str(tmp_path)]))
    documents = parse(block, FIELDS).documents
    assert documents.column("text").to_pylist() == [f"text {i}" for i in range(2000)]
    assert np.array_equal(documents.column("file"), np.arange(2000))
