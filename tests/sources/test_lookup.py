"""Names that a user types mean the same document in every command."""

import orjson
import pytest

from dedup.__main__ import main
from dedup.errors import InputError
from dedup.identity import location_of, name_of
from dedup.options import Options
from dedup.sources import lookup
from dedup.sources.files import Files

NAMES = (
    ("x", "many.jsonl:1"),
    ("many.jsonl:1", "many.jsonl:1"),
    ("many.jsonl:3", "many.jsonl:3"),
    ("many.jsonl", None),
    ("one.jsonl", "one.jsonl:1"),
    ("one.jsonl:1", "one.jsonl:1"),
    ("one.jsonl:2", None),
    ("z", "one.jsonl:1"),
    ("a.txt", "a.txt:1"),
    ("a.txt:1", "a.txt:1"),
    ("bad.jsonl", "bad.jsonl:2"),
    ("b.txt", None),
    ("X", None),
    ("", None),
)
"""Each name, and the location of the document that it means."""


@pytest.fixture
def folder(tmp_path):
    lines = [{"id": "x", "text": "One."}, {"id": "y", "text": "Two."}, {"text": "Three."}]
    (tmp_path / "many.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    (tmp_path / "one.jsonl").write_bytes(b'{"id":"z","text":"Four."}')
    (tmp_path / "bad.jsonl").write_bytes(b'{"id":\n{"id":"v","text":"Six."}')
    (tmp_path / "a.txt").write_text("Five.")
    return tmp_path


@pytest.mark.parametrize(("name", "location"), NAMES)
def test_a_name_means_the_same_to_every_command(folder, capsys, name, location):
    """An id, source:position whether or not there is an id, or a source that has one document: `repeats --id`
    and `compare --in` find the same document, or both refuse the name.
    """
    assert main(["compare", name, "a.txt:1", "--in", str(folder)]) == (0 if location else 1)
    compared = capsys.readouterr()
    assert main(["repeats", str(folder), "--id", name]) == (3 if location else 1)  # 3: of the broken record
    shown = capsys.readouterr()
    if location is None:
        refusal = [line for line in compared.err.splitlines() if "were skipped" not in line]
        assert shown.err.splitlines() == refusal
        return
    documents, _ = lookup.called([name], Files([str(folder)], Options()))
    (document,) = documents[name]
    assert location_of(document.identity) == location
    assert f"A  {name_of(document.identity)}" in compared.out
    assert f"{name_of(document.identity)}  no repeats\n{document.text}" in shown.out


def test_a_source_of_several_documents_is_no_name(folder):
    """The message counts them and gives the location of one."""
    with pytest.raises(InputError, match=r'"many.jsonl" has 3 documents; .* such as many.jsonl:1'):
        lookup.called(["many.jsonl"], Files([str(folder)], Options()))


def test_several_documents_may_share_a_name(tmp_path, capsys):
    """`repeats` shows all of them, `compare` asks which one."""
    (tmp_path / "in.jsonl").write_bytes(b'{"id":"x","text":"a"}\n' * 9)
    assert main(["repeats", str(tmp_path / "in.jsonl"), "--id", "x"]) == 0
    assert capsys.readouterr().out.count("x  no repeats") == 9
    assert main(["compare", "x", "in.jsonl:2", "--in", str(tmp_path / "in.jsonl")]) == 1
    assert "location: in.jsonl:1, in.jsonl:2, in.jsonl:3, in.jsonl:4 and 5 more" in capsys.readouterr().err
