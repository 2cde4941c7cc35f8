"""What can go wrong, as exceptions whose message is one sentence for the person at the terminal.

DedupError
├── InputError      a file, folder or field that cannot be read
├── OutputError     a target that cannot be written (disk full, read-only, no such folder)
├── IndexFileError  an index that is another's, broken, of another format or options, or in use
├── LedgerError     a ledger that does not fit the output, or is broken
└── OptionsError    wrong usage (also a ValueError); the command exits with 2, for the others with 1
"""

from __future__ import annotations


class DedupError(Exception):
    """The base of all errors that dedup raises on purpose."""


class InputError(DedupError):
    """A file, folder or field that cannot be read."""


class OutputError(DedupError):
    """A target that cannot be written."""


class IndexFileError(DedupError):
    """An index that cannot be used: broken, of another format, made with other options, in use."""


class LedgerError(DedupError):
    """A ledger that does not fit its output or rejects, or that is broken."""


class OptionsError(DedupError, ValueError):
    """Wrong usage: an option or a combination of options that has no meaning."""
