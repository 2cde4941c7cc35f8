"""Which copy goes, and that equal lines are decided alike."""

import random

import pytest

import dedup
from dedup.options import KINDS
from tests.support.articles import paragraph

EVERY = dedup.Options(cut=KINDS, caution=0.0)
BODY = [
    "The ferry left the island at noon with twelve crates of cod, and was back at the quay before dark.",
    "Nobody on the quay had seen the captain since the storm on Sunday, his younger brother told the board.",
    "The board asked the crews to wait for the wind to drop, and sent the pilot home at the end of the day.",
    "Tickets for the ferry are sold on the quay from nine in the morning, and the cafe opens before that.",
    "A second boat is to follow in the spring, when the new pier at the end of the bay has been tested.",
]
HEAD = "Harbour ferries stay in port for a third day"


def _paragraph(number: int) -> str:
    """One that no other number has."""
    return paragraph(random.Random(number), ideographs=False)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 8, 15, 24, 50])
@pytest.mark.parametrize("caution", [0.0, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("gap", [0, 1, 2])
@pytest.mark.parametrize(
    "line",
    [
        "Story continues below this advertisement",
        "Advertisement {} has not loaded yet, but your article continues below.",
        "Reply",
        "Photo: Ann Reed for the Harbour Post",
        "And the sea went on.",
    ],
)
def test_all_but_one_of_equal_lines_go_or_none(count: int, caution: float, gap: int, line: str) -> None:
    """Of n lines that are equal, or equal but for figures, n - 1 are cut or none, wherever they stand."""
    lines = []
    for i in range(count):
        lines += [line.format(i + 1), *(_paragraph(i * gap + j) for j in range(gap))]
    text = "\n".join([HEAD, *BODY, *lines, "That was all of it."])
    cut = [
        text[repeat.start : repeat.end]
        for repeat in dedup.find_repeats(text, dedup.Options(caution=caution))
        if repeat.cut
    ]
    gone = sum(part.count(line.rpartition("{}")[2]) for part in cut)
    assert gone in (0, count - 1)


@pytest.mark.parametrize(
    ("paragraphs", "gone"),
    [
        ([HEAD, BODY[0], "Most read", BODY[1], BODY[2], HEAD, BODY[3]], 5),  # the headline stays
        ([HEAD, *BODY[:2], "Photo", BODY[2], *BODY[3:], BODY[2]], 7),  # of two alike the later one goes
        ([HEAD, BODY[2], "By Ann Reed", "3 May 2031", "Harbour Post", "Photo", *BODY], 1),  # a standfirst
        ([HEAD, BODY[0], BODY[1], "his younger brother told the board", BODY[3]], 3),  # a part, not the whole
        (["News > Harbour > " + HEAD, "Share", HEAD, *BODY], 0),  # a breadcrumb, not the headline
    ],
)
def test_the_copy_that_goes(paragraphs: list[str], gone: int) -> None:
    """Never the headline, never the copy in the body for one beside it, never the longer for the shorter."""
    text = "\n".join(paragraphs)
    cut = [text[repeat.start : repeat.end] for repeat in dedup.find_repeats(text, EVERY)]
    assert paragraphs[gone] in cut
    starts = [repeat.start for repeat in dedup.find_repeats(text, EVERY)]
    assert len("\n".join([*paragraphs[:gone], ""])) in starts or gone == 0
    others = [i for i, paragraph in enumerate(paragraphs) if i != gone and paragraph in cut]
    assert all(paragraphs[i] == paragraphs[gone] for i in others)
    assert len(starts) == 1


@pytest.mark.parametrize(
    ("part", "is_cut"),
    [
        ("The work will cost 4 million and take until the spring of next year.", True),
        ("The work will cost 9 million and take until the spring of next year.", False),
        ("The work will never cost 4 million and take until the spring of next year.", False),
        ("The wprk will cost 4 million and take until the spring of next year.", True),
    ],
)
def test_a_part_with_another_word_is_left(part: str, is_cut: bool) -> None:
    """A paragraph is cut as a part of a longer one only if that has all of its words; a slip is none."""
    whole = f"{BODY[3]} The work will cost 4 million and take until the spring of next year. {BODY[1]}"
    text = "\n\n".join([HEAD, BODY[0], whole, part, BODY[2], BODY[4]])
    gone = [text[repeat.start : repeat.end] for repeat in dedup.find_repeats(text) if repeat.cut]
    assert (part in gone) == is_cut
