"""--threshold is the one knob of strictness: each value changes what is dropped, as its help says."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

import dedup
from bench.accuracy.threshold import THRESHOLDS, drops
from dedup import Index, Options, OptionsError
from dedup.options import FOLLOWS
from tests.support.paths import ARTICLES

SHARES = (0.63, 0.68, 0.73, 0.77, 0.83, 0.88, 0.92, 0.97, 0.998)
"""One between each two of THRESHOLDS, and one above all."""


def pair(share: float, is_wrapped: bool) -> list[str]:
    """Two texts: of the second one this share of shingles is in the first. `is_wrapped`: the first has much
    more, so that their Jaccard is low; otherwise both have as many, and it is that share.
    """
    draw = random.Random(f"{share} {is_wrapped}")
    words = [f"w{draw.randrange(10**6)}" for _ in range(4000)]
    shingles = 1000
    if is_wrapped:
        shared = round(share * shingles)
        return [
            " ".join(words[:2500]),
            " ".join([*words[: shared + 2], *words[3000 : 3000 + shingles - shared]]),
        ]
    shared = round(2 * shingles * share / (1 + share))
    return [
        " ".join([*words[: shared + 2], *words[2000 : 2000 + shingles - shared]]),
        " ".join([*words[: shared + 2], *words[3000 : 3000 + shingles - shared]]),
    ]


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_each_threshold_drops_the_pairs_that_reach_it(is_wrapped: bool) -> None:
    """A pair is dropped up to the threshold that its similarity reaches, by Jaccard and by containment."""
    texts = [text for share in SHARES for text in pair(share, is_wrapped)]
    for threshold in THRESHOLDS:
        dropped = dedup.clean(texts, threshold=threshold, workers=1).dropped
        if is_wrapped:
            assert len(dropped) == sum(share >= threshold for share in SHARES)
        else:  # the coverage of such a pair is higher than its Jaccard
            assert len(dropped) == sum(2 * share / (1 + share) >= threshold for share in SHARES)


def test_no_higher_threshold_drops_more() -> None:
    """On the fixtures a higher value drops fewer or the same, and the highest fewer than the lowest."""
    counts = [*drops(str(ARTICLES), (0.5, 0.7, 0.8, 0.9, 0.99)).values()]
    assert all(more >= fewer for more, fewer in pairwise(counts))
    assert counts[0] > counts[-1]


def test_containment_follows_the_threshold() -> None:
    """Unless it is given; the number is not fixed before it is asked for."""
    options = Options(threshold=0.9)
    assert (options.contained, options.containment) == (FOLLOWS, 0.9)
    assert dedup.clean(["a"], options, threshold=0.7).options.containment == 0.7
    assert Options(contained=None).containment is None
    assert Options(contained="off").containment is None
    assert Options(contained="95%").containment == 0.95
    assert Options(threshold="60%").as_values()["contained"] == 0.6


@pytest.mark.parametrize(
    "changes",
    [
        {"contained": 0.7},
        {"contained": "75%"},
        {"threshold": 0.9, "contained": 0.8},
        {"threshold": "81%", "contained": "80%"},
    ],
)
def test_a_containment_below_the_threshold_is_refused(changes: dict[str, float]) -> None:
    """Such a threshold would decide nothing: a Jaccard of T means a containment of T or more."""
    with pytest.raises(OptionsError, match=r"contained \S+ is below threshold \S+, .* lower threshold"):
        dedup.clean(["a"], **changes)


def test_a_new_index_follows_its_threshold(tmp_path: Path) -> None:
    """What it was made with comes back, and is stored as a number, which an older dedup understands."""
    path, (long, short) = tmp_path / "seen.index", pair(0.85, is_wrapped=True)
    with Index(path, threshold=0.9) as index:
        index.add({"id": "long", "text": long})
    with Index(path) as index:
        assert (index.options.contained, index.options.containment) == (FOLLOWS, 0.9)
        assert not index.check({"id": "short", "text": short}).dropped
        assert index.info()["options"]["contained"] == 0.9
