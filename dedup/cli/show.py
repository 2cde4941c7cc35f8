"""The commands that show something of articles: `dedup repeats`, `sites`, `compare` and `tune`."""

import sys
from argparse import Namespace

from dedup.cli.as_json import print_json
from dedup.cli.exit_status import DONE, of_unreadable
from dedup.cli.job import claim_inputs, explain_skipped
from dedup.cli.options import options_of
from dedup.errors import OptionsError
from dedup.explain import answers
from dedup.explain.compare import compare
from dedup.explain.repeats import Filter, ReadCounts, inspect
from dedup.explain.sites import explain_sites
from dedup.explain.tune import Tuning, tune
from dedup.files.locations.names import shown
from dedup.options import KINDS, Options
from dedup.reports.commands import TAKEN, command, words_of
from dedup.reports.terminal import console as terminal
from dedup.sources import lookup
from dedup.sources.files import Files


def show_repeats(arguments: Namespace) -> int:
    """Run `dedup repeats`; returns the exit status. Raises InputError, OptionsError."""
    from dedup.reports.terminal.views import repeats

    options, counts, chosen = options_of(arguments), ReadCounts(), _filter(arguments)
    source = Files(arguments.inputs, options)
    claim_inputs(arguments.inputs, source.files)
    explain_skipped(source.skipped)
    articles = inspect(source, options, arguments.id, counts, chosen)
    if arguments.json:
        print_json(answers.repeats_values(articles))
    else:
        weights = arguments.verbose
        terminal.stream(lambda colour: repeats.report(articles, lambda: counts, colour, weights), sys.stdout)
    return of_unreadable(counts.rejects, "only readable ones are shown")


def _filter(arguments: Namespace) -> Filter:
    """Which repeats are shown. Raises OptionsError."""
    kinds = [kind.strip() for kind in (arguments.kind or "").split(",") if kind.strip()]
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise OptionsError(f"--kind takes {', '.join(KINDS)}, not {', '.join(unknown)}")
    if arguments.limit is not None and arguments.limit < 1:
        raise OptionsError(f"--limit must be 1 or more, not {arguments.limit}")
    return Filter(tuple(kinds or KINDS), arguments.cut_only, arguments.limit)


def show_sites(arguments: Namespace) -> int:
    """Run `dedup sites`; returns the exit status. Raises InputError, OptionsError."""
    from dedup.reports.terminal import progress
    from dedup.reports.terminal.views import printed_passages

    options = options_of(arguments)
    source = Files(arguments.inputs, options)
    claim_inputs(arguments.inputs, source.files)
    if not arguments.quiet:
        explain_skipped(source.skipped)
    with progress.shown(source.files, arguments.quiet, source.columns) as show_progress:
        printing = explain_sites(source, options, show_progress)
    if arguments.json:
        print_json(printing.as_values())
    else:
        field, shows_all = options.site_field or options.url_field, arguments.all
        terminal.stream(lambda _: printed_passages.report(printing, field, shows_all), sys.stdout)
    return of_unreadable(printing.rejects, "only readable ones are counted")


def show_comparison(arguments: Namespace) -> int:
    """Run `dedup compare`; returns the exit status. Raises InputError, OptionsError."""
    from dedup.reports.terminal.views import side_by_side

    options, names = options_of(arguments), [arguments.one, arguments.other]
    if arguments.inputs:
        one, other = lookup.one_of_each(names, arguments.inputs, options)
    elif names == ["-", "-"]:
        raise OptionsError(
            "only one of the two documents can come from standard input; name a file for the other"
        )
    else:
        one, other = lookup.in_files(names, options)
    compared = compare(one, other, options)
    if arguments.json:
        print_json(answers.comparison_values(compared))
        return DONE
    terminal.stream(
        lambda colour: side_by_side.report(compared, arguments.full, colour), sys.stdout, side_by_side.WIDEST
    )
    return DONE


def show_thresholds(arguments: Namespace) -> int:
    """Run `dedup tune`; returns the exit status. Raises InputError, OptionsError."""
    from dedup.reports.terminal import progress
    from dedup.reports.terminal.views import tuning

    options = options_of(arguments)
    source = Files(arguments.inputs, options)
    claim_inputs(arguments.inputs, source.files)
    if not arguments.quiet:
        explain_skipped(source.skipped)
    with progress.shown(source.files, arguments.quiet, source.columns) as show_progress:
        tuned = tune(source, options, show_progress)
    recommended = _recommended([*map(shown, arguments.inputs)], options, tuned)
    if arguments.json:
        print_json(answers.tuning_values(tuned, recommended))
    else:
        comparing = _comparing([*map(shown, arguments.inputs)], options)
        terminal.stream(lambda colour: tuning.report(tuned, colour, recommended, comparing), sys.stdout)
    return of_unreadable(tuned.rejects, "only readable ones are counted")


def _recommended(inputs: list[str], options: Options, tuned: Tuning) -> str:
    """The command that cleans the same input with the recommended threshold; "" where none is, or where it
    cannot be pasted.
    """
    if tuned.advice is None:
        return ""
    values = {**options.as_values(), "threshold": tuned.advice.threshold}
    values["contained"] = None if options.contained is None else tuned.advice.threshold
    words = words_of(values, TAKEN["clean"])
    output = ["-o", "clean.jsonl", "--ledger", "ledger.jsonl"]
    return command("clean", *inputs, *words, *output) or ""


def _comparing(inputs: list[str], options: Options) -> tuple[str, ...]:
    """The end of a command that compares two documents of the inputs."""
    return ("--in", *inputs, *words_of(options.as_values(), TAKEN["compare"]))
