"""Options from dedup.toml and pyproject.toml: they count, the command line wins, the report says so."""

import pytest

from dedup.cli.arguments.parser import parser
from dedup.cli.arguments.settings import NAMES
from dedup.cli.main import main
from tests.support.command import json_lines
from tests.support.paths import ARTICLES


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a crawl."""
    (tmp_path / "crawl.jsonl").write_bytes(ARTICLES.read_bytes())
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def header(place, *words):
    """The first line of the ledger of a run."""
    arguments = "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", *words
    assert main(["clean", *arguments]) == 0
    return json_lines(place / "ledger.jsonl")[0]


@pytest.mark.parametrize(
    ("file", "table"), [("dedup.toml", ""), ("pyproject.toml", "[tool.other]\na = 1\n[tool.dedup]\n")]
)
def test_a_file_sets_options(place, capsys, file, table):
    """Numbers, shares, lists and switches; the report and the ledger say which file set what."""
    (place / file).write_text(
        f'{table}threshold = "90%"\ncut = ["block", "title"]\nduplicates = true\nrepeats = true\nngram = 4\n'
    )
    first = header(place)
    options = first["options"]
    assert (options["threshold"], options["cut"], options["ngram"]) == (0.9, ["block", "title"], 4)
    assert first["run"]["settings"] == [{"file": file, "options": ["threshold", "cut", "ngram"]}]
    report = " ".join(capsys.readouterr().out.split())
    assert f"--ngram 4 (threshold, cut, ngram from {file})." in report


def test_the_command_line_wins(place):
    """An option that is given counts, under its short name, too; the file is not named for it."""
    (place / "dedup.toml").write_text("threshold = 0.9\nmax_loss = 0.5\n")
    for words in (["--threshold", "0.7"], ["--threshold=0.7"], ["-t", "0.7"], ["-t0.7"]):
        first = header(place, *words, "-q")
        assert first["options"]["threshold"] == 0.7
        assert first["run"]["settings"] == [{"file": "dedup.toml", "options": ["max-loss"]}]


def test_the_nearest_file_counts(place, monkeypatch):
    """The file of a folder above, with its paths from there; dedup.toml before pyproject.toml; a
    pyproject.toml without the table is passed over.
    """
    (place / "keep.txt").write_text("fx-004\n")
    (place / "dedup.toml").write_text('never-drop = "keep.txt"\n')
    (place / "pyproject.toml").write_text("[tool.dedup]\nthreshold = 0.9\n")
    (place / "below/pyproject.toml").write_text("[tool.ruff]\n")
    monkeypatch.chdir(place / "below")
    assert main(["clean", "../crawl.jsonl", "-o", "c.jsonl", "--ledger", "l.jsonl", "-q"]) == 0
    first = json_lines(place / "below/l.jsonl")[0]
    assert first["options"]["never_drop"] == "../keep.txt"
    assert first["options"]["threshold"] == 0.8


def test_other_commands_take_what_they_have(place, capsys):
    """A setting that a command does not take is passed over there."""
    (place / "dedup.toml").write_text("threshold = 0.99\nkeep = 'first'\nquiet = true\n")
    assert main(["compare", "fx-004", "fx-002", "--in", "crawl.jsonl"]) == 0
    assert "below the threshold of 0.99" in " ".join(capsys.readouterr().out.split())
    assert main(["explain", "lost"]) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("treshold = 0.9", "dedup.toml cannot set treshold; did you mean threshold?"),
        ("output = 'x'", "dedup.toml cannot set output; it can set action, caution"),
        ("threshold = [1]", "dedup.toml: threshold must be a text or a number, not [1]"),
        ("repeats = 'no'", "dedup.toml: repeats must be true or false, not 'no'"),
        ("threshold = ", "dedup.toml cannot be read: Invalid value"),
        ("threshold = 7", "--threshold must be above 0 and at most 1 (80% is 0.8), not 7"),
    ],
)
def test_a_wrong_file_is_refused(place, capsys, content, sentence):
    """One sentence, status 2, nothing written."""
    (place / "dedup.toml").write_text(content)
    assert main(["clean", "crawl.jsonl", "-o", "clean.jsonl"]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert not (place / "clean.jsonl").exists()


def test_what_a_file_can_set_are_options_of_clean():
    """Each name is an option of `dedup clean`; inputs and outputs are not among them."""
    options = parser().commands()["clean"].options()
    for name in NAMES:
        assert f"--{name}" in options or f"--no-{name}" in options
    assert not {"output", "ledger", "rejects", "report"} & {*NAMES}
