"""The names of documents that are never dropped, and the rows that they mean."""

import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.errors import InputError
from dedup.sources.pinned import Pinned, line_of, names_in_lines, names_of
from dedup.text.encoding import replace_surrogates
from tests.support.articles import articles, words
from tests.support.examples import examples

_NAMES = (st.text(max_size=12) | st.text(' "{}:\n\r\t\\\u202e\x1b\ufeffab', max_size=6)).map(
    replace_surrogates
)


@given(st.lists(_NAMES, max_size=8), st.sampled_from([b"\n", b"\r\n"]))
@examples(200)
def test_lines_give_the_names_back(names: list[str], end: bytes) -> None:
    """Whatever an id is, `line_of` gives a line from which it is read again, and that acts on no terminal."""
    lines = [line_of(name) for name in names]
    assert [*names_in_lines("keep.txt", [line.encode() + end for line in lines])] == names
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (b"a\nb\n\n a b \n", ["a", "b", " a b "]),
        (b"\xef\xbb\xbfa\r\nb", ["a", "b"]),
        (b'"a\\nb"\n"a\n{a\n', ["a\nb", '"a', "{a"]),
        (b'{"dedup_ledger":1}\n{"id":"a","decision":"kept"}\n{"id":"b","decision":"dropped"}\n', ["a"]),
        (b'{"id":null,"source":"x","position":3,"decision":"cut"}\nb\n', ["x:3", "b"]),
        (b'{"source":"x","line":3,"decision":"rejected"}\n', []),
        (b"", []),
    ],
    ids=["ids", "bom", "json", "ledger", "location", "rejects", "empty"],
)
def test_a_file_has_ids_or_lines_of_a_ledger(tmp_path: Path, lines: bytes, names: list[str]) -> None:
    """A name a line; of a ledger the documents that its run kept; plain, compressed, or in a folder."""
    (tmp_path / "keep.txt").write_bytes(lines)
    (tmp_path / "keep.txt.gz").write_bytes(gzip.compress(lines))
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "part-0.jsonl").write_bytes(lines)
    for name in ("keep.txt", "keep.txt.gz", "ledger"):
        assert [*names_of(tmp_path / name)] == names


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (b'a\n{"id":"a","text":"b"}\n', "line 2: this is JSON without a decision; give ids"),
        (b"a\n\xff\n", "line 2: the text is not UTF-8; save the file as UTF-8"),
    ],
)
def test_what_is_no_list_of_ids_is_refused(tmp_path: Path, lines: bytes, message: str) -> None:
    """Articles in place of ids, and other encodings, end in a sentence."""
    (tmp_path / "keep.txt").write_bytes(lines)
    with pytest.raises(InputError, match=message):
        names_of(str(tmp_path / "keep.txt"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file, and a folder without a ledger, end in a sentence."""
    with pytest.raises(InputError, match="cannot be read: No such file"):
        names_of(tmp_path / "none")
    with pytest.raises(InputError, match="a folder without a ledger of a run on Spark"):
        names_of(tmp_path)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """A stream sees the names that were added meanwhile."""
    path = tmp_path / "keep.txt"
    path.write_text("a\n")
    assert [*names_of(path)] == ["a"]
    path.write_text("a\nb\n")
    assert [*names_of(path)] == ["a", "b"]


def test_names_are_ids_and_locations() -> None:
    """A document is called by its id and by its location; all documents of one id are meant."""
    documents = pa.table({"id": ["a", None, "a", "y:1"], "file": [0, 0, 1, 1], "position": [1, 2, 1, 2]})
    names = dict.fromkeys(["a", "x:2", "x:02", "y:1", "z:1", "x", ""])
    pinned = Pinned.of(names, documents, ["x", "y"])
    assert pinned.rows.tolist() == [True, True, True, True]
    assert pinned.unknown == ["x:02", "z:1", "x", ""]
    assert Pinned.of({}, documents, ["x", "y"]).rows.tolist() == [False] * 4


@given(
    articles(),
    st.sampled_from(["longest", "first", "newest:date"]),
    st.booleans(),
    st.sampled_from([0.0, 1.0]),
    st.data(),
)
@examples(60)
def test_pinned_documents_are_never_dropped(
    texts: list[str], keep: str, repeats: bool, max_loss: float, data: st.DataObject
) -> None:
    """Whatever the options, a document that is never dropped is kept; each dropped one matches a kept one."""
    documents = [{"id": f"a{i}", "text": text, "date": str(i % 3)} for i, text in enumerate(texts)]
    never_drop = data.draw(st.sets(st.sampled_from([document["id"] for document in documents])))
    options = {"keep": keep, "repeats": repeats, "max_loss": max_loss, "workers": 1}
    result = dedup.clean(documents, never_drop=never_drop, **options)
    assert never_drop <= {document["id"] for document in result.kept}
    kept = {document["id"] for document in result.kept}
    assert all(line["keeper"]["id"] in kept for line in result.dropped)
    everything = [document["id"] for document in documents]
    assert not dedup.clean(documents, never_drop=everything, **options).dropped


def test_copies_of_pinned_documents_are_dropped_for_them() -> None:
    """Of four copies of which two are pinned both are kept; the others are dropped for the first of these."""
    text = words(0, 60)
    result = dedup.clean([{"id": name, "text": text} for name in "abcd"], never_drop=["c", "b"])
    assert [document["id"] for document in result.kept] == ["b", "c"]
    assert [line["keeper"]["id"] for line in result.dropped] == ["b", "b"]
    assert result.summary()["pinned"] == {"file": None, "documents": 2, "ids": 2, "unknown": 0, "first": []}


def test_unknown_ids_are_reported() -> None:
    """Ids that no document has are counted and named in the report, harmless; the options name how many."""
    result = dedup.clean([{"id": "a", "text": "one"}], never_drop=["\x1b[31mb", "a", "c"])
    assert "2 of 3 ids in never_drop are in no article: \\x1b[31mb, c" in str(result)
    assert result.summary()["options"]["never_drop"] == "3 ids"
