"""The options that several commands share: each group of them once, with its help."""

import argparse
from collections.abc import Callable

from dedup.options import CUT, Options

Add = Callable[..., argparse.Action]


def only_said(add: Add) -> Add:
    """Adds options that have no value but where they are said: of an index that is there they are known."""

    def added(*names: str, default: object = None, help: str = "", **more: object) -> argparse.Action:
        told = help.replace("(default: %(default)s)", f"(default: as the index has it; a new one: {default})")
        return add(*names, default=argparse.SUPPRESS, help=told, **more)

    return added


def add_inputs(add: Add) -> None:
    """What is read."""
    add(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="files, folders, globs: .jsonl .json .csv .tsv .parquet .txt .md, .gz and .zst on top; - for "
        "JSON Lines on standard input",
    )


def add_fields(add: Add) -> None:
    """The fields of a document."""
    default = Options()
    add(
        "--text-field",
        default=default.text_field,
        metavar="NAME",
        help="the field with the text (default: %(default)s)",
    )
    add(
        "--id-field",
        default=default.id_field,
        metavar="NAME",
        help="the field that identifies a document, if there is one (default: %(default)s)",
    )
    add(
        "--max-document",
        default="256M",
        metavar="SIZE",
        help="a longer record, unpacked, is rejected and not held in memory, as 64M or 2G; off: none is "
        "(default: %(default)s; a JSON array may have four times as much in all)",
    )


def add_site(add: Add) -> None:
    """What the report counts by."""
    add(
        "--url-field",
        default=Options().url_field,
        metavar="NAME",
        help="the field with the address, if there is one: the report shows the worst sites (default: "
        "%(default)s)",
    )


def add_kinds(add: Add) -> None:
    """Which repeats are cut."""
    default = Options()
    add(
        "--cut",
        default=",".join(CUT),
        metavar="KINDS",
        help="kinds to cut, of block exact near title excerpt pattern (default: %(default)s)",
    )
    add(
        "--caution",
        type=float,
        default=default.caution,
        metavar="SHARE",
        help="how sure an accident must be to be cut, 0 to 1 (default: %(default)s)",
    )


def add_similarity(add: Add) -> None:
    """What makes two documents alike."""
    default = Options()
    add(
        "--threshold",
        type=float,
        default=default.threshold,
        metavar="JACCARD",
        help="documents as alike as this are duplicates (default: %(default)s)",
    )
    add(
        "--contained",
        type=_share_or_off,
        default=default.contained,
        metavar="SHARE",
        help="a document that has this share of its text in another is a duplicate of it; 1: all of it; off: "
        "do not look for that (default: %(default)s)",
    )
    add(
        "--ngram",
        type=int,
        default=default.ngram,
        metavar="N",
        help="words in a shingle (default: %(default)s)",
    )


def _share_or_off(text: str) -> float | None:
    try:
        return None if text == "off" else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be off or a number from 0 to 1, not {text!r}") from None


def add_matching(add: Add) -> None:
    """How matches are looked for, and who is kept of them."""
    add_search(add)
    add_keeping(add)


def add_search(add: Add) -> None:
    """How matches are looked for."""
    default = Options()
    add(
        "--num-perm",
        type=int,
        default=default.num_perm,
        metavar="N",
        help="numbers in a MinHash signature (default: %(default)s)",
    )
    add(
        "--recall",
        type=float,
        default=default.recall,
        metavar="SHARE",
        help="find pairs at --threshold or --contained with this probability (default: %(default)s)",
    )


def add_keeping(add: Add) -> None:
    """Who is kept of those that match."""
    default = Options()
    add(
        "--max-loss",
        type=float,
        default=default.max_loss,
        metavar="SHARE",
        help="keep what would lose more of its text than this, 0 to 1 (default: %(default)s)",
    )
    add(
        "--keep",
        default=default.keep,
        metavar="WHICH",
        help="longest, first, newest:FIELD or oldest:FIELD (default: %(default)s)",
    )


def add_index(add: Add) -> None:
    """The memory between runs."""
    add(
        "--index",
        metavar="FILE",
        help="compare with the documents that this file holds of earlier runs, too, and add those kept to "
        "it; it is made if there is none",
    )
    add_forget(add)
    add_wait(add)


def add_forget(add: Add) -> None:
    """An index of which the old part is left aside."""
    add(
        "--forget",
        metavar="AGE",
        help="what is in the index for longer matches nothing: 90d, 12h, 2w (default: nothing is forgotten)",
    )


def add_wait(add: Add) -> None:
    """An index that is in use."""
    add(
        "--wait",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long to wait where another process has the index (default: not at all)",
    )


def add_machine(add: Add) -> None:
    """What a run takes of the machine."""
    add(
        "--workers",
        type=int,
        default=Options().workers,
        metavar="N",
        help="threads (default: one for each core)",
    )
    add(
        "--memory",
        metavar="SIZE",
        help="what comparing may take before it goes on on disk, as 512M or 4G (default: half of all)",
    )


def add_engine(add: Add) -> None:
    """Where a run takes place."""
    add(
        "--engine",
        choices=("local", "spark"),
        default="local",
        help="local: this machine; spark: a Spark cluster, paths and folders as Spark has them "
        "(default: %(default)s)",
    )
    add(
        "--master",
        metavar="URL",
        help="with --engine spark: where Spark runs, as spark://host:7077 or local[4] (default: what "
        "spark-submit says, else this machine)",
    )
    add(
        "--spark-conf",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="with --engine spark: a setting of Spark's, as spark.executor.memory=8g; may be said again",
    )


def add_fail_over(add: Add) -> None:
    """What ends a run badly."""
    add(
        "--fail-over",
        type=_share,
        metavar="SHARE",
        help="end with status 4, after everything is written, where more of the records than this were "
        "dropped, cut or unreadable: 5%% or 0.05",
    )


def _share(text: str) -> float:
    """A share that is written as 5% or as 0.05."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"must be a share like 5% or 0.05, not {text!r}")
    return value
