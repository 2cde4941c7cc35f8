"""The exit statuses of the command, and the sentences on standard error that explain them."""

import sys

DONE = 0
FAILED = 1
"""The input or the machine made it impossible."""
WRONG_USAGE = 2
UNREADABLE = 3
"""Done, but some records could not be read; they are in the rejects file."""
OVER_LIMIT = 4
"""Done, but more records were dropped, cut or unreadable than --fail-over allows."""
INTERRUPTED = 130
READER_GONE = 141
"""The process that read standard output has ended."""


def explain(sentence: str) -> None:
    """Print a sentence to standard error."""
    print(f"dedup: {sentence}", file=sys.stderr)


def counted(count: int, noun: str) -> str:
    """A count with its noun: 1 record, 2,000 records."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def of_signal(number: int) -> int:
    """The status of a stream that a signal ended, as shells have it."""
    return 128 + number


def of_unreadable(count: int, consequence: str) -> int:
    """The status of a command that could not read `count` records; a sentence names the consequence."""
    if not count:
        return DONE
    explain(f"{counted(count, 'record')} could not be read; {consequence}")
    return UNREADABLE
