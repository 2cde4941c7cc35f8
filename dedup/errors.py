"""The errors of dedup. Each has one sentence for its message, which the command prints.

DedupError
├── InputError      a file, folder or field that cannot be read
├── OutputError     a target that cannot be written: the disk is full, the folder read-only or missing
├── IndexFileError  an index that is no index, damaged, of another format, made with other options, or in use
│   └── IndexUnavailableError  the server of an index does not answer; nothing was decided
├── LedgerError     a ledger that is damaged, or does not fit the output
└── OptionsError    wrong usage; also a ValueError. The command ends with status 2, and with 1 for the others
"""


class DedupError(Exception):
    """The base of all errors that dedup raises on purpose."""


class InputError(DedupError):
    """A file, folder or field cannot be read."""


class OutputError(DedupError):
    """A target cannot be written."""


class IndexFileError(DedupError):
    """An index cannot be used: it is damaged, of another format, made with other options, or in use."""


class IndexUnavailableError(IndexFileError):
    """The server of an index does not answer. Nothing was decided; later calls may succeed."""


class LedgerError(DedupError):
    """A ledger is damaged, or does not fit its output or rejects."""


class OptionsError(DedupError, ValueError):
    """Wrong usage: an option, or a combination of options, that makes no sense."""
