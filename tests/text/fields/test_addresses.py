"""Which URLs lead to the same page, and which of them is the canonical one."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.fields.addresses import (
    _FEW,
    _PLAIN,
    TRACKER_PREFIXES,
    TRACKERS,
    _of_normal_form,
    address_keys,
    address_of,
    are_canonical,
)
from tests.support.examples import examples
from tests.support.tables import cases

hosts = st.sampled_from(["harbour.example", "news.harbour.example", "m.example", "localhost", "192.0.2.1"])
paths = st.lists(st.sampled_from(["a", "ferry-strike", "2026", "%C3%A4", "x.html", "camp"]), max_size=3)
names = st.sampled_from(["id", "p", "q", "page"])
pages = st.builds(
    lambda host, path, parameters: (host, "/".join(["", *path]), parameters),
    hosts,
    paths,
    st.dictionaries(names, st.sampled_from(["1", "2", "x"]), max_size=3),
)
trackers = st.lists(
    st.sampled_from([*sorted(TRACKERS), *(f"{prefix}source" for prefix in TRACKER_PREFIXES)]), max_size=3
)


def canonical(*urls):
    """Whether each URL is canonical: the same of few, which Python searches, and of many, which RE2 does."""
    of_few = are_canonical(pa.array(urls, pa.large_string())).to_pylist()
    of_many = are_canonical(pa.array([*urls, *[None] * _FEW], pa.large_string())).to_pylist()
    assert of_few == of_many[: len(urls)]
    return of_few


@pytest.mark.parametrize("case", cases("addresses"), ids=lambda case: case["case"])
def test_the_table_of_addresses(case):
    """Two URLs lead to the same page or not, and each is the canonical one or not, as the table says."""
    one, other = address_of(case["one"]), address_of(case["other"])
    if case.get("addresses") is False:
        assert (one, other) == (None, None)
        return
    assert (one == other) == case["same"]
    if case["same"]:
        assert canonical(case["one"], case["other"]) == case["canonical"]


@given(pages, trackers, st.sampled_from(["http://", "https://", "//", "HTTPS://"]), st.booleans(), st.data())
@examples(300)
def test_what_says_nothing_about_the_page_does_not_count(page, tracking, scheme, is_mobile, data):
    """Scheme, mobile host, slash, order, trackers and fragment change no address; trackers, a mobile host and
    a fragment make a URL that is not the canonical one.
    """
    host, path, parameters = page
    plain = f"https://{host}{path}" + ("?" if parameters else "") + _query(parameters.items())
    shuffled = data.draw(st.permutations([*parameters.items(), *((name, "t") for name in tracking)]))
    slash = data.draw(st.sampled_from(["", "/"]))
    fragment = data.draw(st.sampled_from(["", "#top"]))
    mobile = "m." if is_mobile and "." in host else ""
    query = "?" + _query(shuffled) if shuffled else ""
    url = f"{scheme}{mobile}{host}{path}{slash}{query}{fragment}"
    assert address_of(url) == address_of(plain)
    assert canonical(url, plain, None) == [(not tracking and not fragment and not mobile), True, True]


@given(pages, pages)
@examples(300)
def test_what_names_the_page_counts(one, other):
    """Another host, path or parameter is another address."""
    keys = [address_of(f"https://{host}{path}?{_query(query.items())}") for host, path, query in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


@given(st.from_regex(_PLAIN, fullmatch=True) | st.from_regex(_PLAIN).map(str.strip))
@examples(300)
def test_plain_urls_have_the_address_of_their_normal_form(url):
    """A URL that is not normalised because it looks normal has the address that it would have then."""
    if _PLAIN.fullmatch(url):
        assert address_of(url) == _of_normal_form(url)


@given(st.text(max_size=30) | st.text(max_size=30).map("https://".__add__) | st.none())
@examples(500)
def test_any_text_has_an_address_or_none(text):
    """No text is an error, and an address is found again from any URL that differs in its scheme."""
    address = address_of(text)
    assert len(canonical(text, f"{text}#", f"{text}?amp\n", f"{text}?UTM_ſOURCE")) == 4
    if address is not None and text.strip().startswith("https://"):
        assert address_of(text.strip().replace("https://", "http://", 1)) == address


def test_a_document_is_told_apart_by_address_or_else_id():
    """The id counts where there is no address; an id that is a URL is an address; without both there is 0."""
    url = "https://harbour.example/a"
    documents = [
        (url, "1"),
        (f"{url}?utm_source=x", "2"),
        (None, "1"),
        ("no address", "1"),
        (None, f"{url}/"),
        (None, None),
        ("", ""),
        (None, "harbour.example/a"),
    ]
    keys = address_keys(*(pa.array(column, pa.string()) for column in zip(*documents, strict=True))).tolist()
    assert keys[0] == keys[1] == keys[4] != 0
    assert keys[2] == keys[3] != 0
    assert keys[5:7] == [0, 0]
    assert len({keys[0], keys[2], keys[7]}) == 3


def _query(parameters):
    return "&".join(f"{name}={value}" for name, value in parameters)
