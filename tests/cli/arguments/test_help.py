"""Each command has help."""

import pytest

from dedup.cli.main import main
from tests.support.command import run


def test_help_names_every_option():
    """clean --help lists all of its options."""
    done = run("clean", "--help")
    options = (
        "output ledger rejects report text-field id-field threshold contained max-loss ngram num-perm "
        "recall keep cut caution no-repeats no-duplicates workers dry-run quiet index forget wait stream "
        "url-field title-field fail-over"
    )
    assert all(f"--{option}".encode() in done.stdout for option in options.split())


@pytest.mark.parametrize(
    "command",
    [
        "clean",
        "repeats",
        "sites",
        "compare",
        "tune",
        "restore",
        "report",
        "index",
        *(f"index {a}" for a in ("add", "check", "info", "drop")),
    ],
)
def test_every_command_has_help(command, capsys):
    """Each command's --help says what it does and ends with status 0."""
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert f"dedup {command}" in capsys.readouterr().out
