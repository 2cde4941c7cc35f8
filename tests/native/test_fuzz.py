"""Bytes changed at random through the readers of the compiled core: what they read, a library reads as well.

An index out of bounds ends the process. `make sanitize` runs this with every access to memory checked.
"""

import random
from itertools import pairwise

import numpy as np
import orjson
import pytest
from hypothesis import settings

from dedup.matching.plan import plan_for
from dedup.native import scan
from dedup.native.records import ASK, READ, Objects, line_bounds, places, read
from dedup.options import Options
from tests.support.paths import ARTICLES

INPUTS = 20 * settings.default.max_examples
"""How many inputs each seed of the generator makes."""

NAMES = [np.frombuffer(name, np.uint8) for name in (b"text", b"id", b"date", b"url", b"title")]
PLAN = plan_for(Options())

INVENTED = [
    rb'{"text":"One line.\n\nOne line.\n\n\u201cQuoted\u201d \ud83d\ude00 \/ \\ \t end","id":"a\u0001b"}',
    r'{"id":-12,"text":"आदि आधी अबु अभी १२३ ½ -5 e\u0301","url":"HTTPS://User@Example.COM:80/a?b#c"}'.encode(),
    '{"date":1.5e-7,"text":"ภาษาไทยไม่มีช่องว่าง 你好。再见！ \u200bZürich Straße","x":[{"y":[]},null]}'.encode(),
    b'{"a":' + b"[" * 60 + b"]" * 60 + b',"text":"deep","title":"nested","id":9007199254740993}',
    b' { "te\\u0078t" : "' + b"word " * 60 + b'" , "id" : null , "b" : [ true , false , -0.5 ] } \r',
    b'{"url":"http://[::1]/","text":"' + "ё".encode() * 40 + b'","title":"\\"' + b"\\\\" * 30 + b'"}',
    b'{"text":"","id":"","date":"2026-01-31","url":null,"title":{}}',
    b"[]",
    b"",
]
SEEDS = INVENTED * 3 + ARTICLES.read_bytes().splitlines()[:30]
BYTES = b'"\\{}[]:,u0\n\r\t \x00\x1f\x7f\x80\xbf\xc3\xe0\xe2\xed\xf0\xf4\xff9eE-+.tfn'
PIECES = [
    b'"text":"',
    b'"id":',
    b"\\ud800",
    b"\\udc00",
    b"\\u0000",
    b"\xef\xbb\xbf",
    b"\xe0\xb8\x81" * 20,
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80" * 9,
    b"e\xcc\x81" * 40,
    b"\\" * 33,
    b"9" * 30,
    b"[" * 70,
    b"\n\n",
    b"a" * 300,
]


def changed(choice: random.Random, line: bytes) -> bytes:
    """The line with bytes replaced, taken out and put in: at none, a few or dozens of places."""
    data = bytearray(line)
    for _ in range(choice.choice((0, 0, 0, 1, 1, 1, 3, 30))):
        at = choice.randrange(len(data) + 1)
        match choice.randrange(6):
            case 0 | 1:
                data[at : at + 1] = bytes([choice.choice(BYTES)])
            case 2:
                data[at : at + 1] = choice.randbytes(1)
            case 3:
                del data[at : at + choice.randrange(1, 40)]
            case 4:
                data[at:at] = choice.choice(PIECES)
            case _:
                data[at:at] = data[choice.randrange(len(data) + 1) :][: choice.randrange(50)]
    return bytes(data)


def block(choice: random.Random) -> bytes:
    """A few changed lines, of which the last may be cut off anywhere."""
    lines = (changed(choice, choice.choice(SEEDS)) for _ in range(choice.randint(1, 5)))
    data = b"\n".join(lines) + choice.choice((b"", b"\n"))
    return data[: choice.randrange(len(data) + 1)] if choice.random() < 0.2 else data


def strings(data: np.ndarray, bounds: np.ndarray) -> list[str]:
    """The strings of a column."""
    return [bytes(data[start:end]).decode() for start, end in pairwise(bounds)]


def check_record(line: bytes, objects: Objects, row: int, text: str, name: str) -> None:
    """What was READ of a line is what orjson reads."""
    value = orjson.loads(line)
    assert text == value["text"], line
    assert name == ("" if value.get("id") is None else str(value["id"])), line
    assert objects.named[row] == (value.get("id") is not None), line


def check_places(literal: bytes, text: str) -> None:
    """Where the first, the middle and the last character of a literal begin, and its end."""
    characters = np.array([0, len(text) // 2, len(text)], np.int64)
    found, has_lone = places(np.frombuffer(literal, np.uint8), characters)
    assert not has_lone
    assert found[[0, 2]].tolist() == [1, len(literal) - 1]
    assert orjson.loads(b'"' + literal[1 : found[1]] + b'"') == text[: len(text) // 2]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_of_changed_bytes_is_right(seed: int) -> None:
    """What the reader is sure of, orjson reads, and the same; it writes nothing of other records."""
    choice = random.Random(seed)
    counts = np.zeros(3, np.int64)
    for _ in range(INPUTS):
        data = block(choice)
        characters = np.frombuffer(data, np.uint8)
        bounds = line_bounds(characters)
        objects = Objects(*read(characters, bounds[:-1], bounds[1:], tuple(NAMES)))
        texts, names = strings(objects.texts, objects.text_bounds), strings(objects.ids, objects.id_bounds)
        for row, (low, high) in enumerate(pairwise(bounds)):
            if objects.kinds[row] == READ:
                check_record(data[low:high], objects, row, texts[row], names[row])
                start, end = objects.literals[row]
                check_places(data[start:end], texts[row])
            else:
                assert texts[row] == names[row] == ""
        counts += np.bincount(objects.kinds, minlength=3)
    assert counts[READ] > INPUTS / 2
    assert counts[ASK] > INPUTS / 2


@pytest.mark.parametrize("seed", range(4))
def test_one_pass_finds_what_two_find(seed: int) -> None:
    """The pass over records reads what the reader reads, and finds of their texts what it finds of texts."""
    choice = random.Random(seed)
    for _ in range(INPUTS):
        data = np.frombuffer(block(choice), np.uint8)
        bounds = line_bounds(data)
        objects = read(data, bounds[:-1], bounds[1:], tuple(NAMES))
        records, scanned = scan.scan_records(data, bounds[:-1], bounds[1:], NAMES, PLAN)
        for name in set(records._fields) - {"texts", "text_bounds"}:
            assert np.array_equal(getattr(records, name), getattr(objects, name)), name
        is_read = objects.kinds == READ
        of_read = np.append(objects.text_bounds[:-1][is_read], objects.text_bounds[-1])
        alone = scan.scan_texts(objects.texts, of_read, PLAN)
        lengths = [len(text) for text in strings(objects.texts, of_read)]
        assert scanned.characters.tolist() == alone.characters.tolist() == lengths
        for part in ("signatures", "found"):
            left, right = (vars(getattr(each, part)) for each in (scanned, alone))
            assert all(np.array_equal(left[name], right[name]) for name in left)


@pytest.mark.parametrize("seed", range(2))
def test_bytes_that_are_no_text_are_scanned(seed: int) -> None:
    """The pass over texts takes any bytes, also such as are no UTF-8, and any cuts between them."""
    choice = random.Random(seed)
    for _ in range(INPUTS):
        data = block(choice)
        cuts = sorted(choice.randrange(len(data) + 1) for _ in range(choice.randrange(4)))
        bounds = np.array([0, *cuts, len(data)], np.int64)
        scanned = scan.scan_texts(np.frombuffer(data, np.uint8), bounds, PLAN)
        assert len(scanned.characters) == len(scanned.signatures.words) == len(bounds) - 1
