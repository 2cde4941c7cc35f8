"""What is restored of files of pages: the lines of JSON that were made from them."""

from collections.abc import Callable

from dedup.files.discovery import UNWRITTEN, format_of
from dedup.files.names import lines_name
from dedup.ledger.format import FileLine


def name_of(file: FileLine) -> str:
    """The name of what is restored of an input, given the ledger line that ends it."""
    name = file["dedup_file"]
    return lines_name(name) if "extracted" in file else name


def restored_name(source: str) -> str:
    """The name of what is restored of an input of this name."""
    return lines_name(source) if format_of(source) in UNWRITTEN else source


def explain_pages(files: int, explain: Callable[[str], None]) -> None:
    """Say what is not restored of so many files of pages, if there are any."""
    source = "1 file; it is where it was" if files == 1 else f"{files:,} files; they are where they were"
    if files:
        explain(f"pages are restored as they were extracted from {source}, since dedup changes no page")
