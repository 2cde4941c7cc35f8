"""The options that several commands share, in groups, with their help texts."""

import argparse
from collections.abc import Callable

from dedup.options import ACTIONS, CUT, KINDS, Options
from dedup.policy import described

Add = Callable[..., argparse.Action]


def without_default(add: Add) -> Add:
    """Adds options without a default: an existing index has them already."""

    def add_option(*names: str, default: object = None, help: str = "", **more: object) -> argparse.Action:
        text = help.replace(
            "(default: %(default)s)", f"(default: that of the index; for a new one: {default})"
        )
        return add(*names, default=argparse.SUPPRESS, help=text, **more)

    return add_option


def add_inputs(add: Add) -> None:
    """The inputs of a run."""
    add(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="files, folders or globs: .jsonl .json .csv .tsv .parquet .txt .md, also with .gz or .zst; - "
        "for JSON Lines on standard input",
    )


def add_json(add: Add) -> None:
    """An answer for programs."""
    add("--json", action="store_true", help="print all of it as JSON, nothing shortened")


def add_quiet(add: Add, help: str) -> None:
    """A command that says less."""
    add("-q", "--quiet", action="store_true", help=help)


def add_verbose(add: Add, help: str = "show the whole report") -> None:
    """A command that says more."""
    add("-v", "--verbose", action="store_true", help=help)


def add_report_file(add: Add) -> None:
    """A report as a file."""
    add(
        "-r",
        "--report",
        metavar="FILE",
        help="write the report to FILE, which ends in .html (a page with the texts side by side), .json, .md "
        "or .txt; - is JSON on standard output",
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
        help="the field with the id, if there is one (default: %(default)s)",
    )
    add(
        "--max-document",
        default="256M",
        metavar="SIZE",
        help="reject records longer than this, such as 64M or 2G, after decompression; off: no limit "
        "(default: %(default)s; a JSON array may be four times as long in total)",
    )


def add_site(add: Add) -> None:
    """The field that says which site a document is from."""
    add(
        "--url-field",
        default=Options().url_field,
        metavar="NAME",
        help="the field with the URL, if there is one: what the site (host) prints on many pages is cut, the "
        "report lists the worst sites, and an index recognizes updates (default: %(default)s)",
    )
    add(
        "--site-field",
        default=Options().site_field,
        metavar="NAME",
        help="the field with the name of the site, or with an address on it (default: the host of the URL)",
    )


def add_title(add: Add) -> None:
    """The field with the title."""
    add(
        "--title-field",
        default=Options().title_field,
        metavar="NAME",
        help="the field with the title, if there is one (default: %(default)s)",
    )


def add_kinds(add: Add) -> None:
    """Which repeats are cut."""
    add(
        "--cut",
        default=",".join(CUT),
        metavar="KINDS",
        help=f"kinds of repeats to cut, out of {', '.join(KINDS)} (default: %(default)s)",
    )
    add_caution(add)


def add_caution(add: Add) -> None:
    """How sure repeats must be scraping errors to be cut."""
    default = Options()
    add(
        "--caution",
        default=default.caution,
        metavar="SHARE",
        help="the share of the cuts that must be right, such as 0.95 or 95%%; a lower value cuts more "
        "(default: %(default)s)",
    )


def add_similarity(add: Add) -> None:
    """When two documents are near-duplicates."""
    default = Options()
    add(
        "-t",
        "--threshold",
        default=default.threshold,
        metavar="SHARE",
        help="how similar near-duplicates must be, such as 0.8 or 80%%: by their Jaccard similarity, or by "
        "the share of one that is in the other; a higher value matches fewer (default: %(default)s)",
    )
    add(
        "--contained",
        default=default.contained,
        metavar="SHARE",
        help="the share of an article that must be in another one, if it is to be higher than --threshold; "
        "100%%: all of its text; off: only the Jaccard similarity counts (default: the value of --threshold)",
    )
    add(
        "--ngram",
        type=int,
        default=default.ngram,
        metavar="N",
        help="words in a shingle (default: %(default)s)",
    )


def add_matching(add: Add) -> None:
    """How near-duplicates are found, and which one is kept."""
    add_search(add)
    add_keeping(add)


def add_search(add: Add) -> None:
    """How near-duplicates are found."""
    default = Options()
    add(
        "--num-perm",
        type=int,
        default=default.num_perm,
        metavar="N",
        help="hash values in a MinHash signature (default: %(default)s)",
    )
    add(
        "--recall",
        default=default.recall,
        metavar="SHARE",
        help="the probability of finding a pair whose similarity is exactly --threshold or --contained "
        "(default: %(default)s)",
    )


def add_keeping(add: Add) -> None:
    """Which one of several near-duplicates is kept."""
    default = Options()
    add(
        "--max-loss",
        default=default.max_loss,
        metavar="SHARE",
        help="keep a near-duplicate if the article kept instead lacks more than this share of its text, such "
        "as 0.1 or 10%% (default: %(default)s)",
    )
    add(
        "-k",
        "--keep",
        default=default.keep,
        metavar="WHICH",
        help=f"which near-duplicate to keep: {described()}; an article with that value, or with an address "
        "on that host, is kept in place of others (default: %(default)s)",
    )


def add_never_drop(add: Add) -> None:
    """Which documents are kept in any case."""
    add(
        "--never-drop",
        metavar="FILE",
        help="never drop these articles: FILE has an id (or SOURCE:POSITION) on each line, or is a ledger, "
        "for the articles that its run kept. Others may be dropped for them",
    )


def add_action(add: Add) -> None:
    """What is done with near-duplicates."""
    add(
        "--action",
        choices=ACTIONS,
        default=Options().action,
        help="drop near-duplicates, or tag them: every article stays in the output, and a near-duplicate "
        "gets the fields duplicate_of (the id of the article that it repeats) and similarity (their Jaccard) "
        "(default: %(default)s)",
    )
