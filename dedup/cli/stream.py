"""`dedup clean --stream`: each line of standard input is answered before the next one is read.

The order is: decide about a document; write its line and its ledger line; then add it to the index. So every
document in the index was written. The index itself is written every few seconds: after a kill, a few
documents may be accepted a second time.
"""

import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dedup.cli.exit_status import of_signal
from dedup.cli.job import IndexSettings, Job, claim_index, claim_inputs, open_index
from dedup.document import BOM, File
from dedup.errors import IndexUnavailableError, OptionsError
from dedup.files import append
from dedup.files.compression import compression_of
from dedup.files.discovery import STDIN, format_of
from dedup.files.locations.names import is_elsewhere
from dedup.files.reading import FileReader
from dedup.files.stdin import LongLine, StdinLines
from dedup.files.target import Target
from dedup.formats.blocks import Piece
from dedup.ledger.format import header_of
from dedup.ledger.records import records_of
from dedup.ledger.run_facts import for_ledger
from dedup.ledger.writer import LedgerWriter
from dedup.options import Options
from dedup.outputs.splice import Splicer
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.run import run
from dedup.policy import DEFAULT
from dedup.reports.numbers import number
from dedup.reports.stream_counts import StreamCounts
from dedup.sources.files import Line
from dedup.sources.pinned import names_of

if TYPE_CHECKING:
    from dedup.index.session import IndexSession


_COMMIT = 2.0  # seconds between commits; one takes 30 ms, however many documents it writes


def clean_stream(job: Job, options: Options) -> int:
    """Answer line by line until the input ends or a signal stops it; returns the exit status. Raises
    DedupError.
    """

    _check(job, options)
    options = replace(options, keep="first", workers=1)
    with (
        job.claim_targets(),
        _open_stream_index(job, options) as index,
        Stream(job, options, index) as stream,
        StdinLines(options.max_document) as lines,
    ):
        for line in lines:
            stream.answer(line)
        stream.finish()
    counts = stream.counts
    if not job.quiet:
        print(counts, file=sys.stderr)
        _print_unknown(options, counts.pinned)
    status = job.status(counts.rejected, counts.touched, counts.records)
    return of_signal(lines.stopped) if lines.stopped else status


def _print_unknown(options: Options, known: set[str]) -> None:
    """Say how many ids of --never-drop were in no line."""
    names = names_of(options.never_drop)
    if names.keys() - known:
        unknown = f"{len(names.keys() - known):,} of {number(len(names), 'id')}"
        print(f"{unknown} of --never-drop not in the stream", file=sys.stderr)


def _check(job: Job, options: Options) -> None:
    """Raise OptionsError for options that a stream cannot follow."""
    targets = job.targets
    paths = {"output": targets.output, "ledger": targets.ledger, "rejects": targets.rejects_or_default}
    files = {option: path for option, path in paths.items() if path and path != "-"}
    output = files.get("output", "")
    is_jsonl = format_of(output) in (None, "jsonl") and not output.endswith(("/", "\\"))
    checks = {
        "--stream reads JSON Lines on standard input only: give - as the only input": [*job.inputs] == ["-"],
        "--stream writes each line at once: leave --dry-run out": not job.dry_run,
        "--stream prints its counts on standard error: leave --report out": not targets.report,
        "--stream keeps the first of near-duplicates, since it cannot know what follows: leave --keep out": (
            options.keep in ("first", DEFAULT)
        ),
        "--stream decides about one article at a time: leave --workers out": options.workers <= 1,
        f"--stream writes JSON Lines, not {output}: name a .jsonl file": is_jsonl,
        "--stream writes each line at once, which cannot be compressed: leave .gz and .zst out": not any(
            compression_of(path) for path in files.values()
        ),
    }
    checks["--stream writes each line at once, which no store and no table can take: name files"] = not any(
        map(is_elsewhere, files.values())
    )
    for message, is_met in checks.items():
        if not is_met:
            raise OptionsError(message)
    claims = claim_inputs(job.inputs, [])
    if options.never_drop_file:
        claims.write("--never-drop", options.never_drop_file)
    if job.index_settings:
        claim_index(claims, job.index_settings.path)
    for option, path in files.items():
        claims.write(f"--{option}", path)
    claims.check_stdout()
    for path in files.values() if targets.ledger else ():
        append.check_empty(path)


@contextmanager
def _open_stream_index(job: Job, options: Options) -> Iterator["IndexSession | None"]:
    """The index that documents are compared with: that of the job, or a temporary one. None: they are not."""
    if not options.duplicates:
        yield None
        return
    with ExitStack() as stack:
        settings = job.index_settings
        if settings is None:
            folder = stack.enter_context(TemporaryDirectory(prefix="dedup-"))
            settings = IndexSettings(str(Path(folder, "stream.index")))
        yield stack.enter_context(open_index(settings, options))


class _LineChunks(Iterator[bytes]):
    """The chunks of the lines that were put in; b"" while there is none."""

    def __init__(self) -> None:
        self._lines: deque[Iterator[bytes]] = deque()

    def put(self, chunks: Iterator[bytes]) -> None:
        """Put in the chunks of a line."""
        self._lines.append(chunks)

    def __next__(self) -> bytes:
        while self._lines:
            if chunk := next(self._lines[0], b""):
                return chunk
            self._lines.popleft()
        return b""


class Stream:
    """A stream from standard input to the targets of a job."""

    def __init__(self, job: Job, options: Options, index: "IndexSession | None") -> None:
        self.counts = StreamCounts(options.tags)
        self._index = index
        self._options = index.options if index is not None else options
        self._alone = replace(self._options, duplicates=False, repeats=False)
        self._passes = job.index_settings is not None and job.index_settings.passes
        targets = job.targets
        self._output = _open_target(targets.output) or append.stdout()
        rejects = _open_target(targets.rejects) or append.append_if_any(targets.rejects_or_default)
        ledger = _open_target(targets.ledger)
        header = header_of(self._options, for_ledger(job.facts, targets.ledger))
        self._ledger = LedgerWriter(ledger, rejects, header)
        # The output comes last: whoever reads a line of it finds the decision in the ledger.
        self._targets = [target for target in (ledger, rejects, self._output) if target]
        self._chunks = _LineChunks()
        self._position = self._start = 0
        self._committed = time.monotonic()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files, also if the stream did not come to its end."""
        for target in self._targets:
            if target.name != "-" and not target.closed:
                target.abandon()

    @cached_property
    def _splicer(self) -> Splicer:
        """Copies the input. Made after the first line has come: it looks for a BOM at the start."""
        file = File(STDIN, Path(STDIN), "jsonl")
        return Splicer(file, FileReader(file, checksum=True, stream=self._chunks), self._ledger, self._output)

    def answer(self, line: bytes | LongLine) -> None:
        """Decide about the next line, write it, and add its document to the index. A line that the index does
        not decide about is written as it is. Raises IndexUnavailableError after that, unless such lines pass.
        """
        began = time.perf_counter()
        self._chunks.put(line.parts() if isinstance(line, LongLine) else iter((line,)))
        source = self._source(line)
        try:
            outcome, gone = self._decide(source), None
        except IndexUnavailableError as error:
            outcome, gone = replace(run(source, self._alone), is_undecided=True), error
        for record in records_of(outcome, merge_unchanged=False):
            self._splicer.add(record)
        self._splicer.copy_to(self._start)
        for target in self._targets:
            target.push()
        self.counts.add(outcome, time.perf_counter() - began)
        try:
            if gone is not None:
                raise gone
            self._remember(outcome)
        except IndexUnavailableError:
            if not self._passes:
                raise

    def _source(self, line: bytes | LongLine) -> Line:
        """The next line as a source."""
        self._position += 1
        if isinstance(line, LongLine):
            size, piece = line.size, Piece(0, self._start, self._position, b"", line.size)
        else:
            bom = len(BOM) if not self._start and line.startswith(BOM) else 0
            size, piece = len(line), Piece(0, self._start + bom, self._position, line[bom:])
        self._start += size
        return Line(STDIN, piece, self._options)

    def _decide(self, source: Line) -> Outcome:
        """The outcome of a run over a line."""
        return self._index.reserve(source) if self._index is not None else run(source, self._options)

    def _remember(self, outcome: Outcome) -> None:
        """Add the document to the index, and write the index if it is time."""
        if self._index is None:
            return
        self._index.remember(outcome)
        if time.monotonic() - self._committed >= _COMMIT:
            self._index.commit()
            self._committed = time.monotonic()

    def finish(self) -> None:
        """Complete the output and the ledger after the last line."""
        self._splicer.finish(0)
        self._ledger.end([(Path(self._output.name).name, self._output)], folder=False)
        for target in self._targets:
            target.close()


def _open_target(path: str | None) -> Target | None:
    """The file at this path, to append to; None for standard output and for no path."""
    return None if path in (None, "-") else append.append_to(str(path))
