"""The invented articles and their answers, beginning with those that must stay untouched."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.options import KINDS
from tests.support.examples import examples
from tests.support.paths import FIXTURES

UNTOUCHED = sorted((FIXTURES / "untouched").glob("*.txt"))
CUT_ALL = dedup.Options(cut=KINDS, caution=0.0)
HEAD = "Harbour ferries stay in port for a third day"
BODY = (
    "The crews waited for the wind to drop, and the cafe on the quay sold out of soup before noon on Friday"
)
POOL = (
    HEAD,
    f"Home > News > {HEAD}",
    f"{HEAD} - The Sound",
    f"{BODY}.",
    f"{BODY}, as it had done twice in the week before that.",
    "Passengers may rebook without a fee until the end of the month, the operator said in a notice.",
    "Share",
    "What did you see?",
    "A second boat is to follow in the spring, when the new pier at the northern end has been tested.",
)
BROKEN = sorted(path for path in (FIXTURES / "repeats").glob("*.txt") if not path.name.endswith(".clean.txt"))


def read(path: Path) -> str:
    """A text with its line ends as they are."""
    return path.read_bytes().decode()


@pytest.mark.parametrize("path", UNTOUCHED, ids=lambda path: path.stem)
def test_what_an_author_repeats_on_purpose_is_left_alone(path):
    """Nothing is cut from lyrics, tables, code, price lists, interviews, liturgy, forums."""
    text = read(path)
    cut = [repeat for repeat in dedup.find_repeats(text) if repeat.cut]
    assert [text[repeat.start : repeat.end] for repeat in cut] == []


@pytest.mark.parametrize("path", UNTOUCHED, ids=lambda path: path.stem)
def test_an_echo_of_a_complete_text_is_cut(path):
    """Of a text twice in a row the second copy is cut, and nothing of the first."""
    text = read(path).rstrip("\n")
    assert dedup.clean_text(f"{text}\n\n{text}\n") == f"{text}\n"


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_an_accident_is_cut_to_the_byte(path):
    """Each broken article becomes exactly its answer."""
    assert dedup.clean_text(read(path)) == read(path.with_suffix(".clean.txt"))


def test_a_run_gives_the_answers():
    """Every article is kept, cut or dropped as in its answer, with the same keeper and text."""
    answers = [orjson.loads(line) for line in (FIXTURES / "articles.answers.jsonl").read_bytes().splitlines()]
    result = dedup.clean(FIXTURES / "articles.jsonl")
    kept = {document["id"]: document["text"] for document in result.kept}
    for line, answer in zip(result.ledger(), answers, strict=True):
        assert (line["id"], line["decision"]) == (answer["id"], answer["decision"])
        assert line.get("keeper", {}).get("id") == answer["keeper"]
        assert kept.get(line["id"]) == answer["text"]


def test_there_are_as_many_fixtures_as_promised():
    """The suite does not pass if its files are missing."""
    assert len(UNTOUCHED) >= 40
    assert len(BROKEN) >= 24


@given(st.lists(st.sampled_from(range(9)), max_size=24), st.sampled_from(["\n", "\n\n"]))
@examples(400)
def test_what_is_cut_is_still_elsewhere(order: list[int], gap: str) -> None:
    """Whatever is repeated, in whatever order, each paragraph is left at least once."""
    text = gap.join(POOL[i] for i in order)
    left = dedup.clean_text(text, CUT_ALL)
    for i in order:
        common = HEAD if i < 3 else BODY if i < 5 else POOL[i]  # what the variants of one line have in common
        assert common in left
