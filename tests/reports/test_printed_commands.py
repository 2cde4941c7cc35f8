"""Every command that a report prints runs as it stands, and shows the document that it speaks of."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from dedup.cli.main import main
from dedup.options import Options
from dedup.reports.commands import TAKEN, words_of
from tests.support.command import json_lines
from tests.support.paths import ARTICLES, DATA

NEWS = DATA / "news/articles.jsonl.gz"
NAMED = re.compile(r"^  (\S+) (?:was|lost|and)")
"""How a line about a decision begins: with the document that it speaks of."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, narrow as a terminal usually is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def cleaned(capsys, *words):
    """The report of a run of `dedup clean`."""
    status = main(["clean", *map(str, words)])
    assert status in (0, 3)
    return capsys.readouterr().out


def printed(report):
    """The commands of a report, each with the line before it that is no command."""
    above, commands = "", []
    for line in report.splitlines():
        if line.lstrip().startswith(("dedup ", "printf ")) and line.startswith("  "):
            commands.append((above, line.strip()))
        elif NAMED.match(line) or not line.startswith("  "):
            above = line
    return commands


def type_all(report, capsys):
    """Run the commands of a report; returns what each one printed, by its words."""
    answers = {}
    for above, command in printed(report):
        words = shlex.split(command)
        if words[0] == "printf":
            subprocess.run(["sh", "-c", command], check=True)
            continue
        assert main(words[1:]) in (0, 3), command
        answers[command] = capsys.readouterr().out
        if match := NAMED.match(above):
            assert match[1] in answers[command], command
    return answers


def test_the_commands_of_a_report_run(folder, capsys):
    """Each ends with 0 and shows the document of the line above it; the last one gives the input back."""
    (folder / "crawl.jsonl").write_bytes(ARTICLES.read_bytes())
    report = cleaned(capsys, "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl")
    answers = type_all(report, capsys)
    assert [command.split()[1] for command in answers] == [
        *("explain", "compare", "repeats", "compare", "compare", "report", "restore")
    ]
    assert (folder / "restored/crawl.jsonl").read_bytes() == ARTICLES.read_bytes()


def test_the_commands_of_the_whole_report_and_of_why_run(folder, capsys):
    """With -v, and for every article that was dropped."""
    (folder / "crawl.jsonl").write_bytes(ARTICLES.read_bytes())
    report = cleaned(capsys, "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "-v")
    assert {"compare", "repeats", "restore"} <= {line.split()[1] for _, line in printed(report)}
    type_all(report, capsys)
    assert main(["why", "fx-048", "ledger.jsonl"]) == 0
    fate = capsys.readouterr().out
    assert [line.split()[0] for _, line in printed(fate)] == ["dedup", "printf", "dedup"]
    type_all(fate, capsys)
    kept = {line["id"] for line in json_lines(folder / "clean.jsonl")}
    assert {"fx-047", "fx-048"} <= kept


RENAMED = {"id": "key", "text": "body", "title": "headline", "url": "address"}
OTHER_NAMES = [word for old, new in RENAMED.items() for word in (f"--{old}-field", new)]


@pytest.fixture
def odd_crawl(folder):
    """A crawl in two files in a folder with a blank in its name. Its fields have other names, its ids need
    quotes, are shared, begin with a dash, or hold a control character.
    """
    place = folder / "my crawl"
    place.mkdir()
    lines = [
        {RENAMED.get(name, name): value for name, value in line.items()} for line in json_lines(ARTICLES)
    ]
    for number, line in enumerate(lines):
        line["key"] = (f"it's {number} $HOME; ls", "shared", "-x", "\x1b[1m", f"a{number}")[number % 5]
    for name, part in (("a.jsonl", lines[:30]), ("b.jsonl", lines[30:])):
        (place / name).write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in part))
    return place


def test_commands_have_the_fields_and_quotes(odd_crawl, capsys):
    """Names of fields, ids and paths that need quotes are in the commands; nothing in an id acts."""
    report = cleaned(
        capsys, "my crawl", "-o", "out/", "--ledger", "led ger.jsonl", *OTHER_NAMES, "--threshold", "0.75"
    )
    answers = type_all(report, capsys)
    assert sum(command.startswith("dedup compare") for command in answers) >= 2
    assert all("'my crawl'" in command for command in answers if "compare" in command)
    assert all("--text-field body" in command for command in answers if "compare" in command)
    for name in ("a.jsonl", "b.jsonl"):
        assert (odd_crawl.parent / "restored" / name).read_bytes() == (odd_crawl / name).read_bytes()


def test_a_report_from_elsewhere_has_the_right_paths(odd_crawl, capsys, monkeypatch):
    """`dedup report` run in another folder prints paths that lead to the files from there."""
    run = "my crawl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", *OTHER_NAMES
    cleaned(capsys, *run, "--quiet")
    elsewhere = odd_crawl.parent / "else/where"
    elsewhere.mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    assert main(["report", "../../ledger.jsonl"]) == 0
    answers = type_all(capsys.readouterr().out, capsys)
    assert "dedup restore ../../clean.jsonl ../../ledger.jsonl -o restored/" in answers
    assert (elsewhere / "restored/a.jsonl").exists()


@pytest.mark.slow
@pytest.mark.skipif(not NEWS.exists(), reason="needs the folder that DEDUP_DATA names")
def test_the_commands_of_news_run(folder, capsys):
    """The report of 2,587 news articles: every command runs, and shows its document."""
    report = cleaned(capsys, NEWS, "-o", "clean.jsonl", "--ledger", "ledger.jsonl")
    assert len(report.splitlines()) <= 25
    assert len(type_all(report, capsys)) >= 5


def test_input_from_a_pipe_is_shown_from_the_ledger(folder, capsys):
    """Standard input cannot be read again: then the ledger answers, where there is one."""
    command = f"cat {shlex.quote(str(ARTICLES))} | dedup clean - --ledger ledger.jsonl > clean.jsonl"
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    answers = type_all(done.stderr, capsys)
    assert {command.split()[1] for command in answers} == {"explain", "why", "report", "restore"}
    assert (folder / "restored/stdin.jsonl").read_bytes() == ARTICLES.read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "clean.jsonl"],
        ["--dry-run"],
        ["-o", "crawl.jsonl", "--ledger", "ledger.jsonl"],
        ["-o", "clean.jsonl", "--ledger", "ledger.jsonl", "--action", "tag"],
    ],
)
def test_the_commands_of_other_runs_run(folder, capsys, words):
    """Without a ledger, without any file, over its own input, with tags."""
    (folder / "crawl.jsonl").write_bytes(ARTICLES.read_bytes())
    assert type_all(cleaned(capsys, "crawl.jsonl", *words), capsys)


def test_commands_of_an_index_run(folder, capsys):
    """An article that was dropped for one of an earlier run is explained by the ledger."""
    (folder / "crawl.jsonl").write_bytes(ARTICLES.read_bytes())
    (folder / "again.jsonl").write_bytes(ARTICLES.read_bytes().replace(b"the", b"thee"))
    for name in ("crawl", "again"):
        files = f"{name}.jsonl", "-o", f"{name}.clean.jsonl", "--ledger", f"{name}.ledger.jsonl"
        report = cleaned(capsys, *files, "--index", "seen.index", "--threshold", "0.6", "--updates", "drop")
    assert "dedup why" in report
    type_all(report, capsys)


@pytest.mark.parametrize("length", [10, 100])
def test_a_quiet_run_takes_at_most_25_lines(folder, capsys, length):
    """At 80 columns; only commands are wider, and none is wrapped."""
    (folder / "crawl.jsonl").write_bytes(ARTICLES.read_bytes().replace(b"fx-", b"f" * length + b"-"))
    report = cleaned(
        capsys, "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "--max-loss", "0.3"
    )
    assert "Needs attention: nothing unusual." in report
    lines = report.splitlines()
    assert 15 <= len(lines) <= 25
    assert max(len(line) for line in lines if not line.lstrip().startswith("dedup ")) <= 80
    assert all(command.startswith("dedup ") for _, command in printed(report))


def test_words_of_options_give_the_same_options():
    """The words that a command gets are read as the options that they were made from."""
    from dedup.cli.arguments.parser import parser
    from dedup.cli.options import options_of

    options = Options(
        text_field="body text",
        cut=("block", "title"),
        threshold=0.7,
        contained=None,
        keep="prefer:a=b,newest:date",
        max_document=0,
        repeats=False,
        ngram=5,
        title_field="",
    )
    words = words_of(options.as_values(), TAKEN["clean"])
    assert options_of(parser().parse_args(["clean", "x", *words])) == options
    assert words_of(Options().as_values(), TAKEN["clean"]) == []
    assert words_of(Options(threshold=0.9).as_values(), TAKEN["compare"]) == ["--threshold", "0.9"]
