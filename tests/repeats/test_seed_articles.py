"""Two real articles, the seeds, if they are beside DEDUP_DATA."""

import pytest

import dedup
from tests.support.paths import DATA

SEEDS = DATA.parent / "seeds"
seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"no seeds beside DEDUP_DATA ({SEEDS})")


def seed(number: int) -> str:
    return sorted(SEEDS.glob("*.txt"))[number].read_bytes().decode()


@seeds
def test_the_model_case_loses_its_second_headline_and_its_echoed_block():
    """The second seed keeps one headline, each of the four repeated paragraphs once, and all others, in
    order.
    """
    text = seed(1)
    lines = text.split("\n")
    paragraphs = [line for line in lines if line]
    once = list(dict.fromkeys(paragraphs))
    assert len(paragraphs) - len(once) == 5
    cleaned = dedup.clean_text(text)
    assert [line for line in cleaned.split("\n") if line] == once
    assert "\n\n\n" not in cleaned
    kinds = [repeat.kind for repeat in dedup.find_repeats(text) if repeat.cut]
    assert kinds == ["title", "block"]


@seeds
def test_a_headline_with_breadcrumbs_is_cut_and_the_plain_one_stays():
    """The first seed loses its headline with breadcrumbs, a repeat of the kind title, and nothing else."""
    text = seed(0)
    first, rest = text.split("\n", 1)
    (repeat,) = (repeat for repeat in dedup.find_repeats(text) if repeat.cut)
    assert repeat.kind == "title"
    assert text[repeat.start : repeat.end] == first
    assert first.endswith(text[repeat.of_start : repeat.of_end])
    assert dedup.clean_text(text) == rest.lstrip("\n")


@seeds
def test_related_articles_are_no_duplicates():
    """The seeds report the same news, and both are kept."""
    assert dedup.clean([seed(0), seed(1)]).dropped == []
