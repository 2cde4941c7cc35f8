"""The arguments of `dedup index`."""

import argparse
from typing import TypeAlias

from dedup.cli.arguments.command_parser import CommandParser
from dedup.cli.arguments.runs import add_forget, add_machine, add_updates, add_wait
from dedup.cli.arguments.shared import (
    add_fields,
    add_inputs,
    add_json,
    add_keeping,
    add_kinds,
    add_quiet,
    add_search,
    add_similarity,
    add_site,
    add_title,
    without_default,
)

Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"


def add_index(index: CommandParser) -> None:
    """`dedup index` and its actions."""
    index.description = (
        "Manage the index of `dedup clean --index FILE`: the documents that earlier runs kept."
    )
    actions = index.add_subparsers(required=True, metavar="ACTION", prog="dedup index", title="actions")
    add = _action(
        actions,
        "add",
        "add documents to the index",
        "Compare documents with each other and with the index, as `dedup clean --index` does, and add those "
        "that are kept to FILE, which is created if it does not exist. No articles are written. Adding "
        "unchanged inputs again replaces what they added before.",
    )
    add_inputs(add.add_argument)
    _add_comparing(add)
    shaping = without_default(add.add_argument_group("options of a new index").add_argument)
    add_kinds(shaping)
    shaping("--no-repeats", action="store_true", help="do not cut repeats")
    add_similarity(shaping)
    add_search(shaping)
    check = _action(
        actions,
        "check",
        "decide about documents without adding them",
        "Print a ledger line for each document, as JSON Lines on standard output: the decision, the keeper "
        "(with its date if an earlier run kept it), jaccard and coverage. FILE does not change.",
    )
    add_inputs(check.add_argument)
    _add_comparing(check)
    info = _action(
        actions,
        "info",
        "show what the index has",
        "Show the documents, runs, dates, size and format of FILE, and the options that it was made with.",
    )
    add_json(info.add_argument)
    drop = _action(
        actions,
        "drop",
        "delete documents from the index",
        "Delete documents from FILE by id or by age, and return their space to the file system. Later runs "
        "keep articles that are similar to them.",
    )
    drop.add_argument("ids", nargs="*", metavar="ID", help="the id of a document to delete")
    drop.add_argument(
        "--older", metavar="AGE", help="delete documents that are older than this, such as 90d, 12h or 2w"
    )
    repair = _action(
        actions,
        "repair",
        "check the whole index, and save what can be read of a damaged one",
        "Check all of FILE. If it is damaged, or has index format 4, replace it with a new index of every "
        "document that can still be read. The old file becomes FILE.old.",
    )
    for action in (add, check, info, drop, repair):
        add_wait(action.add_argument)


def _action(actions: Commands, name: str, help: str, description: str) -> CommandParser:
    """The parser of `dedup index NAME`."""
    action = actions.add_parser(name, help=help, description=description)
    action.set_defaults(command=f"index {name}")
    action.add_argument(
        "file", metavar="FILE", help="the index: a file, or an address such as redis://HOST:6379/0?name=NAME"
    )
    return action


def _add_comparing(action: CommandParser) -> None:
    """The options of a run over an index."""
    add_fields(action.add_argument)
    add_title(action.add_argument)
    add_site(action.add_argument)
    add_keeping(action.add_argument)
    add_updates(action.add_argument)
    add_forget(action.add_argument)
    add_machine(action.add_argument)
    add_quiet(action.add_argument, "show nothing but errors: no report, no progress")
