"""The command: arguments in, one call, a report, an exit status.

0: done. 1: the input or the machine made it impossible. 2: wrong usage. 3: done, but some records could not
be read; they stand in the rejects file. 4: done, but more was dropped, cut or unreadable than --fail-over
allows. 130: interrupted. 141: whoever read the output has gone.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dedup.cli.arguments import Run, parser
from dedup.errors import DedupError, OptionsError
from dedup.options import Options, size

if TYPE_CHECKING:
    from dedup.cli.clean import Job, Seen


ROOM = 1 << 30
"""The least of address space, in bytes, that the command starts with."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    try:
        chosen = parser(_COMMANDS).parse_args(arguments)
        _check_room()
        command: Run = chosen.command
        status = command(chosen)
        sys.stdout.flush()
        return status
    except OptionsError as error:
        return _fail(str(error), 2)
    except DedupError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return _fail("interrupted; nothing was written", 130)
    except BrokenPipeError:
        _let_go_of_stdout()
        return 141
    except (MemoryError, SystemError):  # the latter where a library lost the former on its way
        return _fail("there is not enough memory for this input; give it in smaller parts", 1)
    except ImportError as error:  # the linker had no memory for a library, or the install is broken
        return _fail(f"a part cannot be loaded ({_cause(error)}): free memory, or install dedup anew", 1)
    except OSError as error:
        return _fail(f"{error.filename or 'the machine'}: {error.strerror or error}", 1)


def _check_room() -> None:
    """Raises DedupError where the process may not have what loading takes: 0.5 GB with compiled kernels, more
    without. Where memory is refused to the libraries as they load, they end the process, and CPython 3.11
    may go round in circles for ever (an exception for whose handler there is no memory).
    """
    if not hasattr(os, "sysconf"):  # the limit is POSIX's
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY and limit < ROOM:
        raise DedupError(f"1 GB of memory is needed, {limit >> 20} MB are allowed: raise ulimit -v")


def _fail(message: str, status: int) -> int:
    print(f"dedup: {message}", file=sys.stderr)
    return status


def _cause(error: BaseException) -> str:
    """The first of the errors that led to this one, in a line: what is made of it may be a page long."""
    while (before := error.__cause__ or error.__context__) is not None:
        error = before
    return " ".join(str(error).split())


def _let_go_of_stdout() -> None:
    """Point standard output at nothing, so that Python's own flush at the end does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _kinds(chosen: argparse.Namespace) -> tuple[str, ...]:
    return tuple(kind.strip() for kind in chosen.cut.split(",") if kind.strip())


def _options(chosen: argparse.Namespace) -> Options:
    return Options(
        text_field=chosen.text_field,
        id_field=chosen.id_field,
        repeats=not chosen.no_repeats,
        duplicates=not getattr(chosen, "no_duplicates", False),
        cut=_kinds(chosen),
        caution=chosen.caution,
        threshold=chosen.threshold,
        contained=chosen.contained,
        max_loss=chosen.max_loss,
        ngram=chosen.ngram,
        num_perm=chosen.num_perm,
        recall=chosen.recall,
        keep=chosen.keep,
        workers=chosen.workers,
        memory=size(chosen.memory) if chosen.memory else 0,
        max_document=_limit(chosen),
        url_field=getattr(chosen, "url_field", ""),
    )


def _limit(chosen: argparse.Namespace) -> int:
    """The bytes that a record may have."""
    return 0 if chosen.max_document == "off" else size(chosen.max_document, "--max-document")


def _clean(chosen: argparse.Namespace) -> int:
    """Cut what a scrape repeated inside articles, drop articles that say the same as another, and report
    every decision.
    """
    from dedup.cli.clean import Job, Seen, clean_files
    from dedup.outputs.targets import Targets

    options = _options(chosen)
    if chosen.index is None and (chosen.wait or chosen.forget):
        raise OptionsError("--wait and --forget are for what --index names: add --index FILE")
    if chosen.index is not None and chosen.no_duplicates:
        raise OptionsError("--index is for near-duplicates: leave --no-duplicates out")
    job = Job(
        chosen.inputs,
        Targets(chosen.output, chosen.ledger, chosen.rejects, chosen.report),
        chosen.dry_run,
        chosen.quiet,
        Seen(chosen.index, chosen.wait, chosen.forget) if chosen.index is not None else None,
        chosen.fail_over,
    )
    if chosen.engine == "spark":
        return _clean_on_spark(chosen, job, options)
    if chosen.master or chosen.spark_conf:
        raise OptionsError("--master and --spark-conf are for Spark: add --engine spark")
    if chosen.stream:
        from dedup.cli.stream import clean_stream

        return clean_stream(job, options)
    return clean_files(job, options)


def _clean_on_spark(chosen: argparse.Namespace, job: "Job", options: Options) -> int:
    """The same past one machine."""
    others = {"--index": chosen.index is not None, "--stream": chosen.stream, "--memory": chosen.memory}
    others |= {"--workers": chosen.workers, "-": "-" in chosen.inputs}
    if said := [name for name, is_said in others.items() if is_said]:
        raise OptionsError(f"--engine spark has no {said[0]}: leave it out, or use --engine local")
    try:
        from dedup.cli.clean_spark import clean_paths
        from dedup.spark.session import Cluster
    except ModuleNotFoundError as error:
        raise OptionsError(
            f"--engine spark needs {error.name}: pip install 'dedup[spark]', or use spark-submit"
        ) from error
    return clean_paths(job, options, Cluster(chosen.master, chosen.spark_conf))


def _repeats(chosen: argparse.Namespace) -> int:
    """Show each article that says something twice: what would be cut struck out in its place, what would be
    left underlined, each with its kind and how alike it is, and what decided. Nothing is written.
    """
    from dedup.cli.show import show_repeats

    options = Options(
        chosen.text_field,
        chosen.id_field,
        cut=_kinds(chosen),
        caution=chosen.caution,
        max_document=_limit(chosen),
    )
    return show_repeats(chosen.inputs, options, chosen.id, sys.stdout)


def _compare(chosen: argparse.Namespace) -> int:
    """Show how alike two documents are and whether `dedup clean` would take one for a duplicate of the other,
    then their texts side by side (under each other below 100 columns), what only one has marked. A and B are
    files that hold one document each; with --in they are ids of documents in INPUT. The numbers are those of
    `dedup clean`: exact, and of texts without the repeats that it cuts. Nothing is written.
    """
    from dedup.cli.show import show_comparison

    options = Options(
        chosen.text_field,
        chosen.id_field,
        repeats=not chosen.no_repeats,
        cut=_kinds(chosen),
        caution=chosen.caution,
        threshold=chosen.threshold,
        contained=chosen.contained,
        ngram=chosen.ngram,
        max_document=_limit(chosen),
    )
    return show_comparison([chosen.one, chosen.other], chosen.inputs, options, chosen.full, sys.stdout)


def _tune(chosen: argparse.Namespace) -> int:
    """Show where --threshold and --contained should lie: how many pairs are how alike, how many documents
    each setting would drop, how many pairs its search may miss, and pairs just above and just below the
    setting, from where they differ. The numbers are those of `dedup clean`: exact, of texts without the
    repeats that it cuts, and without templates, which it keeps. Nothing is written.
    """
    from dedup.cli.show import show_thresholds

    return show_thresholds(chosen.inputs, _options(chosen), chosen.quiet, sys.stdout)


def _restore(chosen: argparse.Namespace) -> int:
    """Give the input of a finished run back: byte for byte, compression aside; an equal table for Parquet."""
    from dedup.restore import restore

    for name in restore(chosen.output, chosen.ledger, chosen.rejects, chosen.original):
        print(f"restored {name}", file=sys.stderr)
    return 0


def _report(chosen: argparse.Namespace) -> int:
    """Show the report of a finished run again, from its ledger, which must be whole: without times, and with
    the output's name alone. The articles are not read.
    """
    from dedup.cli.show import show_finished

    return show_finished(chosen.ledger, sys.stdout)


def _changes(chosen: argparse.Namespace) -> dict[str, Any]:
    """The options of a run with an index: those that it is made with only where they were said."""
    names = "text_field id_field max_loss keep workers caution threshold contained ngram num_perm recall"
    said = {name: getattr(chosen, name) for name in names.split() if hasattr(chosen, name)}
    if hasattr(chosen, "cut"):
        said["cut"] = _kinds(chosen)
    if hasattr(chosen, "no_repeats"):
        said["repeats"] = False
    return (
        said | {"max_document": _limit(chosen)} | ({"memory": size(chosen.memory)} if chosen.memory else {})
    )


def _index_add(chosen: argparse.Namespace) -> int:
    """Compare documents with each other and with those that FILE holds, as `dedup clean --index` does, and
    remember those kept; no articles are written. FILE is made if there is none. The same inputs, unchanged,
    take their own place.
    """
    from dedup.cli.index import add

    return add(_place(chosen), chosen.inputs, _changes(chosen), chosen.quiet)


def _index_check(chosen: argparse.Namespace) -> int:
    """Say what would become of each document: its line of the ledger, as JSON Lines on standard output, with
    decision, keeper (of an earlier run with its date), jaccard and coverage. FILE stays as it is.
    """
    from dedup.cli.index import check

    return check(_place(chosen), chosen.inputs, _changes(chosen), chosen.quiet)


def _index_info(chosen: argparse.Namespace) -> int:
    """Say what FILE holds: documents, runs, dates, size, format, and the options that it was made with."""
    from dedup.cli.index import info

    return info(_place(chosen), chosen.json)


def _index_drop(chosen: argparse.Namespace) -> int:
    """Forget documents, by id or by age, and give their room back: what is like them is kept next time."""
    from dedup.cli.index import drop

    return drop(_place(chosen), chosen.ids, chosen.older)


def _place(chosen: argparse.Namespace) -> "Seen":
    from dedup.cli.clean import Seen

    return Seen(chosen.file, chosen.wait, getattr(chosen, "forget", None))


_COMMANDS: dict[str, Run] = {
    "clean": _clean,
    "repeats": _repeats,
    "compare": _compare,
    "tune": _tune,
    "restore": _restore,
    "report": _report,
    "index add": _index_add,
    "index check": _index_check,
    "index info": _index_info,
    "index drop": _index_drop,
}

if __name__ == "__main__":
    sys.exit(main())
