"""The kernel that reads JSON objects: it reads what orjson reads; what it is not sure of it leaves."""

from itertools import pairwise

import numpy as np
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.formats import Fields, blocks, find_files, parse
from dedup.native.records import ASK, BLANK, READ, Objects, line_bounds, line_breaks, read
from tests.support import reference
from tests.support.examples import examples
from tests.support.inputs import objects


def read_lines(data, text=b"text", name=b"id", order=b"", url=b"url", title=b"title"):
    """What the kernel makes of the lines of `data`."""
    characters = np.frombuffer(data, np.uint8)
    bounds = line_bounds(characters)
    fields = tuple(np.frombuffer(field, np.uint8) for field in (text, name, order, url, title))
    return Objects(*read(characters, bounds[:-1], bounds[1:], fields)), bounds


def strings(data, bounds):
    """The strings of one column, as Python's."""
    return [bytes(data[start:end]).decode() for start, end in pairwise(bounds)]


@given(
    st.lists(st.sampled_from([b"", b"\r", b"a", b"b" * 250, b"c" * 600]), max_size=12), st.integers(0, 300)
)
@examples(100)
def test_lines_are_those_of_the_twin(lines, behind):
    """Bytes have the lines and line feeds that the slow twin counts, however these lie in the blocks."""
    data = b"\n".join(lines) + b"d" * behind
    characters = np.frombuffer(data, np.uint8)
    assert line_bounds(characters).tolist() == reference.line_bounds(data)
    assert line_breaks(characters) == data.count(b"\n")


@pytest.mark.parametrize(
    ("line", "text", "name"),
    [
        (b'{"text":"a"}', "a", None),
        (b' {"id" : "x", "text" : "a\\n\\"b\\"\\\\\\/\\b\\f\\r\\t" } \r', 'a\n"b"\\/\b\f\r\t', "x"),
        (b'{"te\\u0078t":"\\u00e9\\u4f60\\ud83d\\ude00\\u0000","id":-12}', "é你😀\0", "-12"),
        (b'{"id":null,"text":""}', "", None),
        (b'{"a":[],"b":{},"c":[{"d":[1,-0.5,1.5e-7,true]},null,"x"],"text":"a"}', "a", None),
        (b"{\"text\":\"" + "Ein längerer Absatz, über dreißig Zeichen „lang“, 你好。".encode() + b'"}',
         "Ein längerer Absatz, über dreißig Zeichen „lang“, 你好。", None),
    ],
)  # fmt: skip
def test_plain_objects_need_no_library(line, text, name):
    """What crawlers write needs no second opinion."""
    objects_read, _ = read_lines(line)
    assert objects_read.kinds.tolist() == [READ]
    assert strings(objects_read.texts, objects_read.text_bounds) == [text]
    assert bool(objects_read.named[0]) == (name is not None)
    assert strings(objects_read.ids, objects_read.id_bounds) == [name or ""]
    start, end = objects_read.literals[0]
    assert orjson.loads(line[start:end]) == text


@pytest.mark.parametrize(
    "line",
    [
        b'[]', b'{', b'{}', b'{"text":1}', b'{"text":"a"', b'{"text":"a"}}', b'{"text":"a",}',
        b'{"text":"a" "b":1}', b'{"text":"\xff"}', b'{"text":"\xed\xa0\x80"}', b'{"text":"\xc0\x80"}',
        b'{"text":"\xf4\x90\x80\x80"}', b'{"text":"a\x01"}', b'{"text":"\\ud800"}', b'{"text":"\\udc00"}',
        b'{"text":"\\x"}', b'{"text":"\\u00g0"}', b'{"text":"a","b":01}', b'{"text":"a","b":1.}',
        b'{"text":"a","b":.5}', b'{"text":"a","b":NaN}', b'{"text":"a","b":1e999}', b'{"text":"a","b":tru}',
        b'{"text":"a","b":[1,]}', b'{"text":"a","b":{"c"}}', b'{"text":"a","b":[}',
        b'{"text":"a","text":"b"}', b'{"text":"a","id":1.5}', b'{"text":"a","id":[]}',
        b'{"text":"a","id":12345678901234567890}', b'{"text":"a","id":-0}',
        b'{"text":"a","b":' + b"[" * 100 + b"]" * 100 + b"}",
    ],
)  # fmt: skip
def test_odd_and_wrong_objects_go_to_the_library(line):
    """The rest goes to the libraries, which know why."""
    objects_read, _ = read_lines(line)
    assert objects_read.kinds.tolist() == [ASK]
    assert not len(objects_read.texts)
    assert not len(objects_read.ids)


def test_lines_end_after_their_break():
    """Lines end after their break; the last may have none; blank ones are blank."""
    objects_read, bounds = read_lines(b'\n {"text":"a"}\r\n\t\r\n' + b" " * 300 + b'\n{"text":"b"}')
    assert bounds.tolist() == [0, 1, 16, 19, 320, 332]
    assert objects_read.kinds.tolist() == [BLANK, READ, BLANK, BLANK, READ]
    assert len(line_bounds(np.zeros(0, np.uint8))) == 1


@examples(400)
@given(objects(), st.data())
@example(b'{"text":"' + b"x" * 70 + b'"}', None)
def test_the_kernel_reads_what_orjson_reads(raw, data):
    """With bytes put in, taken out and changed anywhere: what is READ, orjson reads, and the same."""
    changed = bytearray(raw)
    for _ in range(data.draw(st.integers(0, 2)) if data else 0):
        at = data.draw(st.integers(0, max(0, len(changed) - 1)))
        new = data.draw(
            st.binary(max_size=2) | st.sampled_from([b'"', b"\\", b"{", b"}", b",", b"1", b"\\u"])
        )
        changed[at : at + data.draw(st.integers(0, 2))] = new
    line = bytes(changed).replace(b"\n", b" ")
    objects_read, _ = read_lines(line)
    if objects_read.kinds.tolist() == [READ]:
        value = orjson.loads(line)
        assert strings(objects_read.texts, objects_read.text_bounds) == [value["text"]]
        name = value.get("id")
        assert bool(objects_read.named[0]) == (name is not None)
        assert strings(objects_read.ids, objects_read.id_bounds) == ["" if name is None else str(name)]
        start, end = objects_read.literals[0]
        assert orjson.loads(line[start:end]) == value["text"]


@pytest.mark.parametrize("keep", ["newest:id", "newest:text", "oldest:date"])
@pytest.mark.parametrize("name", ["id", "text", "date"])
def test_one_key_may_be_read_for_two_fields(tmp_path, keep, name):
    """What is read of a field does not depend on how often it is asked for, nor on who reads the object."""
    line = '{"id": "b", "text": "a b c", "date": "2026"%s}\n'
    (tmp_path / "a.jsonl").write_text(line % "" + line % ', "odd": 1e999')
    fields = Fields("text", name, keep.partition(":")[2])
    (block,) = blocks(find_files([str(tmp_path / "a.jsonl")]), fields=fields)
    read, asked = parse(block, fields).documents.to_pylist()
    for field in ("id", "text", "order"):
        assert read[field] == asked[field]
        assert read[field] is not None
