"""The lines of saved HTML pages and the labels of message catalogues, by language and by site.

`bench.languages.interface_words` counts on them. A page gives the whole text that html-text finds, with its
menus and buttons. A catalogue is a .po file, or a .mo file that has no .po file beside it.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from hashlib import blake2b
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import html_text
from babel.localedata import exists
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from w3lib.encoding import html_to_unicode

_PAGE = re.compile(r"\.(?:test)?html?(?:\.gz)?", re.IGNORECASE)  # .testhtml: the pages of recipe-scrapers
_COUNTRY_CODES = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "jp": "ja", "cn": "zh", "tl": "fil"}
_SCRIPTS = {  # languages that have a script to themselves, or nearly so; kana before ideographs
    "ja": r"[\u3040-\u30ff]",
    "zh": r"[\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7af]",
    "th": r"[\u0e00-\u0e7f]",
    "el": r"[\u0370-\u03ff]",
    "he": r"[\u0590-\u05ff]",
    "hy": r"[\u0530-\u058f]",
    "ka": r"[\u10a0-\u10ff]",
}
_MARKUP = re.compile(r"<[^>]*>|%\([^)]*\)[a-z]|%[a-z]|\{[^}]*\}|\$\{?\w+\}?|[&_](?=\w)")
_WORKERS = 2


class Page(NamedTuple):
    """A page as read. `site`: its host, or the name of its file where it names none."""

    language: str
    site: str
    lines: list[str]


class Label(NamedTuple):
    """One message of a catalogue. `program`: the folder that holds the catalogue, below the one given."""

    language: str
    program: str
    english: str
    text: str


def language_code(tag: str) -> str | None:
    """The language of a tag such as `pt-BR` or `zh_Hans`, in the codes of babel; None where it has none."""
    code = re.split(r"[-_@.]", tag.strip().lower())[0]
    code = _COUNTRY_CODES.get(code, code)
    return code if re.fullmatch(r"[a-z]{2,3}", code) and exists(code) else None


def _language_of_script(text: str) -> str | None:
    """The language whose script makes up a fifth of a text, for pages that name no language."""
    for language, pattern in _SCRIPTS.items():
        if len(re.findall(pattern, text)) > len(text) / 5:
            return language
    return None


def _registered_name(address: str) -> str | None:
    """The part of an address that a site registers, by a rule of thumb: `bbc.co.uk`, `zeit.de`."""
    try:
        parts = (urlsplit(address.strip()).hostname or "").split(".")
    except ValueError:
        return None
    return ".".join(parts[-3:] if len(parts) > 2 and len(parts[-2]) <= 3 else parts[-2:]) or None


def _site(tree: Any, path: Path) -> str:
    """The site that a page says it is on; else the one it links to most; else the name of its file."""
    for query in ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content", "//a/@href"):
        names = Counter(filter(None, map(_registered_name, tree.xpath(query))))
        if names:
            return names.most_common(1)[0][0]
    return path.name.split(".")[0]


def read_page(path: Path) -> Page | None:
    """The page of a file, or None where it has no text or no known language."""
    data = path.read_bytes()
    _, html = html_to_unicode(None, gzip.decompress(data) if path.suffix == ".gz" else data)
    try:
        tree = html_text.parse_html(html)
        text = html_text.extract_text(html)
    except (ValueError, RecursionError):  # control characters; a page nested too deeply
        return None
    if tree is None or not text:
        return None
    tags = tree.xpath("//html/@lang | //html/@xml:lang | //meta[@property='og:locale']/@content")
    language = next(filter(None, map(language_code, tags)), None) or _language_of_script(text)
    if language is None:
        return None
    return Page(language, _site(tree, path), [line for line in map(str.strip, text.split("\n")) if line])


def read_pages(folders: list[Path]) -> Iterator[Page]:
    """The pages below folders; of equal files the first."""
    paths: dict[bytes, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if _PAGE.fullmatch("".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix):
                paths.setdefault(blake2b(path.read_bytes()).digest(), path)
    with ProcessPoolExecutor(_WORKERS) as workers:
        yield from filter(None, workers.map(read_page, paths.values(), chunksize=16))


def read_catalogue(folder: Path, path: Path) -> list[Label]:
    """The translated messages of one catalogue, without markup and place-holders."""
    language = language_code(path.parts[-3] if path.parent.name == "LC_MESSAGES" else path.stem)
    if language is None:
        return []
    lines = path.read_bytes().splitlines(keepends=True)
    data = b"".join(line for line in lines if not line.startswith(b"#~"))  # babel complains of old messages
    try:
        with redirect_stdout(StringIO()):  # babel prints a warning for each odd comment
            catalogue = (read_po if path.suffix == ".po" else read_mo)(BytesIO(data))
    except (ValueError, OSError):  # a test's broken catalogue
        return []
    program = path.relative_to(folder).parts[0]
    return [
        Label(language, program, _MARKUP.sub("", message.id), _MARKUP.sub("", message.string))
        for message in catalogue
        if isinstance(message.id, str) and isinstance(message.string, str)
        if message.id and message.string and not message.fuzzy
    ]


def read_catalogues(folders: list[Path]) -> Iterator[Label]:
    """The messages of the catalogues below folders."""
    paths = [
        (folder, path)
        for folder in folders
        for path in sorted(folder.rglob("*.[pm]o"))
        if path.suffix == ".po" or not path.with_suffix(".po").exists()
    ]
    with ProcessPoolExecutor(_WORKERS) as workers:
        for labels in workers.map(read_catalogue, *zip(*paths, strict=True), chunksize=16) if paths else ():
            yield from labels
