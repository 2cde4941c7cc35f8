"""Paragraphs that one copy splits and another has in one piece: the parts are joined, so that the copies can
be compared.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz import fuzz

from dedup.repeats.alignment import Containment, SimilarPairs
from dedup.repeats.article import Article, ParagraphPair

_MAX_PARTS = 40  # of a paragraph: the lines of a long one, hard-wrapped
_MAX_WORDS = 3000  # of the paragraph in one piece: comparing takes the square of them, 5 ms for 3000
# least ratio of the joined parts to the paragraph in one piece: at 85 a sentence beside a part passed for
# another
_JOINED = 95
_MAX_STARTS = 4  # parts from which a run of parts is grown
_MAX_EXCESS = 1.3  # words of the joined parts, as a multiple of those of the paragraph in one piece


class JoinedParts(NamedTuple):
    """The paragraphs first..last (inclusive), which together are a copy of the paragraph `unsplit`; `score`:
    their similarity (0 to 100).
    """

    first: int
    last: int
    unsplit: int
    score: float


def join_split_paragraphs(
    article: Article, similar: SimilarPairs, contained: list[Containment]
) -> tuple[Article, SimilarPairs, list[Containment]]:
    """The article in which the parts of a split paragraph are joined where it also has that paragraph in one
    piece, and its pairs, renumbered. A part that is similar to a paragraph by itself is never joined.
    """
    if not contained:
        return article, similar, contained
    joined = list(_find_joined_parts(article, similar, contained))
    return _join(article, joined, similar, contained) if joined else (article, similar, contained)


def _find_joined_parts(
    article: Article, similar: SimilarPairs, contained: list[Containment]
) -> Iterator[JoinedParts]:
    """The parts to join; no paragraph is in two of them."""
    parts_of: dict[int, list[int]] = defaultdict(list)
    for part, container, _ in contained:
        if article.word_counts[container] <= _MAX_WORDS:
            parts_of[container].append(part)
    in_similar_pairs = {paragraph for pair in similar for paragraph in pair}
    taken: set[int] = set()
    for unsplit, parts in sorted(parts_of.items()):
        for start in sorted(parts)[:_MAX_STARTS]:
            grown = _grow(article, unsplit, start)
            members = set(range(grown.first, grown.last + 1))
            if (
                grown.first < grown.last
                and grown.score >= _JOINED
                and not (members | {unsplit}) & taken
                and not members & in_similar_pairs
            ):
                taken |= members | {unsplit}
                yield grown
                break


def _grow(article: Article, unsplit: int, start: int) -> JoinedParts:
    """The run of paragraphs around `start` that is most similar to `unsplit`: it grows by one paragraph,
    after or before it, as long as that makes it more similar.
    """
    plain, words = article.plain(unsplit), article.word_counts[unsplit]
    first, last, score = start, start, fuzz.ratio(article.plain(start), plain)
    while last - first < _MAX_PARTS:
        for a, b in ((first, last + 1), (first - 1, last)):
            fits = a >= 0 and b < len(article.word_counts) and unsplit not in (a, b)
            if fits and sum(article.word_counts[a : b + 1]) <= _MAX_EXCESS * words:
                longer = fuzz.ratio(article.plain_range(a, b), plain)
                if longer > score:
                    first, last, score = a, b, longer
                    break
        else:
            break
    return JoinedParts(first, last, unsplit, score)


def _join(
    article: Article, joined: list[JoinedParts], similar: SimilarPairs, contained: list[Containment]
) -> tuple[Article, SimilarPairs, list[Containment]]:
    """The article with these parts joined, and its pairs by their new numbers."""
    follows = [0] * len(article.word_counts)  # 1 for a paragraph that is joined to the one before it
    for first, last, _, _ in joined:
        follows[first + 1 : last + 1] = [1] * (last - first)
    new = [i - lost for i, lost in enumerate(accumulate(follows))]
    last_of = {parts.first: parts.last for parts in joined}
    members = [(i, last_of.get(i, i)) for i, follow in enumerate(follows) if not follow]
    pairs: SimilarPairs = {(new[a], new[b]): score for (a, b), score in similar.items()}
    for first, _, unsplit, score in joined:
        pair: ParagraphPair = min(new[first], new[unsplit]), max(new[first], new[unsplit])
        pairs[pair] = float(score)
    parts = {i for first, last, _, _ in joined for i in range(first, last + 1)}
    rest = [
        Containment(new[part], new[container], score)
        for part, container, score in contained
        if part not in parts and container not in parts
    ]
    return _with_members(article, members, _joined_hashes(article, joined, members)), pairs, rest


def _joined_hashes(article: Article, joined: list[JoinedParts], members: list[ParagraphPair]) -> list[int]:
    """The hash of each new paragraph: of joined parts that of the paragraph in one piece if their words are
    equal, else one of their own.
    """
    of_first = {first: article.hashes[first] for first, _ in members}
    for first, last, unsplit, _ in joined:
        equal = article.plain_range(first, last) == article.plain(unsplit)
        of_first[first] = (
            article.hashes[unsplit] if equal else article.hashes[first] ^ article.hashes[last] | 1
        )
    return list(of_first.values())


def _with_members(article: Article, members: list[ParagraphPair], hashes: list[int]) -> Article:
    """The article whose paragraphs are these ranges (inclusive) of its own."""
    return replace(
        article,
        starts=[article.starts[a] for a, _ in members],
        ends=[article.ends[b] for _, b in members],
        plain_min=[sum(article.plain_min[a : b + 1]) for a, b in members],
        plain_max=[sum(article.plain_max[a : b + 1]) + b - a for a, b in members],  # a space joins the parts
        hashes=hashes,
        word_counts=[sum(article.word_counts[a : b + 1]) for a, b in members],
        members=members,
        _plain={},
    )
