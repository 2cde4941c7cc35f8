"""What each file is to a run: no file has two parts, however its paths are written."""

import os
from pathlib import Path

import pytest

from dedup.errors import OptionsError
from dedup.files import claims as claims_module
from dedup.files.claims import Claims
from dedup.files.names import is_file_or_new


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file and other names of it, which is the folder that paths are relative to."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_bytes(b"{}")
    (tmp_path / "link.jsonl").symlink_to("in/a.jsonl")
    (tmp_path / "hard.jsonl").hardlink_to("in/a.jsonl")
    (tmp_path / "folder").symlink_to("in")
    (tmp_path / "dangling.jsonl").symlink_to("in/new.jsonl")
    return tmp_path


NAMES = ["in/a.jsonl", "link.jsonl", "hard.jsonl", "folder/a.jsonl", "in/../in/./a.jsonl", "{}/in/a.jsonl"]
NEW_NAMES = ["in/new.jsonl", "dangling.jsonl", "folder/new.jsonl", "in/x/../new.jsonl", "{}/in/new.jsonl"]


@pytest.mark.parametrize("names", [NAMES, NEW_NAMES])
def test_every_path_to_a_file_is_that_file(folder: Path, names: list[str]) -> None:
    """Links, hard links, `..` and absolute paths lead to the file that is read, whether it exists or not."""
    for claimed in names:
        for other in names:
            claims = Claims()
            claims.read(claimed.format(folder))
            assert claims.is_read(other.format(folder))
            with pytest.raises(OptionsError, match=r"--ledger names .*, which is an input"):
                claims.write("--ledger", other.format(folder))


def test_two_options_cannot_name_one_file(folder: Path) -> None:
    """Two targets are one file however their paths are written; other files are free."""
    claims = Claims()
    claims.write("--output", "out/b.jsonl")
    claims.write("--ledger", "out/c.jsonl")
    claims.write("--rejects", "b.jsonl")
    claims.write("--report", "in/a.json")
    with pytest.raises(OptionsError, match="--output and --index both name"):
        claims.write("--index", f"{folder}/in/../out/b.jsonl")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices on this system")
def test_a_device_may_be_named_twice() -> None:
    """Nothing is lost on a device, but what it is given cannot be read again."""
    claims = Claims()
    claims.write("--output", "/dev/null")
    claims.write("--ledger", "/dev/null")
    assert not is_file_or_new("/dev/null")
    assert is_file_or_new("nowhere/new.jsonl")


def test_names_that_differ_in_case(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two names are one where the file system ignores case: found out for this one, and for both kinds."""
    probe = Path("Probe")
    probe.touch()
    assert claims_module._ignores_case(folder) == Path("pROBE").exists()
    for ignores_case in (False, True):
        monkeypatch.setattr(claims_module, "_ignores_case", lambda _, ignores=ignores_case: ignores)
        claims = Claims()
        claims.write("--output", "new/Out.jsonl")
        assert (claims._key("NEW/out.jsonl") == claims._key("new/Out.jsonl")) == ignores_case


def test_standard_output_is_no_file_that_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redirected to an input or a target it is refused; elsewhere, or closed, it is not."""
    Path("ledger.jsonl").touch()
    claims = Claims()
    claims.read("in/a.jsonl")
    claims.write("--ledger", "ledger.jsonl")
    for name, complaint in {"hard.jsonl": "is an input", "ledger.jsonl": "--ledger names, too"}.items():
        with open(name, "a") as stream, monkeypatch.context() as patched:  # noqa: PTH123
            patched.setattr("sys.stdout", stream)
            with pytest.raises(OptionsError, match=complaint):
                claims.check_stdout()
    for stdout in (None, open(os.devnull, "w"), open("free.txt", "w")):  # noqa: PTH123, SIM115
        with monkeypatch.context() as patched:
            patched.setattr("sys.stdout", stdout)
            claims.check_stdout()
        if stdout:
            stdout.close()
