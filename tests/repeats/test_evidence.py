"""What is observed of repeats, and the weights that decide by it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.options import KINDS
from dedup.repeats.evidence import Weighed, fitted, probability, together, weigh
from tests.repeats.observed import first_observed, observed_in
from tests.support.examples import examples

ARTICLE = [
    "The harbour board met again on Tuesday evening",
    "The ferry left the island at noon with twelve crates of cod, and came back before dark.",
    "Nobody on the quay had seen the captain since the storm, his brother said.",
    "Tickets for the ferry are sold on the quay from nine in the morning.",
    "Share",
    "Home > Harbour > The harbour board met again on Tuesday evening",
    "his brother said that nobody on the quay had seen the captain since the storm",
    "12 crates",
    "---",
    "漁船は正午に港を出て、暗くなる前に戻った。",
    'function ferry() { return "noon"; }',
]
TEXTS = st.lists(st.sampled_from(ARTICLE), min_size=2, max_size=20).map("\n".join)


def test_each_weight_belongs_to_an_observation() -> None:
    """Each weight of evidence.json has an observation, and each step function one weight more than edges."""
    observed = first_observed("\n".join([*ARTICLE, ARTICLE[1]]))
    steps = fitted().steps
    assert steps.keys() <= observed.keys()
    assert len(steps) >= 100
    for step in steps.values():
        assert len(step.weights) == len(step.edges) + 1
        assert step.edges == sorted(step.edges)


@given(TEXTS)
@examples(200)
def test_observations_are_numbers(text: str) -> None:
    """Whatever the text, every repeat has the same observations, and none is infinite or undefined."""
    names = first_observed("\n".join([*ARTICLE, ARTICLE[1]])).keys()
    for observed in observed_in(text):
        assert observed.keys() == names
        assert all(math.isfinite(value) for value in observed.values())


@given(TEXTS)
@examples(200)
def test_the_evidence_adds_up(text: str) -> None:
    """The bias, the observations that are named and the sum of the others are the logit."""
    for repeat in dedup.find_repeats(text):
        (chance, logit), *weighed = repeat.evidence.values()
        assert list(repeat.evidence)[:2] == ["accident", "bias"]
        assert list(repeat.evidence)[-1] == "others"
        assert sum(weight for _, weight in weighed) == pytest.approx(logit, abs=0.002)
        assert chance == pytest.approx(probability(logit), abs=0.001)
        named = [abs(weight) for _, weight in weighed[1:-1]]
        assert named == sorted(named, reverse=True)


@given(TEXTS, st.tuples(st.floats(0, 1), st.floats(0, 1)))
@examples(200)
def test_more_caution_cuts_less(text: str, cautions: tuple[float, float]) -> None:
    """What is cut at a caution is cut at every lower one; at 1 nothing is cut."""
    cut = [
        {(repeat.start, repeat.end) for repeat in _cut(text, caution)} for caution in (*sorted(cautions), 1.0)
    ]
    assert cut[0] >= cut[1] >= cut[2]
    assert not cut[2]


def _cut(text: str, caution: float) -> list[dedup.Repeat]:
    options = dedup.Options(caution=caution, cut=KINDS[:-1])
    return [repeat for repeat in dedup.find_repeats(text, options) if repeat.kind != "pattern"]


def test_cautions_ascend() -> None:
    """More caution asks for a higher logit: none at 0, more than any at 1."""
    least = [fitted().least_logit(share / 100) for share in range(101)]
    assert least == sorted(least)
    assert (least[0], least[100]) == (-math.inf, math.inf)
    assert len(set(least)) == 101


def test_repeats_decided_together_have_the_mean_of_their_weights() -> None:
    """The mean of the logits is the sum of the means of the weights."""
    one, other = Weighed(1.0, {"gap": 0.5, "words": 0.0}), Weighed(-2.0, {"gap": -1.5, "words": -1.0})
    assert together([one, other]) == Weighed(-0.5, {"gap": -0.5, "words": -0.5})


def test_weights_and_bias_are_the_logit() -> None:
    """A repeat's logit is the bias and the weight of each observation."""
    observed = first_observed("\n".join([*ARTICLE, ARTICLE[1]]))
    weighed = weigh(observed)
    assert weighed.logit == pytest.approx(fitted().bias + sum(weighed.weights.values()))
    assert weighed.weights == {name: step.at(observed[name]) for name, step in fitted().steps.items()}
