"""Scraped articles in, clean articles out: repeated paragraphs cut, near-duplicates dropped, every decision
on record.

    dedup.find_repeats(text)            what an article says twice
    dedup.clean_text(text)              the article without it
    dedup.clean(documents)              many articles: a Result that says who is kept, cut, dropped, and why
    dedup.Index(path)                   what earlier runs kept, and an answer for each new article

Names load what they need when they are first used, so that `import dedup` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedup.api import Result, clean
    from dedup.errors import DedupError, IndexFileError, InputError, LedgerError, OptionsError, OutputError
    from dedup.index.index import Index
    from dedup.options import Options
    from dedup.repeats.find import Repeat, clean_text, find_repeats

from dedup.version import __version__ as __version__

__all__ = [
    "DedupError",
    "Index",
    "IndexFileError",
    "InputError",
    "LedgerError",
    "Options",
    "OptionsError",
    "OutputError",
    "Repeat",
    "Result",
    "clean",
    "clean_text",
    "find_repeats",
]

_HOMES = {
    **dict.fromkeys(
        ("DedupError", "IndexFileError", "InputError", "LedgerError", "OptionsError", "OutputError"),
        "dedup.errors",
    ),
    **dict.fromkeys(("Repeat", "clean_text", "find_repeats"), "dedup.repeats.find"),
    "Index": "dedup.index.index",
    "Options": "dedup.options",
    "Result": "dedup.api",
    "clean": "dedup.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dedup' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
