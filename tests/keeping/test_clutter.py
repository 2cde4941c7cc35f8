"""What one copy has beyond another: its measures, and which way each of them points."""

import numpy as np
import pyarrow as pa
import pytest

from dedup.keeping.cleanest import CLUTTER, TEXT
from dedup.keeping.clutter import Surplus, beyond, probability, surpluses
from dedup.matching.shingles import shingles
from dedup.text.ragged import sets
from dedup.text.words import words_of
from tests.support.articles import words

SHARED = "\n".join(f"{words(seed, 30)}." for seed in range(4))
MENU = "\n".join(f"menu {number}" for number in range(5))
LINKS = "\n".join(f"link {number} of many" for number in range(7))
LEAD, MORE, COMMENT = (f"{words(seed, 20)}." for seed in (11, 12, 13))


def measured(text, other):
    """What `text` has beyond `other`."""
    of_other = sets(shingles(words_of(pa.array([other], pa.large_string())), 3))
    return surpluses(pa.array([text], pa.large_string()), of_other, np.array([0]), 3)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SHARED, None),
        (f"{MENU}\n{SHARED}\n{LINKS}", Surplus(0, 38, 12, 0, 0, 0, 120, True)),
        (f"{SHARED}\n{MENU}", Surplus(0, 10, 5, 0, 0, 0, 120, False)),
        (f"{LEAD}\n{SHARED}\n{MORE}\n{LINKS}\n{COMMENT}", Surplus(60, 28, 7, 20, 20, 0, 120, False)),
        (f"{SHARED}\n{words(14, 25)}", Surplus(25, 0, 0, 0, 25, 25, 120, False)),
        (f"{SHARED}\nread more of this story now\n", Surplus(0, 6, 1, 0, 0, 0, 120, False)),
    ],
)
def test_measures(text, expected):
    """Words in sentences and in other lines, what leads to the shared text and what follows it."""
    assert measured(text, SHARED) == expected


def test_text_without_sentences_decides_nothing():
    """Where the shared text is a list, more lines belong to it, and of sentences nobody can tell."""
    listed = "\n".join(f"{number} cups of {words(number, 2)}" for number in range(30))
    surplus = measured(f"{MENU}\n{listed}\n{LINKS}", listed)
    assert surplus.shared == 0
    assert probability(surplus) == 0
    assert TEXT <= probability(measured(f"{MENU}\n{listed}\n{MORE}\n{LINKS}", listed)) < CLUTTER


def test_texts_of_one_line_decide_nothing():
    """Where no paragraph is shared as a whole, what is longer is never clutter."""
    surplus = measured(words(0, 300), words(0, 90))
    assert (surplus.sentences, surplus.shared, surplus.shared_lines) == (300, 0, 0)
    assert probability(surplus) == 0


@pytest.mark.parametrize(
    ("changes", "more_clutter"),
    [
        ({"others": 90, "lines": 40}, True),
        ({"both_sides": False}, False),
        ({"after": 80}, False),
        ({"before": 80}, False),
        ({"long": 120}, False),
        ({"sentences": 200}, False),
    ],
)
def test_each_measure_points_its_way(changes, more_clutter):
    """Lines on both sides make clutter likelier; sentences next to the shared text, or as long, less so."""
    page = Surplus(40, 60, 20, 0, 0, 0, 200, True)
    changed = probability(page._replace(**changes))
    assert (changed > probability(page)) == more_clutter
    assert changed != probability(page)


def test_a_batch_is_measured_as_its_texts_alone():
    """Probabilities and balances of several texts, each against its own other document."""
    texts = [f"{MENU}\n{SHARED}\n{LINKS}", f"{SHARED}\n{COMMENT}", SHARED]
    others = [SHARED, LEAD]
    of_others = sets(shingles(words_of(pa.array(others, pa.large_string())), 3))
    pairs = np.array([0, 0, 1])
    found = beyond(pa.array(texts, pa.large_string()), of_others, pairs, 3)
    alone = [measured(text, others[other]) for text, other in zip(texts, pairs.tolist(), strict=True)]
    assert found.clutter.tolist() == [probability(one) for one in alone]
    assert found.balance.tolist() == [one.sentences - one.others for one in alone]
