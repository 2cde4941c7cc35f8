"""Single articles come back as they were in the input, of every format."""

import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.cli.main import main
from dedup.errors import LedgerError, OptionsError
from dedup.formats import blocks, parse
from dedup.restore.records import restore_records
from tests.restore.test_restore import CONTENTS, decoded, seeds
from tests.support.command import json_lines
from tests.support.examples import examples
from tests.support.inputs import FIELDS, clean_at_random, unchecked, write_file
from tests.support.paths import ARTICLES

pytestmark = pytest.mark.usefixtures("fast_disk")


def _own_records(file):
    """Each document of a file: its id, its position, and its bytes or its row."""
    data = b"" if file.format == "parquet" else file.path.read_bytes()
    for block in blocks([file]):
        batch = parse(unchecked(block), FIELDS)
        for document in batch.documents.to_pylist():
            yield document, data[document["start"] : document["end"]]


def _restored(folder, names, rejects="rejects.jsonl"):
    """What `restore_records` writes, as bytes, for the run in this folder."""
    (output,) = folder.glob("out.*")
    again = folder / f"again{output.suffix}"
    count = restore_records(
        str(output), str(folder / "ledger.jsonl"), rejects and str(folder / rejects), str(again), names
    )
    return count, again


@pytest.mark.parametrize("form", CONTENTS)
def test_each_article_comes_back(form):
    """Whatever is cut, dropped and tagged, each document is written with its own bytes, alone and with all
    others.
    """

    @examples(20)
    @given(CONTENTS[form], seeds, st.booleans(), st.sampled_from(["drop", "tag"]))
    def check(content, seed, with_rejects, action):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = write_file(folder, f"a.{form}", content)
            rejects = str(folder / "rejects.jsonl") if with_rejects else None
            out = str(folder / f"out.{form}")
            action = "drop" if form == "txt" else action
            run = clean_at_random([source], out, str(folder / "ledger.jsonl"), rejects, seed, action=action)
            own = list(_own_records(run.files[0]))
            for document, record in [*own, (None, None)] if len(own) > 1 else own:
                wanted = own if document is None else [(document, record)]
                names = [f"a.{form}:{document['position']}" for document, _ in wanted]
                count, again = _restored(folder, names, rejects and "rejects.jsonl")
                assert count == len(wanted)
                _compare(form, again, run.files[0].path, wanted)

    check()


def _compare(form, again, source, wanted):
    """Compare what was written with the records that it should have."""
    records = [record for _, record in wanted]
    if form == "parquet":
        rows = [document["position"] - 1 for document, _ in wanted]
        original, table = pq.read_table(source), pq.read_table(again)
        assert table.schema.equals(original.schema, check_metadata=True)
        assert decoded(table).equals(decoded(original.take(rows)))
    elif form == "json":
        assert again.read_bytes() == b"[" + b",\n".join(records) + b"]\n"
    elif form == "txt":
        assert [again.read_bytes()] == records
    else:
        data = again.read_bytes()
        ended = [record if record.endswith((b"\n", b"\r")) else record + b"\n" for record in records]
        assert data.endswith(b"".join(ended))
        head = data[: len(data) - len(b"".join(ended))]
        assert (head != b"") == (form in ("csv", "tsv"))
        assert source.read_bytes().removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").startswith(head)


def test_ids_of_a_run_give_the_records_of_the_input(tmp_path, capfdbinary):
    """`restore --id` of all ids of a run, in any order, writes the input to standard output; so does
    `restore` of a run in which some articles are never dropped.
    """
    out, ledger, keep = (str(tmp_path / name) for name in ("out.jsonl", "ledger.jsonl", "keep.txt"))
    ids = [line["id"] for line in json_lines(ARTICLES)]
    Path(keep).write_text("\n".join(ids[::3]))
    command = ["clean", str(ARTICLES), "-o", out, "--ledger", ledger, "--never-drop", keep, "--quiet"]
    assert main(command) == 0
    assert {*ids[::3]} <= {line["id"] for line in json_lines(Path(out))}
    assert main(["restore", out, ledger, "-o", str(tmp_path / "again.jsonl")]) == 0
    assert (tmp_path / "again.jsonl").read_bytes() == ARTICLES.read_bytes()
    capfdbinary.readouterr()
    named = [word for id_ in reversed(ids) for word in ("--id", id_)]
    assert main(["restore", out, ledger, *named]) == 0
    printed = capfdbinary.readouterr()
    assert printed.out == ARTICLES.read_bytes()
    assert printed.err == b"restored 48 articles\n"
    assert main(["restore", out, ledger, "--id", "fx-047"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["id"] == "fx-047"


def _several(folder):
    """A run over files of several formats into a folder."""
    for i, name in enumerate(("a.jsonl", "b.jsonl", "sub/c.jsonl")):
        write_file(folder / "in", name, b'{"id":"%d","text":"one"}\n{"id":"x","text":"two"}' % i)
    write_file(folder / "in", "d.csv", b"id,text\nx,three\n")
    write_file(folder / "in", "e.csv", b"text,id\nfour,y\n")
    write_file(folder / "in", "f.txt", b"five")
    write_file(folder / "in", "g.txt", b"six")
    write_file(folder / "in", "h.json", b'{"id": "z", "text": "seven"}')
    write_file(folder / "in", "i.json", b'{"id": "zz",\n "text": "eight"} ')
    pq.write_table(pa.table({"id": ["p"], "text": ["nine"]}), folder / "in" / "j.parquet")
    clean_at_random([str(folder / "in")], str(folder / "out") + "/", str(folder / "ledger.jsonl"), None, 3)
    return str(folder / "out"), str(folder / "ledger.jsonl"), None


def test_articles_of_several_files(tmp_path):
    """Articles of one format go into one file, in the order of the input; a folder gets a file of each."""
    run, one = _several(tmp_path), str(tmp_path / "one")
    assert restore_records(*run, one, ["2", "b.jsonl:2", "0"]) == 3
    lines = b'{"id":"0","text":"one"}\n{"id":"x","text":"two"}\n{"id":"2","text":"one"}\n'
    assert Path(one).read_bytes() == lines
    assert restore_records(*run, one, ["z", "zz"]) == 2
    assert Path(one).read_bytes() == b'[{"id": "z", "text": "seven"},\n{"id": "zz",\n "text": "eight"}]\n'
    assert restore_records(*run, str(tmp_path / "again") + "/", ["x", "p", "f.txt", "zz"]) == 7
    assert (tmp_path / "again/d.csv").read_bytes() == b"id,text\nx,three\n"
    assert (tmp_path / "again/f.txt").read_bytes() == b"five"
    assert (tmp_path / "again/i.json").read_bytes() == b'{"id": "zz",\n "text": "eight"}'
    assert pq.read_table(tmp_path / "again/j.parquet").to_pylist() == [{"id": "p", "text": "nine"}]
    assert sorted(path.name for path in (tmp_path / "again").rglob("*.*")) == [
        *("a.jsonl", "b.jsonl", "c.jsonl", "d.csv", "f.txt", "i.json", "j.parquet")
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["x"], "articles of 'a.jsonl' and 'd.csv' cannot be in one file: add -o FOLDER/"),
        (["d.csv:2", "y"], "articles of 'd.csv' and 'e.csv' cannot be in one file"),
        (["f.txt", "g.txt"], "articles of 'f.txt' and 'g.txt' cannot be in one file"),
        (["p"], "rows of Parquet cannot go to standard output: add -o FILE.parquet"),
    ],
)
def test_what_cannot_be_in_one_file_is_refused(tmp_path, names, message):
    """Several formats, headers or texts need a folder, and Parquet a file."""
    with pytest.raises(OptionsError, match=message):
        restore_records(*_several(tmp_path), None, names)


def test_unknown_names_are_refused(tmp_path):
    """A name that the ledger does not know ends in a sentence with the most similar ids, and nothing is
    written.
    """
    out, ledger = str(tmp_path / "out.jsonl"), str(tmp_path / "ledger.jsonl")
    assert main(["clean", str(ARTICLES), "-o", out, "--ledger", ledger, "--quiet"]) == 0
    with pytest.raises(LedgerError, match=r"is called 'fx-0471'; did you mean ('fx-...', ){2}'fx-...'\?"):
        restore_records(out, ledger, None, str(tmp_path / "x"), ["fx-001", "fx-0471"])
    with pytest.raises(LedgerError, match=r"is called '\\x1b\[31m'; give its id, or SOURCE:POSITION"):
        restore_records(out, ledger, None, str(tmp_path / "x"), ["\x1b[31m"])
    with pytest.raises(LedgerError, match=r"is called 'articles.jsonl'"):
        restore_records(out, ledger, None, str(tmp_path / "x"), ["articles.jsonl"])
    assert not (tmp_path / "x").exists()


def test_restore_needs_a_target_or_ids(tmp_path, capsys):
    """Without -o and without --id there is nothing to do."""
    assert main(["restore", str(tmp_path), str(tmp_path)]) == 2
    assert "add -o ORIGINAL, or name single articles with --id" in capsys.readouterr().err
