"""How --help looks: in colours where it is a terminal. Loaded when help is shown."""

from typing import ClassVar

from rich_argparse import RichHelpFormatter

from dedup.reports.layout import NAME, OTHER


class HelpFormatter(RichHelpFormatter):
    """Groups with bold heads, options and values in the colours of the reports."""

    group_name_formatter: ClassVar = str.capitalize
    styles: ClassVar = {
        "argparse.args": NAME,
        "argparse.groups": "bold",
        "argparse.help": "default",
        "argparse.metavar": OTHER,
        "argparse.prog": "bold",
        "argparse.syntax": "default",
        "argparse.text": "default",
        "argparse.default": "default",
    }
    highlights: ClassVar = [r"(?P<args>(?<![\w-])--[a-z][a-z-]+)"]

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=None)
