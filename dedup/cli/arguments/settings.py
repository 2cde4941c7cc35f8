"""Options from a file: `dedup.toml`, or `[tool.dedup]` in `pyproject.toml`. The command line wins."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup.cli.arguments.command_parser import CommandParser
from dedup.errors import OptionsError

if TYPE_CHECKING:
    from dedup.ledger.run_facts import SettingsFile

_SWITCHES = ("repeats", "duplicates")
"""Options that are on by default: false in a file is `--no-NAME`."""
_PATHS = ("never-drop", "index")
NAMES = (
    *("text-field", "id-field", "title-field", "url-field", "site-field", "max-document"),
    *("cut", "caution", "repeats", "duplicates", "threshold", "contained", "ngram", "num-perm", "recall"),
    *("max-loss", "keep", "never-drop", "action", "index", "updates", "forget", "wait", "workers", "memory"),
    *("fail-over", "quiet", "verbose"),
)
"""What a file may set: options that are no inputs and no outputs."""
_MARK = b"tool.dedup"


class Settings:
    """The options in a file. `applied`: those that a command took from it, for its report."""

    def __init__(self, path: Path, values: Mapping[str, Any]) -> None:
        self.path, self.values = path, values
        self.applied: list[SettingsFile] = []

    @classmethod
    def of_folder(cls) -> Settings | None:
        """The settings of the current folder, or of the nearest one above that has some. Raises OptionsError
        if the file is wrong.
        """
        try:
            here = Path.cwd()
        except OSError:  # the folder has been deleted
            return None
        for folder in (here, *here.parents):
            for name in ("dedup.toml", "pyproject.toml"):
                path = folder / name
                if os.path.isfile(path) and (values := _read(path)) is not None:  # noqa: PTH113 - twice as fast
                    return cls(path, values)
        return None

    def words(self, command: CommandParser, given: Sequence[str]) -> list[str]:
        """The words that the file adds to a command line, in which these words are given. Raises
        OptionsError.
        """
        words, taken = list[str](), list[str]()
        for name, value in self.values.items():
            of_option = self._words(name, value)
            option = of_option[0] if of_option else f"--{name}"
            strings = _strings(command, option)
            if strings and not _is_given(strings, given):
                words += of_option
                taken.append(name)
        if taken:
            self.applied = [{"file": _shown(self.path), "options": taken}]
        return words

    def _words(self, name: str, value: Any) -> list[str]:
        """The words that set one option."""
        if name in _SWITCHES or name in ("quiet", "verbose"):
            if not isinstance(value, bool):
                raise OptionsError(f"{_shown(self.path)}: {name} must be true or false, not {value!r}")
            switch = f"--no-{name}" if name in _SWITCHES else f"--{name}"
            return [switch] if value != (name in _SWITCHES) else []
        if isinstance(value, list) and name == "cut":
            value = ",".join(map(str, value))
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise OptionsError(f"{_shown(self.path)}: {name} must be a text or a number, not {value!r}")
        if name in _PATHS and "://" not in str(value):
            value = _shown(self.path.parent / str(value))
        return [f"--{name}={value}"]


def _read(path: Path) -> dict[str, Any] | None:
    """The options of a file by name; None where it is no file for dedup. Raises OptionsError."""
    is_own = path.name == "dedup.toml"
    try:
        content = path.read_bytes()
        if not is_own and _MARK not in content:
            return None
        import tomllib  # late: only where there is a file

        parsed = tomllib.loads(content.decode())
    except (OSError, ValueError) as error:
        if not is_own and isinstance(error, OSError):
            return None
        raise OptionsError(f"{_shown(path)} cannot be read: {' '.join(str(error).split())}") from error
    options = parsed if is_own else parsed.get("tool", {}).get("dedup")
    if options is None:
        return None
    if not isinstance(options, dict):
        raise OptionsError(f"{_shown(path)}: tool.dedup must be a table of options")
    return {_checked(name, path): value for name, value in options.items()}


def _checked(name: str, path: Path) -> str:
    """The name of an option, with dashes. Raises OptionsError for one that a file cannot set."""
    dashed = name.replace("_", "-")
    if dashed not in NAMES:
        from dedup.cli.arguments.usage import did_you_mean  # late: for wrong names only

        meant = did_you_mean(dashed, NAMES) or f"; it can set {', '.join(sorted(NAMES))}"
        raise OptionsError(f"{_shown(path)} cannot set {name}{meant}")
    return dashed


def _strings(command: CommandParser, word: str) -> Sequence[str]:
    """All names of the option that a word sets; none if the command has no such option."""
    name = word.partition("=")[0]
    return next((a.option_strings for a in command._actions if name in a.option_strings), [])


def _is_given(strings: Sequence[str], given: Sequence[str]) -> bool:
    """Whether the command line has the option already."""
    return any(
        word == name or word.startswith(f"{name}=" if name.startswith("--") else name)
        for name in strings
        for word in given
    )


def _shown(path: Path) -> str:
    """The path from the current folder where that is short."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith(os.path.join("..", "..", "..")) else relative  # noqa: PTH118
