"""dedup repeats: which repeats it shows, and where."""

import re

import orjson

from dedup.cli.main import main
from tests.support.command import run
from tests.support.paths import ARTICLES, FIXTURES


def test_one_document_is_shown_with_its_repeats_marked(capsys):
    """`repeats --id` shows that article only: marks around the repeat with kind and score, and a row in the
    table.
    """
    assert main(["repeats", str(ARTICLES), "--id", "fx-015"]) == 0
    shown = capsys.readouterr().out
    assert "fx-015  1 repeat, 1 cut\n[=1 Otters return" in shown
    assert "[1 block 100% cut] [-Otters return" in shown
    assert re.search(r"1  block  cut     100%           \d\d%  lines 1 to 9\n", shown)
    assert "fx-016" not in shown


def test_documents_without_repeats_are_left_out(capsys):
    """Without --id only articles with repeats are shown; the last line counts all; no file is written."""
    assert main(["repeats", str(ARTICLES)]) == 0
    shown = capsys.readouterr().out
    assert "fx-017  4 repeats, 4 cut" in shown
    assert "fx-001" not in shown
    assert re.search(r"\n\d+ of 48 articles shown: \d+ repeats cut, \d+ left in place\.\n$", shown)


def test_repeats_takes_the_options_of_clean(tmp_path):
    """A text file, standard input, --cut, --caution; piped output is plain."""
    text = FIXTURES / "repeats" / "body-twice.txt"
    assert b" cut] [-" in run("repeats", text).stdout
    assert b" left] [_" in run("repeats", text, "--cut", "title").stdout
    assert b"pattern" in run("repeats", text, "--caution", "1").stdout
    piped = run("repeats", "-", "--text-field", "body", "--id-field", "url", "--id", "u")
    assert piped.returncode == 1
    line = orjson.dumps({"url": "u", "body": text.read_text()})
    piped = run("repeats", "-", "--text-field", "body", "--id-field", "url", "--id", "u", input=line)
    assert piped.stdout.startswith(b"Marks: ")
    assert b"\nu  1 repeat, 1 cut\n" in piped.stdout
    assert b"\x1b" not in piped.stdout


def test_empty_and_bad_inputs_have_a_sentence(tmp_path, capsys):
    """No article, no repeats, an unknown id, an unreadable record: a sentence and the right status."""
    path = tmp_path / "in.jsonl"
    for given, arguments, status, words in (
        (b"", [], 0, "The input has no articles."),
        (b'{"text":"a"}\n', [], 0, "1 article: no repeats to show."),
        (b'{"text":"a"}\n', ["--id", "in.jsonl:1"], 0, "in.jsonl:1  no repeats\na\n"),
        (b'{"id":7,"text":"a"}\n', ["--id", "8"], 1, 'no document is called "8"'),
        (b'{"text":"a"}\n{"text":\n', [], 3, "1 record could not be read; only readable ones are shown"),
    ):
        path.write_bytes(given)
        assert main(["repeats", str(path), *arguments]) == status
        shown = capsys.readouterr()
        assert words in shown.out + shown.err
