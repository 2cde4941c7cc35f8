"""Where a run writes: the paths of its output, its ledger, its rejects and its report."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import NamedTuple

from dedup.errors import OptionsError
from dedup.files.locations.names import is_table, split_table
from dedup.files.names import is_file_or_new

REPORTS = (".html", ".htm", ".json", ".md", ".txt")
"""How the name of a report may end; .gz or .zst may follow."""


def check_report(path: str | None, option: str = "--report") -> None:
    """Raise OptionsError for a report whose name does not say its format. `option`: what names it."""
    if path in (None, "-") or extension(str(path)) in REPORTS:
        return
    raise OptionsError(f"{option} takes a name that ends in .html, .json, .md or .txt, or -, not {path}")


def extension(path: str) -> str:
    """How a name ends, in small letters; of a compressed file, what comes before .gz or .zst."""
    name = PurePath(path)
    return (PurePath(name.stem).suffix if name.suffix in (".gz", ".zst") else name.suffix).lower()


class Targets(NamedTuple):
    """The paths that a run writes to. None: no such file is written, but for `output`, where None and "-" are
    standard output.
    """

    output: str | None = None
    ledger: str | None = None
    rejects: str | None = None
    report: str | None = None

    @property
    def is_stdout(self) -> bool:
        """Whether the documents go to standard output."""
        return self.output in (None, "-")

    @property
    def rejects_or_default(self) -> str:
        """The rejects file: the one that was named, or one beside an output that is a file or a folder."""
        if self.rejects:
            return self.rejects
        base = "dedup"
        if self.output and is_table(self.output):
            base = split_table(self.output)[0]
        elif not self.is_stdout and (is_file_or_new(str(self.output)) or Path(str(self.output)).is_dir()):
            base = str(self.output).rstrip("/\\")
        return f"{base}.rejects.jsonl"

    def keeping_rejects(self, any_rejects: bool) -> Targets:
        """These targets, with a rejects file wherever a run has rejects: none of them is lost."""
        return self._replace(rejects=self.rejects_or_default) if any_rejects else self
