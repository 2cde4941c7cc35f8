"""The parser of the command line: which commands there are."""

import argparse
from collections.abc import Callable, Sequence

from dedup.cli import exit_status
from dedup.cli.arguments.command_parser import CommandParser
from dedup.cli.arguments.settings import Settings
from dedup.version import __version__

_EXAMPLES = """Examples:
  dedup clean crawl/*.jsonl -o clean.jsonl --ledger ledger.jsonl   clean many articles, record every decision
  dedup clean article.txt                                          clean one article to standard output
  dedup repeats article.txt                                        show its repeats, and why they are cut
  dedup sites crawl/*.jsonl                                        show what sites print on many pages
  dedup compare a1 a2 --in crawl/*.jsonl                           show two articles side by side
  dedup tune crawl/*.jsonl                                         choose the threshold
  zcat crawl.jsonl.gz | dedup clean - > clean.jsonl                clean in a pipe
  crawler | dedup clean - -o - --index seen.index --stream         answer each article as it comes
  dedup index check seen.index crawl/*.jsonl                       find articles that earlier runs have seen
  dedup restore clean.jsonl ledger.jsonl -o crawl.jsonl            restore the input, byte for byte
  dedup why a1 ledger.jsonl                                        say what became of one article
  dedup report ledger.jsonl                                        show the report of a finished run again
  dedup explain lost                                               say what a word of a report means
  dedup completion bash >> ~/.bashrc                               complete commands and options with Tab

Options can also be set in dedup.toml, or under [tool.dedup] in pyproject.toml. The command line wins.
"""
_COMMANDS = {
    "clean": "cut repeats inside articles, drop near-duplicates",
    "repeats": "show articles with their repeats marked",
    "sites": "show what sites print on many of their pages, and what is cut of it",
    "compare": "show two articles side by side, and how similar they are",
    "tune": "recommend a threshold, and show what each would do",
    "restore": "restore the input of a finished run",
    "report": "show the report of a finished run again",
    "why": "say what became of one article, and why",
    "index": "manage the index of articles seen in earlier runs",
    "explain": "say what a word of a report means, and what to do about it",
    "completion": "print a script that completes commands and options in a shell",
}


def parser(words: Sequence[str] | None = None) -> CommandParser:
    """The parser of the command line. Its result has the `command`, such as "clean" or "index add".

    `words`: what it is to parse; None: anything. A command that is not among them gets no arguments: those of
    all commands take 0.01 s to make, with what has their defaults.
    """
    top = CommandParser(
        "dedup",
        description="Turns scraped articles into clean ones. dedup COMMAND --help says more of each command.",
        epilog=_EXAMPLES,
    )
    top.statuses = tuple(exit_status.MEANINGS)
    top.add_argument("-V", "--version", action="version", version=f"dedup {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", prog="dedup", title="commands")
    for name, purpose in _COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if words is None or name in words:
            _adder(name)(command)
    return top


def command_of(top: CommandParser, words: Sequence[str]) -> tuple[CommandParser, int]:
    """The parser of the command that these words name, and how many of the words name it."""
    command, count = top, 0
    for word in words:
        if word not in (commands := command.commands()):
            break
        command, count = commands[word], count + 1
    return command, count


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The parsed arguments, with the settings of a file where they have none; `settings` names the file.
    Ends the process for wrong usage, for --help and for --version. Raises OptionsError for a wrong file.
    """
    top = parser(words)
    command, count = command_of(top, words)
    settings = Settings.of_folder()
    added = settings.words(command, words[count:]) if settings and not command.commands() else []
    parsed, unknown = top.parse_known_args([*words[:count], *added, *words[count:]])
    if unknown:
        command.error(f"unrecognized arguments: {' '.join(unknown)}")
    parsed.settings = settings.applied if settings else []
    return parsed


def _adder(name: str) -> Callable[[CommandParser], None]:
    """What adds the arguments of the command of this name."""
    from dedup.cli.arguments import commands, index, views

    adders: dict[str, Callable[[CommandParser], None]] = {
        "clean": commands.add_clean,
        "repeats": views.add_repeats,
        "sites": views.add_sites,
        "compare": views.add_compare,
        "tune": views.add_tune,
        "restore": commands.add_restore,
        "report": commands.add_report,
        "why": commands.add_why,
        "index": index.add_index,
        "explain": commands.add_explain,
        "completion": commands.add_completion,
    }
    return adders[name]
