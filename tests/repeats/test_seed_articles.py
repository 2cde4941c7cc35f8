"""On real articles, where they are: the two seeds, and the labelled data that DEDUP_DATA names."""

import pytest

import dedup
from tests.support.paths import DATA

SEEDS = DATA.parent / "seeds"
seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"no seeds beside DEDUP_DATA ({SEEDS})")


def seed(number: int) -> str:
    return sorted(SEEDS.glob("*.txt"))[number].read_bytes().decode()


@seeds
def test_the_model_case_loses_its_second_headline_and_its_echoed_block():
    """The second seed: headline once, the four repeated paragraphs once, every other paragraph as it was, in
    order.
    """
    text = seed(1)
    lines = text.split("\n")
    said = [line for line in lines if line]
    once = list(dict.fromkeys(said))
    assert len(said) - len(once) == 5
    cleaned = dedup.clean_text(text)
    assert [line for line in cleaned.split("\n") if line] == once
    assert "\n\n\n" not in cleaned
    kinds = [repeat.kind for repeat in dedup.find_repeats(text) if repeat.cut]
    assert kinds == ["title", "block"]


@seeds
def test_the_breadcrumb_goes_and_the_plain_headline_stays():
    """The first seed: the breadcrumb line is a title repeat of the headline, and the only thing that goes."""
    text = seed(0)
    first, rest = text.split("\n", 1)
    (repeat,) = (repeat for repeat in dedup.find_repeats(text) if repeat.cut)
    assert repeat.kind == "title"
    assert text[repeat.start : repeat.end] == first
    assert first.endswith(text[repeat.of_start : repeat.of_end])
    assert dedup.clean_text(text) == rest.lstrip("\n")


@seeds
def test_the_seeds_are_no_duplicates_of_each_other():
    """Related news is not the same article."""
    assert dedup.clean([seed(0), seed(1)]).dropped == []
