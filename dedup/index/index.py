"""The memory between runs: what earlier runs kept, in one file, and an answer for each article.

    with dedup.Index("seen.index") as index:
        decision = index.add({"id": "a1", "text": text})

A document goes through the stages of a batch run; those that it is compared with come from the file.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from dedup.api import Result
from dedup.errors import IndexFileError, InputError, OptionsError
from dedup.identity import Identity
from dedup.index.entry import enter
from dedup.index.reading import Reading, date
from dedup.index.store import Move, Store
from dedup.options import Options
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Progress
from dedup.pipeline.run import run
from dedup.repeats.find import Repeat
from dedup.sources.memory import Memory
from dedup.sources.source import Source

__all__ = ["Decision", "Entry", "Index"]

SHAPING = ("repeats", "cut", "caution", "threshold", "contained", "ngram", "num_perm", "recall")
"""The options that shape the texts that are compared, or how they are looked up."""

_ONE_BY_ONE = 1000  # documents that were added so, from which on they are written: a crawl loses no more
_AGE = re.compile(r"([0-9]{1,6})([mhdwy])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}


class Decision(NamedTuple):
    """What is to become of one document.

    `decision`: kept, cut (kept, without its repeats) or dropped; `keeper`: of a dropped one, what it matches:
    {"id", "source", "position"}, of an earlier run with its "date"; `jaccard` and `coverage`: how alike both
    are, and how much of it the keeper has (0 to 1; 0 if kept); `text`: without its repeats; `repeats`: these.
    """

    decision: str
    keeper: Identity | None
    jaccard: float
    coverage: float
    text: str
    repeats: list[Repeat]

    @property
    def dropped(self) -> bool:
        """Whether a kept document says the same."""
        return self.decision == "dropped"


class Entry:
    """A run on its way into an index: with its outputs, or not at all. `name`: of a run that is to take the
    place of earlier ones of that name.
    """

    def __init__(self, store: Store, outcome: Outcome, name: str) -> None:
        self._store, self._result, self._name = store, outcome, name
        self._run = -1

    def prepare(self, moves: Sequence[Move]) -> None:
        """Add the kept documents; from now on whoever opens the index finishes these moves."""
        began = time.perf_counter()
        replaced = self._store.numbers_of(self._name) if self._name else []
        with self._store.transaction():
            self._run = self._store.begin(self._name, replaced)
            self._store.segments.add(*enter(self._store, self._run, self._result))
            self._store.expect(self._run, moves)
        self._result.seconds["index"] = time.perf_counter() - began

    def settle(self) -> None:
        """The moves are done."""
        self._store.settle(self._run)

    def cancel(self) -> None:
        """The moves cannot be done: nothing has entered."""
        self._store.cancel(self._run)


class Index:
    """Documents that were kept, in a file, which no other process has meanwhile.

    `options`, and single ones as `changes`: those that shape what is stored must be those that the file was
    made with, where they are given; `wait`: seconds to wait where another process has the file; `forget`:
    documents older than that ("90d", "12h", "2w") match nothing; `source`: where documents come from that
    are added one by one. Raises IndexFileError, OptionsError.

    What is added one by one is written every 1,000 documents, by `commit`, and in the end. Calls from several
    threads must not overlap.
    """

    def __init__(
        self,
        path: str | Path,
        options: Options | None = None,
        *,
        wait: float = 0.0,
        forget: str | None = None,
        source: str = "memory",
        create: bool = True,
        **changes: Any,
    ) -> None:
        asked = replace(options or Options(), **changes)
        since = int(time.time()) - seconds(forget) if forget else 0
        named = set(SHAPING) if options else set(SHAPING) & changes.keys()
        shaping = {name: getattr(asked, name) for name in SHAPING}
        self._store = Store(path, shaping if create else None, wait)
        try:
            self.options = _agreed(self._store, asked, named)
            self._few = replace(self.options, workers=1, keep="first")
            self._reading = Reading(self._store, since=self._store.first(since))
        except BaseException:
            self._store.close()
            raise
        self._source = source
        self._run: int | None = None
        self._unwritten = 0
        self._position = 0

    def __enter__(self) -> "Index":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what was added, and let go of the file."""
        try:
            self.commit()
        finally:
            self._store.close()

    def __len__(self) -> int:
        return len(self._store)

    def info(self) -> dict[str, Any]:
        """What the file holds: documents, runs, first and last date, bytes, format, options."""
        return self._store.facts()

    def check(self, document: str | dict[str, Any]) -> Decision:
        """What would become of a document, a string or a mapping; the index stays as it is. Raises
        InputError for one without text.
        """
        outcome = self._result([document])
        return self._decision(outcome, 0, outcome.texts([0])[0])

    def add(self, document: str | dict[str, Any]) -> Decision:
        """The same; the document is in the index from now on if it is kept."""
        return self.add_each([document])[0]

    def add_each(self, documents: Sequence[str | dict[str, Any]]) -> list[Decision]:
        """The same for several, as if one were added after the other: of those that say the same the first is
        kept. Thirty at once take twice the time of one. Raises InputError, and adds none, where one has no
        text.
        """
        outcome = self._result(documents)
        rows = range(len(documents))
        texts = outcome.texts(list(rows))
        decisions = [self._decision(outcome, row, texts[row]) for row in rows]
        self._enter(outcome, self._source, self._position)
        self._position += len(documents)
        return decisions

    def look(self, source: Source) -> Outcome:
        """What would become of the few documents of a source, of which the first ones are kept; the index
        stays as it is.
        """
        return run(source, self._few, None, self._reading)

    def take(self, outcome: Outcome) -> None:
        """The kept documents of a result of `look` are in the index from now on, under their own sources."""
        self._enter(outcome, None, 0)

    def add_many(self, documents: Any) -> Result:
        """Add many documents at once, as `dedup.clean` takes them; they are compared with each other, too."""
        result = Result.of(self.run(Memory(documents, self.options)))
        _ = result.highlights.texts  # read while the file is open
        entry = self.entry(result)
        entry.prepare([])
        entry.settle()
        return result

    def run(self, source: Source, progress: Progress | None = None, name: str = "") -> Outcome:
        """A run over a source. Documents of earlier runs of that name, which it takes the place of, match
        nothing.
        """
        self.commit()
        self._run = None
        hidden = self._store.numbers_of(name) if name else []
        return run(source, self.options, progress, replace(self._reading, hidden=hidden))

    def entry(self, outcome: Outcome, name: str = "") -> Entry:
        """The entry of a result of `run` into this index."""
        return Entry(self._store, outcome, name)

    def remove(self, id: str) -> int:
        """Forget the documents of an id: they match nothing any more; returns how many there were."""
        self.commit()
        with self._store.transaction():
            return self._store.remove(id)

    def purge(self, older: str) -> int:
        """Forget what entered longer ago than that ("90d"), and give its room back; returns how many."""
        self.commit()
        return self._store.purge(int(time.time()) - seconds(older))

    def shrink(self) -> int:
        """Give back the room of what was forgotten; nothing more is: returns 0."""
        self.commit()
        return self._store.purge(0)

    def commit(self) -> None:
        """Write what was added one by one."""
        count, self._unwritten = self._unwritten, 0
        if not count:
            return
        recent = self._reading.taken()
        with self._store.transaction():
            self._store.segments.add(*recent)

    def _result(self, documents: Sequence[str | dict[str, Any]]) -> Outcome:
        """The result of a run over documents of which the first ones are kept."""
        outcome = self.look(Memory(documents, self.options))
        for reject in outcome.corpus.rejects:
            raise InputError(f"The document has no text: {reject.reason}.")
        return outcome

    def _decision(self, outcome: Outcome, row: int, text: str) -> Decision:
        """What was decided about a document, of which this is the text."""
        keeper = int(outcome.keepers.keeper[row])
        return Decision(
            outcome.decision(row),
            self._identity(outcome, keeper) if keeper >= 0 else None,
            float(outcome.keepers.jaccard[row]),
            float(outcome.keepers.coverage[row]),
            outcome.corpus.cleaned(row, text) if row in outcome.corpus.cuts else text,
            outcome.repeats_of(row),
        )

    def _identity(self, outcome: Outcome, row: int) -> Identity:
        """Who a document is: of those that are added, as the index will name it."""
        identity = outcome.identity(row)
        if "date" in identity:
            return identity
        return {
            "id": identity["id"],
            "source": self._source,
            "position": self._position + row + 1,
            "date": date(int(time.time())),
        }

    def _enter(self, outcome: Outcome, source: str | None, before: int) -> None:
        """Add the kept documents of a outcome, to be written with the next ones."""
        if not len(outcome.kept_rows()):
            return
        self._store.begin_changes()
        try:
            if self._run is None:
                self._run = self._store.begin("", [])
            found = enter(self._store, self._run, outcome, source, before)
        except BaseException:  # with it goes what came since the last commit
            self._store.drop_changes()
            self._reading.taken()
            self._run, self._unwritten = None, 0
            raise
        self._unwritten = self._reading.remember(*found, len(outcome.kept_rows()))
        if self._unwritten >= _ONE_BY_ONE:
            self.commit()


def seconds(text: str) -> int:
    """The seconds that 90d, 12h, 30m, 2w or 1y say. Raises OptionsError."""
    match = _AGE.fullmatch(text.strip().lower())
    if not match:
        raise OptionsError(f"an age is a number and m, h, d, w or y, as 90d, not {text!r}")
    return int(match[1]) * _SECONDS[match[2]]


def _agreed(store: Store, asked: Options, named: set[str]) -> Options:
    """The options of a run with an index; raises IndexFileError where it was made with others than those
    that were named.
    """
    made: dict[str, Any] = {**store.options}
    made["cut"] = tuple(made["cut"])
    for name in SHAPING:
        if name in named and getattr(asked, name) != made[name]:
            raise IndexFileError(
                f"{str(store.path)!r} was made with {name} {made[name]}, not {getattr(asked, name)}: "
                "use the same options, or another index."
            )
    return replace(asked, **made)
