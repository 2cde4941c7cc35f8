"""Words of paragraphs -> the pairs of paragraphs of one document that are worth comparing."""

import numba as nb
import numpy as np
import numpy.typing as npt

from dedup.kernels.shingles import mix

_TOP, _HEADLINE = 6, 25  # paragraphs at the top that may hold the headline, and its words at the most
_PARTNERS = 3  # partners proposed for a paragraph at the most
_LEAST_SHARE = 0.3  # of the shorter one's shingles
_LEAST_SHINGLES = (
    2  # 3 % of characters changed leave 57 % of 3-grams as they were; one shingle alone is chance
)
# bits of a place's number: two bits for each of 2^16 places are 16 KB, half of what a core has near
_PLACES = 16


@nb.njit(cache=True, nogil=True)
def paragraph_hashes(words: npt.NDArray[np.uint64], owned: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """One hash (uint64) for each paragraph's words in order; 0 for a paragraph without words."""
    out = np.zeros(len(owned) - 1, np.uint64)
    for paragraph in range(len(owned) - 1):
        h = np.uint64(owned[paragraph + 1] - owned[paragraph])
        for i in range(owned[paragraph], owned[paragraph + 1]):
            h = (h ^ words[i]) * np.uint64(0xC2B2AE3D27D4EB4F)
        if owned[paragraph + 1] > owned[paragraph]:
            out[paragraph] = mix(h) | np.uint64(1)
    return out


@nb.njit(cache=True, nogil=True, inline="always")
def _slot(keys: npt.NDArray[np.uint64], mask: np.uint64, key: np.uint64) -> np.int64:
    """The place of `key` in an open-addressed table, or the empty place where it would go."""
    at = key & mask
    while keys[at] != 0 and keys[at] != key:
        at = (at + np.uint64(1)) & mask
    return np.int64(at)


@nb.njit(cache=True, nogil=True, inline="always")
def _table_size(entries: int) -> int:
    """The power of two that leaves at least half of the table empty."""
    size = 16
    while size < 2 * entries:
        size *= 2
    return size


@nb.njit(cache=True, nogil=True)
def _strongest(
    touched: npt.NDArray[np.int64],
    count: int,
    tally: npt.NDArray[np.int64],
    size: int,
    sizes: npt.NDArray[np.int64],
    best: npt.NDArray[np.int64],
) -> int:
    """Write into `best` the touched paragraphs that share most of the shorter one's shingles with this one;
    how many. Clears the tally.
    """
    found = 0
    for i in range(count):
        other = touched[i]
        both, tally[other] = tally[other], 0
        shorter = min(size, sizes[other])
        if shorter < _LEAST_SHINGLES or both < _LEAST_SHINGLES or both < _LEAST_SHARE * shorter:
            continue
        share = np.int64(1_000_000 * both // shorter)
        place = found
        while place > 0 and best[place - 1, 1] < share:
            place -= 1
        if place < _PARTNERS:
            found = min(found + 1, _PARTNERS)
            for j in range(found - 1, place, -1):
                best[j] = best[j - 1]
            best[place, 0], best[place, 1] = other, share
    return found


@nb.njit(cache=True, nogil=True)
def _common(words: npt.NDArray[np.uint64], first: int, last: int, start: int, end: int) -> int:
    """How many of words[first:last] stand in words[start:end]."""
    both = 0
    for i in range(first, last):
        for j in range(start, end):
            if words[i] == words[j]:
                both += 1
                break
    return both


@nb.njit(cache=True, nogil=True)
def _titled(words: npt.NDArray[np.uint64], owned: npt.NDArray[np.int64], one: int, other: int) -> bool:
    """Whether two paragraphs may be a headline and its copy: a few words, half as many as the shorter one has
    in both.

    In a headline of five words one slip leaves no 3-gram: at the top words are compared.
    """
    first, last, start, end = owned[one], owned[one + 1], owned[other], owned[other + 1]
    size = min(last - first, end - start)
    if size < 3 or max(last - first, end - start) > _HEADLINE:
        return False
    return bool(2 * _common(words, first, last, start, end) >= size)


@nb.njit(cache=True, nogil=True, inline="always")
def _seen(seen: npt.NDArray[np.uint64], place: np.uint32) -> np.uint64:
    """How often something was seen at a place, two bits of many: 0, once (1) or more often (3)."""
    held = seen[np.uint64(place >> np.uint32(5))]
    return np.uint64(held >> np.uint64((place & np.uint32(31)) * 2) & np.uint64(3))


@nb.njit(cache=True, nogil=True)
def _said_twice(
    words: npt.NDArray[np.uint64],
    owned: npt.NDArray[np.int64],
    hashes: npt.NDArray[np.uint64],
    places: npt.NDArray[np.uint32],
    seen: npt.NDArray[np.uint64],
) -> bool:
    """False only where nothing is proposed for the document that owns these paragraphs: so for three
    documents in four, at a third of the cost.

    Writes the place of each 3-gram in `seen` to `places`, and to `seen` whether it came once or more often,
    or shares its place with another. A paragraph shares no more shingles with an earlier one than were seen.
    """
    seen[:] = 0
    begin, end = owned[0], owned[-1] - 2
    for i in range(begin, end):  # words are hashes: this spreads as well as factors do
        mixed = words[i] + (words[i + 1] >> np.uint64(5)) + (words[i + 2] << np.uint64(11))
        places[i - begin] = mixed >> np.uint64(64 - _PLACES)
    least, repeats = end - begin, np.int64(0)
    for paragraph in range(len(hashes)):
        if hashes[paragraph] == 0:
            continue
        first, last = owned[paragraph] - begin, owned[paragraph + 1] - begin
        if paragraph < _TOP and last - first <= _HEADLINE:
            for other in range(paragraph):
                repeats += _titled(words, owned, paragraph, other)
        place = np.uint32(hashes[paragraph] >> np.uint64(64 - _PLACES))
        repeats += _seen(seen, place) > 0
        seen[np.uint64(place >> np.uint32(5))] |= np.uint64(1) << np.uint64((place & np.uint32(31)) * 2)
        hits = np.uint64(0)
        for i in range(first, last - 2):
            place = places[i]
            at, shift = np.uint64(place >> np.uint32(5)), np.uint64((place & np.uint32(31)) * 2)
            both = seen[at]
            known = both >> shift & np.uint64(1)
            hits += known
            seen[at] = both | (np.uint64(1) | known << np.uint64(1)) << shift
        if last - first - 2 >= _LEAST_SHINGLES:
            least = min(least, last - first - 2)
            repeats += hits >= _LEAST_SHINGLES and hits >= _LEAST_SHARE * least
    return bool(repeats > 0)


@nb.njit(cache=True, nogil=True)
def propose(
    words: npt.NDArray[np.uint64],
    owned: npt.NDArray[np.int64],
    hashes: npt.NDArray[np.uint64],
    documents: npt.NDArray[np.int64],
    places: npt.NDArray[np.uint64],
) -> npt.NDArray[np.int64]:
    """Pairs of paragraphs: int64 (pairs, 3): an earlier paragraph, a later one of the same document, and 1
    where their words are equal.

    `words`, `owned`: the paragraphs' words; `hashes` as `paragraph_hashes` gives them; `documents` int64 (n +
    1): document i has paragraphs documents[i]:documents[i + 1]; `places`: factors of a 3-gram. Each paragraph
    is paired with the first that has the same words, or else with up to three earlier ones with which it
    shares most shingles. A shingle leads to the first paragraph that had it and no other: the work is
    proportional to the words, however many paragraphs are alike.
    """
    most_paragraphs, most_words = 0, 0
    for document in range(len(documents) - 1):
        first, last = documents[document], documents[document + 1]
        most_paragraphs = max(most_paragraphs, last - first)
        most_words = max(most_words, owned[last] - owned[first])
    keys = np.zeros(_table_size(most_words + most_paragraphs), np.uint64)
    values = np.empty(len(keys), np.int64)
    tally, sizes = np.zeros(most_paragraphs, np.int64), np.zeros(most_paragraphs, np.int64)
    touched, best = np.empty(most_paragraphs, np.int64), np.empty((_PARTNERS, 2), np.int64)
    pairs = np.empty((1024, 3), np.int64)
    seen, slots = np.empty((1 << _PLACES) // 32, np.uint64), np.empty(most_words, np.uint32)
    found = 0
    for document in range(len(documents) - 1):
        base, count = documents[document], documents[document + 1] - documents[document]
        ranges, said = owned[base : base + count + 1], hashes[base : base + count]
        if count < 2 or not _said_twice(words, ranges, said, slots, seen):
            continue
        size = _table_size(owned[base + count] - owned[base] + count)
        mask = np.uint64(size - 1)
        keys[:size] = 0
        for paragraph in range(count):
            if found + _PARTNERS + _TOP > len(pairs):
                grown = np.empty((2 * len(pairs), 3), np.int64)
                grown[:found] = pairs[:found]
                pairs = grown
            key = hashes[base + paragraph]
            if key == 0:
                continue
            at = _slot(keys, mask, key)
            if keys[at] == key:
                pairs[found, 0], pairs[found, 1], pairs[found, 2] = base + values[at], base + paragraph, 1
                found += 1
                continue
            keys[at], values[at] = key, paragraph
            first, last = owned[base + paragraph], owned[base + paragraph + 1] - 2
            sizes[paragraph] = max(0, last - first)
            hits = 0
            for i in range(first, last):
                if _seen(seen, slots[i - ranges[0]]) < 3:
                    continue
                key = mix(
                    words[i] * places[0] + words[i + 1] * places[1] + words[i + 2] * places[2]
                ) | np.uint64(1)
                at = _slot(keys, mask, key)
                if keys[at] != key:
                    keys[at], values[at] = key, paragraph
                elif values[at] != paragraph:
                    other = values[at]
                    if tally[other] == 0:
                        touched[hits] = other
                        hits += 1
                    tally[other] += 1
            if paragraph < _TOP:
                for other in range(paragraph):
                    if _titled(words, owned, base + paragraph, base + other):
                        pairs[found, 0], pairs[found, 1], pairs[found, 2] = base + other, base + paragraph, 0
                        found += 1
            for i in range(_strongest(touched, hits, tally, sizes[paragraph], sizes, best)):
                pairs[found, 0], pairs[found, 1], pairs[found, 2] = base + best[i, 0], base + paragraph, 0
                found += 1
    return pairs[:found]
