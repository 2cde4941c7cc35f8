"""What an engine needs of others."""

import sys

import pytest

from dedup.engines.local import Local
from dedup.errors import OptionsError


def test_without_duckdb_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A join that exceeds the memory needs the extra `spill`."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(OptionsError, match=r"memory 1M is too small .* raise it, or run .*dedup\[spill\]"):
        Local(1, 1 << 20).spill("candidates")
