"""The errors of dedup. Each has one sentence for its message, which the command prints.

DedupError
├── InputError      a file, folder or field that cannot be read
│   └── DamagedFileError  a file that ends too early, or whose compressed data is damaged
├── OutputError     a target that cannot be written: the disk is full, the folder read-only or missing
├── IndexFileError  an index that is no index, damaged, of another format, made with other options, or in use
│   └── IndexUnavailableError  the server of an index does not answer; nothing was decided
├── LedgerError     a ledger that is damaged, or does not fit the output
└── OptionsError    wrong usage; also a ValueError. The command ends with status 2, and with 1 for the others
"""

_OPTION = (
    r"--(?:(no)-)?(text-field|id-field|title-field|date-field|url-field|site-field|cut|caution|threshold|"
    r"contained|ngram|num-perm|recall|max-loss|keep|never-drop|action|max-document|workers|memory|updates|"
    r"extractor|strict|repeats|duplicates|forget|wait)\b"
    r"(?: (tag|drop)\b)?"
)


class DedupError(Exception):
    """The base of all errors that dedup raises on purpose. As text it names the arguments of the library."""

    @property
    def message(self) -> str:
        """The error as the command has it, which names options such as --threshold."""
        return super().__str__()

    def __str__(self) -> str:
        import re  # late: the pattern takes 0.001 s of the start, and few runs end in an error

        return re.sub(_OPTION, lambda option: _argument(*option.groups()), self.message)


def _argument(no: str | None, option: str, value: str | None) -> str:
    """An option of the command, such as --no-repeats or --action tag, as an argument of the library."""
    name = option.replace("-", "_")
    if no:
        return f"{name}=False"
    return f'{name}="{value}"' if value else name


def message_of(error: Exception) -> str:
    """An error as the command has it."""
    return error.message if isinstance(error, DedupError) else str(error)


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


class IndexUnavailableError(IndexFileError):
    """The server of an index does not answer. Nothing was decided; later calls may succeed."""


class LedgerError(DedupError):
    """A ledger is damaged, or does not fit its output or rejects."""


class OptionsError(DedupError, ValueError):
    """Wrong usage: an option, or a combination of options, that makes no sense."""
