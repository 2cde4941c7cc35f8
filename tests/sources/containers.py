"""Containers of the same documents: how they are filled and listed, and what two of a kind have in common."""

import os
from collections.abc import Callable
from typing import Any, NamedTuple

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

os.environ["HF_HUB_OFFLINE"] = "1"  # tests use no network


datasets.disable_progress_bars()


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
    """Fills a container with documents, lists those of a container, and gives what two of this kind share."""

    fill: Callable[[list[dict[str, Any]]], Any]
    listed: Callable[[Any], list[dict[str, Any]]]
    shape: Callable[[Any], Any]


def table(kind: pa.DataType, pieces: int = 1) -> Callable[[list[dict[str, Any]]], pa.Table]:
    """A table with texts of this type, in so many chunks."""

    def fill(documents: list[dict[str, Any]]) -> pa.Table:
        texts = pa.array([document["text"] for document in documents], pa.string())
        if isinstance(kind, pa.RunEndEncodedType):
            texts = pc.run_end_encode(texts, kind.run_end_type)
        columns = {
            "n": pa.array([document["n"] for document in documents], pa.int16()),
            "text": texts if texts.type == kind else texts.cast(kind),
            "id": pa.array([document["id"] for document in documents], pa.string_view()),
            "tags": pa.array([document["tags"] for document in documents], pa.list_(pa.string())),
        }
        every = pa.table(columns).replace_schema_metadata({"source": "a crawl"})
        size = max(1, len(documents) // pieces)
        parts = [every.slice(first, size) for first in range(0, len(documents), size)]
        return pa.concat_tables(parts) if parts else every

    return fill


def batch(documents: list[dict[str, Any]]) -> pa.RecordBatch:
    """A record batch that is a slice of a longer one."""
    first, *_ = table(pa.string())([DOCUMENTS[1], *documents]).to_batches()
    return first.slice(1)


def pandas(kind: Any, index: Callable[[int], Any] = lambda count: None) -> Callable[..., pd.DataFrame]:
    """A frame with texts of this type."""

    def fill(documents: list[dict[str, Any]]) -> pd.DataFrame:
        columns = {name: [document[name] for document in documents] for name in DOCUMENTS[0]}
        frame = pd.DataFrame(columns, index=index(len(documents)))
        types = {"text": kind, "id": object, "n": "Int16", "tags": object}
        return frame.astype(types)[["n", "text", "id", "tags"]]

    return fill


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


def dataset(change: Callable[[Any], Any] = lambda documents: documents) -> Callable[..., datasets.Dataset]:
    """A data set, with `change` made to it."""

    def fill(documents: list[dict[str, Any]]) -> datasets.Dataset:
        columns = {name: [document[name] for document in documents] for name in FEATURES}
        return change(datasets.Dataset.from_dict(columns, features=FEATURES, split="train"))

    return fill


def _backwards(documents: datasets.Dataset) -> datasets.Dataset:
    """The same documents, as a selection from their reverse."""
    order = list(reversed(range(len(documents))))
    return documents.select(order).flatten_indices().select(order) if order else documents


def _plain(value: Any) -> Any:
    """A value of pandas as Python has it."""
    if isinstance(value, list) or value is None:
        return value
    return None if pd.isna(value) else value


def _of_pandas(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{key: _plain(value) for key, value in one.items()} for one in frame.to_dict("records")]


def _arrow_shape(container: Any) -> Any:
    return type(container), container.schema, container.schema.metadata


def _pandas_shape(container: pd.DataFrame) -> Any:
    kinds = ["category" if isinstance(kind, pd.CategoricalDtype) else kind for kind in container.dtypes]
    return type(container), list(container.columns), kinds, container.index.dtype, container.index.names


ARROW = Kind(table(pa.string()), lambda container: container.to_pylist(), _arrow_shape)
PANDAS = Kind(pandas(object), _of_pandas, _pandas_shape)
POLARS = Kind(
    polars(pl.String),
    lambda container: container.to_dicts(),
    lambda container: (type(container), container.schema),
)
DATASET = Kind(
    dataset(),
    lambda container: list(container.with_format(None)),
    lambda container: (type(container), container.features, container.split, container.format),
)
_INDEX = {
    "strings": lambda count: [f"r{row}" for row in range(count)],
    "the same label": lambda count: ["r"] * count,
    "two levels": lambda count: pd.MultiIndex.from_arrays([[1] * count, range(count)], names=["a", None]),
    "times": lambda count: pd.date_range("2024-01-01", periods=count),
}
KINDS = {
    "table": ARROW,
    "table in chunks": ARROW._replace(fill=table(pa.string(), 3)),
    "large strings": ARROW._replace(fill=table(pa.large_string(), 2)),
    "views": ARROW._replace(fill=table(pa.string_view(), 4)),
    "dictionary": ARROW._replace(fill=table(pa.dictionary(pa.int8(), pa.string()), 2)),
    "run ends": ARROW._replace(fill=table(pa.run_end_encoded(pa.int32(), pa.string()), 2)),
    "batch": ARROW._replace(fill=batch),
    "pandas, objects": PANDAS,
    "pandas, str": PANDAS._replace(fill=pandas("str")),
    "pandas, string of Python": PANDAS._replace(fill=pandas(pd.StringDtype("python"))),
    "pandas, string of Arrow": PANDAS._replace(fill=pandas(pd.StringDtype("pyarrow"))),
    "pandas, Arrow": PANDAS._replace(fill=pandas(pd.ArrowDtype(pa.string()))),
    "pandas, Arrow, large": PANDAS._replace(fill=pandas(pd.ArrowDtype(pa.large_string()))),
    "pandas, categories": PANDAS._replace(fill=pandas("category")),
    **{f"pandas, {name}": PANDAS._replace(fill=pandas("str", index)) for name, index in _INDEX.items()},
    "polars": POLARS,
    "polars, categories": POLARS._replace(fill=polars(pl.Categorical)),
    "polars, objects": POLARS._replace(fill=polars(pl.Object)),
    "dataset": DATASET,
    "dataset, selected": DATASET._replace(fill=dataset(_backwards)),
    "dataset, filtered": DATASET._replace(
        fill=dataset(lambda documents: documents.filter(lambda document: True))
    ),
    "dataset, formatted": DATASET._replace(
        fill=dataset(lambda documents: documents.with_format("numpy", columns=["n"]))
    ),
}
