"""Every format gives exactly its documents, with their places, and cuts exactly what it is told to."""

import csv
import gzip
import io
import json
import os
import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.errors import InputError
from dedup.formats import Fields, blocks, fetch, find_files, format_of, parse
from dedup.formats.blocks import Piece, join
from dedup.formats.columns import sortable
from dedup.formats.csv import row_edits
from dedup.text.ranges import without
from tests.support.inputs import (
    BOM,
    FIELDS,
    array_files,
    csv_files,
    jsonl_files,
    objects,
    random_cuts,
    tables,
    texts,
    write_file,
)

MADE = {
    "jsonl": jsonl_files(),
    "json": array_files(),
    "csv": csv_files(),
    "tsv": csv_files("\t"),
    "parquet": tables(),
}


def read(path, size=8 << 20, fields=FIELDS):
    """Documents (as dicts) and rejects of a file or folder."""
    files = find_files([str(path)])
    batches = [parse(block, fields) for block in blocks(files, size)]
    documents = [row for batch in batches for row in batch.documents.to_pylist()]
    return documents, [reject for batch in batches for reject in batch.rejects]


def read_bytes(content, name="a.jsonl", size=8 << 20, fields=FIELDS):
    """The same for the content of a file."""
    with tempfile.TemporaryDirectory() as folder:
        return read(write_file(Path(folder), name, content), size, fields)


def object_edits(raw, cuts):
    """The edits that cut the text of one JSON object."""
    block = join("json", [Piece(0, 0, 1, raw)], {0: "a.json"})
    return parse(block, FIELDS).edits(0, cuts)


def lenient(line):
    """The document of a JSON text in plain Python; None when it is none."""
    try:
        value = json.loads(line.decode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("text"), str) else None


@settings(max_examples=50, deadline=None)
@given(jsonl_files())
def test_json_lines_are_read_like_the_slow_way(content):
    """Documents, their lines and their bytes are those that a plain loop over the lines finds."""
    documents, rejects = read_bytes(content)
    start = len(content) - len(content.removeprefix(BOM))
    expected, bad = [], []
    for number, line in enumerate(content[start:].split(b"\n"), 1):
        end = min(start + len(line) + 1, len(content))
        if value := lenient(line):
            expected.append((number, start, end, value["text"]))
        elif line.strip():
            bad.append((number, start, end))
        start = end
    assert [(d["position"], d["start"], d["end"], d["text"]) for d in documents] == expected
    assert [reject[1:4] for reject in rejects] == bad


@settings(max_examples=50, deadline=None)
@given(csv_files())
def test_csv_is_read_like_the_slow_way(content):
    """Rows are those that the csv module finds, and each span holds its row alone."""
    documents, rejects = read_bytes(content, "a.csv")
    text = content.removeprefix(BOM).decode("utf-8", "surrogateescape")
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    column = rows[0].index("text")
    good = [row for row in rows[1:] if len(row) == 3 and "\udcff" not in row[0]]
    assert [d["text"] for d in documents] == [row[column] for row in good]
    assert len(rejects) == len(rows) - 1 - len(good)
    for document, row in zip(documents, good, strict=True):
        span = content[document["start"] : document["end"]].decode()
        assert list(csv.reader(io.StringIO(span, newline=""))) == [row]


@settings(max_examples=40, deadline=None)
@given(array_files())
def test_arrays_are_read_like_the_slow_way(content):
    """The span of each element parses to this element, whatever stands between them."""
    documents, rejects = read_bytes(content, "a.json")
    for document in documents:
        assert lenient(content[document["start"] : document["end"]])["text"] == document["text"]
    positions = sorted([d["position"] for d in documents] + [r.position for r in rejects])
    assert positions == list(range(1, len(positions) + 1))


@pytest.mark.parametrize("form", MADE)
def test_block_size_changes_nothing(form):
    """Whatever the size of the blocks, the documents and rejects are the same."""

    @settings(max_examples=25, deadline=None)
    @given(MADE[form], st.integers(1, 300))
    def check(content, size):
        with tempfile.TemporaryDirectory() as folder:
            path = write_file(Path(folder), f"a.{form}", content)
            files = find_files([path])
            tiny = [replace(block, first=False) for block in blocks(files, size)]  # may lack the text field
            batches = [parse(block, FIELDS) for block in tiny]
            documents = [row for batch in batches for row in batch.documents.to_pylist()]
            assert (documents, [reject for batch in batches for reject in batch.rejects]) == read(path)

    check()


@pytest.mark.parametrize("form", [*MADE, "txt"])
def test_fetch_gives_the_same_documents(form):
    """Reading any documents again gives exactly these, and their edits are the same."""

    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(MADE.get(form, texts.map(str.encode)), min_size=1, max_size=3),
        st.randoms(use_true_random=False),
    )
    def check(contents, choice):
        with tempfile.TemporaryDirectory() as folder:
            for number, content in enumerate(contents):
                write_file(Path(folder), f"{number}.{form}", content)
            files = find_files([folder])
            batches = [parse(block, FIELDS) for block in blocks(files)]
            whole = pa.Table.from_batches([batch.documents for batch in batches])
            edits = [
                b.edits(i, [(0, 1)]) for b in batches for i, t in enumerate(b.documents["text"]) if t.as_py()
            ]
            chosen = pa.array(
                sorted(choice.sample(range(len(whole)), choice.randint(0, len(whole)))), pa.int64()
            )
            again = [parse(block, FIELDS) for block in fetched(files, whole.take(chosen))]
            assert not any(batch.rejects for batch in again)
            assert pa.Table.from_batches([b.documents for b in again], whole.schema).equals(
                whole.take(chosen)
            )
            everything = [parse(block, FIELDS) for block in fetched(files, whole)]
            assert edits == [
                b.edits(i, [(0, 1)])
                for b in everything
                for i, t in enumerate(b.documents["text"])
                if t.as_py()
            ]

    check()


def fetched(files, documents):
    columns = [documents.column(name).to_numpy() for name in ("file", "start", "end", "position")]
    return fetch(files, *columns)


def applied(raw, edits):
    """The bytes with the edits made."""
    for start, end, new in reversed(edits):
        raw = raw[:start] + new + raw[end:]
    return raw


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_cutting_json_changes_the_text_alone(data):
    """Cutting a document removes these characters; the other fields stay byte for byte."""
    text = data.draw(texts)
    raw = data.draw(objects(text))
    cuts = random_cuts(random.Random(data.draw(st.integers())), len(text))
    edits = object_edits(raw, cuts)
    value, after = lenient(raw), lenient(applied(raw, edits))
    assert after.pop("text") == without(value.pop("text"), cuts)
    assert json.dumps(after) == json.dumps(value)
    assert all(not edit.new for edit in edits)


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, min_size=3, max_size=3), st.integers(), st.booleans(), st.integers(0, 2))
@example(['ab"c', "", ""], 0, False, 0)
def test_cutting_csv_changes_the_text_alone(row, seed, quoted, column):
    """Cutting a row removes these characters from its cell; the other cells stay as they are."""
    raw = io.StringIO()
    csv.writer(raw, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerow(row)
    cuts = random_cuts(random.Random(seed), len(row[column]))
    edits = row_edits(raw.getvalue().encode(), column, "csv", cuts)
    after = applied(raw.getvalue().encode(), edits).decode()
    expected = [*row[:column], without(row[column], cuts), *row[column + 1 :]]
    assert list(csv.reader(io.StringIO(after, newline=""))) == [expected]
    assert after.endswith("\r\n")
    assert not quoted or all(not edit.new for edit in edits)


@pytest.mark.parametrize(
    ("raw", "cuts", "expected"),
    [
        (b'1,a"bc,x\n', [(0, 1)], b'1,"""bc",x\n'),  # what is left would open a quote
        (b'1,"ab"cd,x\r\n', [(0, 1)], b"1,bcd,x\r\n"),
        (b"1,ab,x", [(0, 2)], b"1,,x"),
        (b'1,"a""b",x\n', [(1, 2)], b'1,"ab",x\n'),
        ("1,é漢b,x\n".encode(), [(1, 2)], "1,éb,x\n".encode()),
    ],
)
def test_odd_rows_are_cut_safely(raw, cuts, expected):
    """Where cutting in place would change the row's meaning, the row is written anew."""
    assert applied(raw, row_edits(raw, 1, "csv", cuts)) == expected


@pytest.mark.parametrize(
    ("raw", "text", "cut_first"),
    [
        (rb'{"text":"\ud800x"}', "\ufffdx", {"text": "x"}),
        (rb'{"text":"\ud83d\ude00x"}', "😀x", {"text": "x"}),
        (rb'{"text":"a\ud83dx\ude00"}', "a\ufffdx\ufffd", {"text": "\ud83dx\ude00"}),
        (b'{"a":NaN,"text":"yx"}', "yx", None),
        (b'{"a":1e999,"text":"yx"}', "yx", None),
        (b'{"a":' + b"9" * 5000 + b',"text":"yx"}', "yx", None),
    ],
)
def test_what_orjson_refuses_is_read(raw, text, cut_first):
    """Lone surrogates, NaN and numbers beyond doubles make no reject, and can be cut."""
    documents, rejects = read_bytes(raw)
    assert [d["text"] for d in documents] == [text]
    assert not rejects
    after = applied(raw, object_edits(raw, [(0, 1)]))
    assert cut_first is None or json.loads(after) == cut_first


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('"a"', "a"), ("7", "7"), ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("-0", "0"), ("1.5", "1.5"), ("null", None), ("[1]", None), ("true", None), ('""', ""),
    ],
)  # fmt: skip
def test_ids(value, name):
    """Strings and numbers identify a document, integers exactly; anything else does not."""
    documents, _ = read_bytes(b'{"text": "t", "id": %s}' % value.encode())
    assert documents[0]["id"] == name


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not valid JSON: Expecting property name enclosed in double quotes at character 2"),
        (b"[1]", "not an object but a list"),
        (b'{"body": 1, "\\u001b[31m": 2}', "no field 'text', only 'body', '\\x1b[31m'"),
        (b"{}", "no field 'text', only no fields at all"),
        (b'{"text": null}', "the field 'text' is null, not a string"),
        (b'{"text": true}', "the field 'text' is a boolean, not a string"),
        (b'{"text": ["a"]}', "the field 'text' is a list, not a string"),
        (b'{"text": "\xc3"}', "invalid UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_reasons(line, reason):
    """A reject's reason says in words what is wrong, and nothing from the file acts in it."""
    _, rejects = read_bytes(b'{"text": "good"}\n' + line)
    assert [reject.reason for reject in rejects] == [reason]


ROWS = "id,text\n1,good\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"body": "x"}\n{"body": "y"}', "no field 'text', only 'body': .*--text-field"),
        ("a.json", b'[{"body": "x"}]', "no field 'text'"),
        ("a.csv", b"id,body\n1,x\n", "no column 'text', only 'id', 'body'.*--text-field"),
        ("a.parquet", pa.table({"body": ["x"]}), "no column 'text', only 'body'.*--text-field"),
        ("a.parquet", pa.table({"text": [1]}), "holds int64, not strings"),
        ("a.parquet", b"PAR1 no", "not a whole Parquet file"),
        ("a.csv", b"id,t\xff\n1,x\n", "not UTF-8"),
        ("a.json", b'[{"text": "x"}, ', "line 1, column 17"),
        ("a.json", b'[{"text": "x"}\n {}]', "expecting ']' at line 2, column 2"),
        ("a.json", b'[{"text": "x"}] 1', "more data after the array"),
        ("a.json", b"[" * 5000, "never closed"),
        ("a.json", b'"text"', r"expecting '\['"),
        ("a.jsonl.gz", gzip.compress(os.urandom(500))[:-9], "truncated"),
        ("a.jsonl.gz", b"no gzip", "not a whole gz file"),
        ("a.jsonl.zst", zstandard.compress(os.urandom(500))[:-9], "truncated"),
        ("a.jsonl.zst", b"no zstd", "not a whole zst file"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, message):
    """A file that is broken or lacks the text field is an error that says so."""
    with pytest.raises(InputError, match=message):
        read(write_file(tmp_path, name, content))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("none.jsonl", "does not exist"), ("*.jsonl", "matches no file"), ("empty", "holds no documents"),
        ("a.xyz", "unknown extension"), ("b.parquet.gz", "unknown extension"), ("plain", "unknown extension"),
    ],
)  # fmt: skip
def test_inputs_that_name_nothing(tmp_path, entry, message):
    """An input without a file that can be read is an error."""
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    for name in ("a.xyz", "b.parquet.gz", "plain", "empty/.hidden/a.jsonl", "empty/.b.jsonl", "empty/c.log"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=message):
        find_files([str(tmp_path / entry)])


def test_names_of_files(tmp_path, monkeypatch):
    """Files are sorted within a folder, named below what the inputs share, and each is taken once."""
    for name in ("x/b.jsonl", "x/a.TXT", "x/sub/c.csv.gz", "y/b.jsonl", "y/[1].md", "z.json"):
        write_file(tmp_path, name, gzip.compress(b"") if name.endswith("gz") else b"")
    monkeypatch.chdir(tmp_path)
    assert [f.name for f in find_files(["x"])] == ["a.TXT", "b.jsonl", "sub/c.csv.gz"]
    assert [f.name for f in find_files(["y/b.jsonl", "x/b.jsonl", "y/b.jsonl"])] == ["y/b.jsonl", "x/b.jsonl"]
    assert [f.name for f in find_files(["x/b.jsonl"])] == ["b.jsonl"]
    assert [f.name for f in find_files(["*/*.jsonl"])] == ["x/b.jsonl", "y/b.jsonl"]
    assert [f.name for f in find_files(["y/[1].md"])] == ["[1].md"]
    found = {f.name: (f.format, f.compression) for f in find_files(["."])}
    assert found["x/sub/c.csv.gz"] == ("csv", "gz")


def test_standard_input(monkeypatch, capsys):
    """A dash is JSON Lines from standard input."""

    class Stdin:
        buffer = io.BytesIO(b'{"text": "a"}\n')

    monkeypatch.setattr("sys.stdin", Stdin)
    (file,) = find_files(["-"])
    assert (file.name, file.format) == ("stdin.jsonl", "jsonl")
    assert [d["text"] for d in read(file.path)[0]] == ["a"]


@pytest.mark.parametrize(
    ("content", "form", "count"),
    [
        (b'{"text": "a"}\n{"text": "b"}', "jsonl", 2), (b'{"text": "a"}\n', "json", 1),
        (b'\xef\xbb\xbf \n{"text":\n "a"}', "json", 1), (b'[{"text": "a"}]', "json", 1),
        (b"", "json", 0), (b" \n", "json", 0), (b"[]", "json", 0), (b"[ ]\n", "json", 0),
    ],
)  # fmt: skip
def test_what_a_json_file_is(tmp_path, content, form, count):
    """A .json file is an array, one object, or JSON Lines, by its start."""
    path = write_file(tmp_path, "a.json", content)
    assert find_files([path])[0].format == form
    assert len(read(path)[0]) == count


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b""), ("a.jsonl", BOM), ("a.jsonl", b"\n\r\n  \n"), ("a.csv", b""), ("a.csv", BOM),
        ("a.csv", b"id,text\n"), ("a.csv", b"\r\nid,text\r\n\r\n"), ("a.jsonl.gz", b""), ("a.jsonl.zst", b""),
        ("a.parquet", pa.table({"text": pa.array([], pa.string())})),
    ],
)  # fmt: skip
def test_files_without_documents(tmp_path, name, content):
    """An empty file, or one of nothing but blank lines, is fine and holds nothing."""
    assert read(write_file(tmp_path, name, content)) == ([], [])


def test_packed_members_follow_each_other(tmp_path):
    """Several gzip members or zstd frames in one file are read as one."""
    lines = [b'{"text": "a"}\n', b'{"text": "b"}\n']
    write_file(tmp_path, "a.jsonl.gz", b"".join(map(gzip.compress, lines)) + b"\0" * 512)
    write_file(tmp_path, "b.jsonl.zst", b"".join(map(zstandard.compress, lines)))
    assert [d["text"] for d in read(tmp_path)[0]] == ["a", "b", "a", "b"]


def test_an_unreadable_file(tmp_path):
    """A file that vanished or changed since it was found is an error."""
    path = Path(write_file(tmp_path, "a.jsonl", b'{"text": "a"}\n'))
    files = find_files([str(path)])
    path.write_bytes(b'{"text": "abc"}\n')
    with pytest.raises(InputError, match="changed"):
        list(blocks(files))
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        list(blocks(files))


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json"])
def test_a_record_larger_than_many_blocks(tmp_path, name):
    """A record of 20 MB among small ones takes its time in proportion, and stays whole."""
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
    found, _ = read(path, size=1 << 20)
    assert time.perf_counter() - start < 10
    assert [d["text"] for d in found] == ["a", text, "b"]


def test_small_files_share_blocks(tmp_path):
    """Thousands of small text files cost one block, not one each."""
    for i in range(2000):
        write_file(tmp_path, f"{i:04}.txt", b"text %d" % i)
    found = list(blocks(find_files([str(tmp_path)])))
    assert len(found) == 1
    documents = parse(found[0], FIELDS).documents
    assert documents.column("text").to_pylist() == [f"text {i}" for i in range(2000)]
    assert np.array_equal(documents.column("file"), np.arange(2000))


def test_named_fields(tmp_path):
    """Text, id and order are read from the fields that are named, in every format."""
    fields = Fields("body", "url", "date")
    write_file(tmp_path, "a.jsonl", b'{"body": "t", "url": "u", "date": 10}')
    write_file(tmp_path, "b.csv", b"url,body,date\nu,t,10\n")
    write_file(tmp_path, "c.parquet", pa.table({"date": [10], "body": ["t"], "url": ["u"], "more": [[1]]}))
    for number, fields_read in enumerate([None, fields]):
        files = find_files([str(tmp_path)])
        rows = [r for b in blocks(files, fields=fields_read) for r in parse(b, fields).documents.to_pylist()]
        assert [(r["text"], r["id"], r["order"]) for r in rows] == [("t", "u", sortable(10))] * 3, number


@given(st.lists(st.integers(-(10**25), 10**25) | st.floats(allow_nan=False), min_size=2, max_size=2))
@example([2**62, 2**62 + 1])
@example([0.0, -0.0])
def test_numbers_sort_by_size(pair):
    """Numbers, also as text, sort by size: 9 before 10, and identifiers of 64 bits exactly."""
    low, high = sorted(pair)
    if low == high:
        return
    exact = all(isinstance(n, float) or abs(n) < 2**63 for n in pair)
    assert sortable(low) < sortable(high) or (not exact and float(low) == float(high))
    assert sortable("9") < sortable("10") < sortable("2024-01-01") < sortable("2024-01-02")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.JSONL", "jsonl"),
        ("a.jsonl.GZ", "jsonl"),
        ("a.b.csv", "csv"),
        ("a.gz", None),
        ("a", None),
        (".csv", None),
    ],
)
def test_formats_by_name(name, form):
    """The extension says the format, with a compression on top."""
    assert format_of(name) == form
