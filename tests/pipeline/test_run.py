"""Documents in, decisions out: the stages together, through `dedup.clean`."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup import InputError, Options
from dedup.matching.matches import MIN_SHINGLES
from dedup.options import FOLLOWS
from tests.support import reference
from tests.support.articles import SENTENCE, articles, cleaned, decisions, paragraph, two_copies, variant
from tests.support.examples import examples

_OPTIONS = st.builds(
    Options,
    threshold=st.sampled_from([0.5, 0.8, 0.95, 1.0]),
    contained=st.sampled_from([None, FOLLOWS, 1.0]),
    max_loss=st.sampled_from([1.0, 0.1]),
    ngram=st.sampled_from([1, 3, 5]),
    keep=st.sampled_from(["longest", "first"]),
    repeats=st.booleans(),
    num_perm=st.sampled_from([64, 128]),
    recall=st.just(0.9),
    workers=st.just(1),
)


@given(articles(), _OPTIONS)
@examples(40)
def test_nothing_is_dropped_by_a_chain(texts: list[str], options: Options) -> None:
    """Each dropped text's Jaccard with its keeper's reaches the threshold, or the keeper covers it enough and
    it is not short, by Python's sets of both cleaned texts; and no more is lost than may be.
    """
    result = dedup.clean(texts, options)
    left = cleaned(result)
    sets = [reference.shingle_set(text, options.ngram) for text in left]
    for row, keeper in enumerate(decisions(result)):
        if keeper < 0:
            continue
        assert decisions(result)[keeper] == -1
        jaccard = reference.jaccard(sets[row], sets[keeper])
        coverage = Fraction(len(sets[row] & sets[keeper]), len(sets[row]))
        covered = options.containment is not None and float(coverage) >= options.containment
        assert float(jaccard) >= options.threshold or (covered and len(sets[row]) >= MIN_SHINGLES)
        assert 1 - coverage <= options.max_loss
        assert result.keepers.jaccard[row] == float(jaccard)
        assert result.keepers.coverage[row] == float(coverage)
        size = (lambda i: -len(left[i])) if options.keep == "longest" else (lambda i: 0)
        assert (size(keeper), keeper) < (size(row), row)


@given(articles())
@examples(25)
def test_nearly_equal_texts_are_dropped(texts: list[str]) -> None:
    """No two kept texts have a Jaccard of 0.97 or more; all texts without words are kept."""
    result = dedup.clean(texts, workers=1)
    kept = [i for i, keeper in enumerate(decisions(result)) if keeper < 0]
    sets = {i: reference.shingle_set(text, 3) for i, text in enumerate(cleaned(result)) if i in kept}
    for i in kept:
        assert not any(reference.jaccard(sets[i], sets[j]) >= 0.97 for j in kept if j < i and sets[i])
    assert {i for i, text in enumerate(texts) if not reference.tokens(text)} <= set(kept)


@given(articles())
@examples(25)
def test_cutting_leaves_paragraphs_in_order(texts: list[str]) -> None:
    """After cutting, paragraphs of the text are left in order, with the number of words in the table."""
    result = dedup.clean(texts, workers=1)
    for text, left, words in zip(
        texts, cleaned(result), result.table.column("words").to_pylist(), strict=True
    ):
        before = iter(text.split())
        assert all(word in before for word in left.split())  # a subsequence
        assert len(reference.tokens(left)) == words
        assert bool(left.split()) == bool(text.split())


def test_a_chain_has_direct_keepers() -> None:
    """Of texts that each overlap the next, one is dropped only for a kept one that it overlaps enough
    itself.
    """
    words = [f"w{i}" for i in range(200)]
    texts = [
        " ".join(words[5 * i : 5 * i + 100]) for i in range(12)
    ]  # Jaccard: 0.90, 0.81 at two steps, 0.73 at three
    result = dedup.clean(texts, keep="first", contained=None, workers=1)
    assert decisions(result) == [-1, 0, 0, -1, 3, 3, -1, 6, 6, -1, 9, 9]


def test_of_a_crowd_of_copies_one_is_kept() -> None:
    """Of 300 copies that differ in one word each, more than are compared pair by pair, one is kept."""
    rng = random.Random(1)
    body = " ".join(paragraph(rng, False) for _ in range(5))
    result = dedup.clean([f"{body} w{i:03}" for i in range(300)], workers=1)
    assert decisions(result) == [-1] + [0] * 299
    assert result.decisions.crowded == 0


@pytest.mark.parametrize(
    "other",
    [
        "Its late he said and the boats are not in yet",
        "It's late, he said, and the boats are in.",
        "It's late, she said, and the boats are not in yet.",
        "Yet in not are boats the and said he late it's.",
        "",
    ],
)
def test_short_texts_that_differ_are_kept(other: str) -> None:
    """A short text with one word more, less or changed, or in another order, is another text."""
    assert decisions(dedup.clean([SENTENCE, other], workers=1)) == [-1, -1]


@pytest.mark.parametrize(
    "other",
    [
        SENTENCE,
        SENTENCE.upper(),
        SENTENCE.replace(" ", "\n"),
        "  " + SENTENCE.replace(" ", "\u00a0 ") + "\r\n",
        SENTENCE.replace("'", "’").replace(", ", " – "),
        "“" + SENTENCE.rstrip(".") + "!”",
        SENTENCE.replace("boats", "bo\u00adats"),
        SENTENCE.translate({i: i + 0xFEE0 for i in range(ord("0"), ord("z") + 1)}),
        "\ufeff" + SENTENCE,
    ],
)
def test_exact_copies_are_dropped(other: str) -> None:
    """A text that differs only in case, quotes, punctuation, spacing or width is a copy, with a Jaccard of
    1.
    """
    result = dedup.clean([SENTENCE, other, "Something else."], keep="first", workers=1)
    assert decisions(result) == [-1, 0, -1]
    assert result.dropped[0]["jaccard"] == result.dropped[0]["coverage"] == 1
    assert result.dropped[0]["keeper"]["position"] == 1


def test_texts_without_words_are_never_dropped() -> None:
    """Empty texts, and texts of punctuation, match nothing."""
    texts = ["", "", "...", "...", "\n\n", "—", "☃", "\x00", " ", ""]
    result = dedup.clean(texts, workers=1)
    assert decisions(result) == [-1] * len(texts)
    assert result.totals.empty == result.totals.kept == len(texts)


def test_copies_of_a_dropped_document_name_its_keeper() -> None:
    """Exact copies of a text that is dropped for a longer one are dropped for the longer one, with its
    Jaccard.
    """
    rng = random.Random(2)
    body = " ".join(paragraph(rng, False) for _ in range(6))
    result = dedup.clean([body, body + " one more", body.upper()], workers=1, keep="longest")
    assert decisions(result) == [1, -1, 1]
    first, second = result.dropped
    assert 0.9 < first["jaccard"] == second["jaccard"] < 1
    assert first["coverage"] == second["coverage"] == 1


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("longest", "a"), ("first", "a"), ("newest:date", "b"), ("oldest:date", "a"), ("newest:n", "b")],
)
def test_the_policy_decides_who_is_kept(policy: str, kept: str) -> None:
    """Of two equal texts the one that the policy prefers is kept; policies may use other fields."""
    result = dedup.clean(two_copies(), keep=policy, workers=1)
    assert [line["id"] for line in result.ledger() if line["decision"] == "kept"] == [kept]
    assert result.dropped[0]["keeper"]["id"] == kept


def test_documents_without_a_date_come_last() -> None:
    """A document without the field of the policy is kept only if it matches none that has it."""
    documents = [{"text": SENTENCE}, {"text": SENTENCE, "date": None}, {"text": SENTENCE, "date": "2001"}]
    assert decisions(dedup.clean(documents, keep="newest:date", workers=1)) == [2, 2, -1]
    odd = [{"text": SENTENCE, "date": "soon"}, *documents]
    result = dedup.clean(odd, keep="oldest:date", workers=1)
    assert decisions(result) == [3, 3, 3, -1]
    counts = {"read": 1, "unparsable": 1, "ambiguous": 0, "missing": 2}
    assert result.summary()["keep_field"] == {"field": "date", "read_as": "numbers", **counts}


def test_a_field_that_no_document_has_is_refused() -> None:
    """A policy needs a field that some document has a value in; the message names the fields there are."""
    documents = [{"text": SENTENCE, "date": None, "id": "a"}, {"text": SENTENCE, "when": 1}]
    with pytest.raises(
        InputError, match=r"^no article has a value in 'date' \(keep\); .*'text', 'id', 'when'"
    ):
        dedup.clean(documents, keep="newest:date", workers=1)
    with pytest.raises(InputError, match="no fields at all"):
        dedup.clean([SENTENCE], keep="newest:date", workers=1)
    assert not dedup.clean([], keep="newest:date", workers=1).kept


def test_repeats_and_duplicates_can_be_switched_off() -> None:
    """With duplicates=False no document is dropped, with repeats=False nothing is cut."""
    rng = random.Random(3)
    echoed = variant([paragraph(rng, False) for _ in range(3)], "echoed", rng, 1)
    both = dedup.clean([echoed, echoed], workers=1)
    assert (both.totals.dropped, both.totals.cut) == (1, 1)
    assert dedup.clean([echoed, echoed], workers=1, duplicates=False).totals.dropped == 0
    plain = dedup.clean([echoed, echoed], workers=1, repeats=False)
    assert (plain.totals.dropped, plain.totals.cut, cleaned(plain)) == (1, 0, [echoed, echoed])
