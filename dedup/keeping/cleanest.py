"""Matches -> the cleanest of the documents that match, and what is dropped for it.

Of three copies and more the copies tell: what most of them have is the article. Each document is ranked by
its votes, the sum of its Dice coefficients with all that it matches, exact copies included. Of two copies
what only one of them has tells (`dedup.keeping.clutter`): sentences are text of the article and must not be
lost; lines of menus, teasers and comments are clutter. In doubt both are kept.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dedup.keeping.clutter import Beyond
from dedup.matching.keepers import Keepers, assign, inverse
from dedup.matching.matches import Matches, least_coverage
from dedup.native.arrays import Bools, Float64s, Int64s

CLUTTER = 0.6
"""From this probability on, what a document has beyond its keeper is clutter, and may be lost."""
TEXT = 0.12
"""Below this probability it is text of the article, and of two documents the longer one is kept."""

MANY = 5
CLUTTER_BESIDE_MANY = 0.1
"""The same as CLUTTER where MANY others are alike to the keeper, and so say what the article is."""

REASONS = ("most alike", "cleaner", "whole")
"""Why a document is kept for others: it is most like all the copies; what the other one of two has beyond it
is clutter; it has text that the other one lacks.
"""
NO_REASON = -1
"""In place of a reason where the policy alone decides, such as first."""
MOST_ALIKE, CLEANER, WHOLE = range(3)
BOTH = 3
"""A verdict on two documents, beside CLEANER and WHOLE: in doubt both are kept."""

UNIT = 1_000_000
"""Votes are whole numbers, so that their sum is the same in any order."""
PASSES = 8
"""Passes over documents that contain a kept one."""

Compare = Callable[[Int64s, Int64s], Beyond]
"""Called with the rows of documents and of others: what each document has beyond the other one."""


class Ranking(NamedTuple):
    """What orders documents besides their matches; int64, by row.

    `tier`: documents of a lower tier come first whatever their votes, and those below 0 are never dropped;
    `place`: where the document comes among those with as many votes; `copies`: how many documents have the
    same words.
    """

    tier: Int64s
    place: Int64s
    copies: Int64s


class Choice(NamedTuple):
    """Who is kept, and by row which of REASONS holds for the document if it is kept for others (int64)."""

    keepers: Keepers
    reason: Int64s


def cleanest(matches: Matches, ranking: Ranking, max_loss: float, compare: Compare) -> Choice:
    """Who is kept, from matches of which the earlier document is the longer one.

    Nothing is dropped by a chain: each dropped document matches its keeper, or contains it and has nothing
    beyond it but clutter. `max_loss`: the share of a document that may be lost with it, 0 to 1.
    """
    earlier, later = matches.earlier, matches.later
    may_lose = matches.similar.reverse >= least_coverage(max_loss)
    of_two = _only_two(matches, ranking)
    two = np.flatnonzero(of_two)
    verdict = verdicts(
        matches.mutual[two],
        may_lose[two],
        compare(earlier[two], later[two]),
        compare(later[two], earlier[two]),
    )
    is_second = np.zeros(len(ranking.tier), np.int8)
    is_second[np.where(verdict == WHOLE, later[two], earlier[two])] = 1
    order = np.lexsort((ranking.place, is_second, -_votes(matches, ranking.copies), ranking.tier))
    rank = inverse(order)
    is_reversed = rank[later] < rank[earlier]
    del is_second, rank  # 0.1 GB at ten million documents
    may_drop = ranking.tier[np.where(is_reversed, earlier, later)] >= 0
    is_allowed = may_drop & (~is_reversed | matches.mutual)
    is_allowed[two] = verdict != BOTH
    keepers = _assign_allowed(order, matches, is_reversed, is_allowed)
    support = _support(matches, ranking.copies)
    untested = is_reversed & ~is_allowed & ~of_two & may_drop & may_lose
    for _ in range(PASSES):
        is_kept = keepers.keeper < 0
        due = np.flatnonzero(untested & is_kept[earlier] & is_kept[later])
        if not len(due):
            break
        untested[due] = False
        limits = clutter_limits(support[later[due]])
        is_allowed[due] = compare(earlier[due], later[due]).clutter >= limits
        keepers = _assign_allowed(order, matches, is_reversed, is_allowed)
    reason = np.full(len(order), MOST_ALIKE)
    reason[later[two]], reason[earlier[two]] = CLEANER, WHOLE
    return Choice(keepers, reason)


def _only_two(matches: Matches, ranking: Ranking) -> Bools:
    """Which pairs are of two documents of one tier that match no others and have no exact copies."""
    ends = np.concatenate((matches.earlier, matches.later))
    partners = np.bincount(ends, minlength=len(ranking.tier)) + ranking.copies
    is_alone = partners == 2  # itself and the other one
    tiers = ranking.tier[matches.earlier], ranking.tier[matches.later]
    same_tier = (tiers[0] == tiers[1]) & (tiers[0] >= 0)
    return np.asarray(is_alone[matches.earlier] & is_alone[matches.later] & same_tier)


def _votes(matches: Matches, copies: Int64s) -> Int64s:
    """For each document the sum of its Dice coefficients with its copies and with all that it matches, in
    millionths.
    """
    dice = dices(matches.similar.jaccard)
    votes = UNIT * (copies - 1)
    np.add.at(votes, matches.earlier, copies[matches.later] * dice)
    np.add.at(votes, matches.later, copies[matches.earlier] * dice)
    return votes


def _support(matches: Matches, copies: Int64s) -> Int64s:
    """For each document how many others are so alike that either may be dropped for the other."""
    support = copies - 1
    pairs = matches.take(matches.mutual)
    np.add.at(support, pairs.earlier, copies[pairs.later])
    np.add.at(support, pairs.later, copies[pairs.earlier])
    return support


def clutter_limits(support: Int64s) -> Float64s:
    """From which probability on what a document has beyond a shorter one is clutter. `support`: how many
    others are alike to the shorter one; MANY of them can hardly all lack the same text.
    """
    return np.where(support >= MANY, CLUTTER_BESIDE_MANY, CLUTTER)


def dices(jaccard: Float64s) -> Int64s:
    """The Dice coefficients of pairs, in millionths: 2 J / (1 + J)."""
    return np.rint(UNIT * 2 * jaccard / (1 + jaccard)).astype(np.int64)


def verdicts(mutual: Bools, may_lose: Bools, beyond_later: Beyond, beyond_earlier: Beyond) -> Int64s:
    """For pairs of two documents: CLEANER, the later one is kept; WHOLE, the earlier one is kept; or BOTH.

    `mutual`: whether either may be dropped for the other; `may_lose`: whether what is lost with the earlier
    one may be; `beyond_later`: what the earlier one has beyond the later one; `beyond_earlier`: the reverse.
    """
    clutter = beyond_later.clutter
    verdict = np.where(clutter >= CLUTTER, CLEANER, np.where(clutter < TEXT, WHOLE, BOTH))
    verdict[~may_lose & (verdict == CLEANER)] = WHOLE
    # Where either may be dropped, that one stays which has more text, less what is no text, beyond the other.
    is_shorter_better = beyond_later.balance < beyond_earlier.balance
    by_balance = mutual & (clutter < CLUTTER)
    verdict[by_balance] = np.where(is_shorter_better, CLEANER, WHOLE)[by_balance]
    return verdict


def _assign_allowed(order: Int64s, matches: Matches, is_reversed: Bools, is_allowed: Bools) -> Keepers:
    """Keepers by the allowed matches, of which some are reversed: the earlier document is dropped for the
    later one.
    """
    chosen, swap = matches.take(is_allowed), is_reversed[is_allowed]
    return assign(
        order,
        np.where(swap, chosen.later, chosen.earlier),
        np.where(swap, chosen.earlier, chosen.later),
        chosen.similar.swapped(swap),
    )
