"""Documents in memory, in any container; what is no document is a reject, or refused."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

import dedup
from dedup import InputError
from tests.support import reference
from tests.support.articles import SENTENCE, decisions, two_copies


@pytest.mark.parametrize(
    "form", [list, tuple, pa.Table.from_pylist, lambda rows: [row["text"] for row in rows]]
)
def test_lists_tuples_and_tables_are_decided_the_same(form: Any) -> None:
    """Lists and tuples of mappings or strings, and Arrow tables, give the same decisions."""
    result = dedup.clean(form(two_copies()), workers=1)
    assert decisions(result) == [-1, 0]
    assert [line["decision"] for line in result.ledger()] == ["kept", "dropped"]


def test_a_table_in_chunks_is_read_as_one() -> None:
    """A table of several chunks, with other kinds of strings and nulls, is read as one."""
    parts = [
        pa.table({"text": pa.array(column, pa.large_string())})
        for column in ([SENTENCE], [], [None, SENTENCE])
    ]
    result = dedup.clean(pa.concat_tables(parts), workers=1)
    assert decisions(result) == [-1, 0]
    assert [(bad.position, bad.reason) for bad in result.corpus.rejects] == [
        (2, '"text" is missing, not a string')
    ]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_are_taken(library: str) -> None:
    """Frames of pandas and polars are documents."""
    frame = pytest.importorskip(library).DataFrame(two_copies())
    result = dedup.clean(frame, workers=1, keep="newest:date")
    assert [line["id"] for line in result.ledger()] == ["a", "b"]
    assert decisions(result) == [1, -1]


def test_a_missing_id_in_a_frame_is_none() -> None:
    """A document without an id has none, however its frame marks that."""
    frame = pytest.importorskip("pandas").DataFrame({"id": [1, None], "text": ["a b", "c d"]})
    assert [line["id"] is None for line in dedup.clean(frame, workers=1).ledger()] == [False, True]


def test_the_documents_of_the_caller_stay_unchanged() -> None:
    """A run does not change the documents that it is given."""
    documents = two_copies()
    dedup.clean(documents, workers=1)
    assert documents == two_copies()


def test_no_documents_give_an_empty_result() -> None:
    """Without documents the ledger, the repeats and the groups are empty."""
    result = dedup.clean([], workers=1)
    assert result.totals.documents == 0
    assert (list(result.ledger()), result.dropped, result.repeats, result.highlights.groups) == (
        [],
        [],
        [],
        [],
    )


def test_bad_documents_are_rejects() -> None:
    """A document whose text is missing or no string is a reject with position and reason."""
    result = dedup.clean(
        [{"text": SENTENCE}, {"id": "x"}, {"text": 5}, {"text": None}, {"text": SENTENCE}], workers=1
    )
    assert decisions(result) == [-1, 0]
    assert [(bad.position, bad.reason) for bad in result.corpus.rejects] == [
        (2, '"text" is missing, not a string'),
        (3, '"text" is int, not a string'),
        (4, '"text" is missing, not a string'),
    ]
    assert [line["position"] for line in result.ledger()] == [1, 5]


@pytest.mark.parametrize("documents", [[1], [SENTENCE, None], [["text"]], [b"text"]])
def test_an_item_that_is_no_document_is_a_reject(documents: Sequence[Any]) -> None:
    """What is neither a string nor a mapping is a reject."""
    assert len(dedup.clean(documents, workers=1).corpus.rejects) == 1


@pytest.mark.parametrize("documents", [5, None, {"text": SENTENCE}, b"text"])
def test_something_that_is_no_collection_is_refused(documents: Any) -> None:
    """Something else than documents is refused, and the message says what it is and what is taken."""
    with pytest.raises(InputError, match=type(documents).__name__):
        dedup.clean(documents, workers=1)


def test_a_table_without_texts_is_refused() -> None:
    """A table without the text column is refused, and the message names the columns."""
    with pytest.raises(InputError, match=r'"text".*title, body'):
        dedup.clean(pa.table({"title": ["a"], "body": ["b"]}), workers=1)


_ODD = {
    "surrogates": "a\ud800b c d",
    "surrogate": "\udfff",
    "nul": "a\x00b c",
    "long line": "x" * 1_000_000,
    "lines": "é\n" * 20_000,
    "emoji": "😀 " * 1000,
    "ideographs": "\U00020000" * 50,
}


@pytest.mark.parametrize("text", _ODD.values(), ids=_ODD)
def test_odd_texts_are_taken(text: str) -> None:
    """Lone surrogates, NULs, very long and very many lines go through, and their copies collapse."""
    result = dedup.clean([text, text], workers=1, repeats=False)
    assert decisions(result) == [-1, 0 if reference.tokens(text.encode("utf-8", "replace").decode()) else -1]
    assert result.totals.characters == 2 * len(text)
