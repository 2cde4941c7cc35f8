"""Slow, obvious twins of the stages: the definition of what the fast code computes, in plain Python. Tests
compare the two.

Here a word is a tuple of code points, in the product a hash; `word_hash` leads from one to the other.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from itertools import accumulate, groupby

import datasketch

from dedup.native.unicode import IGNORED, SEPARATOR, SINGLE, WORD
from dedup.native.unicode.table import class_of, is_digit, is_raised, letters_of

Token = tuple[int, ...]
"""A word: the code points that its characters count as."""

_LINE_BREAK = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")
_BLANKS = "".join(map(chr, [*range(33), 0xA0, 0x3000, *range(0x2000, 0x200C), 0xFEFF]))
_NO_BLANK = "。！？।॥"
_STOP = re.compile(f"([.!?…؟{_NO_BLANK}])[\"')\\]»’”」』]*")
_START, _OTHER, _STEP = 0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0
_MIX = 0xD6E8FEB86659FD93
_MASK = (1 << 64) - 1


@cache
def assigned() -> str:
    """Every character of Unicode 3.2: all versions of Python have the same data on these."""
    old = unicodedata.ucd_3_2_0
    return "".join(c for c in map(chr, range(0x110000)) if old.category(c) not in ("Cn", "Co", "Cs"))


def line_bounds(data: bytes) -> list[int]:
    """The offset of the first byte of each line, and the length of `data`."""
    return list(accumulate(map(len, io.BytesIO(data)), initial=0))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text that is not hard-wrapped: its lines without the blanks around them, and the
    sentences of lines of 2,000 bytes or more. Blank lines are no paragraphs.
    """
    lines = [line.strip(_BLANKS) for line in _LINE_BREAK.split(text) if line.strip(_BLANKS)]
    return [part for line in lines for part in (sentences(line) if len(line.encode()) >= 2000 else [line])]


def sentences(line: str) -> list[str]:
    """The sentences of a line. Each ends with a stop and closing marks. After . ! ? a blank must follow, and
    no small letter after it; "Mr.", "U.S." and "3." end no sentence; the shortest has 24 bytes.
    """
    parts, start, at = [], 0, 0
    while match := _STOP.search(line, at):
        at = match.end()
        rest = line[at:].lstrip(_BLANKS)
        apart = match[1] in _NO_BLANK or (rest and rest != line[at:] and not "a" <= rest[0] <= "z")
        word = re.split(r"[\x00- ]", line[start : match.start()])[-1]
        short = match[1] == "." and len(word.encode()) <= 3 and not "a" <= (word or ".")[0] <= "z"
        if apart and not short and len(line[start:at].encode()) >= 24:
            parts.append(line[start:at])
            start = at = len(line) - len(rest)
    return [*parts, line[start:]] if line[start:] else parts


@cache
def _counts_as(character: str) -> tuple[int, Token]:
    """The class of a character, and the code points that it counts as."""
    kind = class_of(character)
    return kind, tuple(letters_of(character)) if kind in (WORD, SINGLE) else ()


def _is_mark(point: int) -> bool:
    return unicodedata.category(chr(point))[0] == "M"


def _add(word: list[int] | None, point: int) -> list[int] | None:
    """A word with one more letter or mark. A mark without a letter begins no word; marks are sorted."""
    if word is None:
        return None if _is_mark(point) else [point]
    position = len(word)
    while _is_mark(point) and _is_mark(word[position - 1]) and word[position - 1] > point:
        position -= 1
    word.insert(position, point)
    return word


def _sign(character: str) -> str:
    """The sign that a character is: "+", "-" for all hyphens, the en dash and the minus, or nothing."""
    if character in "+\uff0b":
        return "+"
    return "-" if character in "-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d" else ""


def _sign_before(text: str) -> str:
    """The sign of a number that begins behind `text`: none behind a letter or another sign."""
    sign, before = _sign(text[-1:] or " "), text[-2:-1] or " "
    is_letter = _counts_as(before)[0] == WORD and not is_digit(before)
    return "" if is_letter or _sign(before) else sign


def tokens(text: str) -> list[Token]:
    """The words of a text; in scripts without spaces each code point is a word. A sign before a number is
    part of it, and between a digit and a superscript there is a "^".
    """
    complete: list[Token] = []
    word: list[int] | None = None
    after_digit = False
    for at, character in enumerate(text):
        kind, points = _counts_as(character)
        if kind == WORD:
            if word is None and is_digit(character) and (sign := _sign_before(text[max(0, at - 2) : at])):
                word = [ord(sign)]
            elif word is not None and is_raised(character) and after_digit:
                word.append(ord("^"))
            after_digit = is_digit(character) and not is_raised(character)
            for point in points:
                word = _add(word, point)
        elif kind != IGNORED:
            complete += [tuple(word)] if word is not None else []
            complete += [(point,) for point in points] if kind == SINGLE else []
            word = None
        assert kind in (SEPARATOR, WORD, SINGLE, IGNORED)
    return [*complete, tuple(word)] if word is not None else complete


def tokens_key(text: str) -> tuple[Token, ...]:
    """The words of a text as something to compare."""
    return tuple(tokens(text))


def word_hash(token: Token) -> int:
    """The 64-bit hash of a word: of its UTF-8, eight bytes at a time. More than 32 marks in a row count by
    their sum.
    """
    data = b""
    for are_marks, run in groupby(token[1:] if _is_mark(token[0]) else token, _is_mark):
        marks = [*run]
        many = are_marks and len(marks) > 32
        total = sum(map(_mix, marks)) & _MASK
        data += total.to_bytes(8, "little") if many else "".join(map(chr, marks)).encode()
    if _is_mark(token[0]):
        data = chr(token[0]).encode() + data
    a, b = _START, _OTHER
    blocks = [int.from_bytes(data[at : at + 8], "little") for at in range(0, len(data), 8)]
    for number, block in enumerate(blocks):
        if number:
            a ^= _mix(b + _STEP & _MASK)
        a ^= block
        b ^= _mix(a)
    return b ^ a ^ _mix(b + _STEP & _MASK) if len(blocks) > 1 else b


def words(text: str) -> list[int]:
    """The hashes of the words of a text."""
    return [word_hash(token) for token in tokens(text)]


def ngrams(sequence: Sequence[object], n: int) -> list[tuple[object, ...]]:
    """All runs of n items of a sequence: one run where it is shorter than n, none where it is empty."""
    size = min(n, len(sequence))
    return [tuple(sequence[i : i + size]) for i in range(len(sequence) - size + 1)] if sequence else []


def _mix(x: int) -> int:
    for _ in range(2):
        x = (x ^ x >> 32) * _MIX & _MASK
    return x ^ x >> 32


def _factor(position: int) -> int:
    """Number `position` (from 1) of the splitmix64 sequence with seed 0, made odd."""
    z = position * 0x9E3779B97F4A7C15 & _MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
    return (z ^ z >> 31) | 1


def shingles(hashes: Sequence[int], n: int) -> list[int]:
    """The hash of each n-gram of words."""
    return [
        _mix(sum(word * _factor(i) for i, word in enumerate(run, 1)) & _MASK)  # type: ignore[operator, misc]
        for run in ngrams(hashes, n)
    ]


def minhash_row(hashes: Iterable[int], num_perm: int) -> list[int]:
    """The MinHash row that datasketch makes of the low 32 bits of the hashes."""
    row = datasketch.MinHash(num_perm, hashfunc=lambda number: number)
    for number in hashes:
        row.update(number & 0xFFFFFFFF)
    return [int(value) for value in row.hashvalues]


def shingle_set(text: str, n: int) -> set[tuple[object, ...]]:
    """The n-grams of the words of a text, not hashed."""
    return set(ngrams(tokens(text), n))


def jaccard(left: set[tuple[object, ...]], right: set[tuple[object, ...]]) -> Fraction:
    """The size of the intersection over that of the union, exactly; 0 where both are empty."""
    return Fraction(len(left & right), max(1, len(left | right)))


def samples(hashes: Iterable[int], limit: int, floor: int) -> list[int]:
    """The shingles below the limit, ascending; the `floor` smallest ones where fewer are below it."""
    ordered = sorted(set(hashes))
    below = [value for value in ordered if value < limit]
    return below if len(below) >= floor else ordered[:floor]


def keepers(order: Sequence[int], similar: dict[int, dict[int, float]]) -> list[int]:
    """The keeper of each document, or -1. In `order`, a document is dropped for the most similar one kept
    before it that it may be dropped for. `similar`: by document, the similarity of each possible keeper.
    """
    kept: list[int] = []
    chosen = [-1] * len(order)
    for document in order:
        matching = [keeper for keeper in kept if keeper in similar.get(document, {})]
        if matching:
            chosen[document] = max(
                matching, key=lambda keeper: similar[document][keeper]
            )  # the first of equals
        else:
            kept.append(document)
    return chosen


def first_copies(texts: Sequence[Sequence[object]], order: Sequence[int], pinned: set[int]) -> list[int]:
    """For each list of words the first in `order` that is equal to it; an empty list and a `pinned` one stand
    for themselves.
    """
    first: dict[tuple[object, ...], int] = {}
    for document in order:
        first.setdefault(tuple(texts[document]), document)
    return [first[tuple(text)] if text and i not in pinned else i for i, text in enumerate(texts)]


def proposals(paragraphs: Sequence[Sequence[object]]) -> list[tuple[int, int, int]]:
    """The pairs of paragraphs (lists of words) of a document that are worth comparing: earlier, later, 1 if
    equal. A paragraph without an equal one before it is paired with headlines among the first six paragraphs
    that share half their words with it, and with up to three paragraphs that share most 3-grams with it.
    """
    pairs: list[tuple[int, int, int]] = []
    same: dict[tuple[object, ...], int] = {}
    owner: dict[tuple[object, ...], int] = {}
    for later, words in enumerate(map(tuple, paragraphs)):
        if not words:
            continue
        if words in same:
            pairs.append((same[words], later, 1))
            continue
        same[words] = later
        tally: dict[int, int] = {}
        for run in (words[i : i + 3] for i in range(len(words) - 2)):
            if owner.setdefault(run, later) != later:
                tally[owner[run]] = tally.get(owner[run], 0) + 1
        for earlier in range(later if later < 6 else 0):
            sizes = sorted((len(words), len(paragraphs[earlier])))
            both = sum(word in paragraphs[earlier] for word in words)
            if sizes[0] >= 3 and sizes[1] <= 25 and 2 * both >= sizes[0]:
                pairs.append((earlier, later, 0))
        shorter = {earlier: min(len(words), len(paragraphs[earlier])) - 2 for earlier in tally}
        enough = [
            earlier
            for earlier, both in tally.items()
            if shorter[earlier] >= 2 <= both >= 0.3 * shorter[earlier]
        ]
        enough.sort(key=lambda earlier: -(1_000_000 * tally[earlier] // shorter[earlier]))
        pairs += [(earlier, later, 0) for earlier in enough[:3]]
    return pairs


def host(url: str) -> str | None:
    """The host of a URL as reports count it: ASCII letters in lower case, no www., no port; None: no host."""
    match = re.match(r"(?:[A-Za-z0-9.+-]*:+(?:[A-Za-z0-9.+-]*:+)*)?//([^/?#\\]*)", url)
    if not match or match.start(1) > 32:
        return None
    authority = match[1]
    if re.search(r"[\x00-\x20\x7f]", authority):
        return None
    name = authority.rpartition("@")[2]
    bracket = re.match(r"\[[^\]]*\]?", name)
    name = bracket[0] if bracket else name.partition(":")[0]
    name = re.sub(r"[A-Z]", lambda letter: letter[0].lower(), name).removesuffix(".")
    if len(name.encode()) > 4:
        name = name.removeprefix("www.")
    return name if 0 < len(name.encode()) <= 253 else None
