"""What is cut of the pages of a site, and what is never."""

import random

import pyarrow as pa
import pytest

import dedup
from tests.sites.pages import Site, article, sentence

OFF = {"duplicates": False}
SITE = Site("daily.example")
PRINTED = {
    "Home",
    "World",
    "Business",
    "Sport",
    "Weather",
    "Subscribe",
    "daily.example:",
    "Most",
    "Sign",
    "©",
}


def left(documents, **options):
    """The lines that are left of each document."""
    result = dedup.clean(documents, **{**OFF, **options})
    return [[line for line in kept["text"].split("\n") if line.strip()] for kept in result.kept]


def own(number, site=SITE):
    return article(f"{site.name} {number}")


@pytest.mark.parametrize("count", [10, 40, 150])
def test_what_a_site_prints_goes_and_articles_stay(count):
    """Whatever the number of pages, each has its article and no more."""
    for number, lines in enumerate(left(SITE.pages(count))):
        assert lines == own(number)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_few_pages_say_little(count):
    """Of less than five pages nothing is cut, or what is printed alone."""
    for number, lines in enumerate(left(SITE.pages(count))):
        kept = SITE.page(number)["text"].split("\n")
        assert set(own(number)) <= set(lines) <= set(kept)
        if count < 3:
            assert len(lines) == len([line for line in kept if line])


def test_sites_are_told_apart():
    """What one site prints is no matter of another, and pages without an address are left."""
    other = [
        {**page, "url": None} if number % 2 else {**page, "url": f"https://site{number}.example/"}
        for number, page in enumerate(SITE.pages(20))
    ]
    for page, lines in zip(other, left(other), strict=True):
        assert lines == [line for line in page["text"].split("\n") if line]


def test_an_article_under_several_addresses_is_no_boilerplate():
    """Pages that are copies of one article count once: nothing of the article is cut."""
    pages = SITE.pages(12)
    copies = [{**SITE.page(99), "url": f"https://daily.example/copy/{i}", "id": f"copy{i}"} for i in range(8)]
    for lines in left([*pages, *copies])[12:]:
        assert lines == own(99)


def test_edited_copies_are_no_boilerplate():
    """Nor if each copy has another paragraph of its own."""
    rng = random.Random(3)
    copies = [
        SITE.page(100 + i, [*own(99), sentence(rng)]) | {"url": f"https://daily.example/copy/{i}"}
        for i in range(8)
    ]
    for lines in left([*SITE.pages(12), *copies])[12:]:
        assert lines[:4] == own(99)


def test_the_background_of_a_running_story_stays():
    """The next articles of a story carry its background paragraph along: it is no boilerplate."""
    rng = random.Random(4)
    background = " ".join(sentence(rng) for _ in range(3))
    story = [SITE.page(50 + i, [*own(50 + i)[:2], background, *own(50 + i)[2:]]) for i in range(6)]
    for number, lines in enumerate(left([*SITE.pages(20), *story])[20:]):
        assert lines == [*own(50 + number)[:2], background, *own(50 + number)[2:]]


def test_a_headline_that_other_pages_list_stays_on_its_own_page():
    """A list of the latest headlines is cut where it is a list, not where the headline is one."""
    headlines = [own(number)[0] for number in range(12)]
    pages = [
        SITE.page(number, [*own(number), "Latest news", *headlines[:4], *headlines[5:7]])
        for number in range(20)
    ]
    for number, lines in enumerate(left(pages)):
        assert own(number)[0] in lines
        assert lines[:4] == own(number)


def test_titles_stay():
    """A line that is the title of its page stays, wherever else it stands."""
    pages = [{**SITE.page(number), "title": own(number)[0]} for number in range(12)]
    assert [lines[0] for lines in left(pages)] == [own(number)[0] for number in range(12)]


def test_source_code_stays():
    """Manuals repeat lines of code on purpose."""
    code = ["const { app } = require('app')", "app.start() // begin", "}"]
    pages = [SITE.page(number, [*own(number)[:2], *code, *own(number)[2:]]) for number in range(12)]
    for lines in left(pages):
        assert set(code) <= set(lines)


def test_a_page_of_nothing_else_is_left_whole():
    """A page that has no article keeps what its site prints: nothing is left empty."""
    empty = SITE.page(77, ["Not found"])
    empty["text"] = "\n".join(SITE.head)
    assert left([*SITE.pages(12), empty])[-1] == SITE.head


def test_what_is_cut_depends_on_caution_and_on_cut():
    """With all caution nothing is cut, nor without the kind."""
    pages = SITE.pages(12)
    whole = [[line for line in page["text"].split("\n") if line] for page in pages]
    assert left(pages, caution=1.0) == whole
    assert left(pages, cut=("block", "exact", "near", "title")) == whole
    assert left(pages, url_field="link") == whole
    assert left(pages, repeats=False) == whole


def test_the_evidence_says_on_how_many_pages():
    """Each site repeat names the pages that it rests on, and what weighed most."""
    result = dedup.clean(
        pa.table({name: [page[name] for page in SITE.pages(12)] for name in ("id", "url", "text")})
    )
    repeats = [repeat for _, repeat in result.repeats]
    assert len(repeats) == 24
    for repeat in repeats:
        assert (repeat.kind, repeat.cut, repeat.score) == ("site", True, 100.0)
        assert repeat.evidence["on_pages"] == repeat.evidence["of_pages"] == [12.0, 0.0]
        assert repeat.evidence["accident"][0] >= 0.7
        assert repeat.of_start == repeat.of_end == repeat.start
