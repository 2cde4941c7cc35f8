"""Pairs of copies from the data folder: of each, whether what the longer copy has beyond the shorter one is
clutter.

Clutter is what a whole page has beyond its true text. Text of the article is what a page or a true text has
beyond its own beginning or end, and what a longer copy of syndicated news has beyond a shorter one: by
reading, hardly any of these is a page with its menus.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from bench.corpora.data import read_documents
from bench.paths import DATA

WHOLE_PAGE = ("html-text", "html2text", "html2text_rs", "inscriptis", "august", "fast_html2md", "mdka")
"""The readers that give whole pages."""
_NOTE = 500  # characters of a short note
_MENUS = (4, 8, 16)  # lines of the page before it; after it are half as many
_BEGINNINGS, _ENDS = (0.4, 0.6, 0.8), (0.6, 0.8)  # shares of a true text


class CopyPair(NamedTuple):
    """Two copies of an article. `part`: what is left out together in cross-validation; `kind`: what is
    counted together.
    """

    part: str
    kind: str
    is_clutter: bool
    shorter: str
    longer: str


def copy_pairs() -> Iterator[CopyPair]:
    """All pairs, in a fixed order."""
    yield from _of_pages("extractors/pages", "truth", WHOLE_PAGE)
    yield from _of_pages("sites/pages", "gold", ("html-text",))
    yield from _of_news()


def _of_pages(name: str, true: str, readers: tuple[str, ...]) -> Iterator[CopyPair]:
    pages: dict[str, dict[str, str]] = defaultdict(dict)
    for document in read_documents(name):
        pages[document["page"]][document["extractor"]] = document["text"]
    for number, (page, texts) in enumerate(pages.items()):
        part = page.split("/")[0] if true == "gold" else f"pages {number % 4}"
        text, whole = texts[true], texts["html-text"]
        for reader in readers:
            yield CopyPair(part, f"{name}: {_group(reader)}", True, text, texts[reader])
        for piece in [beginning(text, share) for share in _BEGINNINGS] + [end(text, x) for x in _ENDS]:
            yield CopyPair(part, f"{name}: piece of the text", False, piece, text)
            yield CopyPair(part, f"{name}: piece beside the page", False, piece, whole)
        yield from _short_notes(part, f"{name}: short note with some lines of the page", text, whole)


def _short_notes(part: str, kind: str, text: str, whole: str) -> Iterator[CopyPair]:
    """The first lines of a text, alone and between lines of its page that it lacks."""
    note = beginning(text, min(1.0, _NOTE / max(1, len(text))))
    own = set(text.splitlines())
    lines = [line for line in whole.splitlines() if line.strip() and line not in own]
    for count in _MENUS:
        around = "\n".join(lines[:count]), "\n".join(lines[-count // 2 :])
        yield CopyPair(part, kind, True, note, f"{around[0]}\n{note}\n{around[1]}")


def _group(reader: str) -> str:
    return "whole page" if reader == "html-text" else "other readers"


def _of_news() -> Iterator[CopyPair]:
    texts = {document["id"]: document["text"] for document in read_documents("news/articles")}
    with gzip.open(DATA / "news/jaccard5.tsv.gz", "rt", encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t")):
            both = sorted((texts[row["id1"]], texts[row["id2"]]), key=len)
            yield CopyPair(f"news {number % 4}", "news", False, both[0], both[1])


def beginning(text: str, share: float) -> str:
    """The first lines of a text, about this share of its characters."""
    return _first_lines(text.splitlines(keepends=True), share * len(text))


def end(text: str, share: float) -> str:
    """The last lines of a text, about this share of its characters."""
    lines = text.splitlines(keepends=True)
    kept = _first_lines(lines[::-1], share * len(text))
    return text[len(text) - len(kept) :]


def _first_lines(lines: list[str], size: float) -> str:
    kept = ""
    for line in lines:
        if kept and len(kept) + len(line) > size:
            break
        kept += line
    return kept
