"""Records of an outcome: what becomes of every document and reject, in the order of the input."""

import random
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.ledger.records import records_of
from dedup.options import Options
from dedup.pipeline.run import run
from dedup.sources.files import Files
from tests.support.examples import examples
from tests.support.inputs import write_file

SENTENCE = "Passengers of the night ferry waited {} hours in the school by the harbour."
LINES = {
    "kept": b'{"text": "%b"}\n',
    "cut": b'{"text": "%b\\n\\nA gale blew from the west all day long.\\n\\n%b"}\n',
    "dropped": b'{"text": "The same text in every file, word for word, from its start to its end."}\n',
    "reject": b"{\n",
}
kinds = st.lists(st.lists(st.sampled_from([*LINES, "kept", "kept"]), max_size=12), min_size=1, max_size=3)


def outcome_of(folder, files):
    """The outcome of a run over files with lines of these kinds."""
    choice = random.Random(1)
    for number, lines in enumerate(files):
        data = b"".join(_line(kind, choice) for kind in lines)
        write_file(folder, f"{number}.jsonl", data)
    options = Options(workers=1, keep="first")
    return run(Files([str(folder)], options), options)


def _line(kind, choice):
    words = " ".join(f"{choice.getrandbits(40):x}" for _ in range(30)).encode()
    return LINES[kind].replace(b"%b", words)


@examples(40)
@given(kinds)
def test_merged_records_are_those_of_each_document(tmp_path_factory, files):
    """Merged records have the spans and lines of the single ones, in order, and are as few as possible."""
    outcome = outcome_of(tmp_path_factory.mktemp("in"), [["kept"], *files])
    single, merged = list(records_of(outcome, False)), list(records_of(outcome, True))
    assert [(record.file, record.start) for record in single] == sorted(
        (record.file, record.start) for record in single
    )
    assert sum(record.documents for record in single) == len(single)
    unmerged = iter(single)
    for record in merged:
        parts = [next(unmerged) for _ in range(record.documents)]
        assert (record.file, record.position, record.start) == parts[0][:3]
        assert record.end == parts[-1].end
        assert {part.file for part in parts} == {record.file}
        if record.line is not None:
            assert record.line == b"\n".join(part.line for part in parts)
        if record.documents == 1:
            assert record == parts[0]
    assert next(unmerged, None) is None
    plain = b'"decision":"kept"}'
    runs = groupby(merged, lambda record: (record.file, not (record.line or b"").endswith(plain)))
    assert all(changed or len(list(group)) == 1 for (_, changed), group in runs)


def test_records_say_what_becomes_of_each(tmp_path):
    """Kept and cut documents stay, the latter with edits; dropped documents and rejects are removed."""
    outcome = outcome_of(tmp_path, [["kept", "cut", "dropped", "reject", "dropped"]])
    assert [
        (record.dropped, record.reason is not None, bool(record.edits))
        for record in records_of(outcome, True)
    ] == [
        (False, False, False),
        (False, False, True),
        (False, False, False),
        (False, True, False),
        (True, False, False),
    ]


@pytest.mark.parametrize("merge_unchanged", [False, True])
def test_no_documents_have_no_records(tmp_path, merge_unchanged):
    """An empty file has no records."""
    assert list(records_of(outcome_of(tmp_path, [[]]), merge_unchanged)) == []
