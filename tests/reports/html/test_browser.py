"""The HTML report in a browser: by keyboard, on a phone, in the dark, to those who do not see; hostile."""

import random
import shutil
from importlib.util import find_spec
from itertools import product

import orjson
import pytest

from dedup.cli.main import main
from tests.support.paths import TOP
from tests.support.reporting import DOCUMENTS, STORY

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
    "{{constructor.constructor('alert(6)')()}}",
    "</style><style>*{display:none}</style><meta http-equiv=refresh content='0;https://example.org'>",
]


@pytest.fixture(scope="module")
def browser():
    """The module of bench/ that opens pages."""
    from bench.harness import browser

    return browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


def page_of(folder, name, articles):
    """The page of a run over these articles."""
    crawl, path = folder / f"{name}.jsonl", folder / f"{name}.html"
    crawl.write_bytes(b"".join(orjson.dumps(article) + b"\n" for article in articles))
    output = str(folder / f"{name}.out.jsonl")
    assert main(["clean", str(crawl), "-o", output, "--report", str(path), "--quiet"]) in (0, 3)
    return path


@pytest.fixture(scope="module")
def small(folder):
    """The page of a run that has something of everything."""
    return page_of(folder, "small", DOCUMENTS)


@pytest.fixture(scope="module")
def large(folder):
    """The page of 120 groups."""
    words = ["".join(word) for word in product("bdfgklm", "aeio", "nrst", "aeiu")]
    rng = random.Random(1)
    twice = []
    for n in range(120):
        text = " ".join(rng.choices(words, k=60))
        twice += [{"id": f"kept{n}", "text": f"{text} and more"}, {"id": f"copy{n}", "text": text}]
    return page_of(folder, "large", twice)


def opened(page):
    """Open the first group and the first article."""
    for key in ("groups", "articles"):
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
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.parentElement.className") == "entry":
                break
        page.keyboard.press("Enter")
        page.locator("#groups-list .side-by-side").wait_for()
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) != "none"
        arrow = "(big) => getComputedStyle(big, '::before').content"
        arrows = [big.evaluate(arrow) for big in page.locator(".entry > summary > .big").all()]
        assert arrows == ['"▾"', '"▸"']
        marks = page.locator("#groups-list .side-by-side mark").all_inner_texts()
        assert {"lemons", "oranges"} <= set(marks)
        assert (seen.messages, seen.requests, seen.dialogs) == ([], [], [])


def test_groups_are_found_and_ordered(browser, large):
    """The field finds a group by the id of a dropped document; it can be ordered; a button shows more."""
    with browser.open_page(large) as (page, seen):
        count, entries = page.locator("#groups-list .count"), page.locator("#groups-list .entry")
        assert (count.inner_text(), entries.count()) == ("120 groups", 50)
        page.locator("#groups-list button").click()
        assert entries.count() == 100
        assert page.evaluate("document.activeElement.closest('.entry') !== null")
        page.locator("#groups-list input").fill("COPY77")
        page.locator("#groups-list .count", has_text="1 of").wait_for()
        assert entries.count() == 1
        assert "kept77" in entries.inner_text()
        page.locator("#groups-list input").fill("no such thing")
        page.locator("#groups-list .count", has_text="0 of 120 groups").wait_for()
        page.locator("#groups-list input").fill("")
        page.locator("#groups-list .count", has_text="120 groups").wait_for()
        page.locator("#groups-list select").select_option("name")
        assert entries.first.locator(".name").first.inner_text() == "kept0"
        assert (seen.messages, seen.requests) == ([], [])


def test_answers_are_recorded(browser, small):
    """What was dropped, why this one, what is lost, how to undo it; what was cut of an article, where."""
    with browser.open_page(small) as (page, _):
        opened(page)
        text = page.locator("body").inner_text()
        for words in (
            "near",
            "Jaccard with the kept article: 0.91",
            "of this one is in it",
            "Of those that match, the cleanest is kept",
            "No ledger was written: add --ledger FILE",
        ):
            assert words in text, words
        assert (
            page.locator("#articles-list .article del")
            .inner_text()
            .startswith("The ferry to the outer islands")
        )
        assert page.locator("#articles-list td", has_text="block").count() == 1


def test_boxes_give_a_file_that_keeps_both(browser, folder):
    """A box is ticked by keyboard, and stays ticked while the list is filtered; the file that is saved keeps
    both articles in the next run, whatever their ids are.
    """
    ids = ['"quoted"', " spaced ", "line\nend", "\u202egpj\x1b[31m", "<b>{é}", None]
    articles = [{"id": id_, "text": STORY} for id_ in ids]
    path = page_of(folder, "boxes", articles)
    with browser.open_page(path) as (page, seen):
        page.locator("#groups-list .entry > summary").click()
        boxes, panel = page.locator("#groups-list .keep input"), page.locator("#keep-both")
        assert boxes.count() == len(ids) - 1
        assert not panel.is_visible()
        for box in boxes.all():
            box.focus()
            page.keyboard.press("Space")
        assert panel.locator("[role=status]").inner_text() == "6 articles to keep"
        boxes.nth(0).uncheck()
        page.locator("#groups-list input[type=search]").fill("no such thing")
        page.locator("#groups-list .count", has_text="0 of").wait_for()
        page.locator("#groups-list input[type=search]").fill("")
        page.locator("#groups-list .entry > summary").click()
        boxes.nth(len(ids) - 2).wait_for()
        assert [box.is_checked() for box in boxes.all()] == [False, *[True] * (len(ids) - 2)]
        boxes.nth(0).check()
        with page.expect_download() as download:
            panel.locator("button").click()
        assert download.value.suggested_filename == "keep.txt"
        download.value.save_as(folder / "keep.txt")
        shown = panel.locator("textarea").input_value()
        assert (seen.messages, seen.dialogs) == ([], [])
    assert (folder / "keep.txt").read_text("utf-8") == shown
    again = folder / "again.jsonl"
    command = ["clean", str(folder / "boxes.jsonl"), "-o", str(again), "--quiet"]
    assert main([*command, "--never-drop", str(folder / "keep.txt")]) == 0
    assert len(again.read_bytes().splitlines()) == len(ids)


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_is_wider_than_the_screen(browser, small, width):
    """Even with a group and an article open, nobody scrolls sideways."""
    with browser.open_page(small, width) as (page, _):
        opened(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(not AXE.exists(), reason="there is no axe-core in build/: make browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser, small, scheme):
    """Contrast, names, roles, order: no finding that axe-core calls serious or critical."""
    with browser.open_page(small, scheme=scheme) as (page, _):
        opened(page)
        serious = [one for one in browser.violations(page) if one["impact"] in ("serious", "critical")]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in serious] == []


def test_hostile_text_does_not_run(browser, folder):
    """Ids, sources, texts, cuts and reasons with markup: all of it is read, none of it acts."""
    articles = [
        {"id": f"{evil}{letter}", "text": f"{evil}\n\n{STORY}\n\n{evil}{letter} {n}\n\n{STORY}"}
        for n, evil in enumerate(HOSTILE)
        for letter in "ab"
    ]
    with browser.open_page(page_of(folder, "hostile' onload=alert(1) <b>", articles)) as (page, seen):
        for summary in page.locator(".entry > summary").all():
            summary.click()
        page.locator("#groups-list .side-by-side").first.wait_for()
        assert page.evaluate("window.acted") is None
        assert (
            page.locator("main img, main iframe, main a, main svg:not(.chart svg), main b > *").count() == 0
        )
        assert page.locator("script:not([type])").count() == 1
        assert HOSTILE[0] in page.locator("#groups-list").inner_text()
        assert (seen.messages, seen.requests, seen.dialogs) == ([], [], [])
        assert page.url.startswith("file:")
