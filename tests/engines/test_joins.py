"""The joins: kernels and DuckDB give the same rows, DuckDB also for keys without filter and numbers."""

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.engines.joins import IN_MEMORY, rows_of
from dedup.engines.local import Local
from dedup.engines.spool import ArraySpool
from dedup.errors import OptionsError
from dedup.matching import candidates
from dedup.matching.candidates import ENOUGH, MOST, Keys, numbered, sample_keys
from dedup.matching.keepers import assign
from dedup.matching.matches import Similarities
from dedup.matching.samples import samples
from dedup.native import joins as kernel
from dedup.text import ragged
from dedup.text.ragged import Ragged, chosen_lists
from tests.support.examples import examples

_KEYS = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 30), max_size=200)


@given(_KEYS, st.sampled_from([1, 2, 16]))
@examples(60)
def test_unique_keys_get_no_number(keys: list[int], parts: int) -> None:
    """Keys that occur twice or more have a number and a count, all others have none."""
    numbers, known, counts = kernel.shared(np.array(keys, np.uint64), parts)
    expected = {key: count for key, count in Counter(keys).items() if count > 1}
    assert dict(zip(known.tolist(), counts.tolist(), strict=True)) == expected
    assert [known[number] if number >= 0 else None for number in numbers] == [
        key if key in expected else None for key in keys
    ]


def test_keys_of_many_parts_are_numbered_in_order() -> None:
    """The hash table grows, and numbers follow the order of the keys as int64."""
    keys = np.random.default_rng(1).integers(0, 2**64, 300_000, np.uint64)
    keys = np.concatenate((keys, keys[::3], keys[::7], np.zeros(5, np.uint64)))
    numbers, counts = numbered(keys.copy())
    known, expected = np.unique(keys.view(np.int64), return_counts=True)
    assert counts.tolist() == expected[expected > 1].tolist()
    shared = known[expected > 1]
    assert np.array_equal(shared[numbers[numbers >= 0]], keys.view(np.int64)[numbers >= 0])
    assert set(keys[numbers < 0].tolist()) == set(known[expected == 1].view(np.uint64).tolist())


def _random_keys(seed: int, documents: int, values: int) -> Keys:
    """The random keys of documents: some keys are wide, documents ask by some of theirs, and some documents
    are not kept, or do not ask.
    """
    random = np.random.default_rng(seed)
    keys_of_documents = [
        np.unique(random.integers(0, values, random.integers(1, 30)) ** 2 // values) for _ in range(documents)
    ]
    sizes = [len(keys) for keys in keys_of_documents]
    needed = random.integers(1, 4, documents).astype(np.int8)
    rank, bounds = np.arange(documents, dtype=np.int32) * 2, np.append(0, np.cumsum(sizes))
    key = np.concatenate(keys_of_documents).astype(np.int32)
    kept, asking = random.random((2, documents)) < 0.9
    key = np.where(random.random(len(key)) < 0.6, key, ~key)
    return Keys(rank, bounds, key, needed, kept, asking & kept)


def _table(keys: Keys) -> list[tuple[Any, ...]]:
    """The rows of keys, in order."""
    return sorted(zip(*(column.to_pylist() for column in rows_of(keys).columns), strict=True))


def _rows(table: pa.Table) -> list[tuple[int, ...]]:
    return sorted(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.mark.parametrize("statement", ["candidates", "crowded"])
@pytest.mark.parametrize(("documents", "values"), [(1, 5), (40, 40), (300, 60), (400, 2000)])
@pytest.mark.parametrize(("hubs", "narrow"), [(8, 64), (2, 5), (64, 8)])
def test_kernels_and_sql_give_the_same_rows(
    statement: str, documents: int, values: int, hubs: int, narrow: int
) -> None:
    """The kernels and the SQL in DuckDB give the same rows, whatever counts as a wide bucket."""
    keys = _random_keys(documents, documents, values)
    limits = pa.table({"hubs": [hubs], "narrow": [narrow]})
    rows = IN_MEMORY[statement](keys, round=limits)
    assert _rows(rows) == _rows(Local(1).spill(statement, keys=rows_of(keys), round=limits))
    assert documents != 300 or len(rows)


def test_no_keys_have_no_pairs() -> None:
    """Without keys there are no pairs and no crowded documents."""
    keys = sample_keys([Ragged.empty()], np.zeros(0, np.int64), 0.8, 0.99, ArraySpool(0)).keys
    limits = pa.table({"hubs": [8], "narrow": [64]})
    assert not len(IN_MEMORY["candidates"](keys, round=limits))
    assert not len(IN_MEMORY["crowded"](keys, round=limits))


@pytest.mark.parametrize("contained", [0.5, 0.8, 1.0])
@pytest.mark.parametrize("ranges", [1, 2, 7, 40])
def test_documents_ask_by_their_rarest_samples(
    contained: float, ranges: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By kernel, in any number of ranges, and by shared.sql documents have the same keys and ask by the same
    ones: also with ties, and with short texts, whose samples may be above the limit.
    """
    monkeypatch.setattr(candidates, "_ranges", lambda _: ranges)
    monkeypatch.setattr(ragged, "_BORDERS", 5)
    random = np.random.default_rng(7)
    pool = random.integers(0, 2**64, 3000, np.uint64)
    sizes = random.integers(0, 400, 200)
    texts = Ragged(pool[random.integers(0, 3000, sizes.sum())], np.append(0, np.cumsum(sizes)))
    sampled, ranks = samples(texts), np.arange(200)
    is_copy = random.random(200) < 0.1
    ranks[is_copy], ranks[~is_copy] = -1, random.permutation(200 - is_copy.sum())
    parts = [chosen_lists([sampled], np.arange(first, first + 40)) for first in range(0, 200, 40)]
    result = sample_keys(parts, ranks, contained, 0.99, ArraySpool(1000))
    owners = np.repeat(ranks, np.diff(sampled.offsets))
    numbers = np.unique(sampled.values[owners >= 0].view(np.int64), return_inverse=True)[1]
    wanted = result.wanted
    documents = {"rank": np.arange(len(wanted)), "wanted": wanted, "needed": np.minimum(wanted, ENOUGH)}
    spilled = Local(1).spill(
        "shared",
        keys=pa.table({"rank": owners[owners >= 0], "key": numbers}),
        documents=pa.table(documents),
        round=pa.table({"most": [MOST]}),
    )
    several = np.flatnonzero(np.bincount(numbers) > 1)  # the kernel numbers only keys of several documents
    assert [(rank, several[key], *more) for rank, key, *more in _table(result.keys)] == _rows(spilled)
    assert {True, False} == {*(result.keys.key < 0).tolist()}


def test_sql_takes_unfiltered_keys() -> None:
    """shared.sql leaves out keys that occur once or too often; candidates.sql takes any keys."""
    random = np.random.default_rng(11)
    values = random.integers(-(2**62), 2**62, 90)
    rank = np.repeat(np.arange(50), 8)
    key = values[np.concatenate([random.choice(90, 8, replace=False) for _ in range(50)])]
    number = np.unique(key, return_inverse=True)[1]
    counts = np.bincount(number)[number]
    documents = pa.table({"rank": np.arange(50), "wanted": np.full(50, 4), "needed": np.full(50, 2, np.int8)})
    limit = pa.table({"most": [6]})
    few = (counts > 1) & (counts <= 6)
    assert 0 < few.sum() < len(few)
    sizes, key_of_few = np.bincount(rank[few], minlength=50), number[few].astype(np.int32)
    bounds, every = np.append(0, np.cumsum(sizes)), np.ones(50, bool)
    kernel.ask(key_of_few, bounds, sizes - 4 + 2)
    two = np.full(50, 2, np.int8)
    in_memory = Keys(np.arange(50, dtype=np.int32), bounds, key_of_few, two, every, every)
    spilled = Local(1).spill(
        "shared", keys=pa.table({"rank": rank, "key": key}), documents=documents, round=limit
    )
    known = np.unique(key)
    assert sorted((p, known[k].item(), n, a) for p, k, n, a in _table(in_memory)) == _rows(spilled)
    rounds = pa.table({"hubs": [8], "narrow": [64]})
    once = pa.table({"rank": rank, "key": key, "needed": np.full(400, 2), "asks": counts == 1})
    both = pa.concat_tables([spilled.cast(once.schema), once.filter(pa.array(counts == 1))])
    pairs = _rows(IN_MEMORY["candidates"](in_memory, round=rounds))
    assert pairs
    assert pairs == _rows(Local(1).spill("candidates", keys=both, round=rounds))


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=6), st.data())
@examples(30)
def test_keys_of_chosen_owners_come_in_the_order_asked(texts: list[list[int]], data: st.DataObject) -> None:
    """`chosen` gives the values of the named owners, in that order; `totals` counts by owner."""
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=9))
    flat = np.array([value for text in texts for value in text], np.int32)
    offsets = np.cumsum([0, *map(len, texts)])
    values, ends = kernel.chosen(flat, offsets, np.array(rows, np.int64))
    assert [values[a:b].tolist() for a, b in pairwise(ends)] == [texts[row] for row in rows]
    assert kernel.totals(flat > 4, offsets).tolist() == [sum(value > 4 for value in text) for text in texts]


@pytest.mark.slow
def test_a_join_larger_than_memory_spills_to_disk() -> None:
    """A join of 20 MB in 24 MB, half of what it needs, gives what the kernel gives; 1 MB is refused in a
    sentence.
    """
    keys = _random_keys(3, 150_000, 100_000)
    limits = pa.table({"hubs": [8], "narrow": [64]})
    crowded = Local(1, 24 << 20).query("crowded", keys, round=limits)
    assert _rows(crowded) == _rows(IN_MEMORY["crowded"](keys, round=limits))
    with pytest.raises(OptionsError, match=r"memory 1M .* raise it"):
        Local(1, 1 << 20).query("crowded", keys, round=limits)


def test_too_many_keys_are_refused() -> None:
    """More keys than a number can count are refused in a sentence, before any memory is taken."""
    keys = np.broadcast_to(np.uint64(1), 2**31)  # takes no memory
    with pytest.raises(OptionsError, match="too many documents"):
        numbered(keys)


@examples(100)
@given(st.lists(st.sets(st.integers(0, 9)), min_size=1, max_size=8), st.data())
def test_common_keys_are_counted(documents: list[set[int]], data: st.DataObject) -> None:
    """The keys that two documents share are counted for any pairs, in any order."""
    rank = st.integers(0, len(documents) - 1)
    pairs = np.array(data.draw(st.lists(st.tuples(rank, rank), max_size=20)), np.int64).reshape(-1, 2)
    offsets = np.append(0, np.cumsum([len(keys) for keys in documents]))
    flat = np.array([key for keys in documents for key in keys], np.int32)
    counts = kernel.common(flat, offsets, pairs[:, 0].copy(), pairs[:, 1].copy())
    assert counts.tolist() == [len(documents[a] & documents[b]) for a, b in pairs.tolist()]


@pytest.mark.parametrize("seed", range(4))
def test_only_pairs_that_share_enough_are_left(seed: int) -> None:
    """Kernel and enough.sql give the pairs that share as many keys as the later document wants, and only
    these.
    """
    random = np.random.default_rng(seed)
    keys = _random_keys(seed, 80, 40)
    keys = keys._replace(kept=np.ones(80, bool))
    pairs = np.unique(np.sort(random.integers(0, 80, (300, 2)) * 2), axis=0)
    documents = pa.table({"rank": np.arange(160), "wanted": random.integers(1, 6, 160)})
    tables = {"pairs": pa.table({"earlier": pairs[:, 0], "later": pairs[:, 1]}), "documents": documents}
    enough = _rows(IN_MEMORY["enough"](keys, **tables))
    assert enough == _rows(Local(1).spill("enough", keys=rows_of(keys), **tables))
    assert 0 < len(enough) < len(pairs)


@examples(40)
@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_rounds_of_sql_drop_what_the_kernel_drops(pairs: set[tuple[int, int]]) -> None:
    """dropped.sql, run again on what is undecided, drops what the kernel drops in one pass."""
    matches = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    edges = np.array(matches, np.int64).reshape(-1, 2)
    keepers = assign(np.arange(13), edges[:, 0], edges[:, 1], Similarities(*np.ones((3, len(edges)))))
    dropped: list[int] = []
    while len(edges):
        table = pa.table({"earlier": edges[:, 0], "later": edges[:, 1]})
        now = Local(1).spill("dropped", matches=table).column("rank").to_pylist()
        assert now
        dropped += now
        edges = edges[~np.isin(edges, now).any(axis=1)]
    assert sorted(dropped) == np.flatnonzero(keepers.keeper >= 0).tolist()
