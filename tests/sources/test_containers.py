"""Containers of documents: whatever it is, the decisions are those for a list of mappings, and what is
kept comes back in the same type and schema.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.sources import arrow_columns
from tests.sources.containers import DOCUMENTS, KINDS, OTHER, STORY, Kind, dataset
from tests.support.command import NO_NETWORK
from tests.support.examples import examples
from tests.support.paths import TOP

kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def decided(result: dedup.Result) -> Any:
    """All that was decided, and what could not be read."""
    return list(result.ledger()), result.totals, list(result.corpus.rejects)


@kinds
def test_decisions_do_not_depend_on_the_container(kind: Kind) -> None:
    """Decisions, rejects and cleaned texts are those for a list of mappings; type and schema stay."""
    container = kind.fill(DOCUMENTS)
    listed, result = (
        dedup.clean(documents, workers=1, keep="longest") for documents in (DOCUMENTS, container)
    )
    assert (listed.totals.dropped, listed.totals.cut, listed.totals.rejected) == (2, 2, 2)
    assert decided(result) == decided(listed)
    assert kind.shape(result.kept) == kind.shape(container)
    assert kind.listed(result.kept) == listed.kept


@kinds
def test_empty_and_unchanged_containers_keep_their_type(kind: Kind) -> None:
    """Containers of which nothing is cut or nothing is kept, and empty ones, come back as such."""
    for documents in (DOCUMENTS[4:5], [DOCUMENTS[0]], []):
        container = kind.fill(documents)
        kept = dedup.clean(container, workers=1).kept
        assert kind.shape(kept) == kind.shape(container)
        assert kind.listed(kept) == [document for document in documents if document["text"] is not None]


@kinds
def test_the_container_is_left_alone(kind: Kind) -> None:
    """Neither a run nor changing what it kept changes what was given."""
    container = kind.fill(DOCUMENTS)
    shape = kind.shape(container)
    kept = dedup.clean(container, workers=1).kept
    if isinstance(kept, pd.DataFrame):
        kept["n"] = 0
    assert kind.listed(container) == DOCUMENTS
    assert kind.shape(container) == shape


@examples(20)
@given(picks=st.lists(st.sampled_from(DOCUMENTS), max_size=12), name=st.sampled_from([*KINDS]))
def test_any_documents_are_decided_the_same_in_any_container(picks: list[dict[str, Any]], name: str) -> None:
    """Any documents, in any order and number, are decided as in a list, and kept as there."""
    kind = KINDS[name]
    listed, result = dedup.clean(picks, workers=1), dedup.clean(kind.fill(picks), workers=1)
    assert decided(result) == decided(listed)
    assert kind.listed(result.kept) == listed.kept


@pytest.mark.parametrize("count", [120, pytest.param(700, marks=pytest.mark.slow)])
def test_rows_of_many_blocks_are_found_again(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of many blocks and chunks are found again: for the comparison, and for what is kept."""
    monkeypatch.setattr("dedup.sources.memory._BLOCK", count * 2 // 5)
    documents = [
        {"text": f"{number} " * 9 + STORY[number % 50 :], "id": str(number)} for number in range(count)
    ]
    listed = dedup.clean(documents)
    assert 0 < listed.totals.dropped < count
    table = pa.concat_tables([pa.Table.from_pylist(documents[at : at + 77]) for at in range(0, count, 77)])
    shuffled = datasets.Dataset.from_list(documents[::-1]).select(range(count - 1, -1, -1))
    for container in (table, pl.DataFrame(documents), shuffled):
        result = dedup.clean(container)
        assert decided(result) == decided(listed)
        assert [dict(zip(documents[0], one, strict=True)) for one in _rows(result.kept)] == listed.kept


def _rows(container: Any) -> list[tuple[Any, ...]]:
    """The values of each document."""
    return (
        container.rows()
        if isinstance(container, pl.DataFrame)
        else [
            tuple(one.values())
            for one in getattr(container, "to_pylist", getattr(container, "to_list", list))()
        ]
    )


def test_the_index_of_a_frame_stays() -> None:
    """Each kept document has the index label that it had, also where several share one."""
    frame = pd.DataFrame(DOCUMENTS, index=list("abcaabce"))
    assert dedup.clean(frame, workers=1, keep="longest").kept.index.tolist() == ["c", "a", "c", "e"]


def test_a_data_set_on_disk_stays_unchanged(tmp_path: Path) -> None:
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
def test_a_value_that_is_no_string_is_a_reject(texts: Any, reasons: list[str]) -> None:
    """Each value that is no string is a reject that says what it is; no container keeps it."""
    container = pa.table({"text": texts}) if isinstance(texts, pa.Array) else pd.DataFrame({"text": texts})
    result = dedup.clean(container, workers=1)
    reasons_given = [bad.reason for bad in result.corpus.rejects]
    assert reasons_given == [f'"text" is {reason}, not a string' for reason in reasons]
    assert len(result.kept) == result.totals.kept == len(texts) - len(reasons)


def test_rejects_do_not_shift_what_is_kept() -> None:
    """Documents in a list are kept by their own place, whatever could not be read before them."""
    assert dedup.clean([None, "a b c", 5, "d e f"], workers=1).kept == ["a b c", "d e f"]


def test_a_lone_surrogate_stays() -> None:
    """What no file could fill comes back as it was given, also if something else is cut from the text."""
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
    "fill",
    [lambda container: container, lambda container: container.to_pandas(), pl.from_arrow],
    ids=["arrow", "pandas", "polars"],
)
def test_documents_are_ordered_by_a_column(order: pa.Array, fill: Any) -> None:
    """The newest is kept by times to the nanosecond and by numbers, in any container; null comes last."""
    container = fill(pa.table({"text": [STORY] * 3, "when": order, "id": ["a", "b", "c"]}))
    assert list(dedup.clean(container, workers=1, keep="newest:when").kept["id"]) == (
        [pa.scalar("b")] if isinstance(container, pa.Table) else ["b"]
    )


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


def test_a_column_is_not_copied() -> None:
    """A run of rows of a table reaches the scan without a copy of its texts."""
    texts = pa.chunked_array([pa.array([STORY, OTHER, STORY], pa.large_string())])
    taken = arrow_columns.ArrowColumn(texts).take(range(1, 3))
    assert taken.buffers()[2].address == texts.chunk(0).buffers()[2].address


def _overwrite(frame: Any) -> None:
    if isinstance(frame, pd.DataFrame):
        frame.loc[:, "text"] = "other"
        frame.pop("n")
    else:
        frame[0, "text"] = "other"
        frame.extend(frame.clone())


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (lambda: [d["text"] or "" for d in DOCUMENTS], list.reverse),
        (lambda: [d["text"] or "" for d in DOCUMENTS], list.clear),
        (lambda: [dict(d) for d in DOCUMENTS], list.clear),
        (lambda: [dict(d) for d in DOCUMENTS], lambda given: [d.update(text="other") for d in given]),
        (lambda: [dict(d) for d in DOCUMENTS], lambda given: [d.pop("text") for d in given]),
        (lambda: pd.DataFrame(DOCUMENTS), _overwrite),
        (lambda: pl.DataFrame(DOCUMENTS), _overwrite),
    ],
    ids=[
        "strings turned",
        "strings gone",
        "mappings gone",
        "texts changed",
        "texts gone",
        "pandas",
        "polars",
    ],
)
def test_what_was_given_may_change_later(make: Any, change: Any) -> None:
    """What is kept has the texts that were cleaned, whatever became of the caller's container since."""
    expected, given = dedup.clean(make(), workers=1), make()
    result = dedup.clean(given, workers=1)
    kept = expected.kept
    change(given)
    if isinstance(kept, list):
        assert [d if isinstance(d, str) else d["text"] for d in result.kept] == [
            d if isinstance(d, str) else d["text"] for d in kept
        ]
    else:
        assert result.kept.equals(kept)
    assert list(result.ledger()) == list(expected.ledger())
