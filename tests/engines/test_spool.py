"""Arrays that are kept: in memory, then on disk, and what they are read as."""

import gc
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.engines.spool import ArraySpool
from dedup.text.ragged import Ragged, by_range, chosen_lists
from tests.support.examples import examples

_VALUES = st.integers(0, 2**64 - 1) | st.integers(0, 9)
_LISTS = st.lists(st.lists(st.lists(_VALUES, max_size=5), max_size=4), max_size=5)


def _kept(spool: ArraySpool, parts: list[list[list[int]]]) -> list[Ragged]:
    """The parts as a spool keeps them."""
    return [
        Ragged(
            spool.keep(np.array([value for values in part for value in values], np.uint64)),
            spool.keep(np.cumsum([0, *map(len, part)])),
        )
        for part in parts
    ]


@given(st.lists(st.lists(st.integers(-(2**62), 2**62), max_size=9), max_size=9), st.integers(0, 400))
@examples(60)
def test_what_is_kept_is_read_again(arrays: list[list[int]], most: int) -> None:
    """On disk or in memory an array has its values, its length, its parts and its type, as often as asked."""
    spool = ArraySpool(most)
    kept = [spool.keep(np.array(values, np.int64)) for values in arrays]
    for _ in range(2):
        for array, values in zip(kept, arrays, strict=True):
            assert np.asarray(array).dtype == np.int64
            assert (len(array), array[1:3].tolist()) == (len(values), values[1:3])
        assert np.concatenate([np.zeros(0, np.int64), *kept]).tolist() == [*chain(*arrays)]


def test_rows_are_kept_as_rows() -> None:
    """An array of two dimensions has its shape and its columns."""
    rows = np.arange(12).reshape(4, 3)
    kept = ArraySpool(0).keep(rows)
    assert not isinstance(kept, np.ndarray)
    assert kept.shape == (4, 3)
    assert np.array_equal(kept[:, 1:2], rows[:, 1:2])


def test_no_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has no name while it is used, and its room is free once nobody needs the arrays."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = ArraySpool(0).keep(np.arange(9))
    assert kept[3:5].tolist() == [3, 4]
    file = kept._file  # type: ignore[attr-defined]
    del kept
    gc.collect()
    assert file.closed
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_arrays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk has no room for is kept as it is."""

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dedup.engines.spool.TemporaryFile", full)
    array = np.arange(9)
    assert ArraySpool(0).keep(array) is array


@given(_LISTS, st.integers(1, 5), st.integers(0, 200), st.data())
@examples(60)
def test_values_come_in_ranges_with_their_owners(
    parts: list[list[list[int]]], ranges: int, most: int, data: st.DataObject
) -> None:
    """Every value of a list that has an owner comes once, with the owner, and no value is in two ranges or
    below one of the range before. What is kept on disk gives the same.
    """
    lists = [values for part in parts for values in part]
    owners = data.draw(st.lists(st.integers(-1, 7), min_size=len(lists), max_size=len(lists)))
    chosen = by_range(_kept(ArraySpool(most), parts or [[]]), np.array(owners, np.int64), ranges)
    read = [(values.view(np.int64).tolist(), owned.tolist()) for values, owned in chosen]
    signed = [
        (int(np.uint64(value).astype(np.int64)), owner)
        for values, owner in zip(lists, owners, strict=True)
        for value in values
        if owner >= 0
    ]
    assert sorted(pair for range_ in read for pair in zip(*range_, strict=True)) == sorted(signed)
    filled = [values for values, _ in read if values]
    assert all(max(one) < min(other) for one, other in pairwise(filled))


@given(_LISTS, st.integers(0, 200), st.data())
@examples(60)
def test_lists_are_chosen_of_all_parts(parts: list[list[list[int]]], most: int, data: st.DataObject) -> None:
    """The lists in the rows asked for come end to end."""
    lists = [values for part in parts for values in part]
    rows = sorted(data.draw(st.sets(st.sampled_from(range(len(lists)))))) if lists else []
    chosen = chosen_lists(_kept(ArraySpool(most), parts), np.array(rows, np.int64))
    bounds = pairwise(chosen.offsets.tolist())
    assert [chosen.values[low:high].tolist() for low, high in bounds] == [lists[row] for row in rows]
