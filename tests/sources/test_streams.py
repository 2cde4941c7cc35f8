"""Documents that can be read once: they are decided as in a list, and come back as they came."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import datasets
import duckdb
import orjson
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.sources.streams import stream
from tests.support.examples import examples
from tests.support.paths import ARTICLES

DOCUMENTS: list[dict[str, Any]] = [orjson.loads(line) for line in ARTICLES.read_bytes().splitlines()]
DOCUMENTS.insert(3, {**DOCUMENTS[0], "id": "no text", "text": None})
TABLE = pa.Table.from_pylist(DOCUMENTS)


def chunks(frame: Any, size: int = 10) -> Iterator[Any]:
    """The rows of a frame in parts."""
    return (frame[first : first + size] for first in range(0, len(frame), size))


def _dataset() -> Any:
    return datasets.Dataset.from_list(DOCUMENTS).to_iterable_dataset()


def _duckdb() -> Any:
    return duckdb.from_arrow(TABLE)


KINDS: dict[str, tuple[Callable[[], Any], Callable[[Any], list[dict[str, Any]]]]] = {
    "generator": (lambda: (document for document in DOCUMENTS), list),
    "iterator": (lambda: iter(DOCUMENTS), list),
    "values": (lambda: dict(enumerate(DOCUMENTS)).values(), list),
    "pandas": (
        lambda: chunks(pd.DataFrame(DOCUMENTS)),
        lambda kept: pd.concat([*kept]).to_dict("records"),
    ),
    "polars": (lambda: chunks(pl.DataFrame(DOCUMENTS)), lambda kept: pl.concat([*kept]).to_dicts()),
    "batches": (
        lambda: iter(TABLE.to_batches(7)),
        lambda kept: pa.Table.from_batches([*kept]).to_pylist(),
    ),
    "reader": (lambda: TABLE.to_reader(7), lambda kept: kept.read_all().to_pylist()),
    "duckdb": (_duckdb, lambda kept: kept.to_arrow_table().to_pylist()),
    "lazy": (lambda: pl.DataFrame(DOCUMENTS).lazy(), lambda kept: kept.collect().to_dicts()),
    "dataset": (_dataset, list),
}
"""By name, what makes a stream, and what makes a list of mappings of what is kept of it."""


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """A document without the fields that are null or NaN."""
    return {
        name: value
        for name, value in document.items()
        if value is not None and not (isinstance(value, float) and math.isnan(value))
    }


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("dedup.sources.streams.kinds._PART", 7)
    monkeypatch.setenv("HF_HOME", str(tmp_path))


@pytest.mark.parametrize("action", ["drop", "tag"])
@pytest.mark.parametrize("name", KINDS)
def test_a_stream_is_decided_as_a_list(name: str, action: str) -> None:
    """A stream gives what a list of its documents gives, and comes back in the type that it had."""
    make, read = KINDS[name]
    of_list, documents = dedup.clean(DOCUMENTS, action=action), make()
    result = dedup.clean(documents, action=action)
    kept = result.kept
    assert [*map(whole, read(kept))] == [*map(whole, of_list.kept)]
    assert [*result.ledger()] == [*of_list.ledger()]
    assert isinstance(kept, type(documents)) or (isinstance(kept, Iterator) and name in KINDS)
    assert [*map(whole, read(result.kept))] == [*map(whole, of_list.kept)]  # a second time


@pytest.mark.parametrize("name", ["reader", "duckdb", "lazy", "dataset"])
def test_a_typed_stream_keeps_its_type(name: str) -> None:
    """A reader, a relation, a lazy frame and a data set come back as such, with the same columns."""
    documents = KINDS[name][0]()
    kept = dedup.clean(documents).kept
    assert type(kept).__name__ == type(documents).__name__
    if name == "lazy":
        assert kept.collect_schema() == documents.collect_schema()
        assert kept.filter(pl.col("id") == "fx-001").select("text").head(1).collect().shape == (1, 1)
    if name == "dataset":
        assert kept.features == documents.features


def test_strings_and_few_documents_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream of strings comes back as strings; no more than a few parts are in memory at a time."""
    texts = [document["text"] for document in DOCUMENTS]
    result = dedup.clean(text for text in texts)
    assert [*result.kept] == dedup.clean(texts).kept
    container = result.source.container
    assert len(container._at_hand) <= stream._AT_HAND < len(container._spool)


@pytest.mark.parametrize("name", ["generator", "lazy", "reader"])
def test_an_empty_stream(name: str) -> None:
    """A stream without a document is cleaned, too."""
    empty = {
        "generator": lambda: iter([]),
        "lazy": lambda: pl.DataFrame({"text": []}, schema={"text": pl.String}).lazy(),
        "reader": lambda: TABLE.slice(0, 0).to_reader(),
    }
    assert KINDS[name][1](dedup.clean(empty[name]()).kept) == []


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        (lambda: iter([pd.DataFrame({"text": ["a"]}), {"text": "b"}]), "frame 2 is no DataFrame but dict"),
        (lambda: {"text": "a"}, "a list or any iterator"),
        (lambda: iter([pl.DataFrame({"title": ["a"]})]), 'there is no column "text"; there are: title'),
        (lambda: 5, "not int"),
    ],
)
def test_what_is_no_stream_of_documents(documents: Callable[[], Any], message: str) -> None:
    """What cannot be read as documents is one sentence."""
    with pytest.raises(dedup.InputError, match=message):
        dedup.clean(documents())


def test_tags_need_fields() -> None:
    """Strings of a stream cannot be tagged."""
    with pytest.raises(dedup.InputError, match="strings cannot be tagged"):
        dedup.clean(iter(["a", "b"]), action="tag")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=4)
    | st.dates() | st.datetimes() | st.decimals(allow_nan=False) | st.tuples(st.integers())
    | st.datetimes(timezones=st.timezones()) | st.just(Path("x")),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from(["text", "a", "\0dedup", "value"]), values), max_size=5))
@examples(1)
def test_documents_of_any_values_come_back(documents: list[dict[str, Any]]) -> None:
    """Values of any type come back equal, and of the same type: from disk, or else from memory."""
    kept = [*dedup.clean(iter(documents), duplicates=False, repeats=False, workers=1).kept]
    expected = [document for document in documents if isinstance(document.get("text"), str)]
    assert repr(kept) == repr(expected)
