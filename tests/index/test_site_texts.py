"""A run says which sites print another share of their text than in earlier runs."""

import time

from dedup.index.session import IndexSession
from dedup.index.store import Store
from dedup.sources.memory import Memory
from dedup.summary.highlights import Highlights
from dedup.summary.summary import summarize
from tests.sites.pages import Site, article

SITE = Site("daily.example")


def summary_of(path, documents, name=""):
    """The summary of a run over documents, which enter the index."""
    with IndexSession(path) as session:
        outcome = session.run(Memory(documents, session.options), name=name)
        summary = summarize(Highlights(outcome))
        entry = session.entry(outcome, name)
        entry.prepare([])
        entry.settle()
    return summary


def clean_pages(first, count):
    """Pages of the site of which somebody has taken off what it prints."""
    pages = [SITE.page(number) for number in range(first, first + count)]
    return [{**page, "text": "\n\n".join(article(page["id"]))} for page in pages]


def alarms(summary):
    return [(alarm["alarm"], alarm["host"]) for alarm in summary["alarms"] if alarm["alarm"] == "printed"]


def test_a_template_that_vanishes_is_an_alarm(tmp_path):
    """Where a third of the text was printed by the site, and now nothing is, something has changed."""
    path = tmp_path / "seen.index"
    assert alarms(summary_of(path, SITE.pages(30))) == []
    assert alarms(summary_of(path, [SITE.page(number) for number in range(40, 60)])) == []
    summary = summary_of(path, clean_pages(70, 20))
    assert alarms(summary) == [("printed", "daily.example")]
    (changed,) = summary["sites"]["changed"]
    assert (changed["host"], changed["documents"], changed["printed"]) == ("daily.example", 20, 0.0)
    assert changed["earlier"] >= 0.2


def test_few_pages_and_new_sites_are_no_alarm(tmp_path):
    """Fewer than ten pages, now or before, tell nothing; nor does a site that nobody knows."""
    path = tmp_path / "seen.index"
    summary_of(path, SITE.pages(9))
    assert alarms(summary_of(path, clean_pages(10, 20))) == []
    assert alarms(summary_of(tmp_path / "other.index", SITE.pages(30))) == []
    assert alarms(summary_of(tmp_path / "other.index", clean_pages(40, 9))) == []


def test_a_run_that_is_repeated_is_not_compared_with_itself(tmp_path):
    """A rerun of the same name replaces what the first one said."""
    path = tmp_path / "seen.index"
    summary_of(path, SITE.pages(30), "crawl")
    assert alarms(summary_of(path, clean_pages(0, 30), "crawl")) == []
    assert alarms(summary_of(path, SITE.pages(30))) == [("printed", "daily.example")]


def test_what_entered_long_ago_is_forgotten(tmp_path):
    """Once its pages are deleted for their age, a site is new."""
    path = tmp_path / "seen.index"
    summary_of(path, SITE.pages(30))
    store = Store(path, None)
    assert store.purge(int(time.time()) + 60) == 30
    store.close()
    assert alarms(summary_of(path, clean_pages(40, 20))) == []
