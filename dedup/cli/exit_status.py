"""The exit statuses of the command, and the sentences on standard error that explain them."""

import sys

from dedup.reports.numbers import number

DONE = 0
FAILED = 1
"""The input or the machine made it impossible."""
WRONG_USAGE = 2
UNREADABLE = 3
"""Done, but some records could not be read; they are in the rejects file."""
OVER_LIMIT = 4
"""Done, but more records were dropped, tagged, cut or unreadable than --fail-over allows."""
INTERRUPTED = 130
READER_GONE = 141
"""The process that read standard output has ended."""

MEANINGS = {
    DONE: "Done.",
    FAILED: "The input or the machine made it impossible. One sentence says what, and what to do.",
    WRONG_USAGE: "Wrong usage.",
    UNREADABLE: "Done, but some records could not be read.",
    OVER_LIMIT: "Done, but more was dropped, tagged, cut or unreadable than --fail-over allows.",
    INTERRUPTED: "Interrupted (Ctrl-C). Nothing was written.",
    READER_GONE: "The program that read the output has ended.",
}
"""What each status means, for --help."""


def harmless(sentence: str) -> str:
    """A sentence in which no name from outside acts on a terminal."""
    if sentence.isprintable():
        return sentence
    from dedup.reports.safe import safe  # late: it loads rich

    return safe(sentence)


def explain(sentence: str) -> None:
    """Print a sentence to standard error. Names in it may come from outside, and are made harmless."""
    print_line(f"dedup: {sentence}")


def print_line(line: str) -> None:
    """Print a line to standard error. Names in it may come from outside, and are made harmless."""
    print(harmless(line), file=sys.stderr)


def of_signal(signal: int) -> int:
    """The status of a stream that a signal ended, as shells have it."""
    return 128 + signal


def of_unreadable(count: int, consequence: str) -> int:
    """The status of a command that could not read `count` records; a sentence names the consequence."""
    if not count:
        return DONE
    explain(f"{number(count, 'record')} could not be read; {consequence}")
    return UNREADABLE
