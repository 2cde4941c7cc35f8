"""Names of months and of days of the week by language, from the Unicode locale data (CLDR) that babel has.

    python -m bench.languages.calendar_words [--write]

Of each language that interface_words.json has: full and abbreviated names of the Gregorian calendar, as they
stand in a date and alone, in the words that `plain_text` makes of them. Words of one
character and words with a digit are left out, so that Chinese and Japanese have no months. Words that
`plain_text` would break, at vowel signs of their own, are left out, too, and so are two letters from a to z:
most are words of prose, as "do" is in German dates and in English. Collected with babel 2.19.0. `--write`
puts the result into dedup/repeats/lexicon/calendar_words.json.
"""

import argparse
import re
from collections.abc import Iterable
from itertools import product

import orjson
from babel import Locale

from bench.paths import TOP
from dedup.repeats.lexicon import plain_text

TARGET = TOP / "dedup/repeats/lexicon/calendar_words.json"
LANGUAGES = TOP / "dedup/repeats/lexicon/interface_words.json"
OTHER_SCRIPTS = {"sr": ["sr_Latn"], "zh": ["zh_Hant"]}
_CONTEXTS, _WIDTHS = ("format", "stand-alone"), ("abbreviated", "wide")
_DIGIT = re.compile(r"\d")


def calendar_words(language: str) -> set[str]:
    """The words of the names of months and of days of the week in a language."""
    names: set[str] = set()
    for locale in map(Locale.parse, (language, *OTHER_SCRIPTS.get(language, ()))):
        for calendar, context, width in product((locale.months, locale.days), _CONTEXTS, _WIDTHS):
            names.update(calendar[context][width].values())
    return {
        word
        for name in names
        for word in name.casefold().replace(".", " ").split()
        if len(word) > (2 if word.isascii() else 1) and not _DIGIT.search(word) and plain_text(word) == word
    }


def as_lines(words: dict[str, list[str]]) -> bytes:
    """Words by language as JSON, a language a line."""
    lines = (orjson.dumps(language) + b": " + orjson.dumps(found) for language, found in words.items())
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def of_languages(languages: Iterable[str]) -> dict[str, list[str]]:
    """The calendar words of languages, sorted; without those of which no word is left."""
    words = {language: sorted(calendar_words(language)) for language in sorted(languages)}
    return {language: found for language, found in words.items() if found}


def main() -> None:
    """Print the calendar words, or store them."""
    parser = argparse.ArgumentParser(description="Month and day names by language, from babel.")
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.relative_to(TOP)}")
    write = parser.parse_args().write
    languages = set(orjson.loads(LANGUAGES.read_bytes())) - {"mul"}
    text = as_lines(of_languages(languages))
    if write:
        TARGET.write_bytes(text)
    else:
        print(text.decode(), end="")


if __name__ == "__main__":
    main()
