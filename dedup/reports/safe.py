"""Text from outside -> harmless text: nothing in it controls a terminal or a log, hides or reorders text.

Control characters, lone surrogates and overrides of the direction of text become visible escapes (\\x1b,
\\u202e). Invisible characters are removed, and so are combining marks beyond `_PILE` on one character.
"""

from functools import lru_cache
from unicodedata import category, combining

from rich.cells import cell_len, set_cell_size

from dedup.identity import Identity, location_of, name_of

_PILE = 4  # combining marks on one character: Vietnamese, Thai and pointed Hebrew need up to three
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_VIRAMA = 9  # the combining class of the signs that silence a vowel in Indic scripts
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810))))
_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")  # Arabic, Syriac; visible


def safe(text: str) -> str:
    """The text on one line, made harmless; white space of every kind becomes single spaces."""
    return _harmless(" ".join(text.split()))


def safe_lines(text: str) -> str:
    """The text made harmless, line by line: lines end with \\n, and a tab becomes four spaces."""
    unified = text.replace("\r\n", "\n").replace("\t", "    ")
    return "\n".join(_harmless(line) for line in unified.split("\n"))


def _harmless(text: str) -> str:
    """One line made harmless."""
    shown, pile = [""], 0
    for character in text:
        part = _shown(character)
        if not part or (character in _JOINERS and not _is_spelling(shown[-1][-1:], character)):
            continue
        pile = pile + 1 if _is_combining(part) else 0
        if pile <= _PILE:
            shown.append(part)
    return "".join(shown)


def _is_spelling(before: str, joiner: str) -> bool:
    """Whether spelling needs it: a non-joiner after a letter beyond Latin, a joiner after a virama."""
    if joiner == "\u200d":
        return before != "" and combining(before) == _VIRAMA
    return before > "\u02ff" and before not in _JOINERS


@lru_cache(4096)
def _shown(character: str) -> str:
    """The character itself, its visible escape, or nothing."""
    kind = category(character)
    if kind in ("Cc", "Cs") or character in _OVERRIDES:
        return character.encode("unicode_escape").decode()
    if kind in ("Zl", "Zp", "Zs"):
        return " "
    invisible = kind == "Cf" and character not in _JOINERS and character not in _SIGNS
    return "" if invisible or character in _SELECTORS else character


def _is_combining(shown: str) -> bool:
    """Whether the character is drawn onto the one before it."""
    return len(shown) == 1 and (shown in _JOINERS or category(shown) in ("Mn", "Me"))


def name(identity: Identity) -> str:
    """The id of a document, or its location if it has no id; harmless, also if the id is no string."""
    return location(identity) if identity["id"] is None else safe(str(name_of(identity)))


def location(identity: Identity) -> str:
    """source:position of a document, harmless; of an earlier run also the day it entered the index."""
    date = f", {str(identity['date'])[:10]}" if "date" in identity else ""
    return safe(f"{location_of(identity)}{date}")


def short(text: str, cells: int) -> str:
    """The text on one line, harmless; its end is left out if it is wider than `cells` columns."""
    shown = safe(text)
    return shown if cell_len(shown) <= cells else _head(shown, cells - 1) + "…"


def middle(text: str, cells: int) -> str:
    """The text on one line, harmless; its middle is left out if it is wider than `cells` columns: the ends of
    a path or an id say most.
    """
    shown = safe(text)
    if cell_len(shown) <= cells:
        return shown
    tail = shown[-max(1, cells // 2) :]
    while cell_len(tail) > cells // 2:
        tail = tail[1:]
    return _head(shown, cells - cell_len(tail) - 1) + "…" + tail


def _head(text: str, cells: int) -> str:
    return set_cell_size(text[: 4 * max(cells, 0)], max(cells, 0)).rstrip()
