"""The parser of the command line: which commands there are."""

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

from dedup.cli.exit_status import harmless
from dedup.version import __version__

_EXAMPLES = """examples:
  dedup clean crawl/*.jsonl -o clean.jsonl --ledger ledger.jsonl    clean many articles, record every decision
  dedup clean article.txt                                           clean one article to standard output
  dedup repeats article.txt                                         show its repeats, and why they are cut
  dedup sites crawl/*.jsonl                                         show what sites print on many pages
  dedup compare a1 a2 --in crawl/*.jsonl                            show two articles side by side
  dedup tune crawl/*.jsonl                                          choose the threshold
  zcat crawl.jsonl.gz | dedup clean - > clean.jsonl                 clean in a pipe
  crawler | dedup clean - -o - --index seen.index --stream          answer each article as it comes
  dedup index check seen.index crawl/*.jsonl                        find articles that earlier runs have seen
  dedup restore clean.jsonl ledger.jsonl -o crawl.jsonl             restore the input, byte for byte
  dedup why a1 ledger.jsonl                                         say what became of one article
  dedup report ledger.jsonl                                         show the report of a finished run again
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
}


class _Parser(argparse.ArgumentParser):
    """A parser whose messages are harmless: words that it does not know may come from a script."""

    def error(self, message: str) -> NoReturn:
        super().error(harmless(message))


def parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of the command line. Its result has the `command`, such as "clean" or "index add".

    `words`: what it is to parse; None: anything. A command that is not among them gets no arguments: those of
    all commands take 0.01 s to make, with what has their defaults.
    """
    top = _Parser(
        "dedup",
        description="Turns scraped articles into clean ones.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"dedup {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, purpose in _COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if words is None or name in words:
            _adder(name)(command)
    return top


def _adder(name: str) -> Callable[[argparse.ArgumentParser], None]:
    """What adds the arguments of the command of this name."""
    from dedup.cli.arguments import commands, index

    adders = {
        "clean": commands.add_clean,
        "repeats": commands.add_repeats,
        "sites": commands.add_sites,
        "compare": commands.add_compare,
        "tune": commands.add_tune,
        "restore": commands.add_restore,
        "report": commands.add_report,
        "why": commands.add_why,
        "index": index.add_index,
    }
    return adders[name]
