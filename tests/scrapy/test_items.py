"""Which items of a crawl pass, are cut, dropped or tagged."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dedup.service.crawl_log import day_of
from tests.scrapy.crawls import BRIDGE, FERRY, KEPT, LIBRARY, MARKET, PAGES, crawl, served

ODD = {"list": FERRY, "none": FERRY}  # their items have no string as text
SELECT = {"TWISTED_REACTOR": "twisted.internet.selectreactor.SelectReactor"}


@pytest.mark.parametrize(
    "kind", ["dict", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("item", "dataclass", "attrs"))]
)
def test_repeats_are_cut_and_near_duplicates_dropped(tmp_path: Path, site: str, kind: str) -> None:
    """With items of any kind an exact copy, an edited copy and a wrapped copy are dropped, and a repeated
    block is cut.
    """
    done = crawl(tmp_path, site, kind)
    assert done.names == KEPT
    assert [item["text"] for item in done.items] == [
        "\n".join(one) for one in (FERRY, BRIDGE, MARKET, LIBRARY)
    ]
    seconds = done.stats.pop("seconds")
    assert 0 < seconds < 60
    assert done.stats == {"documents": 7, "kept": 3, "cut": 1, "dropped": 3, "repeats_cut": 1, "known": 4}
    assert done.all_stats["item_dropped_reasons_count/DropItem"] == 3
    assert (tmp_path / ".scrapy/dedup/news.index").is_file()


@pytest.mark.slow
def test_near_duplicates_can_be_tagged(tmp_path: Path, site: str) -> None:
    """With DEDUP_ACTION = tag all items pass, near-duplicates with the name of their match; repeats are still
    cut.
    """
    done = crawl(tmp_path, site, "item", DEDUP_ACTION="tag")
    assert done.names == list(PAGES)
    tags = {name: item.get("duplicate_of") for name, item in zip(done.names, done.items, strict=True)}
    matched = {"ferry-again": "ferry", "bridge-edited": "bridge", "ferry-wrapped": "ferry"}
    assert {name: tag for name, tag in tags.items() if tag} == {a: site + b for a, b in matched.items()}
    assert done.items[5]["text"] == "\n".join(MARKET)
    assert (done.stats["tagged"], done.stats["kept"], done.stats["cut"]) == (3, 3, 1)
    assert "dropped" not in done.stats


@pytest.mark.slow
def test_other_reactors_work(tmp_path: Path, site: str) -> None:
    """The pipeline works on a reactor other than asyncio's."""
    done = crawl(tmp_path, site, **SELECT)
    assert "SelectReactor" in done.log
    assert done.names == KEPT
    assert crawl(tmp_path, site, **SELECT).names == []


@pytest.mark.slow
def test_items_without_a_text_pass(tmp_path: Path) -> None:
    """Items whose text is no string pass unchanged and are counted; if all are such, a warning says so."""
    for site in served({**ODD, "ferry": FERRY}):
        done = crawl(tmp_path, site)
        assert done.names == ["list", "none", "ferry"]
        assert done.items[0]["text"] == FERRY
        assert (done.stats["no_text"], done.stats["documents"]) == (2, 1)
        done = crawl(tmp_path, site, DEDUP_TEXT_FIELD="body")
        assert done.stats["no_text"] == 3
        assert done.logged("dedup.scrapy")[-1] == (
            "WARNING: 3 items passed unchanged: no string in their field 'body' (DEDUP_TEXT_FIELD)"
        )


@pytest.mark.slow
def test_an_id_that_cannot_be_written_loses_no_item(tmp_path: Path, site: str) -> None:
    """An item whose id has no text is named by its address."""
    done = crawl(tmp_path, site, "unnamed", FEED_EXPORT_FIELDS=["url", "text"])
    assert done.names == KEPT
    assert (done.stats["documents"], done.stats["dropped"]) == (7, 3)
    assert f"near-duplicate of {site}ferry" in done.log


@pytest.mark.slow
def test_items_that_cannot_be_changed_pass(tmp_path: Path, site: str) -> None:
    """Items of a frozen class pass, with one warning for each field that cannot be set."""
    done = crawl(tmp_path, site, "frozen", DEDUP_ACTION="tag", DEDUP_TAG_FIELD="match")
    assert done.names == list(PAGES)
    assert done.stats["not_set"] == 4
    warned = [line for line in done.logged("dedup.scrapy") if line.startswith("WARNING")]
    assert warned == [
        f"WARNING: the field {name!r} of FrozenArticle cannot be set" for name in ("match", "text")
    ]


@pytest.mark.slow
def test_hostile_text_is_escaped_in_the_log(tmp_path: Path) -> None:
    """Escape codes and overrides of direction in an id do not reach the log alive."""
    evil = ["\x1b]0;owned\x07 \u202e" + FERRY[0], *FERRY[1:]]
    for site in served({"ferry": evil, "again": evil}):
        done = crawl(tmp_path, site, DEDUP_ID_FIELD="text")
        assert done.names == ["ferry"]
        assert "near-duplicate of \\x1b]0;owned\\x07 \\u202eThe ferry" in done.log
        assert not {"\x1b", "\x07", "\u202e"} & set(done.log)
        (line,) = [line for line in done.log.splitlines() if "near-duplicate of" in line]
        assert len(line) < 300


@pytest.mark.slow
def test_a_drop_names_the_date_of_its_match(tmp_path: Path, site: str) -> None:
    """The line of a drop has the date of the article that it matches, as that one gives it."""
    done = crawl(tmp_path, site, kind="dated")
    lines = [line for line in done.logged("dedup.scrapy") if "dropped http" in line]
    assert len(lines) == 3
    assert all(f"near-duplicate of {site}ferry, of 2024-03-04 (" in line for line in lines[:1])


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-03-04T15:02:00Z", "2024-03-04"),
        ("4 March 2024", "2024-03-04"),
        (date(2024, 3, 4), "2024-03-04"),
        (datetime(2024, 3, 4, 15, 2, tzinfo=UTC), "2024-03-04"),
        ("03/04/2024", None),
        ("soon", None),
        (1709564520, None),
        (None, None),
    ],
)
def test_dates_are_read_without_a_guess(value: object, day: str | None) -> None:
    """What may mean two days, or none, has no date."""
    assert day_of(value) == day
