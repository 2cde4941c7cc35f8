"""Shares are written as numbers or in per cent, wherever one is taken (fixtures/shares.jsonl)."""

from typing import Any

import pytest

from dedup.cli.arguments.parser import parser
from dedup.cli.main import main
from dedup.cli.options import options_of
from dedup.errors import OptionsError
from dedup.options import Options
from tests.support.command import json_lines
from tests.support.paths import ARTICLES, FIXTURES

CASES = json_lines(FIXTURES / "shares.jsonl")


@pytest.mark.parametrize("case", CASES, ids=[f"{case['option']} {case['written']}" for case in CASES])
def test_a_share(case: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """The command and the library take a share as a number or in per cent; what is none is refused with a
    sentence that has the option, or the argument of the library, and what was written.
    """
    option, written, value = case["option"], case["written"], case["value"]
    name = option[2:].replace("-", "_")
    words = ["clean", str(ARTICLES), f"{option}={written}", "--dry-run", "--quiet"]
    if value is None:
        if name == "fail_over":  # argparse refuses what is no option of a run
            with pytest.raises(SystemExit, match="2"):
                main(words)
        else:
            assert main(words) == 2
        message = capsys.readouterr().err.splitlines()[0]
        assert option in message
        assert written in message
        if name != "fail_over":
            with pytest.raises(OptionsError, match=name):
                Options(**{name: written})
        return
    value = None if value == "off" else value
    parsed = parser().parse_args(words)
    assert getattr(parsed if name == "fail_over" else options_of(parsed), name) == value
    if name != "fail_over":
        assert getattr(Options(**{name: written}), name) == value
