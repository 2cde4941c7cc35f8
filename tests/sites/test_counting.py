"""What is known of sites, against counting in plain Python, and however pages are split into parts."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.sites.counting import AT, OCCURRENCES, REST, SiteKnowledge, SitePages, count_passages, count_sites
from dedup.sites.layout import UNIT, Layout, codes_of, least_pages
from dedup.sites.tally import Tally, bits_of, different
from tests.sites.test_passages import found
from tests.support.examples import examples

LINES = st.sampled_from(
    [f"line {name} of some words" for name in "abcdefgh"] + ["", "…", "Most read (1)", "Most read (2)"]
)
PAGE = st.lists(LINES, max_size=8).map("\n".join)
CRAWL = st.lists(st.tuples(st.integers(0, 2), PAGE), max_size=25)
ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 2**64 - 1)), max_size=20)


def tally(rows):
    codes, sums, bits = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return Tally.of(
        np.array(codes, np.uint64),
        np.array(sums, np.int64).reshape(-1, 1),
        np.array(bits, np.uint64).reshape(-1, 1),
    )


def as_dict(one):
    values = zip(one.codes.tolist(), one.sums.tolist(), one.bits.tolist(), strict=True)
    return {code: (sums, bits) for code, sums, bits in values}


@given(st.lists(ROWS, min_size=1, max_size=4))
@examples(60)
def test_a_tally_adds_up_whatever_its_parts(parts):
    """Sums are added, bits are joined; the order and the parts do not matter."""
    expected = {}
    for code, number, bits in (row for part in parts for row in part):
        before = expected.get(code, ([0], [0]))
        expected[code] = ([before[0][0] + number], [before[1][0] | bits])
    assert as_dict(Tally.total(map(tally, parts))) == expected
    assert as_dict(Tally.total(map(tally, reversed(parts)))) == expected


@pytest.mark.parametrize("count", [0, 1, 2, 5, 10, 30, 60])
def test_a_sketch_tells_how_many_values_are_different(count):
    """On average exact up to 60 values, each one time in three off by an eighth and one at most."""
    rng = np.random.default_rng(count)
    counted = []
    for _ in range(200):
        values = rng.integers(0, 2**63, count, np.uint64)
        sketch = np.bitwise_or.reduce(bits_of(np.concatenate((values, values))), initial=np.uint64(0))
        counted.append(float(different(np.array([sketch], np.uint64))[0]))
    assert abs(np.mean(counted) - count) <= 0.05 * count
    assert np.std(counted) <= 1 + count / 8


def knowledge_of(parts):
    sites = [
        SitePages(found([text for _, text in part]), np.array([site for site, _ in part], np.uint64))
        for part in parts
    ]
    nothing = SiteKnowledge.empty()
    counts = count_sites(lambda: sites, sum(len(one.passages.keys) for one in sites), nothing.counts)
    return count_passages(sites, counts, nothing)


@given(CRAWL, st.integers(1, 25))
@examples(60)
def test_what_is_known_does_not_depend_on_the_parts(crawl, size):
    """All pages at once, or some at a time, tell the same of sites."""
    whole = knowledge_of([crawl])
    parts = knowledge_of([crawl[i : i + size] for i in range(0, len(crawl), size)] or [[]])
    one, other = (
        [
            known.counts.sites,
            known.counts.pages.take(known.counts.pages.sums[:, 0] > 1),
            known.details,
            known.pairs,
        ]
        for known in (whole, parts)
    )
    assert list(map(as_dict, one)) == list(map(as_dict, other))


@given(CRAWL)
@examples(60)
def test_pages_are_counted_once(crawl):
    """On how many pages of its site a passage stands, and how many the site has; pages without a site do not
    count.
    """
    pages, sites = defaultdict(set), Counter(site for site, _ in crawl if site)
    for number, (site, text) in enumerate(crawl):
        of_page = found([text])
        for code in codes_of(of_page, np.array([site], np.uint64)).tolist():
            if code:
                pages[code].add(number)
    known = knowledge_of([crawl]).counts
    assert dict(zip(known.sites.codes.tolist(), known.sites.sums[:, 0].tolist(), strict=True)) == dict(sites)
    several = {code: len(on) for code, on in pages.items() if len(on) > 1}
    counted = dict(zip(known.pages.codes.tolist(), known.pages.sums[:, 0].tolist(), strict=True))
    assert {code: count for code, count in counted.items() if count > 1} == several


@given(CRAWL)
@examples(60)
def test_details_are_the_sums_of_all_places(crawl):
    """How often a passage stands anywhere, and what else its pages say, as plain loops have it."""
    known = knowledge_of([crawl])
    of_pages = found([text for _, text in crawl])
    layout = Layout(of_pages, np.array([site for site, _ in crawl], np.uint64), known.counts)
    expected = defaultdict(lambda: [0, 0, 0])
    for row in layout.candidates.tolist():
        sums = expected[int(layout.codes[row])]
        page = range(*layout.bounds[layout.owners[row] :][:2].tolist())
        rest = sum(int(layout.words[i]) for i in page if layout.pages[i] <= layout.pages[row] // 2)
        total = sum(int(layout.words[i]) for i in page)
        sums[OCCURRENCES] += 1
        sums[REST] += rest * UNIT // max(1, total)
        sums[AT] += (row - page[0]) * UNIT // max(1, len(page) - 1)
    assert {code: sums for code, (sums, _) in as_dict(known.details).items()} == dict(expected)


@given(CRAWL)
@examples(60)
def test_the_longest_of_the_rest_is_the_longest(crawl):
    """The passage that says which page it is: of those on half as many pages one with most words."""
    known = knowledge_of([crawl])
    layout = Layout(
        found([text for _, text in crawl]), np.array([site for site, _ in crawl], np.uint64), known.counts
    )
    longest = layout.rest[1].tolist()
    for row in range(len(layout.codes)):
        page = range(*layout.bounds[layout.owners[row] :][:2].tolist())
        rest = [i for i in page if layout.pages[i] <= layout.pages[row] // 2]
        most = max((int(layout.words[i]) for i in rest), default=None)
        codes = {int(layout.codes[i]) for i in rest if layout.words[i] == most} or {0}
        assert longest[row] in codes


@pytest.mark.parametrize(
    ("site_pages", "least"), [(1, 3), (4, 3), (5, 2), (49, 2), (50, 3), (99, 3), (100, 4), (10**6, 4)]
)
def test_few_pages_decide_nothing(site_pages, least):
    """On how many pages a passage has to stand at least."""
    assert least_pages(np.array([site_pages])).tolist() == [least]
