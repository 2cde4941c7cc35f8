"""Tags lose nothing and change nothing else: each document is in the output, and the input comes back."""

import csv
import io
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.options import TAG_FIELDS
from dedup.text.json_values import exact_value_of
from tests.restore.test_restore import assert_restored, decoded
from tests.support.examples import examples
from tests.support.inputs import A_TAG, FILES, clean_at_random, write_file

pytestmark = pytest.mark.usefixtures("fast_disk")
seeds = st.integers(1, 10**6)


def documents_of(path):
    """Each document of an output as a mapping, with its values as they are written."""
    form = path.suffix[1:]
    if form == "parquet":
        return decoded(pq.read_table(path)).to_pylist()
    text = path.read_bytes().decode().removeprefix("\ufeff")
    if form == "json":
        return exact_value_of(text.encode())
    if form == "jsonl":
        return [exact_value_of(line.encode()) for line in text.split("\n") if line.strip()]
    cells = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if form == "tsv" else ",")
    header, *rows = [row for row in cells if row] or [[]]
    return [dict(zip(header, row, strict=True)) for row in rows]


def clean(folder, name, action, seed, size):
    """Clean the folder's input into a file of this name; returns the run and the documents that it wrote."""
    target = folder / f"{action}.{name}"
    paths = [str(folder / f"{action}.{kind}.jsonl") for kind in ("ledger", "rejects")]
    run = clean_at_random([str(folder / "in")], str(target), *paths, seed, size, action)
    return run, documents_of(target)


def without_tag(document):
    """A document without the fields of a tag, in a form that can be compared: NaN is not equal to itself."""
    return {name: repr(value) for name, value in document.items() if name not in TAG_FIELDS}


def assert_tag(is_tagged, is_table, before, after):
    """A tagged document has both fields; another has them in a table alone, or as it had them, and empty."""
    if is_tagged:
        assert (after["duplicate_of"], float(after["similarity"])) == A_TAG
    else:
        assert all(after[name] in (None, "") for name in TAG_FIELDS if name in after)
        assert {*after} == ({*before, *TAG_FIELDS} if is_table else {*before})


@pytest.mark.parametrize("target", ["", "jsonl", "json", "csv", "tsv", "parquet"])
@pytest.mark.parametrize("form", FILES)
def test_tagged_documents_are_the_documents_and_come_back(form, target):
    """Whatever is cut and tagged in a file of each format, written in the same or another format: the output
    has each document as it is without --action, the tagged ones with both fields, the others without or with
    nothing in them; and output, ledger and rejects give the input back.
    """

    @examples(6 if target else 25)
    @given(FILES[form], seeds, st.sampled_from([1, 60, 8 << 20]))
    def check(content, seed, size):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_file(folder / "in", f"a.{form}", content)
            file = f"out.{target or form}"
            _, untouched = clean(folder, file, "keep", seed, size)
            run, tagged = clean(folder, file, "tag", seed, size)
            assert list(map(without_tag, tagged)) == list(map(without_tag, untouched))
            for document, before, after in zip(run.expected, untouched, tagged, strict=True):
                assert_tag(document.tagged, (target or form) not in ("jsonl", "json"), before, after)
            (folder / "ledger.jsonl").write_bytes((folder / "tag.ledger.jsonl").read_bytes())
            rejects = str(folder / "tag.rejects.jsonl")
            assert_restored(folder, run, str(folder / f"tag.{file}"), rejects)

    check()
