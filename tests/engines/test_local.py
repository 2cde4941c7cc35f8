"""What an engine needs of others."""

import sys
from pathlib import Path

import pytest

from dedup.engines.local import Local, memory_limits
from dedup.errors import OptionsError


def test_without_duckdb_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A join that exceeds the memory needs the extra `spill`."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(
        OptionsError, match=r"memory 1M is too small .* raise it, or run .*dedup-articles\[spill\]"
    ):
        Local(1, 1 << 20).spill("candidates")


def test_a_container_has_less_memory(tmp_path: Path) -> None:
    """The limits of the group and of those around it count; "max" is none, nor is a group that cannot be
    read.
    """
    own, groups = tmp_path / "own", tmp_path / "groups"
    (groups / "pod/container").mkdir(parents=True)
    own.write_text("1:name=systemd:/x\n0::/pod/container\n")
    assert memory_limits(own, groups) == []
    (groups / "pod/memory.max").write_text("4096\n")
    (groups / "pod/container/memory.max").write_text("max\n")
    assert memory_limits(own, groups) == [4096]
    (groups / "pod/container/memory.max").write_text("1024\n")
    assert memory_limits(own, groups) == [1024, 4096]
    assert memory_limits(tmp_path / "missing", groups) == []
    own.write_text("1:name=systemd:/x\n")
    assert memory_limits(own, groups) == []
