"""Notes that name different things in the same words: "Chemical Bank cuts its rate to 9.25 pct"."""

from rapidfuzz.distance import LCSseq

from dedup.facts.words import Word, stands_among, tells_names, words
from dedup.text.figures import MONTHS

_LEAD = 6  # words of a text that may be its dateline
_STAMP = 3  # words behind a word such as "updated" that may be the date of a page
_STAMPS = frozenset(
    """
    updated update published posted modified changed change retrieved accessed printed aktualisiert stand
    veröffentlicht publié mis actualizado publicado aggiornato pubblicato atualizado обновлено опубликовано
    """.split()
)


def names_in_notes_differ(one: str, other: str) -> tuple[str, str] | None:
    """The first names, or else months and days, in whose place two notes have others, as each writes them;
    None: there are none.
    """
    sides = words(one), words(other)
    is_swapped = [word.key for word in sides[0]] > [word.key for word in sides[1]]
    a, b = sides[::-1] if is_swapped else sides
    keys = [frozenset(word.key for word in side) for side in (a, b)]
    finders = (_is_name, _is_date) if tells_names(one) and tells_names(other) else (_is_date,)
    for find in finders:
        for left, right in _replaced(a, b):
            own = (
                [a[i] for i in left if find(a, i) and not stands_among(a[i], keys[1])],
                [b[i] for i in right if find(b, i) and not stands_among(b[i], keys[0])],
            )
            if all(own):
                first, second = (" ".join(word.written for word in side) for side in own)
                return (second, first) if is_swapped else (first, second)
    return None


def _replaced(a: list[Word], b: list[Word]) -> list[tuple[range, range]]:
    """The runs of words between those that two texts have in the same order."""
    i = j = 0
    runs = []
    for block in LCSseq.editops([w.key for w in a], [w.key for w in b]).as_matching_blocks():
        if block.a > i and block.b > j:
            runs.append((range(i, block.a), range(j, block.b)))
        i, j = block.a + block.size, block.b + block.size
    return runs


def _is_name(text: list[Word], i: int) -> bool:
    """Whether this word is written like a name: with a capital within a sentence, or before such a word."""
    word = text[i]
    if word.is_fact or len(word.key) <= 2 or not word.is_capitalised:
        return False
    following = text[i + 1] if i + 1 < len(text) else None
    return not word.is_first or (
        following is not None and following.is_capitalised and not following.is_first
    )


def _is_date(text: list[Word], i: int) -> bool:
    """Whether this word is a month, or a figure beside one, and not part of a dateline or a stamp."""
    if i < _LEAD or not text[i].is_fact:
        return False
    around = [word.key for word in text[max(0, i - 1) : i + 2]]
    before = [word.key for word in text[max(0, i - _STAMP) : i]]
    return any(key in MONTHS for key in around) and not any(key in _STAMPS for key in before)
