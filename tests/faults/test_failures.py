"""Whatever exception the reading of a record raises, the record is a reject, and the others are read."""

import json
from itertools import count

import pyarrow as pa
import pytest

import dedup
from dedup.formats import columns, csv, json_objects, parquet, text
from tests.formats.documents import applied, read
from tests.support.inputs import write_file

TEXTS = [f"text {number}" for number in range(9)]
BAD = {0, 4, 5, 8}


def lines():
    """Lines that the core leaves to a library, some of them blank."""
    return b"\n".join(
        b'{"text": "%b", "x": 1e999}' % text.encode() + b"\n" * (i % 3) for i, text in enumerate(TEXTS)
    )


CONTENTS = {
    "jsonl": (lines(), json_objects),
    "json": (json.dumps([{"text": text, "x": float("inf")} for text in TEXTS]).encode(), json_objects),
    "csv": (b"id,text\n" + b"".join(b'1,"%b"\n\n' % text.encode() for text in TEXTS), csv),
    "parquet": (pa.table({"text": TEXTS}), parquet),
    "txt": (b"text 4", text),
}


@pytest.mark.parametrize("form", CONTENTS)
def test_a_failure_costs_one_record(tmp_path, monkeypatch, form):
    """The record that cannot be read is a reject with its place and the reason, in every format."""
    content, module = CONTENTS[form]
    path = write_file(tmp_path, f"a.{form}", content)
    documents, rejects = read(path)
    make = columns.record_batch

    def failing(spans, of_documents):
        if any(f"text {number}" in of_documents.texts.to_pylist() for number in BAD):
            raise OverflowError("no such date\x1b")
        return make(spans, of_documents)

    monkeypatch.setattr(module, "record_batch", failing)
    left, rejects = read(path)
    expected = [document for document in documents if int(document["text"][5:]) not in BAD]
    assert left == expected
    places = [(d["position"], d["start"], d["end"]) for d in documents if d not in expected]
    assert [(reject.position, reject.start, reject.end) for reject in rejects] == places
    assert {reject.reason for reject in rejects} == {"it could not be read: OverflowError: no such date\x1b"}


def test_documents_beside_a_failure_are_edited_where_they_are(tmp_path, monkeypatch):
    """Cuts of a document that was read beside one that failed are made in its own bytes."""
    path = write_file(tmp_path, "a.jsonl", lines())
    make = columns.record_batch
    monkeypatch.setattr(
        json_objects,
        "record_batch",
        lambda spans, given: 1 / 0 if "text 2" in given.texts.to_pylist() else make(spans, given),
    )
    (block,) = dedup.formats.blocks(dedup.formats.find_files([path]))
    batch = dedup.formats.parse(block, dedup.formats.Fields())
    assert batch.documents.column("text").to_pylist() == [text for text in TEXTS if text != "text 2"]
    edited = applied(lines(), batch.edits(5, [(0, 5)]))
    assert edited == lines().replace(b"text 6", b"6")


def test_a_failure_in_memory_costs_one_document(monkeypatch):
    """A document of the caller whose reading fails is a reject, and `Result` has the others."""

    class Angry:
        def __str__(self):
            raise ValueError("no name")

    documents = [{"text": text, "id": Angry() if i in BAD else str(i)} for i, text in enumerate(TEXTS)]
    result = dedup.clean(documents, duplicates=False)
    assert [document["text"] for document in result.kept] == [f"text {i}" for i in range(9) if i not in BAD]
    assert [(reject.position - 1) for reject in result.corpus.rejects] == sorted(BAD)
    assert result.corpus.rejects[0].reason == "it could not be read: ValueError: no name"


def test_an_error_about_the_file_stays_one(tmp_path):
    """What is wrong with a file as a whole is still said of the file."""
    path = write_file(tmp_path, "a.jsonl", b'{"body": "x"}\n{"body": "y"}\n')
    with pytest.raises(dedup.InputError, match="no field 'text'"):
        read(path)


def test_few_failures_cost_few_readings(tmp_path, monkeypatch):
    """One bad record among n is found in some 2 log2(n) readings, not in n."""
    path = write_file(tmp_path, "a.csv", b"text\n" + b"".join(b"%d\n" % n for n in range(4096)))
    make, readings = columns.record_batch, count()

    def failing(spans, given):
        next(readings)
        return 1 / 0 if "77" in given.texts.to_pylist() else make(spans, given)

    monkeypatch.setattr(csv, "record_batch", failing)
    _, rejects = read(path)
    assert [reject.position for reject in rejects] == [79]
    assert next(readings) <= 2 * 12 + 1
