"""A damaged file does not end a run: what it has is read, its rest is a reject, and both come back."""

import gzip
import json
import tempfile
import zlib
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.cli.main import main
from tests.support.command import json_lines
from tests.support.examples import examples

pytestmark = pytest.mark.usefixtures("fast_disk")
DOCUMENTS = [{"id": f"a{number}", "text": f"Text {number}, and some more of it."} for number in range(30)]
LINES = [json.dumps(document) for document in DOCUMENTS]
CONTENTS = {
    "a.jsonl": "".join(f"{line}\n" for line in LINES),
    "a.csv": "id,text\n" + "".join(f'{one["id"]},"{one["text"]}"\n' for one in DOCUMENTS),
    "a.tsv": "id\ttext\n" + "".join(f"{one['id']}\t{one['text']}\n" for one in DOCUMENTS),
    "a.json": "[\n" + ",\n".join(LINES) + "\n]\n",
    "a.txt": "\n\n".join(LINES),
}


def readable(data: bytes, compression: str) -> bytes:
    """What can be decompressed of the beginning of compressed data."""
    if compression == "gz":
        decoder = zlib.decompressobj(wbits=31)
        return decoder.decompress(data) + decoder.flush()
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


@given(st.sampled_from([*CONTENTS]), st.sampled_from(["gz", "zst"]), st.floats(0.05, 0.999), st.booleans())
@examples(1)
def test_a_file_that_was_cut_off_gives_what_it_has(
    name: str, compression: str, share: float, in_folder: bool
) -> None:
    """The documents that are whole are in the output, the rest is the last reject, and restoring gives every
    byte that could be read; with --strict the run ends with one sentence.
    """
    content = CONTENTS[name].encode()
    packed = gzip.compress(content) if compression == "gz" else zstandard.compress(content)
    packed = packed[: max(1, int(len(packed) * share))]
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        path = top / "in" / f"{name}.{compression}"
        path.parent.mkdir()
        path.write_bytes(packed)
        output = str(top / "out/") + "/" if in_folder else str(top / name.replace("a.", "out."))
        run = [output, str(top / "l.jsonl"), "--rejects", str(top / "r.jsonl")]
        words = ["-o", output, "--ledger", run[1], *run[2:], "--quiet", "--no-duplicates", "--no-repeats"]
        assert main(["clean", str(path), *words]) == 3
        rejects = json_lines(top / "r.jsonl")
        ledger = [line for line in json_lines(top / "l.jsonl") if "decision" in line]
        assert rejects[-1]["reason"].startswith("the rest of a file that is truncated: its ")
        whole = readable(packed, compression)
        assert len(ledger) + len(rejects) - 1 == expected(name, whole)
        back = top / "back"
        assert main(["restore", *run, "-o", str(back)]) == 0
        assert back.read_bytes() == whole
        if name == "a.json" and not in_folder and whole:
            assert [one["id"] for one in json.loads((top / "out.json").read_text())] == [
                line["id"] for line in ledger
            ]
        assert main(["clean", str(path), "-o", str(top / "o.jsonl"), "--strict", "--quiet"]) == 1


def expected(name: str, data: bytes) -> int:
    """How many documents are whole in the beginning of a file."""
    if name == "a.txt":
        return 0
    if name == "a.json":
        return sum(f"{line}".encode() in data for line in LINES)
    rows = data.count(b"\n") - (name != "a.jsonl")
    return max(rows, 0)


@pytest.mark.parametrize("name", ["a.parquet", "a.json"])
def test_a_file_that_is_broken_does_not_end_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """It is one reject with all of its bytes, which are restored; the files beside it are cleaned. With
    --strict the run ends with the sentence that is the reason else.
    """
    (tmp_path / "in").mkdir()
    broken = tmp_path / "in" / name
    broken.write_bytes(b"PAR1 and what is no table")
    (tmp_path / "in/b.jsonl").write_text(CONTENTS["a.jsonl"])
    run = [str(tmp_path / "out"), str(tmp_path / "l.jsonl"), "--rejects", str(tmp_path / "r.jsonl")]
    words = ["-o", f"{run[0]}/", "--ledger", run[1], *run[2:], "--quiet", "--no-duplicates"]
    assert main(["clean", str(tmp_path / "in"), *words]) == 3
    (reject,) = json_lines(tmp_path / "r.jsonl")
    assert (reject["source"], reject["line"], reject["start"]) == (name, 1, 0)
    assert reject["reason"].startswith("the rest of a file that is not a valid ")
    assert len(json_lines(tmp_path / "out/b.jsonl")) == len(LINES)
    assert main(["restore", *run, "-o", str(tmp_path / "back")]) == 0
    assert (tmp_path / "back" / name).read_bytes() == broken.read_bytes()
    capsys.readouterr()
    assert main(["clean", str(tmp_path / "in"), "--strict", *words]) == 1
    assert f"'{name}' is not a valid" in capsys.readouterr().err


def test_a_broken_table_beside_whole_ones_keeps_the_schema(tmp_path: Path) -> None:
    """The output has the rows of the others, with their types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"text": ["One two three.", "Four five six."], "n": pa.array([1, 2], pa.int16())})
    pq.write_table(table, tmp_path / "b.parquet")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    output = tmp_path / "out" / "o.parquet"
    output.parent.mkdir()
    files = [str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")]
    assert main(["clean", *files, "-o", str(output), "--quiet"]) == 3
    assert pq.read_table(output).equals(table)


def test_the_library_reads_damaged_files_too(tmp_path: Path) -> None:
    """Rejects are in the totals; `strict` raises InputError."""
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(CONTENTS["a.jsonl"].encode())[:-9])
    assert dedup.clean(path).totals.rejected == 1
    with pytest.raises(dedup.InputError, match="truncated"):
        dedup.clean(path, strict=True)


def test_a_second_run_over_a_folder_with_a_damaged_file(tmp_path: Path) -> None:
    """It gives the same, since it knows its own output, which was made from what the file has."""
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(CONTENTS["a.jsonl"].encode())[:-9])
    output, ledger = tmp_path / "clean.jsonl", tmp_path / "ledger.jsonl"
    for _ in range(2):
        assert main(["clean", str(tmp_path), "-o", str(output), "--ledger", str(ledger), "--quiet"]) == 3
    assert len(json_lines(output)) == len({line["id"] for line in json_lines(output)})
    assert not [line for line in json_lines(ledger) if line.get("source") == "clean.jsonl"]
