"""Copies that are cut up otherwise than what they copy: split, joined, wrapped, or in one long line."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from tests.support import reference
from tests.support.examples import examples

ARTICLE = [
    "The harbour board met on Tuesday evening and agreed, after a debate that lasted for nearly four hours, "
    "to close the old fish market at the end of the year.",
    "Traders said that they had been asked too late. A petition with nine hundred names lay on the table "
    "while they spoke, but the chair did not mention it before the vote was taken.",
    "Nobody who spoke was happy with the price of the move, which the council puts at three million over two "
    "years and the traders at five.",
    "The new hall beside the railway opens in March, and the first boats are expected to land there before "
    "the end of the winter.",
]
FIRST, SECOND, THIRD, FOURTH = ARTICLE
PARTS = SECOND.replace(". ", ".\n").split("\n")
WRAPPED = [textwrap.fill(paragraph, 60) for paragraph in ARTICLE]
_DAYS = "one two three four five six seven eight nine ten eleven twelve"
_BOATS = "Wren Gull Tern Auk Skua Fulmar Heron Crane Stilt Rail Coot Dipper"
_CATCH = "cod haddock ling crabs eels mullet bass sprats bream whiting plaice turbot"
_ROWS = list(zip(*map(str.split, (_DAYS, _BOATS, _CATCH)), strict=True))
DIARY = [
    f"On day {day} the crew of the {boat} landed {fish}, and the ice lasted." for day, boat, fish in _ROWS
]
BERTHS = [
    f"Berth {day} holds the {boat}; her {fish} went to market by the night train."
    for day, boat, fish in _ROWS
]
LINE = " ".join(DIARY + BERTHS)


def joined(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


@pytest.mark.parametrize(
    ("broken", "clean"),
    [
        ([*ARTICLE, *PARTS, THIRD], ARTICLE),
        ([FIRST, *PARTS, THIRD, FOURTH, SECOND], [FIRST, *PARTS, THIRD, FOURTH]),
        ([*ARTICLE, FIRST, *PARTS, THIRD, FOURTH], ARTICLE),
        ([*ARTICLE, f"{FIRST} {SECOND}", THIRD], ARTICLE),
        ([*ARTICLE, *WRAPPED], ARTICLE),
        ([*ARTICLE, WRAPPED[1], "Somebody coughed."], [*ARTICLE, "Somebody coughed."]),
        ([*ARTICLE[:2], "Somebody coughed.", *PARTS[:1]], [*ARTICLE[:2], "Somebody coughed."]),
    ],
    ids=[
        "split later",
        "split first",
        "body twice, split",
        "joined",
        "wrapped twice",
        "one wrapped",
        "a part alone",
    ],
)
def test_a_copy_split_into_other_paragraphs_is_cut(broken: list[str], clean: list[str]) -> None:
    """A paragraph repeated in parts, or joined to the next one, is cut completely, and so is a part alone.
    The words compared with other articles are those that are left.
    """
    assert dedup.clean_text(joined(broken)) == joined(clean)
    result = dedup.clean([joined(broken)], workers=1)
    assert result.kept == [joined(clean)]
    assert result.table.column("words").to_pylist() == [len(reference.tokens(joined(clean)))]


@pytest.mark.parametrize("copied", [f"{SECOND} {THIRD}", f"{SECOND} {THIRD} {FOURTH}"])
def test_a_run_of_sentences_in_one_long_line_is_cut(copied: str) -> None:
    """In a page that is one long line, repeated sentences are cut, and spaces stay single."""
    body = f"{' '.join(ARTICLE)} {LINE}"
    assert (
        dedup.clean_text(f"{body} {copied} The rest is told elsewhere.")
        == f"{body} The rest is told elsewhere."
    )


def test_a_long_line_that_repeats_the_paragraphs_is_cut() -> None:
    """A page that has its body in paragraphs and then in one long line loses the line."""
    paragraphs = [*ARTICLE, *DIARY, *BERTHS]
    assert dedup.clean_text(joined([*paragraphs, " ".join(paragraphs)])) == joined(paragraphs)


_PIECES = st.lists(
    st.sampled_from([*ARTICLE, *PARTS, *WRAPPED, f"{FIRST} {SECOND}", "Share", LINE]), max_size=9
)


def test_words_that_a_copy_adds_are_left() -> None:
    """A copy that adds words to its original is not cut with the copies before it."""
    part = PARTS[0]
    longer = f"{part} A petition\nwith nine hundred names lay on the table."
    text = joined([part, part, part, longer])
    assert dedup.clean_text(text).count("A petition") == 1


@given(_PIECES)
@examples(60)
def test_every_sentence_is_left_once(pieces: list[str]) -> None:
    """However an article is split and repeated, each of its sentences is left at least once."""
    text = joined(pieces)
    cleaned = " ".join(dedup.clean_text(text).split())
    for sentence in {part for piece in pieces for part in " ".join(piece.split()).split(". ")}:
        assert sentence in cleaned
