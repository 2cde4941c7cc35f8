"""The arguments of the commands that show something of articles and write nothing, with their help texts."""

from dedup.cli import exit_status
from dedup.cli.arguments.command_parser import CommandParser
from dedup.cli.arguments.runs import add_machine
from dedup.cli.arguments.shared import (
    add_caution,
    add_fields,
    add_inputs,
    add_json,
    add_kinds,
    add_matching,
    add_quiet,
    add_similarity,
    add_site,
    add_title,
    add_verbose,
)
from dedup.options import KINDS

_READING = (exit_status.DONE, exit_status.FAILED, exit_status.WRONG_USAGE, exit_status.UNREADABLE)


def add_repeats(repeats: CommandParser) -> None:
    """`dedup repeats`."""
    repeats.description = (
        "Show each article that has repeats: those that would be cut are struck out in their "
        "place, others underlined, each with its kind, its similarity and the reason for the decision. "
        "Nothing is written."
    )
    repeats.set_defaults(command="repeats")
    repeats.statuses = _READING
    add_inputs(repeats.add_argument)
    shown = repeats.add_argument_group("what is shown").add_argument
    shown(
        "--id", metavar="ID", help="show only this article (an id or SOURCE:POSITION), even without repeats"
    )
    shown("--cut-only", action="store_true", help="show only repeats that would be cut")
    shown(
        "--kind",
        metavar="KINDS",
        help=f"show only repeats of these kinds, out of {', '.join(KINDS)}, with commas between",
    )
    shown("--limit", type=int, metavar="N", help="show at most N articles (default: all)")
    add_verbose(shown, "show how much each piece of evidence weighed")
    add_json(shown)
    _add_fields(repeats)
    add_kinds(repeats.add_argument_group("repeats inside an article").add_argument)


def add_sites(sites: CommandParser) -> None:
    """`dedup sites`."""
    sites.description = (
        "Show for each site (the host of the URL) what it prints on many of its pages, such as menus, "
        "promotions and footers: on how many pages each passage is, how often `dedup clean` would cut it, "
        "and the reasons. The sites from which most text would be cut come first. Nothing is written."
    )
    sites.set_defaults(command="sites")
    sites.statuses = _READING
    add_inputs(sites.add_argument)
    shown = sites.add_argument_group("what is shown").add_argument
    shown("--all", action="store_true", help="show all sites and all of their passages")
    add_json(shown)
    add_quiet(shown, "show no progress")
    _add_fields(sites)
    add_caution(sites.add_argument_group("repeats inside an article").add_argument)
    add_machine(sites.add_argument_group("running").add_argument)


def add_compare(compare: CommandParser) -> None:
    """`dedup compare`."""
    compare.description = (
        "Show how similar two articles are, whether `dedup clean` would drop one as a "
        "duplicate of the other, and their texts side by side (one below the other under 100 columns) with "
        "the differences marked. A and B are files of one article each; with --in they are ids of "
        "articles in INPUT. The numbers are those of `dedup clean`: exact, and without the repeats that it "
        "cuts in the article itself. What sites print on many pages is compared, too. Nothing is written."
    )
    # in this order: --in takes all that follows
    compare.usage = "%(prog)s A B [--in INPUT [INPUT ...]] [options]"
    compare.set_defaults(command="compare")
    compare.add_argument("one", metavar="A", help="a file of one article; with --in, the id of an article")
    compare.add_argument("other", metavar="B", help="the other file or id")
    compare.add_argument(
        "--in",
        dest="inputs",
        nargs="+",
        default=[],
        metavar="INPUT",
        help="files that have the articles A and B, as for `dedup clean`; SOURCE:POSITION names one, too",
    )
    shown = compare.add_argument_group("what is shown").add_argument
    shown("--full", action="store_true", help="show long identical passages in full")
    add_json(shown)
    fields = compare.add_argument_group("fields").add_argument
    add_fields(fields)
    add_title(fields)
    cuts = compare.add_argument_group("repeats inside an article").add_argument
    add_kinds(cuts)
    cuts("--no-repeats", action="store_true", help="compare the texts with their repeats")
    add_similarity(compare.add_argument_group("near-duplicates").add_argument)


def add_tune(tune: CommandParser) -> None:
    """`dedup tune`."""
    tune.description = (
        "Recommend a --threshold, with what it would keep and drop compared with the default, and "
        "the command to run. Show how many pairs there are at each similarity, how many articles each "
        "threshold would drop, how many pairs the search may miss, and pairs just above and just below the "
        "threshold with their differences. The numbers are those of "
        "`dedup clean`: exact, without the repeats that it cuts, and without close calls, such as pairs that "
        "differ in their titles, numbers or names, which it keeps. Nothing is written."
    )
    tune.set_defaults(command="tune")
    tune.statuses = _READING
    add_inputs(tune.add_argument)
    shown = tune.add_argument_group("what is shown").add_argument
    add_json(shown)
    add_quiet(shown, "show no progress")
    _add_fields(tune)
    repeats = tune.add_argument_group("repeats inside an article").add_argument
    add_kinds(repeats)
    repeats("--no-repeats", action="store_true", help="compare the texts with their repeats")
    duplicates = tune.add_argument_group("near-duplicates").add_argument
    add_similarity(duplicates)
    add_matching(duplicates)
    add_machine(tune.add_argument_group("running").add_argument)


def _add_fields(command: CommandParser) -> None:
    """The fields of a command that reads articles."""
    fields = command.add_argument_group("fields").add_argument
    add_fields(fields)
    add_title(fields)
    add_site(fields)
