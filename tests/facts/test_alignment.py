"""Runs of tokens that two texts share: for short texts the most there are, for long ones nearly so, in time
that grows with their length.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

from dedup.facts import alignment
from dedup.facts.alignment import runs
from tests.support.examples import examples

TOKENS = st.lists(st.integers(0, 12), max_size=40)


def tokens(values):
    return np.array(values, np.uint64)


@pytest.mark.parametrize("short", [0, 5, 2000])
def test_runs_are_equal_in_both_and_ascend(short, monkeypatch):
    """Cut or not, each run is in both texts, in order, and the last one is empty, at both ends."""
    monkeypatch.setattr(alignment, "SHORT", short)

    @examples(200)
    @given(TOKENS, TOKENS)
    def check(left, right):
        a = b = 0
        found = list(runs(tokens(left), tokens(right)))
        for run in found:
            assert (run.a >= a, run.b >= b) == (True, True)
            a, b = run.a + run.size, run.b + run.size
            assert left[run.a : a] == right[run.b : b]
        assert found[-1] == (len(left), len(right), 0)
        longest = LCSseq.similarity(left, right)
        assert sum(run.size for run in found) <= longest
        if short == 2000:
            assert sum(run.size for run in found) == longest

    check()


@pytest.mark.parametrize("count", [3000, 20_000])
def test_long_texts_with_other_figures_are_aligned_whole(count):
    """All but the changed tokens of a long page are found; nothing else is."""
    choice = np.random.default_rng(count)
    left = choice.integers(0, 20_000, count).astype(np.uint64)
    right = left.copy()
    changed = choice.choice(count, 60, replace=False)
    right[changed] = np.arange(60, dtype=np.uint64) + 10**6
    right = np.insert(right, count // 2, [5, 6, 7])
    shared = sum(run.size for run in runs(left, right))
    assert count - 60 <= shared <= count - 60 + 3
