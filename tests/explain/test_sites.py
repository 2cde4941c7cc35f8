"""`dedup sites`: what it says of the passages of a site is what a run cuts."""

from collections import Counter

import orjson
import pytest

from dedup.api import clean
from dedup.explain.sites import explain_sites
from dedup.options import Options
from dedup.sites.evidence import CODE, FEW, fitted
from dedup.sites.meanings import MEANINGS, in_words
from dedup.sites.observations import OF_TEXT
from dedup.sources.memory import Memory
from tests.sites.pages import Site, article

MENU, FOOT = Site("site0.example").head, Site("site0.example").foot(0)


def pages(sites=3, each=24):
    """Pages of some sites in turn; an author box ends the article of every third page."""
    return [page(Site(f"site{site}.example"), number) for number in range(each) for site in range(sites)]


def page(site, number):
    box = f"Jane Miller has covered the county council for {site.name} since 2009."
    body = article(f"{site.name} {number}")
    return site.page(number, [*body, box] if number % 3 == 0 else body)


PAGES = pages()


def explained(documents, **changes):
    options = Options(workers=1, **changes)
    return explain_sites(Memory(documents, options), options, lambda *_: None)


def site_repeats(documents, **changes):
    """By site, how many characters a run cuts as what it prints, and the lines of these by their words."""
    outcome = clean(documents, Options(workers=1, duplicates=False, **changes))
    characters, lines = Counter(), Counter()
    for row, document in enumerate(documents):
        site = document["url"].split("/")[2].removeprefix("www.")
        for repeat in orjson.loads(outcome.findings.repeats.get(row, b"[]")):
            if repeat["kind"] == "site":
                characters[site] += repeat["end"] - repeat["start"]
                cut = document["text"][repeat["start"] : repeat["end"]]
                lines.update((site, template(line)) for line in cut.splitlines() if line.strip())
    return characters, lines


def template(line):
    """A line without its figures, as passages are counted."""
    return "".join(sign for sign in line if not sign.isdigit())


@pytest.mark.parametrize(
    ("documents", "changes"),
    [
        (PAGES, {}),
        (PAGES, {"caution": 0.95}),
        (PAGES, {"caution": 1.0}),
        (pages(1, 4), {}),
        (pages(2, 7), {"caution": 0.3}),
        ([page | {"text": "\n\n".join([*MENU, *page["text"].split("\n\n")])} for page in PAGES], {}),
        ([page | {"text": "\n\n".join(MENU)} if n % 4 else page for n, page in enumerate(PAGES)], {}),
    ],
    ids=["usual", "careful", "never", "few", "bold", "menu-twice", "menu-alone"],
)
def test_the_numbers_are_those_of_a_run(documents, changes):
    """Cut characters by site, and by passage how often it is cut, as a run without near-duplicates cuts."""
    characters, lines = site_repeats(documents, **changes)
    shown = explained(documents, **changes)
    assert {site.name: site.cut_characters for site in shown.sites if site.cut_characters} == characters
    cut = Counter()
    for site in shown.sites:
        cut.update({(site.name, template(one.text)): one.cut for one in site.passages if one.cut})
    assert cut == lines


def test_menus_and_footers_are_cut_and_articles_are_not():
    """A passage of every page is counted on all of them, figures aside; the least printed come last, and no
    paragraph of an article is among them.
    """
    site = next(site for site in explained(PAGES).sites if site.name == "site0.example")
    by_text = {template(passage.text): passage for passage in site.passages}
    menu = by_text[template(MENU[0])]
    assert (menu.pages, menu.occurrences, menu.cut) == (24, 24, 24)
    assert 0.7 <= menu.least <= menu.most <= 1
    assert menu.evidence["accident"][0] == round(menu.least, 3)
    assert all(by_text[template(line)].pages == 24 for line in [*MENU, *FOOT])
    assert by_text[next(text for text in by_text if text.startswith("Jane"))].pages == 8
    counts = [passage.pages for passage in site.passages]
    assert counts == sorted(counts, reverse=True)
    printed = {template(line) for line in [*MENU, *FOOT]}
    others = [text for text in by_text if text not in printed and not text.startswith("Jane")]
    assert all(text.startswith("Why ") and by_text[text].pages <= 3 for text in others)  # headlines


def test_what_is_left_is_shown_too():
    """With --caution 1 nothing is cut; the same passages are there, with the same probabilities."""
    usual, never = explained(PAGES), explained(PAGES, caution=1.0)
    names = [[passage.text for passage in site.passages] for site in usual.sites]
    assert sorted(names) == sorted([passage.text for passage in site.passages] for site in never.sites)
    assert not any(passage.cut for site in never.sites for passage in site.passages)
    least = {(site.name, one.text): one.least for site in usual.sites for one in site.passages}
    assert least == {(site.name, one.text): one.least for site in never.sites for one in site.passages}


@pytest.mark.slow
def test_workers_change_nothing():
    """Several threads and small blocks show the same as one."""
    documents = pages(3, 1500)
    options = Options(workers=3)
    assert explained(documents) == explain_sites(Memory(documents, options), options, lambda *_: None)


def test_pages_without_a_site_are_counted():
    """A page without a URL belongs to no site, whatever it prints."""
    shown = explained([*PAGES, *({"text": page["text"]} for page in PAGES[:7])])
    assert shown.pages_without_site == 7
    assert [site.pages for site in shown.sites] == [24, 24, 24]
    assert explained([]).sites == []
    assert explained(PAGES, url_field="").pages_without_site == len(PAGES)


def test_every_observation_has_a_meaning():
    """Names in the ledger can be put in words."""
    names = {*fitted().steps, *OF_TEXT, FEW, CODE}
    assert names <= {*MEANINGS}
    assert all(in_words(name, value) for name in MEANINGS for value in (0.0, 1.0))
    assert in_words("before_words", -1.0) == "begins the page"
    assert in_words("interface", 0.333) == "33% of its words are typical of buttons and menus"
    assert in_words("of a later version", 1.0) is None
