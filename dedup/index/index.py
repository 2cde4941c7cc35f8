"""The index for a library user: what earlier runs kept, in one file, and a decision about each new article.

    with dedup.Index("seen.index") as index:
        decision = index.add({"id": "a1", "text": text})

A document goes through the stages of a run; the documents that it is compared with come from the file.
"""

import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Unpack

from dedup.api import Result
from dedup.document import Reject
from dedup.errors import InputError
from dedup.identity import Identity
from dedup.index.opening import open_session
from dedup.index.reader import date
from dedup.options import OptionChanges, Options
from dedup.pipeline.outcome import Outcome
from dedup.repeats.find import Repeat
from dedup.sources.memory import Memory
from dedup.text.fields.addresses import address_keys

__all__ = ["Decision", "Index"]


class Decision(NamedTuple):
    """What becomes of one document.

    `decision`: kept, cut (kept without its repeats) or dropped, which is tagged with action="tag"; `keeper`:
    the document that a dropped one matches, with its "date" if an earlier run kept it; `jaccard`: how similar
    the two are, and `coverage`: how much of the document the keeper has (both 0 to 1; 0 if the document is
    kept); `text`: the document without its repeats; `repeats`: the repeats in it; `update_of`: the latest
    earlier version of a kept document that came with the same URL, or else id, and other words.
    """

    decision: str
    keeper: Identity | None
    jaccard: float
    coverage: float
    text: str
    repeats: list[Repeat]
    update_of: Identity | None = None

    @property
    def dropped(self) -> bool:
        """Whether the document is a near-duplicate of its keeper."""
        return self.keeper is not None


class Index:
    """Documents that were kept, in a file that no other process can open meanwhile, or on a Redis server
    (`path`: redis://HOST:6379/0?name=NAME), where many processes add and ask at the same time.

    `options` and single ones as `changes`: those that decide what the file stores must be the ones that it
    was made with; those that are not given are taken from the file. `wait`: seconds to wait while another
    process has the file, or the server does not answer; `forget`: documents older than this age ("90d",
    "12h", "2w") match nothing; `source`: the source that documents added one by one are listed under;
    `create`: make an index that does not exist. Raises IndexFileError, OptionsError.

    Documents added by `add` and `add_each` are written by `commit`, every 1,000 documents and when the index
    is closed; on a server, at once. Calls from several threads must not overlap.
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
        **changes: Unpack[OptionChanges],
    ) -> None:
        self._session = open_session(path, options, wait=wait, forget=forget, create=create, **changes)
        self._source = source
        self._position = 0

    def __enter__(self) -> "Index":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write the documents that were added, and close the file."""
        self._session.close()

    def __len__(self) -> int:
        return len(self._session)

    @property
    def options(self) -> Options:
        """The options of every decision of this index."""
        return self._session.options

    def info(self) -> dict[str, Any]:
        """The file's documents, runs, first and last date (seconds since 1970), bytes, format and options."""
        return self._session.info()

    def check(self, document: str | dict[str, Any]) -> Decision:
        """Decide about a document, a string or a mapping. The index does not change. Raises InputError if the
        document has no text.
        """
        outcome = self._decide([document])
        return self._decision(outcome, 0, outcome.texts([0])[0])

    def add(self, document: str | dict[str, Any]) -> Decision:
        """Decide about a document, a string or a mapping, and add it to the index if it is kept. Raises
        InputError if the document has no text.
        """
        return self.add_each([document])[0]

    def add_each(self, documents: Sequence[str | dict[str, Any]]) -> list[Decision]:
        """Decide about several documents as `add` does one after the other: the first of near-duplicates is
        kept. Thirty at once take twice the time of one. Raises InputError, and adds none, if one has no text.
        """
        parts = self._parts(documents) if len(documents) > 1 else [documents]
        return [decision for part in parts for decision in self._add(part)]

    def _parts(self, documents: Sequence[str | dict[str, Any]]) -> list[Sequence[str | dict[str, Any]]]:
        """The documents in parts, none with two documents of one URL, or else id: the second one may be an
        update of the first one. Raises InputError if one has no text.
        """
        keys: list[int] = []
        source = Memory(documents, self.options)
        for batch in map(source.parse, source.blocks()):
            _check_texts(batch.rejects)
            keys += address_keys(*(batch.documents.column(name) for name in ("url", "id"))).tolist()
        starts, seen = [0], set[int]()
        for row, key in enumerate(keys):
            if key in seen:
                starts.append(row)
                seen.clear()
            if key:
                seen.add(key)
        return [documents[start:end] for start, end in pairwise([*starts, len(documents)])]

    def _add(self, documents: Sequence[str | dict[str, Any]]) -> list[Decision]:
        """Decide about documents, and add those that are kept. Those that somebody else overtook are decided
        anew.
        """
        decisions: dict[int, Decision] = {}
        while left := [row for row in range(len(documents)) if row not in decisions]:
            outcome = self._decide([documents[row] for row in left])
            texts = outcome.texts([*range(len(left))])
            positions = [self._position + row + 1 for row in left]
            decided = [self._decision(outcome, at, texts[at], positions) for at in range(len(left))]
            again = self._session.remember(outcome, self._source, positions)
            decisions |= {row: decided[at] for at, row in enumerate(left) if at not in again}
        self._position += len(documents)
        return [decisions[row] for row in range(len(documents))]

    def add_many(self, documents: Any) -> Result:
        """Clean many documents at once, in any form that `dedup.clean` takes, and add those that are kept.
        They are compared with the index and with each other; the option `keep` decides which of several
        near-duplicates among them is kept.
        """
        result = Result.of(self._session.run(Memory(documents, self.options)))
        _ = result.highlights.texts  # read while the file is open
        entry = self._session.entry(result)
        entry.prepare([])
        entry.settle()
        return result

    def remove(self, id: str) -> int:
        """Delete the documents with this id; returns how many there were. `purge` returns their space."""
        return self._session.remove([id])[0]

    def purge(self, older: str | None = None) -> int:
        """Delete the documents older than an age ("90d"), and return the space of all deleted documents to
        the file system; returns how many there were. Raises OptionsError.
        """
        return self._session.purge(older)

    def lsh(self) -> Any:
        """The `datasketch.MinHashLSH` whose storage is this index, which must be on Redis; its keys are
        numbers of documents, as bytes. Ask it with `dedup.minhash(text)`; `identities` names what it finds.
        Raises OptionsError.
        """
        return self._session.lsh()

    def identities(self, keys: Iterable[int | bytes]) -> list[Identity]:
        """Id, source, position and date of the documents with these numbers, as `lsh` has them; without
        deleted ones.
        """
        return self._session.identities(sorted({int(key) for key in keys}))

    def commit(self) -> None:
        """Write the documents that were added one by one."""
        self._session.commit()

    def _decide(self, documents: Sequence[str | dict[str, Any]]) -> Outcome:
        """The outcome of a run over these documents. Raises InputError if one has no text."""
        outcome = self._session.decide(Memory(documents, self.options))
        _check_texts(outcome.corpus.rejects)
        return outcome

    def _decision(self, outcome: Outcome, row: int, text: str, positions: Sequence[int] = ()) -> Decision:
        """The decision about document `row`, whose original text this is. `positions`: of all, by row."""
        keeper = int(outcome.keepers.keeper[row])
        return Decision(
            outcome.decision(row),
            self._identity(outcome, keeper, positions) if keeper >= 0 else None,
            float(outcome.keepers.jaccard[row]),
            float(outcome.keepers.coverage[row]),
            outcome.findings.cleaned(row, text) if row in outcome.findings.cuts else text,
            outcome.repeats_of(row),
            outcome.decisions.updates.get(row),
        )

    def _identity(self, outcome: Outcome, row: int, positions: Sequence[int]) -> Identity:
        """The identity of a document. One of this outcome is named as the index will name it."""
        identity = outcome.identity(row)
        if "date" in identity:
            return identity
        return {
            "id": identity["id"],
            "source": self._source,
            "position": positions[row],
            "date": date(int(time.time())),
        }


def _check_texts(rejects: Sequence[Reject]) -> None:
    """Raise InputError if there is a document without a text."""
    for reject in rejects:
        raise InputError(f"The document has no text: {reject.reason}.")
