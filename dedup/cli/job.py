"""What `dedup clean` was asked to do, whatever does it: this machine, Spark, or a stream."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from dedup.cli import exit_status
from dedup.document import File
from dedup.errors import OptionsError
from dedup.options import Options
from dedup.outputs.targets import Targets
from dedup.reports.numbers import number
from dedup.summary.format import WrittenFiles

if TYPE_CHECKING:
    from dedup.index.session import IndexSession


class IndexSettings(NamedTuple):
    """An index file and how to open it. `wait`: seconds to wait while another process has it; `forget`:
    documents older than this age ("90d") match nothing; None: all match.
    """

    path: str
    wait: float = 0.0
    forget: str | None = None


class Job(NamedTuple):
    """What `dedup clean` was asked to do.

    `report_only`: show a report in place of the articles, and write neither ledger nor rejects; `fail_over`:
    the share of records that may be dropped, cut or unreadable, 0 to 1; None: any share.
    """

    inputs: Sequence[str]
    targets: Targets
    index_settings: IndexSettings | None = None
    dry_run: bool = False
    quiet: bool = False
    report_only: bool = False
    fail_over: float | None = None

    @property
    def writes(self) -> bool:
        """Whether the articles, the ledger and the rejects are written."""
        return not (self.dry_run or self.report_only)

    def written_files(self, rejected: bool) -> WrittenFiles:
        """The `files` of a summary: what this job writes. `rejected`: whether there are rejects."""
        targets = self.targets.keeping_rejects(rejected)
        return {
            "articles": targets.output or "-" if self.writes else None,
            "ledger": targets.ledger if self.writes else None,
            "rejects": targets.rejects if self.writes else None,
            "report": None if self.dry_run else targets.report,
            "dry_run": self.dry_run,
        }

    def status(self, rejected: int, touched: int, records: int) -> int:
        """The exit status, explained on standard error. `rejected`: records that could not be read;
        `touched`: records that were dropped, cut or could not be read; `records`: all.
        """
        written = f"{self.targets.rejects_or_default} has each with its line and the reason"
        status = exit_status.of_unreadable(rejected, written if self.writes else "nothing was written")
        if self.fail_over is None or touched <= self.fail_over * records:
            return status
        of_all = f"{touched:,} of {number(records, 'record')} ({touched / records:.2%})"
        exit_status.explain(
            f"{of_all} were dropped, cut or unreadable, more than --fail-over {100 * self.fail_over:g}% "
            "allows"
        )
        return exit_status.OVER_LIMIT


def check_distinct(paths: dict[str, str]) -> None:
    """Raise OptionsError if two options name the same file. `paths`: by option."""
    options: dict[Path, str] = {}
    for option, path in paths.items():
        same = options.setdefault(Path(path).resolve(), option)
        if same != option:
            raise OptionsError(f"--{same} and --{option} both name {path}; name another file")


@contextmanager
def open_index(settings: IndexSettings | None, options: Options) -> Iterator["IndexSession | None"]:
    """The index of a job, if it has one. Raises IndexFileError, OptionsError."""
    if settings is None:
        yield None
        return
    from dedup.index.session import IndexSession

    with IndexSession(settings.path, options, wait=settings.wait, forget=settings.forget) as index:
        yield index


def run_name(inputs: Sequence[str], output: str | None, files: Sequence[File]) -> str:
    """The name of a run in its index: the same for the same unchanged inputs and the same output, so that a
    run that is repeated replaces itself. A run over standard input has no name ("").
    """
    if "-" in inputs:
        return ""
    versions = [[str(file.path.resolve()), file.size, file.mtime_ns] for file in files]
    target = str(Path(output).resolve()) if output else None
    return sha256(orjson.dumps([versions, target])).hexdigest()


def job_of(arguments: Namespace, report_only: bool) -> Job:
    """The job of the arguments of `dedup clean`. Raises OptionsError."""
    if arguments.index is None and (arguments.wait or arguments.forget):
        raise OptionsError("--wait and --forget need an index: add --index FILE")
    if arguments.index is not None and arguments.no_duplicates:
        raise OptionsError("--index finds near-duplicates of earlier runs: leave --no-duplicates out")
    index = IndexSettings(arguments.index, arguments.wait, arguments.forget)
    return Job(
        arguments.inputs,
        Targets(arguments.output, arguments.ledger, arguments.rejects, arguments.report),
        index if arguments.index is not None else None,
        arguments.dry_run,
        arguments.quiet,
        report_only,
        arguments.fail_over,
    )
