"""The options of how a run is done, with their help texts: indexes, this machine, Spark, the exit status."""

import argparse

from dedup.cli.arguments.shared import Add
from dedup.options import Options, parse_share


def add_earlier_runs(add: Add) -> None:
    """The index of earlier runs."""
    add(
        "-i",
        "--index",
        metavar="FILE",
        help="compare also with the articles that earlier runs kept in this file, and add those kept now; "
        "it is created if it does not exist. redis://HOST:6379/0?name=NAME is an index on a Redis server, "
        "which many processes share",
    )
    add_updates(add)
    add_forget(add)
    add_wait(add)


def add_updates(add: Add) -> None:
    """What becomes of new versions of articles of earlier runs."""
    add(
        "--updates",
        choices=("pass", "drop"),
        default=Options().updates,
        metavar="WHAT",
        help="what to do with a new version of an article in the index (the same URL, or else the same id, "
        "but other words): pass keeps it and reports it as an update, drop drops it if it matches the "
        "earlier version (default: %(default)s)",
    )


def add_forget(add: Add) -> None:
    """How old the documents of an index may be."""
    add(
        "--forget",
        metavar="AGE",
        help="ignore documents of the index that are older than this, such as 90d, 12h or 2w (default: "
        "ignore none)",
    )


def add_wait(add: Add) -> None:
    """How long to wait for an index, or outputs, that another process has."""
    add(
        "--wait",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="wait this long if another process uses the index, its server does not answer, or another "
        "process writes to the same files (default: do not wait)",
    )


def add_stream(add: Add) -> None:
    """Whether articles are answered one by one, and what is done while the index does not answer."""
    add(
        "--stream",
        action="store_true",
        help="answer each line of standard input before reading the next one; articles are compared with "
        "those before them in the stream and in --index. Output and rejects are appended to their files line "
        "by line; with --ledger all three files must be new",
    )
    add(
        "--undecided",
        choices=("stop", "pass"),
        default="stop",
        metavar="WHAT",
        help="what a stream does if the Redis server of --index does not answer for longer than --wait: stop "
        "after the line at hand, or pass lines unchanged until it answers again. The ledger calls these "
        "lines undecided (default: %(default)s)",
    )


def add_machine(add: Add) -> None:
    """How much of the machine a run may use."""
    add(
        "-j",
        "--workers",
        type=int,
        default=Options().workers,
        metavar="N",
        help="threads (default: one for each core)",
    )
    add(
        "--memory",
        metavar="SIZE",
        help="memory for comparisons, such as 512M or 4G; larger comparisons spill to disk (default: half "
        "of the machine's, or of its container's)",
    )


def add_engine(add: Add) -> None:
    """The engine of a run."""
    add(
        "--engine",
        choices=("local", "spark"),
        default="local",
        help="local: this machine; spark: a Spark cluster, with paths and folders as Spark reads them "
        "(default: %(default)s)",
    )
    add(
        "--master",
        metavar="URL",
        help="with --engine spark: where Spark runs, such as spark://host:7077 or local[4] (default: that of "
        "spark-submit, else this machine)",
    )
    add(
        "--spark-conf",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="with --engine spark: a setting of Spark, such as spark.executor.memory=8g; may be repeated",
    )


def add_fail_over(add: Add) -> None:
    """When a run ends with status 4."""
    add(
        "--fail-over",
        type=_share,
        metavar="SHARE",
        help="write everything, but end with status 4 if more than this share of the records was dropped, "
        "tagged, cut or unreadable, such as 5%% or 0.05",
    )


def _share(text: str) -> float:
    """A share written as 5% or as 0.05."""
    value = parse_share(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"must be a share like 5% or 0.05, not {text!r}")
    return value
