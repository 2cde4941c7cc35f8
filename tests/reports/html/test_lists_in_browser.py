"""The lists of the page in a browser: found, filtered, ordered, by mouse and keyboard; what they export."""

import shutil
from importlib.util import find_spec

import pytest

from dedup.cli.main import main
from tests.reports.html.keyboard import tab_to
from tests.support.reporting import OTHER, STORY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("chromium"), reason="there is no chromium: make browser"),
    pytest.mark.skipif(not find_spec("playwright"), reason="playwright is not installed"),
]


def test_a_keyboard_alone_filters_and_exports(browser, large, folder):
    """Without a mouse: a bar of a chart filters, a word searches, a box is ticked, the file is saved."""
    with browser.open_page(large) as (page, seen):
        count = page.locator("#groups-list .count")
        tab_to(page, "document.activeElement.matches('button.bar')")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        page.locator("#groups-list .count", has_text=" of 120 groups").wait_for()
        assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
        tab_to(page, "document.activeElement.matches('#groups-list [type=reset]')")
        page.keyboard.press("Enter")
        page.locator("#groups-list .count", has_text="120 groups, 120 dropped").wait_for()
        tab_to(page, "document.activeElement.matches('#groups-list input[type=search]')", 200)
        page.keyboard.type("copy77")
        page.locator("#groups-list .count", has_text="1 of 120").wait_for()
        tab_to(page, "document.activeElement.matches('#groups-list .entry > summary')")
        page.keyboard.press("Enter")
        tab_to(page, "document.activeElement.matches('#groups-list .keep input')")
        page.keyboard.press("Space")
        tab_to(page, "document.activeElement.matches('#keep-both .save')", 400)
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        download.value.save_as(folder / "keyboard.txt")
        assert (folder / "keyboard.txt").read_text("utf-8").split() == ["copy77", "kept77"]
        assert count.inner_text() == "1 of 120 groups, 1 dropped article"
        assert (seen.messages, seen.requests) == ([], [])


def test_groups_are_found_and_ordered(browser, large):
    """The field finds a group by the id of a dropped document; it can be ordered; a button shows more."""
    with browser.open_page(large) as (page, seen):
        count, entries = page.locator("#groups-list .count"), page.locator("#groups-list .entry")
        assert (count.inner_text(), entries.count()) == ("120 groups, 120 dropped articles", 50)
        page.locator("#groups-list .more").click()
        assert entries.count() == 100
        assert page.evaluate("document.activeElement.closest('.entry') !== null")
        page.locator("#groups-list input").fill("COPY77")
        page.locator("#groups-list .count", has_text="1 of").wait_for()
        assert entries.count() == 1
        assert "Title 77" in entries.inner_text()
        page.locator("#groups-list input").fill("no such thing")
        page.locator("#groups-list .count", has_text="0 of 120 groups").wait_for()
        page.locator("#groups-list [type=reset]").click()
        page.locator("#groups-list .count", has_text="120 groups").wait_for()
        page.locator("#groups-list [name=order]").select_option("name")
        assert entries.first.locator(".title").first.inner_text() == "Title 0"
        page.locator("#groups-list [name=order]").select_option("lost")
        losses = [one.inner_text() for one in page.locator("#groups-list .figures .dim").all()]
        shares = [float(one.rpartition(" ")[2].rstrip("%")) for one in losses if "up to" in one]
        assert len(shares) == 40
        assert shares == sorted(shares, reverse=True)
        assert (seen.messages, seen.requests) == ([], [])


def test_groups_are_filtered(browser, large):
    """By site, by how they match, by what they lose; the charts choose, too; filters add up."""
    with browser.open_page(large) as (page, _):
        count = page.locator("#groups-list .count")
        form = page.locator("#groups-list form")
        form.locator("[name=site]").select_option("a.example")
        assert count.inner_text() == "60 of 120 groups, 60 dropped articles"
        form.locator("[name=show]").select_option("lost")
        assert count.inner_text() == "20 of 120 groups, 20 dropped articles"
        form.locator("[type=reset]").click()
        page.locator("#groups-list .count", has_text="120 groups, 120").wait_for()
        form.locator("[name=rule]").select_option("0")
        assert count.inner_text() == "0 of 120 groups, 0 dropped articles"
        form.locator("[type=reset]").click()
        page.locator("#groups-list .count", has_text="120 groups, 120").wait_for()
        page.locator("#coverage-chart .ones").click()
        assert count.inner_text() == "80 of 120 groups, 80 dropped articles"
        bars = page.locator("#jaccard-chart .bar[data-low]")
        totals = []
        for bar in bars.all():
            bar.click()
            totals.append(int(count.inner_text().split()[0]))
        assert sum(totals) == 80
        page.locator("#coverage-chart .ones").click()
        assert page.locator("#coverage-chart .ones").get_attribute("aria-pressed") == "false"


def test_alarms_filter_what_they_mean(browser, folder, page_of):
    """The link of an alarm leads to the list, which then shows what the alarm means."""
    site = [
        {"id": f"n{n}", "text": f"{STORY} {OTHER}", "url": f"https://same.example/{n}"} for n in range(12)
    ]
    others = [{"id": f"o{n}", "text": f"o{n} " * 30, "url": f"https://x.example/{n}"} for n in range(40)]
    path = page_of("alarms", [*site, *others])
    with browser.open_page(path) as (page, seen):
        link = page.locator(".notices a", has_text="Show its groups").first
        link.click()
        assert page.url.endswith("#groups")
        assert page.locator("#groups-list [name=site]").input_value() == "same.example"
        assert page.locator("#groups-list .count").inner_text() == "1 group, 11 dropped articles"
        assert not seen.messages


def test_ids_and_commands_are_copied(browser, small):
    """A button puts an id, or a command, on the clipboard, and says so."""
    with browser.open_page(small) as (page, _):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.locator("#groups-list .entry > summary").first.click()
        page.locator("#groups-list .member .copy").first.click()
        page.locator("#groups-list .copy", has_text="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == "near"
        page.locator("#run .command .copy").last.click()
        page.locator("#run .copy", has_text="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()").endswith("--never-drop keep.txt")


def test_boxes_give_a_file_that_keeps_both(browser, folder, page_of):
    """A box is ticked by keyboard, and stays ticked while the list is filtered; the file that is saved keeps
    both articles in the next run, whatever their ids are.
    """
    ids = ['"quoted"', " spaced ", "line\nend", "\u202egpj\x1b[31m", "<b>{é}", None]
    articles = [{"id": id_, "text": STORY} for id_ in ids]
    path = page_of("boxes", articles)
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
            panel.locator(".save").click()
        assert download.value.suggested_filename == "keep.txt"
        download.value.save_as(folder / "keep.txt")
        shown = panel.locator("textarea").input_value()
        assert (seen.messages, seen.dialogs) == ([], [])
        page.reload()  # the browser remembers the boxes
        assert panel.locator("[role=status]").inner_text() == "6 articles to keep"
        panel.locator(".clear").click()
        assert not panel.is_visible()
    assert (folder / "keep.txt").read_text("utf-8") == shown
    again = folder / "again.jsonl"
    command = ["clean", str(folder / "boxes.jsonl"), "-o", str(again), "--quiet"]
    assert main([*command, "--never-drop", str(folder / "keep.txt")]) == 0
    assert len(again.read_bytes().splitlines()) == len(ids)
