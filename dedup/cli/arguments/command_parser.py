"""What parses the words of one command: its help, and what it says of wrong usage."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from dedup.cli import exit_status

_NUMBERS = {"+": "{0} [{0} ...]", "*": "[{0} ...]", "?": "[{0}]"}
"""How often a word may come, in a usage."""


class CommandParser(argparse.ArgumentParser):
    """A parser whose help is coloured, and whose errors take two lines: what is wrong, and what shows more.
    `statuses`: how the command can end.
    """

    statuses: Sequence[int] = (exit_status.DONE, exit_status.FAILED, exit_status.WRONG_USAGE)

    def format_help(self) -> str:
        """The help, then the examples, then the exit statuses."""
        from dedup.cli.arguments.help_format import HelpFormatter  # late: rich-argparse takes 0.05 s

        self.formatter_class = HelpFormatter
        self.usage = self.usage or f"%(prog)s {self._words()}[options]"
        self._positionals.title = "arguments"
        examples, self.epilog = self.epilog, None
        parts = [super().format_help().rstrip("\n"), (examples or "").rstrip("\n"), self._ends()]
        self.epilog = examples
        return "\n\n".join(filter(None, parts)) + "\n"

    def _words(self) -> str:
        """The words that the command takes, for its usage."""
        names = [(str(a.metavar or a.dest), a.nargs) for a in self._actions if not a.option_strings]
        return "".join(f"{_NUMBERS.get(str(nargs), '{0}').format(name)} " for name, nargs in names)

    def _ends(self) -> str:
        lines = [f"  {status:<3}  {exit_status.MEANINGS[status]}" for status in self.statuses]
        return "\n".join(["Exit status:", *lines])

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and which command shows more; ends with status 2."""
        from dedup.cli.arguments import usage  # late: for wrong usage only

        sentence = usage.sentence(message, self.options())
        exit_status.explain(sentence)
        exit_status.print_line(f"Run {self.prog} --help to see how it is used.")
        self.exit(exit_status.WRONG_USAGE)

    def options(self) -> list[str]:
        """The long options of the command."""
        strings = [text for action in self._actions for text in action.option_strings]
        return [text for text in strings if text.startswith("--")]

    def commands(self) -> "dict[str, CommandParser]":
        """The commands below this one, by name."""
        return next(
            (dict(action.choices) for action in self._actions if isinstance(action.choices, dict)),
            {},
        )
