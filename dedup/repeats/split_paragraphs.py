"""Paragraphs that one copy splits and another joins: the parts are made one, so that they can be compared."""

from collections import defaultdict
from dataclasses import replace
from itertools import accumulate

from rapidfuzz import fuzz

from dedup.repeats.alignment import Inside, Same
from dedup.repeats.article import Article, Pair

_MOST = 40  # parts of a paragraph at the most: the lines of a long one, hard-wrapped
_LARGEST = 3000  # words of a whole paragraph at the most: comparing takes the square of them, 5 ms here
_JOINED = (
    95  # how alike the parts must be to the whole: at 85 a sentence beside a part passed for another one
)
_TRIED = 4  # parts from which a run is grown
_LONGER = 1.3  # times the words of the whole that its parts have at the most


def without_seams(article: Article, same: Same, inside: list[Inside]) -> tuple[Article, Same, list[Inside]]:
    """The article with the parts of a paragraph made one where it also stands in one piece, and what is alike
    in it, renumbered. None of the parts says the same as another paragraph by itself.
    """
    if not inside:
        return article, same, inside
    whole: dict[int, list[int]] = defaultdict(list)
    for part, paragraph, _ in inside:
        if article.sizes[paragraph] <= _LARGEST:
            whole[paragraph].append(part)
    alone = {paragraph for pair in same for paragraph in pair}
    joined: dict[int, tuple[int, int, float]] = {}  # the first part: the last, the whole paragraph, how alike
    taken: set[int] = set()
    for paragraph, parts in sorted(whole.items()):
        for start in sorted(parts)[:_TRIED]:
            first, last, score = _grown(article, paragraph, start)
            members = set(range(first, last + 1))
            if (
                first < last
                and score >= _JOINED
                and not (members | {paragraph}) & taken
                and not members & alone
            ):
                joined[first] = last, paragraph, score
                taken |= members | {paragraph}
                break
    return _renumbered(article, joined, same, inside) if joined else (article, same, inside)


def _grown(article: Article, paragraph: int, start: int) -> tuple[int, int, float]:
    """The run of paragraphs (inclusive) around `start` that says what `paragraph` says, and how alike both
    are: it grows while that makes it more alike.
    """
    whole, size = article.plain(paragraph), article.sizes[paragraph]
    first, last, score = start, start, fuzz.ratio(article.plain(start), whole)
    while last - first < _MOST:
        for a, b in ((first, last + 1), (first - 1, last)):
            fits = a >= 0 and b < len(article.sizes) and paragraph not in (a, b)
            if fits and sum(article.sizes[a : b + 1]) <= _LONGER * size:
                longer = fuzz.ratio(article.joined(a, b), whole)
                if longer > score:
                    first, last, score = a, b, longer
                    break
        else:
            break
    return first, last, score


def _renumbered(
    article: Article, joined: dict[int, tuple[int, int, float]], same: Same, inside: list[Inside]
) -> tuple[Article, Same, list[Inside]]:
    """The article in which these paragraphs are one, and its pairs by their new numbers."""
    follows = [0] * len(article.sizes)  # 1 for a paragraph that is joined to the one before it
    for first, (last, _, _) in joined.items():
        follows[first + 1 : last + 1] = [1] * (last - first)
    new = [i - gone for i, gone in enumerate(accumulate(follows))]
    firsts = [i for i, follow in enumerate(follows) if not follow]
    lasts = [joined[i][0] if i in joined else i for i in firsts]
    hashes = [article.hashes[i] for i in firsts]
    for first, (last, paragraph, _) in joined.items():
        equal = article.joined(first, last) == article.plain(paragraph)
        hashes[new[first]] = (
            article.hashes[paragraph] if equal else article.hashes[first] ^ article.hashes[last] | 1
        )
    held = list(zip(firsts, lasts, strict=True))
    whole = replace(
        article,
        starts=[article.starts[a] for a in firsts],
        ends=[article.ends[b] for b in lasts],
        least=[sum(article.least[a : b + 1]) for a, b in held],
        most=[sum(article.most[a : b + 1]) + b - a for a, b in held],  # a blank joins the parts
        hashes=hashes,
        sizes=[sum(article.sizes[a : b + 1]) for a, b in held],
        members=held,
        _plain={},
    )
    members = {i for first, (last, _, _) in joined.items() for i in range(first, last + 1)}
    pairs: Same = {(new[a], new[b]): score for (a, b), score in same.items()}
    for first, (_, paragraph, score) in joined.items():
        pair: Pair = min(new[first], new[paragraph]), max(new[first], new[paragraph])
        pairs[pair] = float(score)
    rest = [(new[a], new[b], score) for a, b, score in inside if a not in members and b not in members]
    return whole, pairs, rest
