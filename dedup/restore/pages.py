"""What is restored of files of pages: the lines of JSON that were made from them."""

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


def about_pages(files: int) -> str:
    """What is not restored of so many files of pages, in a sentence."""
    source = "1 file; it is where it was" if files == 1 else f"{files:,} files; they are where they were"
    return f"pages are restored as they were extracted from {source}, since dedup changes no page"
