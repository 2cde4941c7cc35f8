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

import numpy as np

from dedup.errors import IndexFileError, InputError, OptionsError
from dedup.index.entering import enter, keys, marks, packed
from dedup.index.reading import Reading
from dedup.index.store import Move, Row, Store
from dedup.memory import Memory
from dedup.options import Options
from dedup.pipeline import Progress, Source, run
from dedup.repeats import Repeat
from dedup.result import Result

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
    keeper: dict[str, Any] | None
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

    def __init__(self, store: Store, result: Result, name: str) -> None:
        self._store, self._result, self._name = store, result, name
        self._run = -1

    def prepare(self, moves: Sequence[Move]) -> None:
        """Add the kept documents; from now on whoever opens the index finishes these moves."""
        began = time.perf_counter()
        replaced = self._store.numbers_of(self._name) if self._name else []
        with self._store.transaction():
            self._run = self._store.begin(self._name, replaced)
            enter(self._store, self._run, self._result)
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
        return _decision(self._result(document))

    def add(self, document: str | dict[str, Any]) -> Decision:
        """The same; the document is in the index from now on if it is kept."""
        result = self._result(document)
        decision = _decision(result)
        self._position += 1
        if not decision.dropped:
            self._enter(result, self._source, self._position)
        return decision

    def look(self, source: Source) -> Result:
        """What would become of the one document of a source, or of its reject; the index stays as it is."""
        return run(source, replace(self.options, workers=1), None, self._reading)

    def take(self, result: Result) -> None:
        """The one document of a result of `look` is in the index from now on, if it is kept."""
        if len(result.table) and result.keepers.keeper[0] < 0:
            place = result.identity(0)
            self._enter(result, place["source"], place["position"])

    def add_many(self, documents: Any) -> Result:
        """The same for many documents at once, as `dedup.clean` takes them: they are compared with each other
        as well.
        """
        result = self.run(Memory(documents, self.options))
        _ = result.openings, result.template_examples  # read while the file is open
        entry = self.entry(result)
        entry.prepare([])
        entry.settle()
        return result

    def run(self, source: Source, progress: Progress | None = None, name: str = "") -> Result:
        """A run over a source. Documents of earlier runs of that name, which it takes the place of, match
        nothing.
        """
        self.commit()
        self._run = None
        hidden = self._store.numbers_of(name) if name else []
        return run(source, self.options, progress, replace(self._reading, hidden=hidden))

    def entry(self, result: Result, name: str = "") -> Entry:
        """The entry of a result of `run` into this index."""
        return Entry(self._store, result, name)

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
        if not self._unwritten:
            return
        with self._store.transaction():
            self._store.segments.add(*self._reading.taken())
        self._unwritten = 0

    def _result(self, document: str | dict[str, Any]) -> Result:
        """The result of a run over one document."""
        result = self.look(Memory([document], self.options))
        for reject in result.documents.rejects:
            raise InputError(f"The document has no text: {reject.reason}.")
        return result

    def _enter(self, result: Result, source: str, position: int) -> None:
        """Add the one document of a result, to be written with the next ones."""
        assert result.signed is not None
        one, kept = np.zeros(1, np.int64), np.ones(1, bool)
        self._store.begin_changes()
        try:
            if self._run is None:
                self._run = self._store.begin("", [])
            number, (text,), (mark,) = self._store.next, packed(result, one), marks(result.signed, kept)
            said = result.identity(0)["id"], source, position, int(time.time())
            words = result.table.column("words")[0].as_py()
            self._store.enter(self._run, [Row(number, *said, words, mark, text)], number + 1)
        except BaseException:
            self._store.drop_changes()
            self._run = None
            raise
        self._unwritten = self._reading.remember(*keys(result.signed, kept, number))
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


def _decision(result: Result) -> Decision:
    """What was decided about the one document of a result."""
    keeper, text = int(result.keepers.keeper[0]), result.texts([0])[0]
    return Decision(
        result.decision(0),
        result.identity(keeper) if keeper >= 0 else None,
        float(result.keepers.jaccard[0]),
        float(result.keepers.coverage[0]),
        result.documents.cleaned(0, text),
        result.repeats_of(0),
    )
