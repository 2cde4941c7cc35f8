"""JSON Lines and arrays: documents, their ids, their spans, and the reasons why others are rejected."""

import json

import pytest
from hypothesis import given

from tests.formats.documents import applied, lenient, object_edits, read_bytes
from tests.support.examples import examples
from tests.support.inputs import (
    BOM,
    array_files,
    jsonl_files,
)


@examples(50)
@given(jsonl_files())
def test_documents_are_those_of_a_plain_loop(content):
    """Documents, their lines and their bytes are those that a plain loop over the lines finds."""
    documents, rejects = read_bytes(content)
    start = len(content) - len(content.removeprefix(BOM))
    expected, bad = [], []
    for number, line in enumerate(content[start:].split(b"\n"), 1):
        end = min(start + len(line) + 1, len(content))
        if value := lenient(line):
            expected.append((number, start, end, value["text"]))
        elif line.strip():
            bad.append((number, start, end))
        start = end
    assert [(d["position"], d["start"], d["end"], d["text"]) for d in documents] == expected
    assert [reject[1:4] for reject in rejects] == bad


@pytest.mark.parametrize(
    ("raw", "text", "cut_first"),
    [
        (rb'{"text":"\ud800x"}', "\ufffdx", {"text": "x"}),
        (rb'{"text":"\ud83d\ude00x"}', "😀x", {"text": "x"}),
        (rb'{"text":"a\ud83dx\ude00"}', "a\ufffdx\ufffd", {"text": "\ud83dx\ude00"}),
        (b'{"a":NaN,"text":"yx"}', "yx", None),
        (b'{"a":1e999,"text":"yx"}', "yx", None),
        (b'{"a":' + b"9" * 5000 + b',"text":"yx"}', "yx", None),
    ],
)
def test_what_orjson_refuses_is_read(raw, text, cut_first):
    """Lone surrogates, NaN and numbers beyond doubles make no reject, and can be cut."""
    documents, rejects = read_bytes(raw)
    assert [d["text"] for d in documents] == [text]
    assert not rejects
    after = applied(raw, object_edits(raw, [(0, 1)]))
    assert cut_first is None or json.loads(after) == cut_first


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('"a"', "a"), ("7", "7"), ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("-0", "0"), ("1.5", "1.5"), ("null", None), ("[1]", None), ("true", None), ('""', ""),
    ],
)  # fmt: skip
def test_strings_and_numbers_are_ids(value, name):
    """Strings and numbers identify a document, integers exactly; anything else does not."""
    documents, _ = read_bytes(b'{"text": "t", "id": %s}' % value.encode())
    assert documents[0]["id"] == name


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not valid JSON: Expecting property name enclosed in double quotes at character 2"),
        (b"[1]", "not an object but a list"),
        (b'{"body": 1, "\\u001b[31m": 2}', "no field 'text', only 'body', '\\x1b[31m'"),
        (b"{}", "no field 'text', only no fields at all"),
        (b'{"text": null}', "the field 'text' is null, not a string"),
        (b'{"text": true}', "the field 'text' is a boolean, not a string"),
        (b'{"text": ["a"]}', "the field 'text' is a list, not a string"),
        (b'{"text": "\xc3"}', "invalid UTF-8"),
        (b"[" * 100_000, "nested more than 500 deep"),
    ],
)
def test_a_reject_has_a_reason(line, reason):
    """A reject's reason says in words what is wrong, and nothing from the file acts in it."""
    _, rejects = read_bytes(b'{"text": "good"}\n' + line)
    assert [reject.reason for reject in rejects] == [reason]


@examples(40)
@given(array_files())
def test_each_element_has_its_span(content):
    """The span of each element parses to this element, whatever is between them."""
    documents, rejects = read_bytes(content, "a.json")
    for document in documents:
        assert lenient(content[document["start"] : document["end"]])["text"] == document["text"]
    positions = sorted([d["position"] for d in documents] + [r.position for r in rejects])
    assert positions == list(range(1, len(positions) + 1))
