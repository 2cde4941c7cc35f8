"""Scraped articles in, clean articles out: repeated paragraphs cut, near-duplicates dropped, every decision
on record.

    dedup.find_repeats(text)            the repeats in an article
    dedup.clean_text(text)              the article without them
    dedup.clean(documents)              many articles: a Result with those kept, cut and dropped, and why
    dedup.Index(path)                   what earlier runs kept, and a decision about each new article
    dedup.minhash(text)                 the datasketch.MinHash of a text

A name is loaded when it is first used, so that `import dedup` takes next to no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedup.api import Result, clean
    from dedup.errors import DedupError, IndexFileError, InputError, LedgerError, OptionsError, OutputError
    from dedup.index.index import Index
    from dedup.index.redis.bands import minhash
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
    "minhash",
]

_MODULES = {
    **dict.fromkeys(
        ("DedupError", "IndexFileError", "InputError", "LedgerError", "OptionsError", "OutputError"),
        "dedup.errors",
    ),
    **dict.fromkeys(("Repeat", "clean_text", "find_repeats"), "dedup.repeats.find"),
    "Index": "dedup.index.index",
    "Options": "dedup.options",
    "Result": "dedup.api",
    "clean": "dedup.api",
    "minhash": "dedup.index.redis.bands",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'dedup' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
