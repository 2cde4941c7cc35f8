"""What an index knows of sites: pages one by one say what they say all at once, and few of them are held."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
import zstandard

import dedup
from dedup.index import sites
from dedup.index.index import Index
from dedup.index.session import IndexSession
from dedup.index.sites import KnownSites
from dedup.index.storage.site_rows import folded_bytes, folded_from, held_bytes, held_from
from dedup.index.store import Store
from dedup.native.passages import Passages
from dedup.pipeline.sites.site_pass import site_codes
from dedup.sites.counting import SiteKnowledge, SitePages, count_passages, count_sites, knowledge_of
from dedup.sites.earlier import EarlierPages
from dedup.sites.layout import SiteCounts
from dedup.sites.tally import Tally
from dedup.sources.memory import Memory
from tests.index.aging import make_older
from tests.sites.pages import Site

SITE = Site("daily.example")
TEMPLATE = 10  # passages of SITE that stand on each page
DAY = 86400
NO_COUNTS = SiteCounts(Tally.empty(), Tally.empty())


def add(path: Path, pages: list[dict[str, str]], **options: object) -> list[str]:
    """Add pages one by one; returns their cleaned texts."""
    with Index(path, **options) as index:
        return [index.add(page).text for page in pages]


def has_template(text: str, site: Site = SITE) -> bool:
    """Whether something of what the site prints is left."""
    printed = [*site.head, "Most read on", "Sign up for the daily", "All rights reserved"]
    return any(line in text for line in printed)


def known(path: Path, few: bool = False) -> SiteKnowledge:
    """All that an index knows of SITE. `few`: as a run of few pages asks for it, which has all of them."""
    store = Store(path, None)
    codes, nothing = site_codes([SITE.name]), SitePages(Passages.joined([]), np.zeros(0, np.uint64))
    folded, held = KnownSites(store.sites, store.site_texts).of(codes, nothing if few else None)
    counts = count_sites(held.parts, held.passages, folded.counts)
    total = count_passages(held.parts(), counts, folded)
    store.close()
    return total


def plain(data: bytes) -> bytes:
    return zstandard.decompress(data) if data else b""


def rows(path: Path) -> list[tuple[int, int]]:
    """How many pages each row of the file has folded, and how many it holds."""
    with sqlite3.connect(path) as file:
        stored = file.execute("SELECT site, folded, held FROM sites ORDER BY run, day").fetchall()
    file.close()
    return [
        (
            int(folded_from(plain(folded), site % 2**64).counts.sites.sums.sum()),
            len(held_from(plain(held)).bounds) - 1,
        )
        for site, folded, held in stored
    ]


def assert_same(one: SiteKnowledge, other: SiteKnowledge) -> None:
    for a, b in (
        (one.counts.sites, other.counts.sites),
        (one.counts.pages, other.counts.pages),
        (one.details, other.details),
        (one.pairs, other.pairs),
    ):
        assert a.codes.tolist() == b.codes.tolist()
        assert a.sums.tolist() == b.sums.tolist()
        assert a.bits.tolist() == b.bits.tolist()


def test_pages_one_by_one_say_what_all_say_at_once(tmp_path: Path) -> None:
    """As long as all pages are held, an index knows exactly what a run over them finds."""
    pages = SITE.pages(24)
    add(tmp_path / "single", pages)
    with Index(tmp_path / "batch") as index:
        index.add_many(pages)
    assert rows(tmp_path / "single") == rows(tmp_path / "batch") == [(0, 24)]
    assert_same(known(tmp_path / "single"), known(tmp_path / "batch"))
    assert_same(known(tmp_path / "single", few=True), known(tmp_path / "batch"))


@pytest.mark.parametrize("at_once", [False, True])
def test_few_pages_are_held_and_what_is_printed_is_counted_on_all(tmp_path: Path, at_once: bool) -> None:
    """Of 100 pages at most 32 are held, and what stands on each is counted on all of them. A second run holds
    its pages instead of those of the first.
    """
    pages = SITE.pages(120)
    if at_once:
        with Index(tmp_path / "index") as index:
            index.add_many(pages[:100])
    else:
        add(tmp_path / "index", pages[:100])
    ((folded, held),) = rows(tmp_path / "index")
    assert folded + held == 100
    assert 16 <= held <= 32
    total = known(tmp_path / "index")
    assert total.counts.sites.sums.tolist() == [[100]]
    assert np.sort(total.counts.pages.sums[:, 0])[-TEMPLATE:].tolist() == [100] * TEMPLATE
    assert np.sort(total.details.sums[:, 0])[-TEMPLATE:].tolist() == [100] * TEMPLATE
    add(tmp_path / "index", pages[100:])
    (first, first_held), (second, second_held) = rows(tmp_path / "index")
    assert first_held + second_held <= 32
    assert (first + first_held, second + second_held) == (100, 20)
    assert known(tmp_path / "index").counts.sites.sums.tolist() == [[120]]


def test_what_is_known_comes_back_from_its_bytes() -> None:
    """Also of a site whose code is above 2^63, with sums beyond 32 bits and full sketches, and of no page."""
    rng = np.random.default_rng(1)
    keys = np.repeat(rng.integers(1, 2**64, 9, np.uint64), 5)
    passages = Passages(keys, rng.integers(0, 2**16, 45).astype(np.uint16), np.arange(0, 46, 3))
    pages = SitePages(passages, np.full(15, 2**64 - 3, np.uint64))
    counts = count_sites(lambda: [pages], 45, NO_COUNTS)
    found = SiteKnowledge.total([knowledge_of(pages, counts)])
    found.details.sums[0], found.details.bits[0] = 2**40, 2**64 - 1
    assert_same(folded_from(plain(folded_bytes(found)), 2**64 - 3), found)
    back = held_from(plain(held_bytes(passages)))
    for name in ("keys", "facts", "bounds"):
        assert getattr(back, name).tolist() == getattr(passages, name).tolist()
    assert_same(folded_from(plain(folded_bytes(SiteKnowledge.empty())), 7), SiteKnowledge.empty())
    assert held_bytes(held_from(b"")) == b""


def test_many_sites_are_cut_as_few_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run over many sites reads what it needs in another way, and cuts the same."""
    crawl = [page for n in range(12) for page in Site(f"paper{n}.example").pages(5)]
    new = [page for n in range(12) for page in Site(f"paper{n}.example").pages(7)[5:]]
    texts = []
    for few, stay in ((256, 1024), (2, 4)):
        monkeypatch.setattr(sites, "_FEW_SITES", few)
        monkeypatch.setattr(sites, "_STAY", stay)
        with Index(tmp_path / f"{few}.index") as index:
            index.add_many(crawl)
            texts.append([document["text"] for document in index.add_many(new).kept])
            assert len(index._session._store.sites._rows) <= stay
    assert texts[0] == texts[1]
    assert not any(has_template(text, Site(f"paper{n // 2}.example")) for n, text in enumerate(texts[0]))
    alone = dedup.clean(new, keep="first")
    assert all(has_template(document["text"], Site("")) for document in alone.kept)


def test_one_by_one_is_clean_from_the_tenth_page_on(tmp_path: Path) -> None:
    """And in a second session from the first. Pages that come again are dropped; those that entered before
    their site was known come once more, as updates.
    """
    pages = SITE.pages(40)
    first = add(tmp_path / "index", pages[:30])
    assert not any(map(has_template, first[9:]))
    assert not any(map(has_template, add(tmp_path / "index", pages[30:])))
    with Index(tmp_path / "index") as index:
        again = [index.add(page) for page in pages]
        assert all(decision.dropped for decision in again[9:])
        assert all(decision.dropped or decision.update_of for decision in again)
        assert all(index.add(page).dropped for page in pages)


def test_bodies_of_updates_stay(tmp_path: Path) -> None:
    """A page that comes again with one new paragraph, however often, keeps all others of its own."""
    add(tmp_path / "index", SITE.pages(20))
    page = SITE.page(12)
    lines = page["text"].split("\n\n")
    body = lines[len(SITE.head) : -3]
    with Index(tmp_path / "index") as index:
        for n in range(8):
            lines[len(SITE.head) + 2] = (
                f"Version {n}: the harbour master counted {n * 17} ships at noon today."
            )
            decision = index.add(page | {"text": "\n\n".join(lines)})
            assert decision.update_of
            assert decision.text.split("\n\n") == [*body[:2], lines[len(SITE.head) + 2], *body[3:]]
    assert known(tmp_path / "index").counts.sites.sums.tolist() == [[20]]


def test_what_is_old_counts_no_longer(tmp_path: Path) -> None:
    """With `forget`, pages before the age say nothing, and `purge` deletes what they said."""
    path, (new,) = tmp_path / "index", SITE.pages(21)[20:]
    add(path, SITE.pages(20))
    make_older(path, 10)
    for age, is_left in (("11d", False), ("9d", True)):
        with Index(path, forget=age) as index:
            assert has_template(index.check(new).text) == is_left
    with Index(path) as index:
        assert index.purge("11d") == 0
        assert not has_template(index.check(new).text)
        assert index.purge("9d") == 20
        assert has_template(index.check(new).text)
    assert rows(path) == []


@pytest.mark.slow
def test_old_days_become_months(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crawl of every day leaves a row for each month that is past, and one for each day after that; they
    say of all pages what the site prints.
    """
    path, pages = tmp_path / "index", SITE.pages(101)
    for day in range(100):
        monkeypatch.setattr(sites.time, "time", lambda day=day: float((20_010 + day) * DAY))
        add(path, pages[day : day + 1])
    with sqlite3.connect(path) as file:
        stored = file.execute("SELECT run, day FROM sites ORDER BY run, day").fetchall()
    file.close()
    assert [day for run, day in stored if not run] == [20_010, 20_040, 20_070]
    assert len(stored) == 3 + 31
    total = known(path)
    assert total.counts.sites.sums.tolist() == [[100]]
    assert np.sort(total.counts.pages.sums[:, 0])[-TEMPLATE:].tolist() == [100] * TEMPLATE
    assert not has_template(add(path, pages[100:])[0])


def test_removed_documents_still_say_what_their_site_prints(tmp_path: Path) -> None:
    """`remove` takes back no count."""
    pages = SITE.pages(21)
    add(tmp_path / "index", pages[:20])
    with Index(tmp_path / "index") as index:
        assert sum(index.remove(page["id"]) for page in pages[:20]) == 20
        assert not has_template(index.check(pages[20]).text)


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_run_that_is_not_completed_says_nothing(tmp_path: Path, is_killed: bool) -> None:
    """Its documents and what their pages say of their site go together: when it is cancelled, and when the
    process dies before the outputs are in place.
    """
    path, pages, draft = tmp_path / "index", SITE.pages(20), tmp_path / "draft"
    add(path, pages[:3])
    before = rows(path)
    draft.write_text("the output")
    session = IndexSession(path)
    entry = session.entry(session.run(Memory(pages[3:], session.options)))
    entry.prepare([(draft, tmp_path / "output")])
    if not is_killed:
        entry.cancel()
    session._store.close()
    assert rows(path) == ([*before, (0, 17)] if is_killed else before)
    draft.unlink()
    with Index(path) as index:
        assert len(index) == 3
    assert rows(path) == before


def test_options_without_site_repeats_store_nothing(tmp_path: Path) -> None:
    """Nor do documents without an address."""
    add(tmp_path / "one", SITE.pages(12), cut=("exact",))
    add(tmp_path / "other", [{"id": page["id"], "text": page["text"]} for page in SITE.pages(12)])
    assert rows(tmp_path / "one") == rows(tmp_path / "other") == []


def test_nothing_is_known_of_other_sites(tmp_path: Path) -> None:
    """An index answers for the sites that it is asked for."""
    add(tmp_path / "index", SITE.pages(12))
    store = Store(tmp_path / "index", None)
    answer: EarlierPages = KnownSites(store.sites, store.site_texts).of(site_codes(["other.example"]), None)
    assert answer.held.passages == 0
    assert [*map(len, (answer.knowledge.details.codes, answer.knowledge.counts.sites.codes))] == [0, 0]
    store.close()
