"""The similarity of paragraphs, and what is not compared because it would take too long."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

import dedup
from dedup.repeats.alignment import CONTAINED, may_contain
from tests.support.examples import examples


@given(st.text("abc ", min_size=30, max_size=60), st.integers(0, 2**32), st.integers(0, 40))
@examples(150)
def test_a_contained_text_is_always_searched_for(letters: str, seed: int, changes: int) -> None:
    """A text that a longer one contains, at the lowest ratio that counts, passes the cheap test."""
    rng = np.random.default_rng(seed)
    text = "".join(rng.choice(list(letters), 600))
    changed = list(text)
    for position in rng.integers(0, len(text), 4 * changes):
        changed[position] = rng.choice(["", "d", "e"])
    longer = "".join([*rng.choice(list("defgh"), 200), *changed, *rng.choice(list("defgh"), 300)])
    if fuzz.partial_ratio(text, longer) >= CONTAINED:
        assert may_contain(text, longer)
        assert may_contain(longer, text)


def test_huge_paragraphs_take_seconds() -> None:
    """Two paragraphs of a megabyte that share a half, or all but a few words, are not compared for hours."""
    words = [f"word{i * 7919 % 100_003:x}" for i in range(60_000)]
    other = [f"ward{i * 7919 % 100_003:x}" for i in range(60_000)]
    for second in (words[:30_000] + other, [*words[:-9], "end"]):
        assert dedup.find_repeats(f"{' '.join(words)}\n{' '.join(second)}") == []
