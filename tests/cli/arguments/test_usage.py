"""Wrong usage gets two lines, help comes in groups, and shells complete commands."""

import shutil
import subprocess

import pytest

from dedup.cli import exit_status
from dedup.cli.arguments.completion import script
from dedup.cli.arguments.parser import parser
from dedup.cli.main import main


@pytest.mark.parametrize(
    ("words", "sentence", "command"),
    [
        ("clean x --treshold 0.9", "there is no option --treshold; did you mean --threshold?", "clean"),
        ("clean x --text_field=body", "there is no option --text_field; did you mean --text-field?", "clean"),
        ("clean", "INPUT is missing", "clean"),
        ("compare a", "B is missing", "compare"),
        ("claen x", "there is no command claen; did you mean clean?", ""),
        ("index inf x", "there is no action inf; did you mean info?", "index"),
        ("", "COMMAND is missing", ""),
        ("clean x --threshold", "--threshold needs a value", "clean"),
        ("clean x --ngram many", "--ngram must be a whole number, not 'many'", "clean"),
        ("clean x --wait long", "--wait must be a number, not 'long'", "clean"),
        (
            "clean x --engine sparc",
            "--engine is one of local, spark, not sparc; did you mean spark?",
            "clean",
        ),
        ("why a b c", "there is one word too many: c", "why"),
        ("clean x --no", "--no can be --no-repeats, --no-duplicates: write it in full", "clean"),
    ],
)
def test_wrong_usage_takes_two_lines(words, sentence, command, capsys):
    """What is wrong, with what was probably meant; and the command that shows more. Status 2."""
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == exit_status.WRONG_USAGE
    assert capsys.readouterr().err.splitlines() == [
        f"dedup: {sentence}",
        f"Run {' '.join(['dedup', *command.split()])} --help to see how it is used.",
    ]


def test_help_has_groups_and_statuses(capsys):
    """Options are in groups, short names beside long ones; each status is explained; nothing is coloured off
    a terminal.
    """
    with pytest.raises(SystemExit):
        main(["clean", "--help"])
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: dedup clean INPUT [INPUT ...] [options]\n")
    heads = ("Output", "Fields", "Repeats inside an article", "Near-duplicates", "Running", "Exit status")
    assert [head for head in heads if f"\n{head}:\n" not in shown] == []
    assert all(
        f"{short}, --" in shown for short in ("-o", "-l", "-r", "-n", "-q", "-v", "-t", "-k", "-i", "-j")
    )
    assert all(meaning in shown for meaning in exit_status.MEANINGS.values())
    assert "\x1b" not in shown


def test_every_status_has_a_meaning():
    """Statuses and their meanings are the same set."""
    values = {value for name, value in vars(exit_status).items() if name.isupper() and isinstance(value, int)}
    assert values == {*exit_status.MEANINGS}


def completed(words):
    """What bash completes for the words that are typed."""
    typed = " ".join(f"'{word}'" for word in words)
    lines = [script("bash", parser()), f"COMP_WORDS=({typed})", f"COMP_CWORD={len(words) - 1}", "_dedup"]
    lines.append('printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["dedup", "re"], ["repeats", "restore", "report"]),
        (["dedup", "index", "in"], ["info"]),
        (["dedup", "clean", "x", "--thr"], ["--threshold"]),
        (["dedup", "clean", "--action", ""], ["drop", "tag"]),
        (["dedup", "index", "info", "--j"], ["--json"]),
        (["dedup", "completion", "z"], ["zsh"]),
    ],
)
def test_bash_completes(words, expected):
    """Commands, actions, options and values to choose from."""
    assert completed(words) == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_has_every_command_and_option(shell, capsys):
    """Each script names every command and every long option; where there is the shell, it can read it."""
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    top = parser()
    for name, command in top.commands().items():
        assert name in text
        options = [option.removeprefix("--") for option in command.options()]
        assert [option for option in options if option not in text] == []
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=text.encode(), check=True)


def test_each_command_is_completed_with_files_of_fish_syntax():
    """Lines of fish have their quotes closed."""
    for line in script("fish", parser()).splitlines()[1:]:
        assert line.startswith("complete -c dedup -n ")
        assert line.replace("'\\''", "").count("'") % 2 == 0, line
