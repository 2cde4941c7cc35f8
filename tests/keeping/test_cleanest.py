"""Which document is kept of those that match: a table of cases, a slow twin, and what must always hold."""

import json
from collections import defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.keeping.cleanest import (
    BOTH,
    CLEANER,
    CLUTTER,
    CLUTTER_BESIDE_MANY,
    MANY,
    MOST_ALIKE,
    TEXT,
    WHOLE,
    Ranking,
    cleanest,
)
from dedup.keeping.clutter import Beyond
from dedup.matching.matches import Matches, Similarities
from tests.support.articles import articles
from tests.support.examples import examples
from tests.support.paths import FIXTURES
from tests.support.reference import jaccard, shingle_set

CASES = [json.loads(line) for line in (FIXTURES / "cleanest.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_cases(case):
    """What is kept, why, and how the others match it, whatever the number of workers."""
    for workers in (1, 3):
        result = dedup.clean(case["texts"], workers=workers, repeats=False)
        lines = list(result.ledger())
        assert [row for row, line in enumerate(lines) if line["decision"] != "dropped"] == case["kept"]
        assert [line.get("match") for line in lines] == case["matches"]
        assert {line["why"] for line in lines if "why" in line} == ({case["why"]} if case["why"] else set())


class Pair:
    """A match of two documents in the twin."""

    def __init__(self, ends, similar, mutual, beyond):
        self.longer, self.shorter = ends
        self.jaccard, self.coverage, self.reverse = similar
        self.mutual, self.clutter, self.balances = mutual, *beyond


def verdict(pair, max_loss):
    """What becomes of two documents that match no others."""
    may_lose = pair.reverse >= round(1 - max_loss, 12)
    if pair.mutual and pair.clutter < CLUTTER:
        return CLEANER if pair.balances[0] < pair.balances[1] else WHOLE
    if pair.clutter >= CLUTTER:
        return CLEANER if may_lose else WHOLE
    return WHOLE if pair.clutter < TEXT else BOTH


def ranked(count, pairs, tiers, copies, max_loss):
    """The documents in the order of keeping, and the verdicts on pairs of two documents, by their ends."""
    partners, votes = defaultdict(list), defaultdict(int)
    for pair in pairs:
        dice = int(np.rint(1e6 * 2 * pair.jaccard / (1 + pair.jaccard)))
        for one, other in ((pair.longer, pair.shorter), (pair.shorter, pair.longer)):
            partners[one].append(other)
            votes[one] += dice * copies[other]
    verdicts, second = {}, set()
    for pair in pairs:
        ends = (pair.longer, pair.shorter)
        same_tier = tiers[pair.longer] == tiers[pair.shorter] >= 0
        if same_tier and all(len(partners[end]) == copies[end] == 1 for end in ends):
            verdicts[ends] = verdict(pair, max_loss)
            second.add(pair.shorter if verdicts[ends] == WHOLE else pair.longer)
    votes = [votes[document] + 1_000_000 * (copies[document] - 1) for document in range(count)]
    return sorted(range(count), key=lambda d: (tiers[d], -votes[d], d in second, d)), verdicts


def twin(count, pairs, tiers, copies, max_loss):
    """The keeper of each document, -1 for the kept ones, pair by pair."""
    order, verdicts = ranked(count, pairs, tiers, copies, max_loss)
    rank = {document: place for place, document in enumerate(order)}
    drops = {}
    for pair in pairs:
        ends = (pair.longer, pair.shorter)
        winner, loser = sorted(ends, key=rank.__getitem__)
        allowed = verdicts[ends] != BOTH if ends in verdicts else loser == pair.shorter or pair.mutual
        if allowed and tiers[loser] >= 0:
            drops[winner, loser] = pair.jaccard
    tested = set(verdicts)
    while True:
        keeper = assigned(order, drops)
        due = [
            pair
            for pair in pairs
            if (pair.longer, pair.shorter) not in tested
            and rank[pair.shorter] < rank[pair.longer]
            and not pair.mutual
            and tiers[pair.longer] >= 0
            and pair.reverse >= round(1 - max_loss, 12)
            and keeper[pair.longer] == keeper[pair.shorter] == -1
        ]
        if not due:
            return keeper
        for pair in due:
            tested.add((pair.longer, pair.shorter))
            if pair.clutter >= (
                CLUTTER_BESIDE_MANY if support(pair.shorter, pairs, copies) >= MANY else CLUTTER
            ):
                drops[pair.shorter, pair.longer] = pair.jaccard


def support(document, pairs, copies):
    """How many others are so alike to a document that either may be dropped for the other."""
    mutual = [{pair.longer, pair.shorter} - {document} for pair in pairs if pair.mutual]
    return copies[document] - 1 + sum(copies[one] for others in mutual if len(others) == 1 for one in others)


def assigned(order, drops):
    """The keepers in an order: the most similar kept document before each, the first of several."""
    keeper = {}
    for place, document in enumerate(order):
        kept = [other for other in order[:place] if (other, document) in drops and keeper[other] == -1]
        best = max(kept, key=lambda other: drops[other, document], default=-1)
        keeper[document] = best
    return keeper


@st.composite
def drawn_pairs(draw):
    """Some documents, with matches of which the longer document has the lower number."""
    count = draw(st.integers(2, 7))
    ends = draw(
        st.sets(st.tuples(*[st.integers(0, count - 1)] * 2).filter(lambda p: p[0] < p[1]), max_size=9)
    )
    share = st.sampled_from([0.2, 0.5, 0.8, 0.9])
    pairs = [
        Pair(
            end,
            draw(st.tuples(share, share, share)),
            draw(st.booleans()),
            (draw(st.sampled_from([0.1, 0.3, 0.7])), draw(st.tuples(st.integers(-2, 2), st.integers(-2, 2)))),
        )
        for end in sorted(ends)
    ]
    tiers = draw(st.lists(st.sampled_from([0, 0, 0, 1, -1]), min_size=count, max_size=count))
    copies = draw(st.lists(st.sampled_from([1, 1, 1, 2, 6]), min_size=count, max_size=count))
    return count, pairs, tiers, copies


def chosen(count, pairs, tiers, copies, max_loss):
    """What `cleanest` chooses."""
    by_ends = {(pair.longer, pair.shorter): pair for pair in pairs}

    def compare(rows, others):
        clutter, balance = [], []
        for ends in zip(rows.tolist(), others.tolist(), strict=True):
            pair = by_ends.get(ends) or by_ends[ends[::-1]]
            is_longer = ends in by_ends
            clutter.append(pair.clutter if is_longer else 0.0)
            balance.append(pair.balances[0 if is_longer else 1])
        return Beyond(np.array(clutter, float), np.array(balance, np.int64))

    columns = [
        np.array([getattr(pair, name) for pair in pairs]) for name in ("jaccard", "coverage", "reverse")
    ]
    matches = Matches(
        np.array([pair.longer for pair in pairs], np.int64),
        np.array([pair.shorter for pair in pairs], np.int64),
        Similarities(*(column.astype(float) for column in columns)),
        np.array([pair.mutual for pair in pairs], bool),
    )
    ranking = Ranking(*(np.array(values, np.int64) for values in (tiers, range(count), copies)))
    return cleanest(matches, ranking, max_loss, compare)


@examples(400)
@given(drawn_pairs(), st.sampled_from([1.0, 0.6, 0.1]))
def test_keepers_are_those_of_the_twin(drawn, max_loss):
    """Whatever matches, the keepers are those that the twin finds pair by pair."""
    choice, expected = chosen(*drawn, max_loss), twin(*drawn, max_loss)
    assert choice.keepers.keeper.tolist() == [expected[document] for document in range(drawn[0])]
    assert set(choice.reason.tolist()) <= {MOST_ALIKE, CLEANER, WHOLE}


@examples(300)
@given(drawn_pairs(), st.sampled_from([1.0, 0.6, 0.1]))
def test_nothing_is_dropped_by_a_chain(drawn, max_loss):
    """A dropped document has a kept keeper that it matches directly; of a document below tier 0 none is."""
    _, pairs, tiers, _ = drawn
    keepers = chosen(*drawn, max_loss).keepers
    ends = {(pair.longer, pair.shorter) for pair in pairs}
    for document, keeper in enumerate(keepers.keeper.tolist()):
        if keeper >= 0:
            assert keepers.keeper[keeper] == -1
            assert {(document, keeper), (keeper, document)} & ends
            assert tiers[document] >= 0


@examples(30)
@given(articles())
def test_dropped_articles_match_their_keepers(texts):
    """Each dropped article reaches a threshold with its keeper, one way or the other, computed exactly."""
    result = dedup.clean(texts, workers=1, repeats=False)
    sets = [shingle_set(text, 3) for text in texts]
    for row, keeper in enumerate(result.keepers.keeper.tolist()):
        if keeper >= 0:
            both = len(sets[row] & sets[keeper])
            shares = [Fraction(both, max(1, len(sets[end]))) for end in (row, keeper)]
            assert max(jaccard(sets[row], sets[keeper]), *shares) >= Fraction(4, 5)
            assert result.keepers.keeper[keeper] == -1
