"""Articles as they come: each line of standard input is answered before the next one is read. What `dedup
clean --stream` calls.

A document is decided, its line and its decision are written, and only then it enters the index: what is in
there was written. The index itself is written from time to time: after a kill, at the worst, some lines come
again.
"""

import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dedup.cli.clean import Job, Seen, opened, status
from dedup.document import BOM, File
from dedup.errors import OptionsError
from dedup.files import append as appending
from dedup.files.compression import compression_of
from dedup.files.discovery import STDIN, format_of
from dedup.files.reading import Source
from dedup.files.staging import Target
from dedup.files.stdin import Arriving, Long
from dedup.formats.blocks import Piece
from dedup.ledger.format import header_of
from dedup.ledger.records import records
from dedup.ledger.writer import LedgerWriter
from dedup.options import Options
from dedup.outputs.splice import Splicer
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.run import run
from dedup.sources.files import Line

if TYPE_CHECKING:
    from dedup.index.session import IndexSession


_COMMIT = 2.0  # seconds; a commit takes 30 ms, whatever it holds
_BINS = 10  # of a millisecond, to count waits in: as many numbers for any number of documents


def clean_stream(job: Job, options: Options) -> int:
    """Answer line by line until the input ends or a signal stops it; returns the exit status. Raises
    DedupError.
    """
    from dedup.reports.terminal import progress

    _check(job, options)
    progress.tell_compiling(job.quiet)
    chosen = replace(options, keep="first", workers=1)
    with (
        _memory(job, chosen) as index,
        Stream(job, chosen, index) as stream,
        Arriving(chosen.max_document) as arriving,
    ):
        for line in arriving:
            stream.answer(line)
        stream.finish()
    if not job.quiet:
        print(stream.tally, file=sys.stderr)
    bad = status(job, stream.tally.rejected, stream.tally.touched, stream.tally.records)
    return 128 + arriving.stopped if arriving.stopped else bad


def _check(job: Job, options: Options) -> None:
    """Refuse what makes no sense for a stream."""
    targets = job.targets
    files = {"output": targets.output, "ledger": targets.ledger, "rejects": targets.rejects_or_default}
    named = {option: path for option, path in files.items() if path and path != "-"}
    output = named.get("output", "")
    checks = {
        "--stream reads JSON Lines on standard input alone: give - as the only input": list(job.inputs)
        != ["-"],
        "--stream writes each line at once: leave --dry-run out": job.dry_run,
        "--stream tells its counts on standard error: leave --report out": bool(targets.report),
        "--stream keeps what comes first, it cannot know what comes later: leave --keep out": options.keep
        not in ("first", "longest"),
        "--stream takes one article at a time: leave --workers out": options.workers > 1,
        f"--stream writes JSON Lines, not {output}: name a .jsonl file": format_of(output)
        not in (None, "jsonl")
        or output.endswith(("/", "\\")),
        "--stream writes each line at once, which cannot be compressed: leave .gz and .zst out": any(
            compression_of(path) for path in named.values()
        ),
    }
    for message, wrong in checks.items():
        if wrong:
            raise OptionsError(message)
    _check_apart({**named, "index": job.seen.path} if job.seen else named)
    for path in named.values() if targets.ledger else ():
        appending.refuse_old(path)


def _check_apart(named: dict[str, str]) -> None:
    """Refuse one file for two things."""
    for (one, path), (other, same) in combinations(named.items(), 2):
        if Path(path).resolve() == Path(same).resolve():
            raise OptionsError(f"--{one} and --{other} both name {path}; name another file")


@contextmanager
def _memory(job: Job, options: Options) -> Iterator["IndexSession | None"]:
    """What documents are compared with: the index of the job, or one that lasts as long as the stream."""
    if not options.duplicates:
        yield None
        return
    with ExitStack() as stack:
        seen = job.seen
        if seen is None:
            folder = stack.enter_context(TemporaryDirectory(prefix="dedup-"))
            seen = Seen(str(Path(folder, "stream.index")), 0.0, None)
        yield stack.enter_context(opened(seen, options))


@dataclass
class Tally:
    """What came and what became of it; `waits`: tenths of milliseconds from a line to its answer."""

    decisions: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    waits: Counter[int] = field(default_factory=Counter)

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Count what one line held."""
        self.rejected += len(outcome.corpus.rejects)
        if len(outcome.table):
            self.decisions[outcome.decision(0)] += 1
        self.waits[int(seconds * 1000 * _BINS)] += 1

    @property
    def records(self) -> int:
        """What came in."""
        return self.decisions.total() + self.rejected

    @property
    def touched(self) -> int:
        """What of it was dropped, cut or could not be read."""
        return self.records - self.decisions["kept"]

    @property
    def median(self) -> float:
        """Milliseconds within which half of the lines were answered."""
        left = self.waits.total() / 2
        for wait in sorted(self.waits):
            left -= self.waits[wait]
            if left <= 0:
                return wait / _BINS
        return 0.0

    def __str__(self) -> str:
        cut, dropped = self.decisions["cut"], self.decisions["dropped"]
        kept = self.decisions["kept"] + cut
        most = max(self.waits, default=0) / _BINS
        return (
            f"{kept + dropped + self.rejected:,} articles read: {kept:,} kept, {cut:,} of them cut; "
            f"{dropped:,} dropped, {self.rejected:,} rejected\n"
            f"from a line to its answer: {self.median:,.1f} ms (median), {most:,.1f} ms at most"
        )


class _Fed(Iterator[bytes]):
    """The lines that were put in, as the chunks of a source; nothing where there is none yet."""

    def __init__(self) -> None:
        self._parts: deque[Iterator[bytes]] = deque()

    def put(self, parts: Iterator[bytes]) -> None:
        """Put in a line."""
        self._parts.append(parts)

    def __next__(self) -> bytes:
        while self._parts:
            if part := next(self._parts[0], b""):
                return part
            self._parts.popleft()
        return b""


class Stream:
    """One stream on its way from standard input to the targets of a job."""

    def __init__(self, job: Job, options: Options, index: "IndexSession | None") -> None:
        self.tally = Tally()
        self._index = index
        self._options = index.options if index is not None else options
        targets = job.targets
        self._output = _target(targets.output) or appending.stdout()
        rejects = _target(targets.rejects) or appending.when_needed(targets.rejects_or_default)
        ledger = _target(targets.ledger)
        self._ledger = LedgerWriter(ledger, rejects, header_of(self._options))
        # The output last: whoever reads a line finds its decision in the ledger.
        self._targets = [target for target in (ledger, rejects, self._output) if target]
        self._fed = _Fed()
        self._position = self._start = 0
        self._committed = time.monotonic()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the files, also where the stream did not come to its end."""
        for target in self._targets:
            if target.name != "-" and not target.closed:
                target.abandon()

    @cached_property
    def _splicer(self) -> Splicer:
        """The copying of the input: a byte-order mark is looked for at its start, so a line must be there."""
        file = File(STDIN, Path(STDIN), "jsonl")
        return Splicer(file, Source(file, summed=True, fed=self._fed), self._ledger, self._output)

    def answer(self, line: bytes | Long) -> None:
        """Decide what becomes of the next line, write it, and remember it."""
        began = time.perf_counter()
        self._fed.put(line.parts() if isinstance(line, Long) else iter((line,)))
        outcome = self._decided(line)
        for record in records(outcome, merge_unchanged=False):
            self._splicer.add(record)
        self._splicer.copy_to(self._start)
        for target in self._targets:
            target.push()
        self.tally.add(outcome, time.perf_counter() - began)
        self._remember(outcome)

    def _decided(self, line: bytes | Long) -> Outcome:
        """The result of a run over the next line."""
        self._position += 1
        if isinstance(line, Long):
            size, piece = line.size, Piece(0, self._start, self._position, b"", line.size)
        else:
            mark = len(BOM) if not self._start and line.startswith(BOM) else 0
            size, piece = len(line), Piece(0, self._start + mark, self._position, line[mark:])
        source = Line(STDIN, piece, self._options)
        self._start += size
        return self._index.decide(source) if self._index is not None else run(source, self._options)

    def _remember(self, outcome: Outcome) -> None:
        """Let the document enter the index, which is written from time to time."""
        if self._index is None:
            return
        self._index.remember(outcome)
        if time.monotonic() - self._committed >= _COMMIT:
            self._index.commit()
            self._committed = time.monotonic()

    def finish(self) -> None:
        """The input has ended."""
        self._splicer.finish(0)
        self._ledger.end([(Path(self._output.name).name, self._output)], folder=False)
        for target in self._targets:
            target.close()


def _target(path: str | None) -> Target | None:
    """The file of this name, where there is a name of one."""
    return None if path in (None, "-") else appending.onto(str(path))
