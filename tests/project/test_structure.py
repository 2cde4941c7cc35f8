"""The layout that tools/structure.py measures: no circle of imports, no crowded folder, no long file."""

import subprocess
from pathlib import Path

import pytest

from tests.support.paths import TOP
from tools import structure

FOLDERS = {".ci", ".github", "bench", "dedup", "docs", "fixtures", "requirements", "tests", "tools"}
TOP_LEVEL = FOLDERS | {
    *(".dockerignore", ".gitignore", ".pre-commit-config.yaml", "Dockerfile", "LICENSE", "MANIFEST.in"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "Makefile", "action.yml"),
    *("mkdocs.yml", "pyproject.toml"),
}


def test_no_limit_is_passed() -> None:
    """No circle, at most 12 files a folder, at most 300 lines a file, no import by name."""
    assert structure.faults() == []


def test_the_top_level_has_what_belongs_there() -> None:
    """No file that a run has left in the project's folder is committed."""
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("these sources are no git repository")
    assert {name.partition("/")[0] for name in listed.stdout.splitlines()} == TOP_LEVEL


def test_late_imports_and_those_for_types_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three modules import each other: one at its top, one inside a function, one for its types alone."""
    folder = tmp_path / "ringed"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "a.py").write_text("import ringed.b\n")
    (folder / "b.py").write_text("def late():\n    from ringed import c\n")
    (folder / "c.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ringed.a import x\n"
    )
    (folder / "d.py").write_text("from ringed import a\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert structure.circles("ringed") == [{"ringed.a", "ringed.b", "ringed.c"}]


def test_imports_by_name_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of import_module, however it is reached, and of __import__."""
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.py").write_text(
        "import importlib\nimportlib.import_module('os')\nimport_module('os')\n__import__('os')\n"
    )
    monkeypatch.setattr(structure, "TOP", tmp_path)
    assert structure.imports_by_name("made") == ["made/a.py:2", "made/a.py:3", "made/a.py:4"]
