"""A summary -> commands that show or undo what the run decided. Each is one line that runs as it is: with the
paths of the run, the options that decided, and quotes where a shell needs them.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dedup.identity import Identity, location_of
from dedup.ledger.run_facts import RunFacts
from dedup.options import MACHINE, Options
from dedup.reports.safe import safe
from dedup.summary.format import Summary, WrittenFiles

_FIELDS = ("text_field", "id_field", "max_document")
_CUTTING = ("cut", "caution")
_SIMILARITY = ("threshold", "contained", "ngram")
_SITE = ("url_field", "site_field")
TAKEN: dict[str, tuple[str, ...]] = {
    "compare": (*_FIELDS, *_SIMILARITY, *_CUTTING, "title_field", "repeats"),
    "repeats": (*_FIELDS, *_CUTTING, *_SITE, "title_field"),
    "clean": tuple(name for name in Options().as_values() if name not in MACHINE),
    "tune": (
        *(*_FIELDS, *_SIMILARITY, *_CUTTING, *_SITE, "title_field", "repeats"),
        *("max_loss", "num_perm", "recall", "keep"),
    ),
}
"""The options that each command takes, of those that change what it shows."""


def words_of(options: Mapping[str, Any], taken: Sequence[str]) -> list[str]:
    """The words of a command line that give these options (see `Options.as_values`), where they differ from
    the defaults. `taken`: the options that the command takes.
    """
    words, usual = list[str](), Options().as_values()
    for name, value in options.items():
        if name not in taken or _plain(value) == _plain(_usual(name, usual, options)):
            continue
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words += [] if value else [f"--no-{name}"]
        else:
            words += [option, _word(name, value)]
    return words


def _plain(value: Any) -> Any:
    return [*value] if isinstance(value, tuple) else value


def _usual(name: str, usual: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
    """The value of an option that needs no word: --contained follows --threshold."""
    return options.get("threshold") if name == "contained" else usual.get(name)


def _word(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    is_off = value is None or (name == "max_document" and value == 0)
    return "off" if is_off else str(value)


def command(*words: str) -> str | None:
    """The words as one line; None if a word has characters that cannot be pasted."""
    line = shlex.join(["dedup", *words])
    return line if safe(line) == line else None


class Commands:
    """The commands that fit one run. A command is None where none would work: the inputs are gone or were
    standard input, or there is no ledger.
    """

    def __init__(self, summary: Summary) -> None:
        self._run: RunFacts | None = summary.get("run")
        self._files: WrittenFiles | None = summary["files"]
        self._options: Mapping[str, Any] = summary["options"]

    @property
    def ledger(self) -> str | None:
        """The ledger of the run, if there is one that can be read again."""
        ledger = self._files["ledger"] if self._files else None
        return None if ledger is None or ledger == "-" or ledger.startswith("/dev/") else ledger

    @property
    def inputs(self) -> list[str]:
        """The inputs, if `dedup compare` can read them as the run did; else none."""
        run = self._run
        if run is None or run["engine"] != "local":
            return []
        writes = self._files is not None and not self._files["dry_run"]
        if writes and run["output"] in run["inputs"]:
            return []
        return [] if "-" in run["inputs"] else run["inputs"]

    def pair(self, one: Identity, other: Identity) -> str | None:
        """What shows two documents side by side; where none can, what says what became of the first."""
        if "date" in one or "date" in other or not self.inputs:
            return self.why(one)
        names = [paste_name(one), paste_name(other)]
        if None in names:
            return self.why(one)
        return command("compare", *map(str, names), "--in", *self.inputs, *self._words("compare"))

    def repeats(self, document: Identity) -> str | None:
        """What shows a document with its repeats marked."""
        name = paste_name(document)
        if not self.inputs or name is None:
            return self.why(document)
        return command("repeats", *self.inputs, "--id", name, *self._words("repeats"))

    def sites(self) -> str | None:
        """What shows what sites print."""
        words = words_of(self._options, (*_FIELDS, *_SITE, "title_field", "caution"))
        return command("sites", *self.inputs, *words) if self.inputs else None

    def why(self, document: Identity) -> str | None:
        """What says what became of a document."""
        name = paste_name(document)
        return command("why", name, self.ledger) if self.ledger and name is not None else None

    def whole_report(self) -> str | None:
        """What shows the whole report."""
        is_spark = self._run is not None and self._run["engine"] == "spark"
        return command("report", self.ledger, "-v") if self.ledger and not is_spark else None

    def with_ledger(self) -> str | None:
        """The command of the run, with a ledger, and with an output if it had none."""
        run = self._run
        if not self.inputs or run is None:
            return None
        is_file = self._files is None or self._files["articles"] != "-"
        output, ledger = (is_file and run["output"]) or "cleaned/", self.ledger or "ledger.jsonl"
        return command(
            "clean", *self.inputs, "-o", output, "--ledger", ledger, *self._words("clean"), *self._index(run)
        )

    def _index(self, run: RunFacts) -> list[str]:
        return ["--index", run["index"]] if run["index"] else []

    def restore(self) -> str | None:
        """What gives the input back, into a new folder."""
        run, files = self._run, self._files
        if run is None or files is None or run["output"] is None or not self.ledger:
            return None
        rejects = ["--rejects", files["rejects"]] if files["rejects"] else []
        folder = "restored" if run["engine"] == "spark" else "restored/"
        return command("restore", run["output"], self.ledger, *rejects, "-o", folder)

    def _words(self, name: str) -> Iterator[str]:
        yield from words_of(self._options, TAKEN[name])


def paste_name(document: Identity) -> str | None:
    """What a command calls a document: its id; source:position where it has none, others have the same, or it
    cannot be pasted. None where that cannot be pasted either.
    """
    id_ = document["id"]
    is_clear = isinstance(id_, str) and id_ and safe(id_) == id_ and not id_.startswith("-")
    if is_clear and not document.get("shared_id"):
        return id_
    location = location_of(document)
    return location if safe(location) == location and not location.startswith("-") else None


def places(run: RunFacts) -> str:
    """The inputs of a run in a few words."""
    first, *others = run["inputs"] or ["nothing"]
    name = "standard input" if first == "-" else first
    return f"{name} and {len(others):,} more" if others else name
