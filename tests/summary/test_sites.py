"""The sites of a run: which are listed, in which order."""

import pytest

import dedup

STORY = " ".join(f"word{i}" for i in range(80))


def crawl(echoes, copies):
    """Articles of three sites: one repeats its text, one has the same page everywhere, one is sound."""
    own = [f"{STORY} {' '.join(f'own{i}x{j}' for j in range(60))}" for i in range(40)]
    rows = [("good.example", text) for text in own[:20]]
    rows += [
        ("echo.example", f"{text}\n\n{text}" if i < echoes else text) for i, text in enumerate(own[20:32])
    ]
    rows += [("wall.example", "You must accept all of our cookies. " * 10)] * copies
    return [{"url": f"https://www.{host}/{i}", "text": text} for i, (host, text) in enumerate(rows)]


def test_the_worst_sites_come_first():
    """Each host has its documents, the share of them that is dropped, and the share of characters that is
    cut.
    """
    result = dedup.clean(crawl(6, 15), contained=None)
    report = result.summary()
    sites = report["sites"]
    assert [site["host"] for site in sites["worst"]] == ["echo.example", "wall.example", "good.example"]
    echo, wall, good = sites["worst"]
    assert (sites["hosts"], sites["told"], sites["documents"]) == (3, 3, 47)
    assert (echo["documents"], wall["dropped"], good["cut_characters"]) == (12, 14, 0)
    assert echo["echo"] == pytest.approx(echo["cut_characters"] / echo["characters"], abs=1e-6)
    assert 0.2 < echo["echo"] < 0.5
    assert echo["others"]["echo"] == 0
    assert [alarm["alarm"] for alarm in report["alarms"]] == ["echo", "same"]
    assert [alarm["host"] for alarm in report["alarms"]] == ["echo.example", "wall.example"]
    assert sum(site["documents"] for site in sites["worst"]) == 47


def test_one_odd_page_is_no_alarm():
    """A site with few articles is not listed; without addresses there is no section."""
    report = dedup.clean([row for row in crawl(12, 9) if "good" not in row["url"]][3:]).summary()
    assert (report["sites"]["hosts"], report["sites"]["told"], report["sites"]["worst"]) == (2, 0, [])
    assert not {"echo", "same"} & {alarm["alarm"] for alarm in report["alarms"]}
    assert dedup.clean([STORY]).summary()["sites"] is None
    assert "Sites" not in str(dedup.clean([STORY]))
    assert dedup.clean(crawl(6, 15), url_field="").summary()["sites"] is None


@pytest.mark.parametrize("workers", [1, 3])
def test_sites_are_the_same_for_any_blocks(workers, monkeypatch):
    """However documents are split into blocks, the sites are the same."""
    monkeypatch.setattr("dedup.sources.memory._BLOCK", 7)
    assert (
        dedup.clean(crawl(6, 15), workers=workers).summary()["sites"]
        == (dedup.clean(crawl(6, 15)).summary()["sites"])
    )
    monkeypatch.undo()
    assert dedup.clean(crawl(6, 15)).summary()["sites"]["hosts"] == 3
