"""Parsed arguments to `Options`."""

from argparse import Namespace
from dataclasses import fields
from typing import Any

from dedup.options import Options, parse_size


def options_of(arguments: Namespace) -> Options:
    """The options of a command line. Those that the command does not take have their defaults. Raises
    OptionsError.
    """
    return Options(**given_options(arguments))


def given_options(arguments: Namespace) -> dict[str, Any]:
    """The options that a command line has, as changes of `Options`. Raises OptionsError."""
    names = {field.name for field in fields(Options)}
    options = {name: value for name, value in vars(arguments).items() if name in names}
    options |= {name: False for name in ("repeats", "duplicates") if getattr(arguments, f"no_{name}", False)}
    if "cut" in options:
        options["cut"] = tuple(kind.strip() for kind in options["cut"].split(",") if kind.strip())
    if "memory" in options:
        options["memory"] = parse_size(options["memory"]) if options["memory"] else 0
    if "max_document" in options:
        limit = options["max_document"]
        options["max_document"] = 0 if limit == "off" else parse_size(limit, "--max-document")
    return {"url_field": "", **options}
