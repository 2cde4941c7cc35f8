"""What reports show of a run: examples, the largest groups, and groups with members unlike each other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.pipeline.examples import Examples
from dedup.repeats.find import Repeat
from tests.support.examples import examples


def words(name, count=60):
    """A text of its own words."""
    return " ".join(f"{name}{i}" for i in range(count))


def digest(parts):
    """A long page that contains all of these articles."""
    return "\n\n".join(parts)


def test_a_group_of_unlike_documents_raises_an_alarm():
    """One page contains articles that share nothing: the report lists two of them first, with a command to
    compare them.
    """
    parts = [words(name) for name in ("ant", "bee", "cow", "dog")]
    documents = [{"id": name, "text": text} for name, text in zip("abcd", parts, strict=True)]
    result = dedup.clean([*documents, {"id": "page", "text": digest(parts)}, words("emu"), words("fox")])
    report = result.summary()
    (odd,) = report["groups"]["unlike"]
    assert odd["keeper"]["id"] == "page"
    assert (odd["size"], odd["pairs"], odd["unlike"]) == (5, 6, 6)
    assert odd["least"]["covered"] == 0
    assert report["groups"]["largest"][0]["unlike"]
    assert {"alarm": "unlike", "count": 5, "share": 0.714286, "document": odd["keeper"]} in report["alarms"]
    shown = result.report()
    assert "Some of the 5 articles in the group of page have little in common." in shown
    assert "dedup explain unlike" in shown


def test_a_group_that_shares_text_raises_no_alarm():
    """Overlapping parts of one article in a page, and copies, raise no alarm."""
    article = words("ant", 300).split()
    parts = [" ".join(article[start : start + 160]) for start in (0, 20, 40)]
    result = dedup.clean(
        [*parts, f"{words('bee', 300)} {' '.join(article)}", *[words("cow")] * 4], keep="longest"
    )
    assert result.totals.dropped == 6
    assert result.summary()["groups"]["unlike"] == []
    assert not any(group["unlike"] for group in result.summary()["groups"]["largest"])


def test_many_members_are_sampled():
    """Of a group of a hundred documents only some pairs are compared."""
    parts = [words(f"w{i}x") for i in range(100)]
    (odd,) = dedup.clean([*parts, digest(parts)]).summary()["groups"]["unlike"]
    assert odd["size"] > 90
    assert (odd["pairs"], odd["unlike"]) == (28, 28)


def test_a_changed_input_is_not_quoted(tmp_path):
    """If the input changed after the run, the report has no quotations, and no error is raised."""
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"text": "{text}"}}\n' for text in [words("a"), words("a"), words("b")]))
    result = dedup.clean(path)
    path.write_text("")
    group = result.summary()["groups"]["largest"][0]
    assert (group["size"], group["opening"]) == (2, "")
    assert "2  1.000" in result.report(verbose=True)


def repeat(length, cut=True, accident=0.9, kind="block"):
    """A repeat of `length` characters; `accident`: None where its probability is not known."""
    evidence = {} if accident is None else {"accident": [accident, 0.0]}
    return Repeat(0, length, 0, 0, kind, 100.0, cut, evidence)


def examples_of(repeats, splits=()):
    """The examples of documents with one repeat each, collected in parts that begin at `splits`."""
    chosen = Examples()
    borders = [0, *sorted(splits), len(repeats)]
    for first, last in pairwise(borders):
        part = Examples()
        for row, repeat in enumerate(repeats[first:last]):
            part.see(row, repeat, "x" * 1000)
        chosen.add(part, first)
    return chosen


def test_examples_are_the_longest_and_the_least_certain():
    """Of each kind the longest repeat and the least certain one whose probability is known; the most likely
    uncertain ones.
    """
    examples = examples_of(
        [repeat(10), repeat(500, accident=0.8), repeat(20, accident=0.71), repeat(30, accident=None)]
    )
    longest, least = examples.chosen["block", True, "longest"], examples.chosen["block", True, "least sure"]
    assert (longest.row, longest.characters, len(longest.text)) == (1, 500, 300)
    assert (least.row, least.accident) == (2, 0.71)
    left = [
        repeat(9, cut=False, accident=chance, kind="pattern") for chance in (0.4, 0.69, 0.2, 0.5, 0.6, 0.71)
    ]
    doubts = examples_of(left)
    assert doubts.unsure == 5
    assert [doubt.accident for doubt in doubts.doubts] == [0.71, 0.69, 0.6]
    assert ("pattern", False, "least sure") not in doubts.chosen


REPEATS = st.builds(
    repeat,
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from([None, 0.2, 0.4, 0.6, 0.9]),
    st.sampled_from(["block", "pattern"]),
)


@given(st.lists(REPEATS, max_size=12), st.data())
@examples(200)
def test_examples_do_not_depend_on_blocks(repeats, data):
    """However documents are split into blocks, the same examples are chosen: of equals the first."""
    splits = data.draw(st.lists(st.integers(0, len(repeats)), max_size=4))
    one, other = examples_of(repeats), examples_of(repeats, splits)
    assert (one.chosen, one.unsure, one.doubts) == (other.chosen, other.unsure, other.doubts)


@pytest.mark.parametrize("share", [0.05, 0.15])
def test_the_largest_loss_is_quoted(share):
    """The document that loses most is named, with the longest paragraph that its keeper lacks."""
    own = words("own", int(400 * share))
    same = [words(f"same{i}x", 80) for i in range(5)]
    result = dedup.clean(
        [
            {"id": "keeper", "text": "\n\n".join([*same, words("other", 90)])},
            {"id": "gone", "text": "\n\n".join([*same, own])},
        ],
        threshold=0.7,
    )
    lost = result.summary()["loss"]["example"]
    assert lost["document"]["id"] == "gone"
    assert lost["keeper"]["id"] == "keeper"
    assert lost["text"] == own[:300]
    assert lost["share"] == result.summary()["loss"]["worst"]
    assert "The longest paragraph of gone that keeper lacks:" in result.report(verbose=True)
