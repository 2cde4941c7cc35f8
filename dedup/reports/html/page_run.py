"""What a page says of its run: inputs, options in force, files, and the commands that show more of it or do
it again. Commands are whole: they run as they stand, from the folder that the run was started in.
"""

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from dedup.files.names import as_text
from dedup.options import MACHINE, Options
from dedup.reports.commands import Commands
from dedup.reports.numbers import number, rate
from dedup.reports.safe import safe
from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary

_FIELDS = ("text_field", "id_field", "title_field", "max_document")
_CUTS = ("cut", "caution")
_COMPARE = (*_FIELDS, *_CUTS, "repeats", "threshold", "contained", "ngram")
_REPEATS = (*_FIELDS, *_CUTS, "url_field", "site_field")


@dataclass(frozen=True)
class PageRun:
    """The facts of one run. `inputs`: as they were given; none where they are in memory, or not known."""

    summary: Summary
    inputs: list[str]
    began: datetime
    has_texts: bool

    @classmethod
    def of(cls, summary: Summary, exhibits: Exhibits | None) -> "PageRun":
        """The facts of a run: those that its summary has as `run`, or else of the run that ends now."""
        source = exhibits.outcome.source if exhibits else None
        known: dict[str, Any] = {
            "inputs": getattr(source, "inputs", []),
            "date": datetime.now(UTC).isoformat(),
        }
        known |= cast(dict[str, Any], summary).get("run") or {}
        inputs = [as_text(path) for path in known["inputs"]]
        return cls(summary, inputs, datetime.fromisoformat(known["date"]), exhibits is not None)

    @property
    def date(self) -> str:
        """When the page was written: 1 December 2026, 14:05 UTC."""
        return f"{self.began.day} {self.began.strftime('%B %Y, %H:%M')} UTC"

    @property
    def name(self) -> str:
        """What was cleaned, in a few words."""
        if not self.inputs:
            return "articles in memory" if self.has_texts else ""
        first = safe("standard input" if self.inputs[0] == "-" else self.inputs[0])
        more = len(self.inputs) - 1
        return f"{first} and {more:,} more" if more else first

    @property
    def paths(self) -> list[str]:
        """The inputs as they are shown."""
        return ["standard input" if path == "-" else safe(path) for path in self.inputs]

    @property
    def outputs(self) -> list[tuple[str, str]]:
        """The files that were written, each with what it has."""
        files = self.summary["files"]
        if files is None:
            return []
        named = {"Output": files["articles"], "Ledger": files["ledger"], "Unreadable": files["rejects"]}
        return [
            (label, "standard output" if path == "-" else safe(path)) for label, path in named.items() if path
        ]

    @property
    def took(self) -> str:
        """How long the run took, and how fast it was."""
        summary, elapsed = self.summary, self.summary["elapsed"]
        records = summary["totals"]["documents"] + summary["totals"]["rejected"]
        if not elapsed or not records:
            return ""
        rates = [f"{number(round(records / elapsed), 'article')}/s"]
        if summary["bytes"] is not None:
            rates.append(rate(summary["bytes"] / 1e6 / elapsed, "MB"))
        return f"{elapsed:,.1f} s ({', '.join(rates)})"

    @property
    def changed_options(self) -> list[str]:
        """The options that differ from their defaults, as a command has them."""
        words = _words(self.summary["options"], tuple(self.summary["options"]))
        return [safe(shlex.join(option)) for option in words]

    @property
    def all_options(self) -> list[tuple[str, str]]:
        """Every option with its value."""
        return [
            (f"--{name.replace('_', '-')}", safe(_shown(value)))
            for name, value in sorted(self.summary["options"].items())
        ]

    def again(self) -> str:
        """The command of the run, to which --never-drop can be added."""
        files = self.summary["files"]
        outputs = {"-o": files["articles"], "--ledger": files["ledger"]} if files else {}
        words = [word for option, path in outputs.items() if path and path != "-" for word in (option, path)]
        return self._command("clean", self._inputs(), words, tuple(Options().as_values()))

    def compare(self) -> str:
        """The command that compares two documents, whose names replace the NUL in it."""
        return self._command("compare", ["\0"], ["--in", *self._inputs()], _COMPARE)

    def repeats(self) -> str:
        """The command that shows the repeats of a document, whose name replaces the NUL in it."""
        return self._command("repeats", self._inputs(), ["--id", "\0"], _REPEATS)

    def undo(self) -> str | None:
        """The command that gives the input back; None where no ledger was written."""
        files = self.summary["files"]
        if files is None or not files["articles"] or not files["ledger"]:
            return None
        if whole := Commands(self.summary).restore():
            return whole
        output = "OUTPUT" if files["articles"] == "-" else files["articles"]
        words = [output, files["ledger"]]
        if files["rejects"]:
            words += ["--rejects", files["rejects"]]
        return safe(shlex.join(["dedup", "restore", *words, "-o", "restored/"]))

    def _inputs(self) -> list[str]:
        return self.inputs or ["INPUT"]

    def _command(self, name: str, before: list[str], after: list[str], takes: tuple[str, ...]) -> str:
        """A command with the options that it takes, as far as they differ from their defaults, between these
        words.
        """
        options = [word for option in _words(self.summary["options"], takes) for word in option]
        parts = shlex.join(["dedup", name, *before, *options, *after]).split("'\0'")
        return " \0 ".join(map(safe, parts)).strip(" ")


def _words(options: Any, takes: tuple[str, ...]) -> list[list[str]]:
    """These options as words of a command, as far as they differ from their defaults."""
    usual, words = Options().as_values(), []
    for name, value in options.items():
        if name not in takes or name in MACHINE or name not in usual or _same(value, usual[name]):
            continue
        flag = f"--{name.replace('_', '-')}"
        if name == "contained" and value == options["threshold"]:
            continue  # it follows
        if value is False:
            words.append([f"--no-{name}"])
        else:
            words.append([flag, _shown(value)])
    return words


def _same(value: object, usual: object) -> bool:
    return (list(value) if isinstance(value, tuple) else value) == (
        list(usual) if isinstance(usual, tuple) else usual
    )


def _shown(value: object) -> str:
    """A value as a command has it."""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "off" if value is None else str(value)
