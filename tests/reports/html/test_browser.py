"""The HTML report in a browser: by keyboard, on a phone, in the dark, to those who do not see; hostile."""

import shutil
from importlib.util import find_spec

import pytest

from tests.reports.html.keyboard import tab_to
from tests.support.paths import TOP
from tests.support.reporting import NOTES, STORY

AXE = TOP / "build/axe/package/axe.min.js"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("chromium"), reason="there is no chromium: make browser"),
    pytest.mark.skipif(not find_spec("playwright"), reason="playwright is not installed"),
]
HOSTILE = [
    "<script>window.acted = 1</script>",
    "</script><script>window.acted = 2</script>",
    "<img src=x onerror='window.acted = 3'>",
    "<svg onload=alert(4)>",
    '"><iframe src=javascript:alert(5)></iframe>',
    "<!--<script>",
    "<a href='https://example.org' style='position:fixed'>x</a>",
    "\u202egnp.exe\x1b[31m",
    "\ud800 \x00 half a pair",
    "{{constructor.constructor('alert(6)')()}}",
    "</style><style>*{display:none}</style><meta http-equiv=refresh content='0;https://example.org'>",
]


def opened(page):
    """Open the first group and the first article."""
    for key in ("groups", "articles", "calls"):
        page.locator(f"#{key}-list .entry > summary").first.click()
    page.locator("#groups-list .side-by-side").first.wait_for()
    page.locator("#groups-list .keep input").first.check()
    page.locator("#keep-both").wait_for()


def test_a_group_opens_by_keyboard(browser, small):
    """Tab leads to the link that skips, then on to the groups; Enter opens one, texts side by side."""
    with browser.open_page(small) as (page, seen):
        page.keyboard.press("Tab")
        focused = "document.activeElement.matches(':focus-visible') && document.activeElement.textContent"
        assert page.evaluate(focused) == "Skip to the findings"
        assert page.locator(".skip").bounding_box()["y"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        tab_to(page, "document.activeElement.parentElement.className === 'entry'")
        page.keyboard.press("Enter")
        page.locator("#groups-list .side-by-side").wait_for()
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) != "none"
        arrow = "(big) => getComputedStyle(big, '::before').content"
        arrows = [big.evaluate(arrow) for big in page.locator(".entry > summary > .big").all()]
        assert arrows[:2] == ['"▾"', '"▸"']
        marks = page.locator("#groups-list .side-by-side mark").all_inner_texts()
        assert {"lemons", "oranges"} <= set(marks)
        assert (seen.messages, seen.requests, seen.dialogs) == ([], [], [])


def test_answers_are_recorded(browser, small):
    """What was dropped, why this one, what is lost, how to undo it; what was cut of an article, where."""
    with browser.open_page(small) as (page, _):
        opened(page)
        text = page.locator("body").inner_text()
        for words in (
            "near",
            "of it is in the kept one (Jaccard 0.91",
            "Of those that match, the cleanest is kept.",
            "No ledger was written: add --ledger FILE",
            "Sea level 4 cm",
            "coast.example/4",
            "2024-03-04",
        ):
            assert words in text, words
        assert (
            page.locator("#articles-list .article del")
            .inner_text()
            .startswith("The ferry to the outer islands")
        )
        assert page.locator("#articles-list td", has_text="block").count() == 1
        link = page.locator("#calls-list a.address").first
        assert link.get_attribute("href") in {note["url"] for note in NOTES}
        assert link.get_attribute("rel") == "noopener noreferrer"


def test_each_text_has_a_name_on_a_phone(browser, small):
    """Where texts are below each other, each says in words whose it is; on a wide screen a heading does."""
    for width, is_shown in ((390, True), (1200, False)):
        with browser.open_page(small, width) as (page, _):
            page.locator("#groups-list .entry > summary").first.click()
            names = page.locator("#groups-list .side-by-side .whose")
            assert {name.inner_text().strip(" :").lower() for name in names.all()} == {"dropped", "kept"}
            assert (names.first.bounding_box()["width"] > 2) == is_shown
            assert page.locator("#groups-list .side-by-side .head").first.is_visible() != is_shown


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_is_wider_than_the_screen(browser, small, width):
    """Even with a group and an article open, nobody scrolls sideways."""
    with browser.open_page(small, width) as (page, _):
        opened(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(not AXE.exists(), reason="there is no axe-core in build/: make browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_axe_finds_nothing(browser, small, scheme, width):
    """Contrast, names, roles, order, landmarks: axe-core has no finding of any impact."""
    with browser.open_page(small, width, scheme=scheme) as (page, _):
        opened(page)
        for details in page.locator("details:not([open]) > summary").all():
            if details.is_visible():
                details.click()
        findings = browser.violations(page)
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in findings] == []


def test_hostile_text_does_not_run(browser, folder, page_of):
    """Ids, sources, texts, cuts and reasons with markup: all of it is read, none of it acts."""
    articles = [
        {
            "id": f"{evil}{letter}",
            "text": f"{evil}\n\n{STORY}\n\n{evil}{letter} {n}\n\n{STORY}",
            "title": evil,
            "url": evil if letter == "a" else f"javascript:alert(7)//{evil}",
            "date": evil,
        }
        for n, evil in enumerate(HOSTILE)
        for letter in "ab"
    ]
    with browser.open_page(page_of("hostile' onload=alert(1) <b>", articles)) as (page, seen):
        for summary in page.locator(".entry > summary").all():
            summary.click()
        page.locator("#groups-list .side-by-side").first.wait_for()
        assert page.evaluate("window.acted") is None
        assert page.locator("main img, main iframe, main svg:not(.chart svg), main b > *").count() == 0
        links = [link.get_attribute("href") for link in page.locator("a").all()]
        assert all(link.startswith("#") for link in links), links
        assert page.locator("script:not([type])").count() == 1
        assert HOSTILE[0] in page.locator("#groups-list").inner_text()
        assert (seen.messages, seen.requests, seen.dialogs) == ([], [], [])
        assert page.url.startswith("file:")
