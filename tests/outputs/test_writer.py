"""Outputs have exactly the kept documents, cut as decided, in the files of the plan."""

import json
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import InputError, OptionsError, OutputError
from dedup.files.staging import Staging
from dedup.formats import File
from dedup.options import Options
from dedup.outputs.targets import Targets
from dedup.outputs.writer import Plan, plan, write
from dedup.restore import restore
from dedup.sources.files import Files
from tests.outputs.records import LINES, listed, records_of
from tests.support.examples import examples
from tests.support.inputs import (
    BOM,
    FILES,
    clean_at_random,
    jsonl_files,
    texts_of,
    write_file,
)

pytestmark = pytest.mark.usefixtures("fast_disk")


@pytest.mark.parametrize("form", FILES)
def test_an_output_has_the_kept_documents(form):
    """The output of a file of each format has exactly the kept documents, cut as decided."""

    @examples(25)
    @given(FILES[form], st.integers(1, 10**6))
    def check(content, seed):
        with tempfile.TemporaryDirectory() as folder:
            source = write_file(Path(folder), f"a.{form}", content)
            run = clean_at_random([source], f"{folder}/out.{form}", seed=seed)
            assert texts_of(f"{folder}/out.{form}") == [document.text for document in run.expected]

    check()


@examples(40)
@given(jsonl_files(), st.integers(1, 10**6))
def test_unchanged_lines_stay_as_they_are(content, seed):
    """A JSON Lines document that did not change comes out byte for byte, in order."""
    with tempfile.TemporaryDirectory() as folder:
        source = write_file(Path(folder), "a.jsonl", content)
        run = clean_at_random([source], f"{folder}/out.jsonl", seed=seed)
        before = content.removeprefix(BOM).split(b"\n")
        after = Path(folder, "out.jsonl").read_bytes().removeprefix(BOM).split(b"\n")
        pairs = zip(filter(bytes.strip, after), run.expected, strict=True)
        lines = iter(before)
        assert all(line in lines for line, document in pairs if document.unchanged)  # in their order
        clean_at_random([source], f"{folder}/same.jsonl", seed=0)
        bad = [line for line in before if line.strip() and not _is_document(line)]
        kept = [line for line in before if line not in bad]
        same = Path(folder, "same.jsonl").read_bytes().removeprefix(BOM)
        assert same.rstrip(b"\n") == b"\n".join(kept).rstrip(b"\n")


def _is_document(line):
    try:
        value = json.loads(line.decode())
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and isinstance(value.get("text"), str)


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
def test_the_name_of_an_output_decides_its_format(names, output, expected):
    """An output is standard output, a file of the format of its name, or a folder."""
    forms = {"jsonl": "jsonl", "csv": "csv", "txt": "text"}
    files = [File(name, Path(name), forms[name.rpartition(".")[2]]) for name in names]
    assert plan(files, output) == expected


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_json_lines_are_joined_line_by_line(tmp_path, end):
    """Joined files are separated by a newline, and only the first one keeps its BOM."""
    first, second = b'{"text": "a"}' + end, BOM + b'{"text": "b"}'
    paths = [write_file(tmp_path, "a.jsonl", first), write_file(tmp_path, "b.jsonl", second)]
    paths.append(write_file(tmp_path, "c.jsonl", b""))
    output, ledger = str(tmp_path / "out.jsonl"), str(tmp_path / "ledger.jsonl")
    clean_at_random(paths, output, ledger)
    assert (tmp_path / "out.jsonl").read_bytes() == b'{"text": "a"}' + (end or b"\n") + b'{"text": "b"}'
    again = restore(output, ledger, None, str(tmp_path / "again"))
    assert [Path(path).read_bytes() for path in again] == [first, second, b""]


def test_a_folder_keeps_names_and_formats(tmp_path):
    """In a folder each file keeps its name; a file whose only document was dropped is not written."""
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
    for record in records_of(source.files):
        dropped = source.names[record.file] in ("c.md", "d.json")
        records.append(record._replace(dropped=dropped))
    out, ledger = str(tmp_path / "out"), str(tmp_path / "ledger.jsonl")
    with Staging() as staging:
        write(source, records, Targets(out, ledger), staging)
    assert sorted(p.relative_to(out).as_posix() for p in Path(out).rglob("*.*")) == ["x/a.jsonl", "x/y/b.txt"]
    assert len(restore(out, ledger, None, str(tmp_path / "again"))) == 4
    assert (tmp_path / "again" / "c.md").read_bytes() == b"dropped"


def test_documents_on_standard_output_can_be_restored(tmp_path, capfdbinary):
    """Without an output the documents go to standard output; a file of them can be restored."""
    source, ledger = write_file(tmp_path, "a.csv", b"id,text\n1,a\n2,b\n"), str(tmp_path / "ledger.jsonl")
    clean_at_random([source], None, ledger)
    printed = capfdbinary.readouterr().out
    assert printed == b'{"id":"1","text":"a"}\n{"id":"2","text":"b"}\n'
    restore(write_file(tmp_path, "printed.jsonl", printed), ledger, None, str(tmp_path / "again.csv"))
    assert (tmp_path / "again.csv").read_bytes() == b"id,text\n1,a\n2,b\n"


def test_a_single_text_stays_text(tmp_path, capfdbinary):
    """A single text file stays plain text on standard output."""
    clean_at_random([write_file(tmp_path, "a.txt", b"one\r\ntwo")], "-")
    assert capfdbinary.readouterr().out == b"one\r\ntwo"


def test_the_input_can_be_the_output(tmp_path):
    """A file that is cleaned in place is replaced at the end, and can be restored in place."""
    path = write_file(tmp_path, "a.jsonl", LINES * 50)
    clean_at_random([path], path, str(tmp_path / "ledger.jsonl"), seed=2)
    assert Path(path).stat().st_size < len(LINES * 50)
    restore(path, str(tmp_path / "ledger.jsonl"), None, path)
    assert Path(path).read_bytes() == LINES * 50


def test_an_input_that_changes_stops_the_run(tmp_path):
    """An input that changes between reading and writing is an InputError, and nothing is written."""
    path = write_file(tmp_path, "a.jsonl", LINES)
    source = Files([path], Options())
    records = records_of(source.files)
    Path(path).write_bytes(LINES * 2)
    with pytest.raises(InputError, match="changed"), Staging() as staging:
        write(source, records, Targets(str(tmp_path / "o.jsonl")), staging)
    assert listed(tmp_path) == ["a.jsonl"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence(tmp_path):
    """A full disk is an OutputError, and no file is left."""
    source = write_file(tmp_path, "a.jsonl", LINES * 1000)
    with pytest.raises(OutputError, match="No space left"):
        clean_at_random([source], str(tmp_path / "out.jsonl"), "/dev/full")
    assert listed(tmp_path) == ["a.jsonl"]


def test_two_results_in_one_file_are_refused(tmp_path):
    """One file for output and ledger is wrong usage."""
    source = write_file(tmp_path, "a.jsonl", LINES)
    with pytest.raises(OptionsError, match="two different results"):
        clean_at_random([source], str(tmp_path / "o.jsonl"), str(tmp_path / "o.jsonl"))


def test_unsorted_records_are_refused(tmp_path):
    """Records that are not sorted by file are a ValueError."""
    source = Files([write_file(tmp_path, name, LINES) for name in ("a.jsonl", "b.jsonl")], Options())
    records = records_of(source.files)
    random.Random(1).shuffle(records)
    records.sort(key=lambda record: -record.file)
    with pytest.raises(ValueError, match="not sorted"), Staging() as staging:
        write(source, records, Targets(str(tmp_path / "out")), staging)
