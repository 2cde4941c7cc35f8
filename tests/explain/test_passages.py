"""Passages beside their counterparts, with the words marked that only one text has."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.explain.passages import passage_rows
from dedup.explain.word_alignment import corresponding_words, shingle_text
from dedup.text.words import words_in
from tests.support.examples import examples
from tests.support.texts import TEXTS

few_words = st.lists(st.sampled_from(["a", "b", "c", "d", "e", ",", "\n\n", "“f”", "中文"]), max_size=30)


def plain(passages):
    """Passages, with brackets around what only one text has."""
    marked = [
        "".join(p.text if p.shared else f"[{p.text}]" for p in passage.fragments) for passage in passages
    ]
    return [
        f"{passage.moved}:{text}" if passage.moved else text
        for passage, text in zip(passages, marked, strict=True)
    ]


def table(left, right):
    """The rows of two texts, marked."""
    return [
        (plain(row.left), plain(row.right))
        for row in passage_rows(shingle_text(left, 3), shingle_text(right, 3))
    ]


ONE, TWO, THREE = "one two three four five", "red green blue white black", "ant bee cow dog eel fox"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (ONE, ONE, [([ONE], [ONE])]),
        (ONE, TWO, [([f"[{ONE}]"], [f"[{TWO}]"])]),
        (ONE, "", [([f"[{ONE}]"], [])]),
        ("* * *", ONE, [(["* * *"], []), ([], [f"[{ONE}]"])]),
        (
            f"{ONE}\n{TWO}",
            f"{TWO}\n{THREE}",
            [([f"[{ONE}]"], []), ([TWO], [TWO]), ([], [f"[{THREE}]"])],
        ),
        (f"{ONE}\n{TWO}\n{THREE}", f"{ONE} {TWO} {THREE}", [([part], [part]) for part in (ONE, TWO, THREE)]),
        (f"{ONE}. “{TWO}”", f"{ONE}.\n“{TWO}”", [([f"{ONE}."], [f"{ONE}."]), ([f"“{TWO}”"], [f"“{TWO}”"])]),
        (
            "one two three, four five six seven",
            "one two three, FIVE six seven",
            [(["one two three, [four] five six seven"], ["one two three, FIVE six seven"])],
        ),
        (
            f"{ONE}\n{TWO} pink\n\n{THREE}",
            f"{TWO} pink\n\n{THREE}\n{ONE}",
            [([f"down:{ONE}"], []), ([f"{TWO} pink"],) * 2, ([THREE], [THREE]), ([], [f"up:{ONE}"])],
        ),
        (
            f"{ONE} six.\n{TWO}\n{ONE} seven eight",
            f"{ONE} seven eight",
            [([f"down:{ONE} [six]."], []), ([f"[{TWO}]"], []), ([f"{ONE} seven eight"],) * 2],
        ),
        ("中文没有空格。第二句在这里", "中文没有空格。\n第二句不在这里", [
            (["中文没有空格。"], ["中文没有空格。"]), (["第二句在这里"], ["第二句[不]在这里"])
        ]),
    ],
)  # fmt: skip
def test_a_passage_is_beside_its_counterpart(left, right, expected):
    """However the texts are split into paragraphs, equal passages are side by side, and others are alone."""
    shown = table(left, right)
    if left.startswith(f"{ONE} six"):  # what surrounds the copies decides which one is the counterpart
        assert shown[-1] == expected[-1]
    else:
        assert shown == expected


@examples(300)
@given(left=few_words.map(" ".join) | TEXTS, right=few_words.map(" ".join) | TEXTS, ngram=st.integers(1, 4))
def test_rows_have_both_texts_and_mark_what_only_one_has(left, right, ngram):
    """Only white space is lost; a word is marked if and only if none of its shingles is in both texts."""
    one, other = shingle_text(left, ngram), shingle_text(right, ngram)
    rows = passage_rows(one, other)
    for text, mine, theirs, i in ((left, one, other, 0), (right, other, one, 1)):
        fragments = [fragment for row in rows for passage in row[i] for fragment in passage.fragments]
        assert "".join("".join(fragment.text for fragment in fragments).split()) == "".join(text.split())
        common = set(mine.shingles.tolist()) & set(theirs.shingles.tolist())
        shared = {word for at in range(len(mine.shingles)) if mine.shingles[at] in common
                for word in range(at, at + mine.shingle_size)}  # fmt: skip
        marked = [w for part in fragments if not part.shared for w in words_in(part.text).hashes.tolist()]
        assert marked == [w for at, w in enumerate(mine.words.hashes.tolist()) if at not in shared]


@examples(200)
@given(left=few_words.map(" ".join), right=few_words.map(" ".join))
def test_corresponding_words_are_equal_and_ascend(left, right):
    """A word corresponds to an equal word, and the pairs ascend in both texts."""
    one, other = shingle_text(left, 3), shingle_text(right, 3)
    pairs = corresponding_words(one, other)
    assert all(one.words.hashes[a] == other.words.hashes[b] for a, b in pairs)
    assert all(a < next_a and b < next_b for (a, b), (next_a, next_b) in pairwise(pairs))
