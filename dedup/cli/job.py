"""What `dedup clean` was asked to do, whatever does it: this machine, Spark, or a stream."""

import os
import stat
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from dedup.cli import exit_status
from dedup.document import File
from dedup.errors import OptionsError
from dedup.files.claims import Claims
from dedup.files.discovery import root_of
from dedup.files.earlier import own_files
from dedup.files.journal.journal import Journal
from dedup.files.locations.names import (
    check_target,
    is_address,
    is_elsewhere,
    is_table,
    key_of,
    shown,
    split_table,
)
from dedup.files.names import as_text, is_file_or_new, is_text, real
from dedup.index.redis.server.address import is_address as is_on_server
from dedup.index.redis.server.address import shown as shown_index
from dedup.ledger.run_facts import RunFacts, SettingsFile, now
from dedup.options import Options
from dedup.outputs.targets import Targets, check_report
from dedup.reports.numbers import number
from dedup.summary.format import SkippedFile, WrittenFiles

if TYPE_CHECKING:
    from dedup.index.session import IndexSession


_LISTED = 5  # files that a sentence lists


class IndexSettings(NamedTuple):
    """An index and how to open it. `wait`: seconds to wait while another process has its file, or its server
    does not answer; `forget`: documents older than this age ("90d") match nothing; None: all match; `passes`:
    whether a stream goes on if the server does not answer.
    """

    path: str
    wait: float = 0.0
    forget: str | None = None
    passes: bool = False


class Job(NamedTuple):
    """What `dedup clean` was asked to do.

    `report_only`: show a report in place of the articles, and write neither ledger nor rejects; `fail_over`:
    the share of records that may be dropped, tagged, cut or unreadable, 0 to 1; None: any share; `wait`:
    seconds to wait while another run writes to a target; `verbose`: show the whole report; `settings`: the
    files that options were taken from; `date`: when it began (ISO 8601, UTC), "" for the present.
    """

    inputs: Sequence[str]
    targets: Targets
    index_settings: IndexSettings | None = None
    dry_run: bool = False
    quiet: bool = False
    report_only: bool = False
    fail_over: float | None = None
    wait: float = 0.0
    verbose: bool = False
    engine: str = "local"
    settings: Sequence[SettingsFile] = ()
    date: str = ""

    @property
    def facts(self) -> RunFacts:
        """The facts about the run for its reports and its ledger, without passwords."""
        output = self.targets.output
        if output in (None, "-"):
            output = _stdout() if self.writes else None
        return {
            "date": self.date or now(),
            "engine": self.engine,
            "inputs": [as_text(shown(entry)) for entry in self.inputs],
            "output": as_text(shown(output)) if output else None,
            "index": as_text(shown_index(self.index_settings.path)) if self.index_settings else None,
            "settings": [*self.settings],
        }

    @property
    def writes(self) -> bool:
        """Whether the articles, the ledger and the rejects are written."""
        return not (self.dry_run or self.report_only)

    def claim_targets(self) -> Journal:
        """Keep other runs from the targets until the journal is closed. Raises OutputError."""
        targets = self.targets if self.writes else Targets(report=self.targets.report)
        named = [] if self.dry_run else [str(path) for path in targets if path not in (None, "-")]
        paths = [split_table(path)[0] if is_table(path) else path for path in named if not is_address(path)]
        return Journal.of(sorted(paths, key=real), self.wait)

    def written_files(self, rejected: bool, skipped: Mapping[str, str] | None = None) -> WrittenFiles:
        """The `files` of a summary: what this job writes. `rejected`: whether there are rejects; `skipped`:
        files that were not read, by name, with what each is.
        """
        targets = self.targets.keeping_rejects(rejected)
        return {
            "articles": as_text(shown(targets.output or "-")) if self.writes else None,
            "ledger": _text_or_none(targets.ledger) if self.writes else None,
            "rejects": _text_or_none(targets.rejects) if self.writes else None,
            "report": None if self.dry_run else _text_or_none(targets.report),
            "dry_run": self.dry_run,
            "skipped": [SkippedFile(name=name, what=what) for name, what in (skipped or {}).items()],
        }

    def status(self, rejected: int, touched: int, records: int) -> int:
        """The exit status, explained on standard error. `rejected`: records that could not be read;
        `touched`: records that were dropped, tagged, cut or could not be read; `records`: all.
        """
        written = f"{shown(self.targets.rejects_or_default)} has each with its line and the reason"
        status = exit_status.of_unreadable(rejected, written if self.writes else "nothing was written")
        if self.fail_over is None or touched <= self.fail_over * records:
            return status
        of_all = f"{touched:,} of {number(records, 'record')} ({touched / records:.2%})"
        exit_status.explain(
            f"{of_all} were dropped, tagged, cut or unreadable, more than "
            f"--fail-over {100 * self.fail_over:g}% allows"
        )
        return exit_status.OVER_LIMIT


def _stdout() -> str | None:
    """The path of the file that standard output is redirected to; None where it is no file, or not known."""
    with suppress(AttributeError, OSError, ValueError):
        number = sys.stdout.fileno()
        if stat.S_ISREG(os.fstat(number).st_mode):
            path = str(Path(f"/proc/self/fd/{number}").readlink())
            relative = os.path.relpath(path)
            return path if relative.startswith("..") else relative
    return None


def _text_or_none(path: str | None) -> str | None:
    return None if path is None else as_text(shown(path))


def written_by(job: Job) -> own_files.OwnTargets:
    """Where a job writes, for the job to know what it has written before. Raises OptionsError if two targets
    are one file.
    """
    targets, claims = job.targets.keeping_rejects(any_rejects=True), Claims()
    if job.index_settings:
        claim_index(claims, job.index_settings.path)
    for option, path in targets._asdict().items():
        if path not in (None, "-"):
            claims.write(f"--{option}", path)
    claims.write_stdout()
    folder = real(str(targets.output))
    roots = [real(root_of(entry)) for entry in job.inputs if entry != "-" and not is_elsewhere(entry)]
    is_below = folder.is_dir() and any(folder != root and folder.is_relative_to(root) for root in roots)

    @cache
    def is_output_folder(path: Path) -> bool:
        return is_below and real(path).is_relative_to(folder)

    return own_files.OwnTargets(
        lambda path: claims.is_written(path) or is_output_folder(path.parent),
        Path(targets.ledger).absolute() if targets.ledger and _is_local(targets.ledger) else None,
    )


def _is_local(path: str) -> bool:
    """Whether a path is that of a file of this machine, which may be new."""
    return not is_elsewhere(path) and is_file_or_new(path)


def explain_skipped(skipped: Mapping[str, str]) -> None:
    """Say on standard error which files of folders were not read. `skipped`: by name, what each is."""
    if skipped:
        listed = [f"{name} ({what})" for name, what in [*skipped.items()][:_LISTED]]
        more = f" and {len(skipped) - _LISTED:,} more" if len(skipped) > _LISTED else ""
        exit_status.explain(f"not read, since dedup wrote them: {', '.join(listed)}{more}")


def claim_inputs(inputs: Sequence[str], files: Sequence[File]) -> Claims:
    """The files of a command that reads these inputs. `files`: those that the inputs name. Raises
    OptionsError if standard output is redirected to one of them.
    """
    claims = Claims()
    for file in files:
        claims.read(file.path if file.origin is None else file.origin.location)
    if "-" in inputs:
        claims.read_stdin()
    claims.check_stdout()
    return claims


def claim_index(claims: Claims, path: str, option: str = "--index") -> None:
    """Claim the files of an index, which `option` names, unless it is on a server. Raises OptionsError if one
    is claimed already.
    """
    if is_on_server(path):
        return
    from dedup.index.file import files_beside

    if is_address(path):
        raise OptionsError(
            f"{option} names {shown(path)}, but an index is a file of this machine or on a Redis server: "
            "name a path or a redis:// address"
        )
    claims.write(option, path)
    for beside in files_beside(path):
        claims.write(option, beside, f"belongs to the index {path}")


@contextmanager
def open_index(settings: IndexSettings | None, options: Options) -> Iterator["IndexSession | None"]:
    """The index of a job, if it has one. Raises IndexFileError, OptionsError."""
    if settings is None:
        yield None
        return
    from dedup.index.opening import open_session

    with open_session(settings.path, options, wait=settings.wait, forget=settings.forget) as index:
        yield index


def run_name(inputs: Sequence[str], output: str | None, files: Sequence[File]) -> str:
    """The name of a run in its index: the same for the same unchanged inputs and the same output, so that a
    run that is repeated replaces itself. A run over standard input has no name ("").
    """
    if "-" in inputs:
        return ""
    from hashlib import sha256  # late: OpenSSL takes 0.003 s

    versions = [_version_of(file) for file in files]
    target = None if not output else key_of(output) if is_address(output) else as_text(str(real(output)))
    return sha256(orjson.dumps([versions, target])).hexdigest()


def _version_of(file: File) -> list[str | int]:
    """What tells a file, and its content, from others: of a copy its address and digest."""
    if file.origin is None:
        return [as_text(str(real(file.path))), file.size, file.mtime_ns]
    location = file.origin.location
    place = key_of(location) if is_address(location) else as_text(str(real(location)))
    return [place, file.size, file.origin.digest]


def job_of(arguments: Namespace, report_only: bool) -> Job:
    """The job of the arguments of `dedup clean`. Raises OptionsError."""
    if arguments.index is None and arguments.forget:
        raise OptionsError("--forget needs an index: add --index FILE")
    if arguments.index is not None and arguments.no_duplicates:
        raise OptionsError("--index finds near-duplicates of earlier runs: leave --no-duplicates out")
    check_report(arguments.report)
    if arguments.report == "-" and arguments.output in (None, "-") and not (arguments.dry_run or report_only):
        raise OptionsError(
            "--report - and the articles cannot both go to standard output: add -o OUTPUT, or --dry-run"
        )
    if arguments.report == "-" and arguments.ledger == "-":
        raise OptionsError("--report - and --ledger - cannot both go to standard output: name a file")
    targets = Targets(arguments.output, arguments.ledger, arguments.rejects, arguments.report)
    for option, path in targets._asdict().items():
        if path and not is_text(Path(path).name):
            raise OptionsError(f"--{option} names {path}, which is not valid UTF-8: name another file")
        if path and arguments.engine != "spark":
            check_target(f"--{option}", path)
    passes = arguments.undecided == "pass"
    if passes and not (arguments.stream and is_on_server(arguments.index or "")):
        raise OptionsError("--undecided pass is for --stream with an --index on a Redis server: leave it out")
    index = IndexSettings(arguments.index, arguments.wait, arguments.forget, passes)
    return Job(
        arguments.inputs,
        targets,
        index if arguments.index is not None else None,
        arguments.dry_run,
        arguments.quiet,
        report_only,
        arguments.fail_over,
        arguments.wait,
        arguments.verbose,
        arguments.engine,
        arguments.settings,
        now(),
    )
