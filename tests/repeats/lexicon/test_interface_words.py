"""The words of interfaces and calendars that were counted: well-formed, of many languages, without prose."""

from pathlib import Path

import orjson
import pytest

from dedup.repeats import lexicon

FOLDER = Path(lexicon.__file__).parent
FUNCTION_WORDS = set(
    """
    a ad an and as at auf aus av avec bei but by da das de dem den der des det die du e ein eine el en et for
    fra från für het i il in is it la las le les los med met mit na non och of og om on op or ou para pas per
    por på que som sur that the to uit un una und une van voor was with y z za że
    και να το и в на не с по от для что і się do nie ve bir bu için ja ei että és az egy nem از به که من
    على إلى
    """.split()  # noqa: SIM905
)


def read(name: str) -> dict[str, list[str]]:
    """One of the two files: the words by language."""
    words: dict[str, list[str]] = orjson.loads((FOLDER / name).read_bytes())
    return words


@pytest.mark.parametrize("name", ["interface_words.json", "calendar_words.json"])
def test_words_are_those_of_plain_text_and_sorted(name: str) -> None:
    """Every word can be found among the words of a text; none has a digit or stands twice."""
    for language, words in read(name).items():
        assert words == sorted(set(words)), language
        assert [lexicon.plain_text(word) for word in words] == words, language
        assert not [word for word in words if any(map(str.isdigit, word)) or len(word) < 2], language


def test_forty_languages_have_interface_words() -> None:
    """Each language has enough words to tell a menu by, and none so many that prose is among them."""
    words = read("interface_words.json")
    assert len(words) > 40
    assert {language: len(found) for language, found in words.items() if not 10 <= len(found) <= 80} == {}


def test_no_function_word_is_an_interface_word() -> None:
    """Words of which all prose is made say nothing about menus."""
    found = {word for words in read("interface_words.json").values() for word in words}
    assert found & FUNCTION_WORDS == set()


def test_dates_are_no_interface_words() -> None:
    """Months and days have a list of their own, of the same languages."""
    interface, calendar = read("interface_words.json"), read("calendar_words.json")
    assert calendar.keys() <= interface.keys()
    assert {"january", "jan", "monday", "mon"} <= set(calendar["en"])
    for language, words in calendar.items():
        assert not set(words) & set(interface[language]), language
