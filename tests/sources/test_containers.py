"""Containers of documents: whatever holds them, the decisions are those for a list of mappings, and what is
kept comes back in the same type and schema.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.errors import InputError
from dedup.sources import arrow_columns as chunks
from tests.project.test_docs import NO_NETWORK

os.environ["HF_HUB_OFFLINE"] = "1"  # tests use no network

datasets.disable_progress_bars()

TOP = Path(__file__).parents[2]
STORY = (
    "The ferry to the outer islands stayed in harbour on Tuesday because a gale blew from the west.\n\n"
    "About three hundred passengers spent the night in the school, where the caretaker lit both stoves.\n\n"
    "Nobody was hurt, although a crate of oranges went over the side and has not been seen since then."
)
OTHER = "A baker in the old town has been giving bread away since her oven learned to count to a hundred – é."
DOCUMENTS = [
    {"text": None, "id": "none", "n": 7, "tags": []},
    {"text": STORY, "id": "story", "n": 1, "tags": ["sea"]},
    {"text": f"{OTHER}\n\n{STORY}\n\n{STORY}", "id": "twice", "n": 2, "tags": ["sea", "bread"]},
    {"text": STORY.replace("oranges", "lemons"), "id": None, "n": 10, "tags": None},
    {"text": OTHER, "id": "other", "n": None, "tags": ["bread"]},
    {"text": None, "id": "gone", "n": 4, "tags": []},
    {"text": "", "id": "empty", "n": 9, "tags": ["x"]},
    {
        "text": "𝄞 one clef, and quite enough words after it to be cut\n\n" * 2,
        "id": "clef",
        "n": 3,
        "tags": ["y"],
    },
]


class Kind(NamedTuple):
    """How documents get into a container and out again, and what is asked of two containers to be alike."""

    hold: Callable[[list[dict[str, Any]]], Any]
    listed: Callable[[Any], list[dict[str, Any]]]
    shape: Callable[[Any], Any]


def table(kind: pa.DataType, pieces: int = 1) -> Callable[[list[dict[str, Any]]], pa.Table]:
    """A table with texts of this type, in so many chunks."""

    def hold(documents: list[dict[str, Any]]) -> pa.Table:
        texts = pa.array([document["text"] for document in documents], pa.string())
        if isinstance(kind, pa.RunEndEncodedType):
            texts = pc.run_end_encode(texts, kind.run_end_type)
        columns = {
            "n": pa.array([document["n"] for document in documents], pa.int16()),
            "text": texts if texts.type == kind else texts.cast(kind),
            "id": pa.array([document["id"] for document in documents], pa.string_view()),
            "tags": pa.array([document["tags"] for document in documents], pa.list_(pa.string())),
        }
        whole = pa.table(columns).replace_schema_metadata({"source": "a crawl"})
        size = max(1, len(documents) // pieces)
        parts = [whole.slice(first, size) for first in range(0, len(documents), size)]
        return pa.concat_tables(parts) if parts else whole

    return hold


def batch(documents: list[dict[str, Any]]) -> pa.RecordBatch:
    """A record batch that is a slice of a longer one."""
    first, *_ = table(pa.string())([DOCUMENTS[1], *documents]).to_batches()
    return first.slice(1)


def pandas(kind: Any, index: Callable[[int], Any] = lambda count: None) -> Callable[..., pd.DataFrame]:
    """A frame with texts of this type."""

    def hold(documents: list[dict[str, Any]]) -> pd.DataFrame:
        columns = {name: [document[name] for document in documents] for name in DOCUMENTS[0]}
        frame = pd.DataFrame(columns, index=index(len(documents)))
        types = {"text": kind, "id": object, "n": "Int16", "tags": object}
        return frame.astype(types)[["n", "text", "id", "tags"]]

    return hold


def polars(kind: Any) -> Callable[[list[dict[str, Any]]], pl.DataFrame]:
    """A frame with texts of this type."""
    schema = {"n": pl.Int16, "text": kind, "id": pl.String, "tags": pl.List(pl.String)}
    return lambda documents: pl.DataFrame(documents, schema=schema)


FEATURES = datasets.Features(
    n=datasets.Value("int16"),
    text=datasets.Value("large_string"),
    id=datasets.Value("string"),
    tags=datasets.List(datasets.Value("string")),
)


def dataset(change: Callable[[Any], Any] = lambda whole: whole) -> Callable[..., datasets.Dataset]:
    """A data set, with `change` made to it."""

    def hold(documents: list[dict[str, Any]]) -> datasets.Dataset:
        columns = {name: [document[name] for document in documents] for name in FEATURES}
        return change(datasets.Dataset.from_dict(columns, features=FEATURES, split="train"))

    return hold


def _backwards(whole: datasets.Dataset) -> datasets.Dataset:
    """The same documents, selected from the reverse."""
    order = list(reversed(range(len(whole))))
    return whole.select(order).flatten_indices().select(order) if order else whole


def _plain(value: Any) -> Any:
    """A value of pandas as Python has it."""
    if isinstance(value, list) or value is None:
        return value
    return None if pd.isna(value) else value


def _of_pandas(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{key: _plain(value) for key, value in one.items()} for one in frame.to_dict("records")]


def _arrow_shape(held: Any) -> Any:
    return type(held), held.schema, held.schema.metadata


def _pandas_shape(held: pd.DataFrame) -> Any:
    kinds = ["category" if isinstance(kind, pd.CategoricalDtype) else kind for kind in held.dtypes]
    return type(held), list(held.columns), kinds, held.index.dtype, held.index.names


ARROW = Kind(table(pa.string()), lambda held: held.to_pylist(), _arrow_shape)
PANDAS = Kind(pandas(object), _of_pandas, _pandas_shape)
POLARS = Kind(polars(pl.String), lambda held: held.to_dicts(), lambda held: (type(held), held.schema))
DATASET = Kind(
    dataset(),
    lambda held: list(held.with_format(None)),
    lambda held: (type(held), held.features, held.split, held.format),
)
_INDEX = {
    "strings": lambda count: [f"r{row}" for row in range(count)],
    "the same label": lambda count: ["r"] * count,
    "two levels": lambda count: pd.MultiIndex.from_arrays([[1] * count, range(count)], names=["a", None]),
    "times": lambda count: pd.date_range("2024-01-01", periods=count),
}
KINDS = {
    "table": ARROW,
    "table in chunks": ARROW._replace(hold=table(pa.string(), 3)),
    "large strings": ARROW._replace(hold=table(pa.large_string(), 2)),
    "views": ARROW._replace(hold=table(pa.string_view(), 4)),
    "dictionary": ARROW._replace(hold=table(pa.dictionary(pa.int8(), pa.string()), 2)),
    "run ends": ARROW._replace(hold=table(pa.run_end_encoded(pa.int32(), pa.string()), 2)),
    "batch": ARROW._replace(hold=batch),
    "pandas, objects": PANDAS,
    "pandas, str": PANDAS._replace(hold=pandas("str")),
    "pandas, string of Python": PANDAS._replace(hold=pandas(pd.StringDtype("python"))),
    "pandas, string of Arrow": PANDAS._replace(hold=pandas(pd.StringDtype("pyarrow"))),
    "pandas, Arrow": PANDAS._replace(hold=pandas(pd.ArrowDtype(pa.string()))),
    "pandas, Arrow, large": PANDAS._replace(hold=pandas(pd.ArrowDtype(pa.large_string()))),
    "pandas, categories": PANDAS._replace(hold=pandas("category")),
    **{f"pandas, {name}": PANDAS._replace(hold=pandas("str", index)) for name, index in _INDEX.items()},
    "polars": POLARS,
    "polars, categories": POLARS._replace(hold=polars(pl.Categorical)),
    "polars, objects": POLARS._replace(hold=polars(pl.Object)),
    "dataset": DATASET,
    "dataset, selected": DATASET._replace(hold=dataset(_backwards)),
    "dataset, filtered": DATASET._replace(hold=dataset(lambda whole: whole.filter(lambda one: True))),
    "dataset, formatted": DATASET._replace(
        hold=dataset(lambda whole: whole.with_format("numpy", columns=["n"]))
    ),
}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def told(result: dedup.Result) -> Any:
    """All that was decided, and what could not be read."""
    return list(result.ledger()), result.totals, result.corpus.rejects


@kinds
def test_decisions_do_not_depend_on_the_container(kind: Kind) -> None:
    """Decisions, rejects and cleaned texts are those for a list of mappings; type and schema stay."""
    held = kind.hold(DOCUMENTS)
    listed, result = dedup.clean(DOCUMENTS, workers=1), dedup.clean(held, workers=1)
    assert (listed.totals.dropped, listed.totals.cut, listed.totals.rejected) == (2, 2, 2)
    assert told(result) == told(listed)
    assert kind.shape(result.kept) == kind.shape(held)
    assert kind.listed(result.kept) == listed.kept


@kinds
def test_nothing_cut_and_nothing_left(kind: Kind) -> None:
    """Containers of which nothing is cut or nothing is kept, and empty ones, come back as such."""
    for documents in (DOCUMENTS[4:5], [DOCUMENTS[0]], []):
        held = kind.hold(documents)
        kept = dedup.clean(held, workers=1).kept
        assert kind.shape(kept) == kind.shape(held)
        assert kind.listed(kept) == [document for document in documents if document["text"] is not None]


@kinds
def test_the_container_is_left_alone(kind: Kind) -> None:
    """Neither a run nor changing what it kept changes what was given."""
    held = kind.hold(DOCUMENTS)
    shape = kind.shape(held)
    kept = dedup.clean(held, workers=1).kept
    if isinstance(kept, pd.DataFrame):
        kept["n"] = 0
    assert kind.listed(held) == DOCUMENTS
    assert kind.shape(held) == shape


@settings(max_examples=20, deadline=None)
@given(picks=st.lists(st.sampled_from(DOCUMENTS), max_size=12), name=st.sampled_from([*KINDS]))
def test_any_documents_in_any_container(picks: list[dict[str, Any]], name: str) -> None:
    """The same, whatever documents there are, in whatever order and number."""
    kind = KINDS[name]
    listed, result = dedup.clean(picks, workers=1), dedup.clean(kind.hold(picks), workers=1)
    assert told(result) == told(listed)
    assert kind.listed(result.kept) == listed.kept


def test_many_documents() -> None:
    """Rows of many blocks and chunks are found again: for the comparison, and for what is kept."""
    documents = [
        {"text": f"{number} " * 9 + STORY[number % 50 :], "id": str(number)} for number in range(5000)
    ]
    listed = dedup.clean(documents)
    assert 0 < listed.totals.dropped < 5000
    table = pa.concat_tables([pa.Table.from_pylist(documents[at : at + 77]) for at in range(0, 5000, 77)])
    shuffled = datasets.Dataset.from_list(documents[::-1]).select(range(4999, -1, -1))
    for held in (table, pl.DataFrame(documents), shuffled):
        result = dedup.clean(held)
        assert told(result) == told(listed)
        assert [dict(zip(documents[0], one, strict=True)) for one in _rows(result.kept)] == listed.kept


def _rows(held: Any) -> list[tuple[Any, ...]]:
    """The values of each document."""
    return (
        held.rows()
        if isinstance(held, pl.DataFrame)
        else [tuple(one.values()) for one in getattr(held, "to_pylist", getattr(held, "to_list", list))()]
    )


def test_the_index_of_a_frame_stays() -> None:
    """Each kept document has the index label that it had, also where several share one."""
    frame = pd.DataFrame(DOCUMENTS, index=list("abcaabce"))
    assert dedup.clean(frame, workers=1).kept.index.tolist() == ["c", "a", "c", "e"]


def test_a_data_set_on_disk(tmp_path: Path) -> None:
    """A data set that is mapped into memory is read from there; its files stay as they are."""
    dataset()(DOCUMENTS).save_to_disk(str(tmp_path))
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = dedup.clean(datasets.load_from_disk(str(tmp_path)), workers=1).kept
    assert list(kept) == dedup.clean(DOCUMENTS, workers=1).kept
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files


@pytest.mark.parametrize(
    ("texts", "reasons"),
    [
        ([5, STORY, b"x", float("nan"), pd.NA], ["int", "bytes", "missing", "missing"]),
        (pa.array([1, None]), ["int", "missing"]),
        (pa.nulls(1), ["missing"]),
        (pa.array([STORY, b"\xff\xfe", None], pa.binary()).view(pa.string()), ["broken UTF-8", "missing"]),
    ],
    ids=["objects", "numbers", "nothing", "bytes that are no text"],
)
def test_what_is_no_string_is_a_reject(texts: Any, reasons: list[str]) -> None:
    """Each value that is no string is a reject that says what it is; no container keeps it."""
    held = pa.table({"text": texts}) if isinstance(texts, pa.Array) else pd.DataFrame({"text": texts})
    result = dedup.clean(held, workers=1)
    told = [bad.reason for bad in result.corpus.rejects]
    assert told == [f'"text" is {reason}, not a string' for reason in reasons]
    assert len(result.kept) == result.totals.kept == len(texts) - len(reasons)


def test_rejects_before_what_is_kept() -> None:
    """Documents in a list are kept by their own place, whatever could not be read before them."""
    assert dedup.clean([None, "a b c", 5, "d e f"], workers=1).kept == ["a b c", "d e f"]


def test_a_lone_surrogate_stays() -> None:
    """What no file could hold comes back as it was given, also where something else is cut of the text."""
    texts = [f"\ud800 {OTHER}", f"\ud800 {STORY}\n\n{STORY}"]
    kept = dedup.clean(pd.DataFrame({"text": pd.Series(texts, dtype=object)}), workers=1).kept
    assert kept["text"].tolist() == dedup.clean(texts, workers=1).kept == [texts[0], f"\ud800 {STORY}"]


_TIMES = ["2024-01-02T00:00:00.000000001", "2024-03-01T00:00:00", None]


@pytest.mark.parametrize(
    "order",
    [
        pa.array(_TIMES).cast(pa.timestamp("ns")),
        pa.array([9, 10, None], pa.uint64()),
        pa.array([1.5, float("inf"), float("nan")]),
        pa.array(["9", "10", None], pa.string_view()),
    ],
    ids=lambda order: str(order.type),
)
@pytest.mark.parametrize(
    "hold",
    [lambda held: held, lambda held: held.to_pandas(), pl.from_arrow],
    ids=["arrow", "pandas", "polars"],
)
def test_documents_are_ordered_by_a_column(order: pa.Array, hold: Any) -> None:
    """The newest is kept by times to the nanosecond and by numbers, whatever holds them; none comes last."""
    held = hold(pa.table({"text": [STORY] * 3, "when": order, "id": ["a", "b", "c"]}))
    assert list(dedup.clean(held, workers=1, keep="newest:when").kept["id"]) == (
        [pa.scalar("b")] if isinstance(held, pa.Table) else ["b"]
    )


def _stream() -> Any:
    return dataset()(DOCUMENTS).to_iterable_dataset()


@pytest.mark.parametrize(
    ("documents", "name", "advice"),
    [
        (lambda: polars(pl.String)(DOCUMENTS).lazy(), "polars.LazyFrame", "collect()"),
        (
            lambda: datasets.DatasetDict(train=dataset()(DOCUMENTS)),
            "datasets.DatasetDict",
            'dataset["train"]',
        ),
        (_stream, "datasets.IterableDataset", "Dataset.from_list(list(stream))"),
        (
            lambda: datasets.IterableDatasetDict(train=_stream()),
            "datasets.IterableDatasetDict",
            "of one of its streams",
        ),
        (lambda: table(pa.string())(DOCUMENTS).to_reader(), "pyarrow.RecordBatchReader", "read_all()"),
        (lambda: pa.array(["a"]), "pyarrow.Array", "to_pylist()"),
        (lambda: pa.chunked_array([["a"]]), "pyarrow.ChunkedArray", "to_pylist()"),
        (lambda: pd.Series(["a"]), "pandas.Series", "to_list()"),
        (lambda: pl.Series(["a"]), "polars.Series", "to_list()"),
        (lambda: polars(pl.Enum([""]))([{"text": ""}]), "Enum", "cast it to String"),
        (lambda: pa.table([["a"], ["b"]], names=["text", "text"]), "several columns", "rename the others"),
        (
            lambda: pd.DataFrame([["a", "b"]], columns=["text", "text"]),
            "several columns",
            "rename the others",
        ),
        (lambda: pd.DataFrame({"title": ["a"], 5: ["b"]}), "no column", "title, 5"),
        (lambda: pl.DataFrame({"title": ["a"]}), "no column", "title"),
        (lambda: datasets.Dataset.from_dict({"title": ["a"]}), "no column", "title"),
        (pd.DataFrame, "no column", "there are: none"),
    ],
)
def test_what_is_refused(documents: Callable[[], Any], name: str, advice: str) -> None:
    """What cannot be taken is refused in one sentence, which says what to do."""
    with pytest.raises(InputError) as caught:
        dedup.clean(documents())
    assert name in str(caught.value)
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)


_SHUFFLED = """
import datasets, dedup
kept = dedup.clean(datasets.Dataset.from_list([{"text": "a b c d"}] * 3).shuffle(seed=1)).kept
assert kept.to_list() == [{"text": "a b c d"}]
"""


def test_a_data_set_is_made_without_the_network(tmp_path: Path) -> None:
    """Taking and giving data sets asks no server and leaves no file, without a setting that says so."""
    environment = os.environ | {"HF_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", NO_NETWORK + _SHUFFLED], cwd=TOP, env=environment, check=True)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_column_is_taken_as_it_is() -> None:
    """A run of rows of a table reaches the scan without a copy of its texts."""
    texts = pa.chunked_array([pa.array([STORY, OTHER, STORY], pa.large_string())])
    taken = chunks.Chunks(texts).take(range(1, 3))
    assert taken.buffers()[2].address == texts.chunk(0).buffers()[2].address
