"""Outputs hold exactly the documents that they should, appear whole or not at all, and touch nothing else."""

import csv
import gzip
import io
import itertools
import json
import random
import signal
import subprocess
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import InputError, OptionsError, OutputError
from dedup.files.reading import Source
from dedup.files.staging import Staging
from dedup.formats import File, blocks, find_files, parse
from dedup.ledger.record import Record
from dedup.options import Options
from dedup.outputs.targets import Targets
from dedup.outputs.writer import Plan, plan, write
from dedup.restore import restore
from dedup.sources.files import Files
from tests.support.inputs import (
    BOM,
    FIELDS,
    array_files,
    clean,
    csv_files,
    fast_disk,  # noqa: F401 - pytest takes it from here
    jsonl_files,
    tables,
    text_files,
    texts_of,
    write_file,
)

MADE = {
    "jsonl": jsonl_files(),
    "json": array_files(),
    "csv": csv_files(),
    "tsv": csv_files("\t"),
    "parquet": tables(),
}
LINES = b'{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}\n'


@pytest.mark.parametrize("form", MADE)
def test_an_output_holds_the_expected_documents(form):
    """A file of each format comes out with exactly the documents that stay, cut as they should be."""

    @settings(max_examples=25, deadline=None)
    @given(MADE[form], st.integers(1, 10**6))
    def check(content, seed):
        with tempfile.TemporaryDirectory() as folder:
            source = write_file(Path(folder), f"a.{form}", content)
            run = clean([source], f"{folder}/out.{form}", seed=seed)
            assert texts_of(f"{folder}/out.{form}") == [document.text for document in run.expected]

    check()


@pytest.mark.parametrize("target", ["jsonl", "json", "csv", "parquet"])
def test_a_conversion_holds_the_expected_documents(target):
    """Files of every format written into one file of another give the documents that stay, in order."""

    @settings(max_examples=15, deadline=None)
    @given(st.fixed_dictionaries({**MADE, "txt": text_files}), st.integers(1, 10**6))
    def check(contents, seed):
        with tempfile.TemporaryDirectory() as folder:
            for form, content in contents.items():
                write_file(Path(folder, "in"), f"a.{form}", content)
            output = f"{folder}/out.{target}"
            run = clean([f"{folder}/in"], output, seed=seed)
            expected = [document.text for document in run.expected]
            assert (texts_of(output) if expected else []) == expected

    check()


@settings(max_examples=40, deadline=None)
@given(jsonl_files(), st.integers(1, 10**6))
def test_unchanged_lines_stay_as_they_are(content, seed):
    """A JSON Lines document that was not changed comes out byte for byte, in its place."""
    with tempfile.TemporaryDirectory() as folder:
        source = write_file(Path(folder), "a.jsonl", content)
        run = clean([source], f"{folder}/out.jsonl", seed=seed)
        before = content.removeprefix(BOM).split(b"\n")
        after = Path(folder, "out.jsonl").read_bytes().removeprefix(BOM).split(b"\n")
        pairs = zip(filter(bytes.strip, after), run.expected, strict=True)
        lines = iter(before)
        assert all(line in lines for line, document in pairs if document.unchanged)  # in their order
        clean([source], f"{folder}/same.jsonl", seed=0)
        bad = [line for line in before if line.strip() and not _is_document(line)]
        kept = [line for line in before if line not in bad]
        same = Path(folder, "same.jsonl").read_bytes().removeprefix(BOM)
        assert same.rstrip(b"\n") == b"\n".join(kept).rstrip(b"\n")


def listed(folder):
    """The names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def _is_document(line):
    try:
        value = json.loads(line.decode())
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and isinstance(value.get("text"), str)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("layout", ["[{}]", " [ {} ]\n", "[\n  {}\n]"])
def test_any_elements_can_leave_an_array(tmp_path, count, layout):
    """Whichever elements are dropped or rejected, the rest is a valid array, and everything comes back."""
    for fates in itertools.product(["keep", "drop", "reject"], repeat=count):
        elements = [
            {"keep": f'{{"text": "{i}"}}', "drop": f'{{"text": "{i}"}}', "reject": str(i)}[f]
            for i, f in enumerate(fates)
        ]
        content = layout.replace("{}", " ,\n ".join(elements)).encode()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = Files([write_file(folder, "a.json", content)], Options())
            records = [_fated(record, fates) for record in _records(source.files)]
            targets = Targets(f"{name}/o.json", f"{name}/l.jsonl", f"{name}/r.jsonl")
            with Staging() as staging:
                write(source, records, targets, staging)
            kept = json.loads((folder / "o.json").read_bytes())
            assert kept == [{"text": str(i)} for i, fate in enumerate(fates) if fate == "keep"]
            restore(f"{name}/o.json", f"{name}/l.jsonl", f"{name}/r.jsonl", f"{name}/again.json")
            assert (folder / "again.json").read_bytes() == content


def _records(files):
    """A record for each document and reject, sorted; nothing is changed."""
    records = []
    for block in blocks(files):
        batch = parse(block, FIELDS)
        for d in batch.documents.to_pylist():
            place = (d["file"], d["position"], d["start"], d["end"])
            records.append(Record(*place, orjson.dumps({"id": d["id"]}), [], False, None))
        records += [Record(*bad[:4], None, [], False, bad.reason) for bad in batch.rejects]
    return sorted(records, key=lambda record: (record.file, record.start))


def _fated(record, fates):
    return record._replace(dropped=fates[record.position - 1] == "drop")


@pytest.mark.parametrize(
    ("names", "output", "expected"),
    [
        (["a.jsonl"], None, Plan(None, "jsonl")),
        (["a.csv"], "-", Plan(None, "jsonl")),
        (["a.txt"], None, Plan(None, "text")),
        (["a.txt", "b.txt"], None, Plan(None, "jsonl")),
        (["a.jsonl"], "o.csv.gz", Plan("o.csv.gz", "csv")),
        (["a.txt"], "o.md", Plan("o.md", "text")),
        (["a.jsonl"], "out", Plan("out", None)),
        (["a.jsonl"], "out.jsonl/", Plan("out.jsonl/", None)),
        (["a.jsonl"], ".", Plan(".", None)),
        (["a.jsonl"], "/dev/null", Plan("/dev/null", "jsonl")),
    ],
)
def test_plans(names, output, expected):
    """An output is a stream, a file of the format that its name says, or a folder."""
    forms = {"jsonl": "jsonl", "csv": "csv", "txt": "text"}
    files = [File(name, Path(name), forms[name.rpartition(".")[2]]) for name in names]
    assert plan(files, output) == expected


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_json_lines_are_joined_line_by_line(tmp_path, end):
    """Between files a newline stands where the first lacks one, and no byte-order mark inside the output."""
    first, second = b'{"text": "a"}' + end, BOM + b'{"text": "b"}'
    paths = [write_file(tmp_path, "a.jsonl", first), write_file(tmp_path, "b.jsonl", second)]
    paths.append(write_file(tmp_path, "c.jsonl", b""))
    output, ledger = str(tmp_path / "out.jsonl"), str(tmp_path / "ledger.jsonl")
    clean(paths, output, ledger)
    assert (tmp_path / "out.jsonl").read_bytes() == b'{"text": "a"}' + (end or b"\n") + b'{"text": "b"}'
    again = restore(output, ledger, None, str(tmp_path / "again"))
    assert [Path(path).read_bytes() for path in again] == [first, second, b""]


def test_a_folder_keeps_names_and_formats(tmp_path):
    """In a folder each file keeps its name; a text file or single object that was dropped leaves none."""
    contents = {
        "x/a.jsonl": LINES,
        "x/y/b.txt": b"kept",
        "c.md": b"dropped",
        "d.json": b'{"text": "dropped"}',
    }
    for name, content in contents.items():
        write_file(tmp_path / "in", name, content)
    source = Files([str(tmp_path / "in")], Options())
    records = []
    for record in _records(source.files):
        gone = source.names[record.file] in ("c.md", "d.json")
        records.append(record._replace(dropped=gone))
    out, ledger = str(tmp_path / "out"), str(tmp_path / "ledger.jsonl")
    with Staging() as staging:
        write(source, records, Targets(out, ledger), staging)
    assert sorted(p.relative_to(out).as_posix() for p in Path(out).rglob("*.*")) == ["x/a.jsonl", "x/y/b.txt"]
    assert len(restore(out, ledger, None, str(tmp_path / "again"))) == 4
    assert (tmp_path / "again" / "c.md").read_bytes() == b"dropped"


def test_standard_output(tmp_path, capfdbinary):
    """Without an output the documents go to standard output; what is caught there can be restored."""
    source, ledger = write_file(tmp_path, "a.csv", b"id,text\n1,a\n2,b\n"), str(tmp_path / "ledger.jsonl")
    clean([source], None, ledger)
    caught = capfdbinary.readouterr().out
    assert caught == b'{"id":"1","text":"a"}\n{"id":"2","text":"b"}\n'
    restore(write_file(tmp_path, "caught.jsonl", caught), ledger, None, str(tmp_path / "again.csv"))
    assert (tmp_path / "again.csv").read_bytes() == b"id,text\n1,a\n2,b\n"


def test_one_text_goes_out_as_text(tmp_path, capfdbinary):
    """One text file on standard output stays plain text."""
    clean([write_file(tmp_path, "a.txt", b"one\r\ntwo")], "-")
    assert capfdbinary.readouterr().out == b"one\r\ntwo"


def test_json_is_converted_exactly(tmp_path):
    """Numbers and strings of JSON go from array to lines and back as they were written."""
    element = (
        b'{"n": 1.50, "big": 123456789012345678901, "s": "\\u00e9",\n "text": "a", "deep": [{}, null, 1e400]}'
    )
    source = write_file(tmp_path, "a.json", b"[" + element + b"]")
    clean([source], str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_bytes() == element.replace(b"\n", b" ") + b"\n"
    clean([str(tmp_path / "out.jsonl")], str(tmp_path / "back.json"))
    assert (tmp_path / "back.json").read_bytes() == b"[\n" + element.replace(b"\n", b" ") + b"\n]\n"


def test_columns_of_converted_json(tmp_path):
    """In CSV and Parquet each field is a column; what has no place in a cell becomes JSON."""
    lines = [
        {"text": "a", "n": 1, "mixed": "x", "big": 2**70, "yes": True},
        {"id": "7", "text": 'b\n"', "n": 2.5, "mixed": [1, {"k": None}], "none": None},
    ]
    source = write_file(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines)).encode())
    clean([source], str(tmp_path / "o.csv"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "o.csv").read_text(), newline="")))
    assert rows[0] == {
        "text": "a",
        "n": "1",
        "mixed": "x",
        "big": str(2**70),
        "yes": "true",
        "id": "",
        "none": "",
    }
    assert rows[1]["mixed"] == '[1, {"k": null}]'
    clean([source], str(tmp_path / "o.parquet"))
    table = pq.read_table(tmp_path / "o.parquet")
    assert table.to_pylist()[0] == {**lines[0], "n": 1.0, "big": str(2**70), "id": None, "none": None}
    assert table.schema.field("n").type == pa.float64()


def test_parquet_keeps_schema_and_compression(tmp_path):
    """A cleaned Parquet file has the schema, metadata and compression of the original."""
    fields = [pa.field("text", pa.string(), nullable=False, metadata={"k": "v"}), pa.field("n", pa.int8())]
    table = pa.table([["a", "b"] * 50, list(range(100))], pa.schema(fields, metadata={"made": "here"}))
    pq.write_table(table, tmp_path / "a.parquet", compression="zstd")
    clean([str(tmp_path / "a.parquet")], str(tmp_path / "o.parquet"), seed=5)
    before, after = (pq.ParquetFile(tmp_path / name) for name in ("a.parquet", "o.parquet"))
    assert after.schema_arrow.equals(before.schema_arrow, check_metadata=True)
    assert after.metadata.row_group(0).column(0).compression == "ZSTD"
    assert 0 < after.metadata.num_rows < 100


def test_the_input_can_be_the_output(tmp_path):
    """A file that is cleaned onto itself is replaced at the end, and restored from the ledger."""
    path = write_file(tmp_path, "a.jsonl", LINES * 50)
    clean([path], path, str(tmp_path / "ledger.jsonl"), seed=2)
    assert Path(path).stat().st_size < len(LINES * 50)
    restore(path, str(tmp_path / "ledger.jsonl"), None, path)
    assert Path(path).read_bytes() == LINES * 50


def test_an_input_that_changes_is_noticed(tmp_path):
    """An input that changes between reading and writing stops the run, and nothing is written."""
    path = write_file(tmp_path, "a.jsonl", LINES)
    source = Files([path], Options())
    records = _records(source.files)
    Path(path).write_bytes(LINES * 2)
    with pytest.raises(InputError, match="changed"), Staging() as staging:
        write(source, records, Targets(str(tmp_path / "o.jsonl")), staging)
    assert listed(tmp_path) == ["a.jsonl"]


def test_targets_appear_together_or_not_at_all(tmp_path):
    """After an exception old targets are as they were and nothing new is left, folders included."""
    (tmp_path / "old").write_bytes(b"old")

    with pytest.raises(RuntimeError), Staging() as staging:  # noqa: PT012 - the body is what fails
        staging.open(tmp_path / "old").write(b"new")
        staging.open(tmp_path / "a" / "b" / "new", folders=True).write(b"new")
        raise RuntimeError
    assert listed(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"
    with Staging() as staging:
        staging.open(tmp_path / "old").write(b"new")
        staging.open(tmp_path / "a" / "new", folders=True).write(b"new")
        assert (tmp_path / "old").read_bytes() == b"old"
    assert (tmp_path / "old").read_bytes() == (tmp_path / "a" / "new").read_bytes() == b"new"
    assert listed(tmp_path) == ["a", "old"]


def test_a_killed_writer_leaves_the_old_output(tmp_path):
    """A process that is killed while it writes leaves the old output whole."""
    (tmp_path / "out.jsonl").write_bytes(b"old")
    program = (
        "import os, signal, sys\nfrom dedup.files.staging import Staging\nwith Staging() as staging:\n"
        "    staging.open(sys.argv[1]).write(b'new' * 100000)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "out.jsonl")]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "out.jsonl").read_bytes() == b"old"


def test_modes_and_links_stay(tmp_path):
    """A target that is replaced keeps its permissions, and a link to it stays a link."""
    (tmp_path / "real.jsonl").write_bytes(b"old")
    (tmp_path / "real.jsonl").chmod(0o640)
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    with Staging() as staging:
        staging.open(tmp_path / "link.jsonl").write(b"new")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_bytes() == b"new"
    assert (tmp_path / "real.jsonl").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("path", ["none/out.jsonl", "file/out.jsonl", "folder"])
def test_targets_that_cannot_be_written(tmp_path, path):
    """A target in a folder that does not exist, or that is a folder itself, is an error."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError), Staging() as staging:
        staging.open(tmp_path / path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk(tmp_path):
    """A disk that is full is one sentence."""
    source = write_file(tmp_path, "a.jsonl", LINES * 1000)
    with pytest.raises(OutputError, match="No space left"):
        clean([source], str(tmp_path / "out.jsonl"), "/dev/full")
    assert listed(tmp_path) == ["a.jsonl"]


def test_two_results_in_one_file(tmp_path):
    """Output and ledger in the same file is wrong usage."""
    source = write_file(tmp_path, "a.jsonl", LINES)
    with pytest.raises(OptionsError, match="two different results"):
        clean([source], str(tmp_path / "o.jsonl"), str(tmp_path / "o.jsonl"))


def test_unsorted_records_are_refused(tmp_path):
    """Records that are not in the order of the files are a mistake of the caller."""
    source = Files([write_file(tmp_path, name, LINES) for name in ("a.jsonl", "b.jsonl")], Options())
    records = _records(source.files)
    random.Random(1).shuffle(records)
    records.sort(key=lambda record: -record.file)
    with pytest.raises(ValueError, match="not sorted"), Staging() as staging:
        write(source, records, Targets(str(tmp_path / "out")), staging)


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_target_holds_what_it_was_given(tmp_path, name, behind):
    """Written by a thread or not, compressed or not: all parts are there in order, and counted."""
    parts = [bytes([i]) * size for i, size in enumerate([1, 3 << 20, 5, 1 << 19, 1 << 20] * 8)]
    with Staging(behind=behind) as staging:
        target = staging.open(tmp_path / name)
        for part in parts:
            target.write(memoryview(part))
        assert (target.size, target.crc) == (sum(map(len, parts)), zlib.crc32(b"".join(parts)))
    written = (tmp_path / name).read_bytes()
    assert (gzip.decompress(written) if name.endswith("gz") else written) == b"".join(parts)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_write_that_fails_behind_is_told(tmp_path):
    """A disk that is full for the thread that writes is an OutputError, and nothing is left behind."""
    with pytest.raises(OutputError, match="No space left"), Staging(behind=True) as staging:  # noqa: PT012 - likewise
        staging.open(tmp_path / "a.txt").write(b"a")
        target = staging.open("/dev/full")
        for _ in range(20):
            target.write(b"a" * (1 << 20))
    assert listed(tmp_path) == []


def test_a_notebook_has_no_binary_standard_output(tmp_path, monkeypatch):
    """Where standard output takes text alone, files are written all the same."""
    monkeypatch.setattr("sys.stdout", io.StringIO())
    with Staging() as staging:
        staging.open(tmp_path / "a.txt").write(b"a")
    assert (tmp_path / "a.txt").read_bytes() == b"a"


@pytest.mark.parametrize("beside", [False, True])
def test_the_sum_of_what_was_read(tmp_path, beside):
    """Summed by a thread or not, the CRC-32 of a source is that of its bytes."""
    data = bytes(range(256)) * (3 << 12)
    file = find_files([write_file(tmp_path, "a.jsonl", data)])[0]
    with ThreadPoolExecutor(1) as thread:
        source = Source(file, summed=True, beside=thread if beside else None)
        assert (source.read(10), source.read(10), source.read(), source.crc) == (
            data[:10],
            b"",
            data[10:],
            zlib.crc32(data),
        )
