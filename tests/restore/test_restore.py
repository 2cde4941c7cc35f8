"""Output, ledger and rejects give the input back; files that do not belong together are refused."""

import gzip
import json
import tempfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import LedgerError, OptionsError
from dedup.ledger.reader import check_ledger
from dedup.restore import restore
from tests.support.examples import examples
from tests.support.inputs import (
    FILES,
    clean_at_random,
    jsonl_files,
    tables,
    text_files,
    write_file,
)

pytestmark = pytest.mark.usefixtures("fast_disk")
CONTENTS = {**FILES, "txt": text_files}
seeds = st.integers(1, 10**6)
quick = examples(25)


def assert_restored(folder, run, output, rejects):
    """Restore the run of this folder and compare every input."""
    ledger = str(folder / "ledger.jsonl")
    paths = restore(output, ledger, rejects, str(folder / "again") + "/")
    assert len(paths) == len(run.files)
    for path, file in zip(paths, run.files, strict=True):
        if file.format == "parquet":
            original, again = pq.read_table(file.path), pq.read_table(path)
            assert again.schema.equals(original.schema, check_metadata=True)
            assert decoded(again).equals(decoded(original))
        else:
            assert Path(path).read_bytes() == file.path.read_bytes()


def decoded(table):
    """The table without dictionary encoding: the numbering of dictionaries is not part of its content."""
    kinds = [
        field.type.value_type if pa.types.is_dictionary(field.type) else field.type for field in table.schema
    ]
    return table.cast(pa.schema(zip(table.column_names, kinds, strict=True)))


def round_trip(contents, output, seed, size=8 << 20, with_rejects=True):
    """Clean files (name -> content) into an output, restore and compare them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, content in contents.items():
            write_file(folder / "in", path, content)
        rejects = str(folder / "rejects.jsonl") if with_rejects else None
        target = str(folder / output) + ("/" if output == "out" else "")
        run = clean_at_random([str(folder / "in")], target, str(folder / "ledger.jsonl"), rejects, seed, size)
        assert_restored(folder, run, target, rejects)


@pytest.mark.parametrize("form", CONTENTS)
def test_same_format_restores(form):
    """Whatever is cut and dropped, output + ledger + rejects rebuild a file of every format."""

    @quick
    @given(CONTENTS[form], seeds, st.booleans(), st.sampled_from([1, 60, 8 << 20]))
    def check(content, seed, with_rejects, size):
        round_trip({f"a.{form}": content}, f"out.{form}", seed, size, with_rejects)

    check()


@pytest.mark.parametrize("target", ["jsonl", "json", "csv", "tsv", "txt", "parquet"])
@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "txt", "parquet"])
def test_conversion_restores(form, target):
    """A file that was written in another format comes back as it was."""

    @examples(6)
    @given(CONTENTS[form], seeds, st.booleans())
    def check(content, seed, with_rejects):
        round_trip({f"a.{form}": content}, f"out.{target}", seed, with_rejects=with_rejects)

    check()


@pytest.mark.parametrize("output", ["out", "out.jsonl", "out.json", "out.csv", "out.parquet", "out.jsonl.gz"])
def test_several_inputs_restore(output):
    """Files of all formats cleaned into one file or into a folder all come back."""

    @examples(8)
    @given(
        st.fixed_dictionaries({f"{form}/a.{form}": made for form, made in CONTENTS.items()}),
        jsonl_files(),
        seeds,
    )
    def check(contents, more, seed):
        round_trip({**contents, "b.jsonl": more, "empty.jsonl": b"", "empty.csv": b""}, output, seed)

    check()


@quick
@given(st.lists(tables(), min_size=2, max_size=3), seeds, st.sampled_from(["same", "wider", "other"]))
def test_parquet_shards_restore(shards, seed, columns):
    """Parquet files become one file and each comes back, with the same, wider or other columns."""
    same = [shard.set_column(0, "text", shard.column("text").cast("string")) for shard in shards]
    if columns == "wider":
        narrow = same[0].column("id").cast("int16")
        same[0] = same[0].drop_columns(["raw", "id"]).append_column("id", narrow)
    elif columns == "other":
        same[0] = same[0].drop_columns(["price"]).append_column("price", same[0].column("nested"))
    round_trip({f"{i}.parquet": shard for i, shard in enumerate(same)}, "out.parquet", seed)


@pytest.mark.parametrize("packed", ["gz", "zst"])
def test_compressed_files_restore(tmp_path, packed):
    """A compressed input comes back compressed, and the same inside."""
    pack_bytes = {"gz": gzip.compress, "zst": zstandard.compress}[packed]
    unpack_bytes = {"gz": gzip.decompress, "zst": zstandard.decompress}[packed]
    lines = [json.dumps({"id": i, "text": f"text {i} \u00e9"}).encode() for i in range(100)]
    content = b"bad\n" + b"\n".join(lines)
    source = write_file(tmp_path, f"a.jsonl.{packed}", pack_bytes(content))
    output, ledger = str(tmp_path / f"out.jsonl.{packed}"), str(tmp_path / f"ledger.jsonl.{packed}")
    run = clean_at_random([source], output, ledger, seed=3)
    assert run.rejects == 1
    (again,) = restore(output, ledger, None, str(tmp_path / f"again.jsonl.{packed}"))
    data = Path(again).read_bytes()
    assert (
        zstandard.ZstdDecompressor().decompressobj().decompress(data)
        if packed == "zst"
        else unpack_bytes(data)
    ) == content


@pytest.fixture
def run(tmp_path):
    """A finished run with documents cut, dropped and rejected."""
    lines = [json.dumps({"id": i, "text": f"text number {i}"}).encode() for i in range(20)]
    source = write_file(tmp_path, "a.jsonl", b"\n".join([*lines, b"{", b"[]", b""]))
    clean_at_random(
        [source],
        str(tmp_path / "out.jsonl"),
        str(tmp_path / "ledger.jsonl"),
        str(tmp_path / "rejects.jsonl"),
        4,
    )
    return tmp_path


def restored(folder, rejects="rejects.jsonl"):
    named = rejects and str(folder / rejects)
    return restore(
        str(folder / "out.jsonl"), str(folder / "ledger.jsonl"), named, str(folder / "again.jsonl")
    )


def test_a_missing_ledger_line_is_refused(run):
    """A ledger that lacks any of its lines is refused, and nothing is written."""
    path = run / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for i in range(len(lines)):
        path.write_bytes(b"".join(lines[:i] + lines[i + 1 :]))
        with pytest.raises(LedgerError):
            restored(run)
        assert not (run / "again.jsonl").exists()


def test_an_altered_output_is_refused(run):
    """An output with one byte changed, added or removed is refused."""
    path = run / "out.jsonl"
    data = path.read_bytes()
    altered = [data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :] for i in range(0, len(data), 37)]
    for content in [*altered, data[:-1], data + b"\n", b""]:
        path.write_bytes(content)
        with pytest.raises(LedgerError, match="output"):
            restored(run)


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("rejects.jsonl", b"{}\n", "rejects"),
        ("ledger.jsonl", b"", "not complete"),
        ("ledger.jsonl", b'{"id": 1}\n', "not a ledger"),
        ("ledger.jsonl", b'{"dedup_ledger": 99}\n', "format 99"),
        ("ledger.jsonl", b"\xff", "not JSON"),
        ("out.jsonl", None, "does not exist"),
        ("ledger.jsonl", None, "does not exist"),
        ("rejects.jsonl", None, "does not exist"),
    ],
)
def test_files_of_another_run_are_refused(run, path, content, message):
    """A foreign or missing output, ledger or rejects file is named in the error."""
    if content is None:
        (run / path).unlink()
    else:
        (run / path).write_bytes(content)
    with pytest.raises(LedgerError, match=message):
        restored(run)


def test_a_missing_rejects_file_is_named(run):
    """If a run wrote a rejects file, restore says that it needs it."""
    with pytest.raises(LedgerError, match="--rejects"):
        restored(run, rejects=None)


def test_a_ledger_cannot_write_elsewhere(run):
    """A file name in a ledger that leads out of the target folder is refused."""
    path = run / "ledger.jsonl"
    lines = (
        path.read_bytes().replace(b'"dedup_file":"a.jsonl"', b'"dedup_file":"../a.jsonl"').splitlines(True)
    )
    end = json.loads(lines.pop())
    end["crc32"] = zlib.crc32(b"".join(lines))
    path.write_bytes(b"".join(lines) + json.dumps(end, separators=(",", ":")).encode() + b"\n")
    with pytest.raises(LedgerError, match="outside"):
        restore(str(run / "out.jsonl"), str(path), str(run / "rejects.jsonl"), str(run) + "/")


@pytest.mark.parametrize("name", ["ledger.jsonl", "rejects.jsonl"])
def test_nothing_is_restored_over_what_restores_it(run, name):
    """The ledger and the rejects of a run stay as they are, whatever -o names."""
    before = (run / name).read_bytes()
    with pytest.raises(OptionsError, match=name):
        restore(
            str(run / "out.jsonl"), str(run / "ledger.jsonl"), str(run / "rejects.jsonl"), str(run / name)
        )
    assert (run / name).read_bytes() == before


def test_undo_comes_last(run):
    """A ledger line has the fields of the document in their order, then "undo"."""
    lines = [json.loads(line) for line in (run / "ledger.jsonl").read_text().splitlines()]
    documents = [line for line in lines if "position" in line]
    assert len(documents) == 20
    assert {tuple(line) for line in documents} == {
        ("id", "source", "position"),
        ("id", "source", "position", "undo"),
    }
    assert lines[0] == {"dedup_ledger": 1, "options": {}}
    assert check_ledger(str(run / "ledger.jsonl")).header == lines[0]


def test_rejects_have_all_bytes(run):
    """The rejects file says where each record was and why it was rejected, and has all of its bytes."""
    first, second = [json.loads(line) for line in (run / "rejects.jsonl").read_text().splitlines()]
    assert list(first) == ["source", "line", "reason", "raw", "start"]
    assert (first["source"], first["line"], first["raw"]) == ("a.jsonl", 21, "{\n")
    assert (second["line"], second["reason"], second["raw"]) == (22, "not an object but a list", "[]\n")
