"""Containers that cannot be taken."""

from collections.abc import Callable
from typing import Any

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dedup
from dedup.errors import InputError
from tests.sources.containers import DOCUMENTS, dataset, polars


def _stream() -> Any:
    return dataset()(DOCUMENTS).to_iterable_dataset()


@pytest.mark.parametrize(
    ("documents", "name", "advice"),
    [
        (
            lambda: datasets.DatasetDict(train=dataset()(DOCUMENTS)),
            "datasets.DatasetDict",
            'dataset["train"]',
        ),
        (
            lambda: datasets.IterableDatasetDict(train=_stream()),
            "datasets.IterableDatasetDict",
            'dataset["train"]',
        ),
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
def test_a_refusal_says_what_to_do(documents: Callable[[], Any], name: str, advice: str) -> None:
    """What cannot be taken is refused in one sentence, which says what to do."""
    with pytest.raises(InputError) as caught:
        dedup.clean(documents())
    assert name in str(caught.value)
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)
