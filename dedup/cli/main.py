"""The command: parses the arguments, runs a command, and turns errors into a sentence and an exit status."""

import argparse
import os
import sys
from collections.abc import Sequence

from dedup.cli import exit_status
from dedup.cli.arguments.parser import parse, parser
from dedup.errors import DedupError, OptionsError
from dedup.files.claims import Claims
from dedup.reports.numbers import number

ROOM = 1 << 30
"""Bytes of address space that the process needs at least."""

_NO_MEMORY = "there is not enough memory for this input; split it into smaller parts"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    try:
        words = sys.argv[1:] if arguments is None else arguments
        parsed = parse(words)
        _check_room()
        status = _run(parsed)
        sys.stdout.flush()
        return status
    except OptionsError as error:
        return _fail(error.message, exit_status.WRONG_USAGE)
    except DedupError as error:
        return _fail(error.message)
    except KeyboardInterrupt:
        return _fail("interrupted; nothing was written", exit_status.INTERRUPTED)
    except BrokenPipeError:
        _discard_stdout()
        return exit_status.READER_GONE
    except (MemoryError, SystemError):  # a SystemError if a library lost the MemoryError on its way
        return _fail(_NO_MEMORY)
    except RuntimeError as error:
        if "start new thread" not in str(error):
            raise
        return _fail(f"{_NO_MEMORY}, or start fewer threads with --workers")
    except ImportError as error:  # the linker had no memory for a library, or the installation is damaged
        return _fail(f"a library cannot be loaded ({_root_cause(error)}); free memory, or reinstall dedup")
    except OSError as error:
        return _fail(f"{error.filename or 'system error'}: {error.strerror or error}")


def _run(arguments: argparse.Namespace) -> int:
    """Run a command; returns its exit status. Each command loads only the libraries that it needs."""
    command: str = arguments.command
    if command == "clean":
        from dedup.cli.clean import clean

        return clean(arguments)
    if command == "restore":
        return _restore(arguments)
    if command == "completion":
        from dedup.cli.arguments.completion import script

        print(script(arguments.shell, parser()), end="")
        return exit_status.DONE
    if command.startswith("index "):
        from dedup.cli import index

        actions = {
            "add": index.add,
            "check": index.check,
            "info": index.info,
            "drop": index.drop,
            "repair": index.repair,
        }
        return actions[command.removeprefix("index ")](arguments)
    if command in ("report", "why", "explain"):
        from dedup.cli import finished

        about = {"report": finished.show_report, "why": finished.show_fate}
        return about.get(command, finished.show_explanations)(arguments)
    from dedup.cli import show

    views = {
        "repeats": show.show_repeats,
        "sites": show.show_sites,
        "compare": show.show_comparison,
        "tune": show.show_thresholds,
    }
    return views[command](arguments)


def _restore(arguments: argparse.Namespace) -> int:
    from dedup.files.locations.copies import local_copies
    from dedup.files.locations.names import is_elsewhere, shown

    named = arguments.output, arguments.ledger, arguments.rejects
    claims = Claims()
    for path in named:
        if path:
            claims.read(path, "is part of the run")
    claims.check_stdout()
    if arguments.original and is_elsewhere(arguments.original) and claims.is_read(arguments.original):
        raise OptionsError(f"{shown(arguments.original)} is part of the run: name another -o")
    with local_copies(*filter(None, named)) as run:
        return _restore_run(arguments, *run)


def _restore_run(arguments: argparse.Namespace, output: str, ledger: str, rejects: str | None = None) -> int:
    """Restore the run of these files, which are on this machine."""
    from dedup.restore import restore

    run = output, ledger, rejects
    if arguments.id:
        from dedup.restore.records import restore_records

        count = restore_records(*run, arguments.original, arguments.id)
        print(f"restored {number(count, 'article')}", file=sys.stderr)
        return exit_status.DONE
    if arguments.original is None:
        raise OptionsError(
            "restore writes the whole input: add -o ORIGINAL, or name single articles with --id"
        )
    for name in restore(*run, arguments.original, exit_status.explain):
        print(exit_status.harmless(f"restored {name}"), file=sys.stderr)
    return exit_status.DONE


def _check_room() -> None:
    """Raise DedupError if the process may not have the memory that it takes to load, and to read an
    article. A library that is refused memory while it loads ends the process, or CPython 3.11
    loops forever (it has no memory for the handler of the exception).
    """
    if not hasattr(os, "sysconf"):  # the limit exists on POSIX only
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY and limit < ROOM:
        raise DedupError(
            f"at least 1 GB of memory is needed, but {limit >> 20} MB are allowed; raise ulimit -v"
        )


def _fail(message: str, status: int = exit_status.FAILED) -> int:
    exit_status.explain(message)
    return status


def _root_cause(error: BaseException) -> str:
    """The first error of a chain, in one line: the message of the last one may be a page long."""
    while (earlier := error.__cause__ or error.__context__) is not None:
        error = earlier
    return " ".join(str(error).split())


def _discard_stdout() -> None:
    """Redirect standard output to the null device, so that Python's own flush at exit does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
