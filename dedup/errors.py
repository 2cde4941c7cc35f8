"""The errors of dedup. Each has one sentence for its message, which the command prints.

DedupError
├── InputError      a file, folder or field that cannot be read
│   └── DamagedFileError  a file that ends too early, or whose compressed data is damaged
├── OutputError     a target that cannot be written: the disk is full, the folder read-only or missing
├── IndexFileError  an index that is no index, damaged, of another format, made with other options, or in use
├── LedgerError     a ledger that is damaged, or does not fit the output
└── OptionsError    wrong usage; also a ValueError. The command ends with status 2, and with 1 for the others
"""


class DedupError(Exception):
    """The base of all errors that dedup raises on purpose."""


class InputError(DedupError):
    """A file, folder or field cannot be read."""


class DamagedFileError(InputError):
    """A file ends too early, or its compressed data is damaged: what comes before that can be read.

    `problem`: what it is, such as "truncated: ...".
    """

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name!r} is {problem}.")
        self.problem = problem


class OutputError(DedupError):
    """A target cannot be written."""


class IndexFileError(DedupError):
    """An index cannot be used: it is damaged, of another format, made with other options, or in use."""


class LedgerError(DedupError):
    """A ledger is damaged, or does not fit its output or rejects."""


class OptionsError(DedupError, ValueError):
    """Wrong usage: an option, or a combination of options, that makes no sense."""
