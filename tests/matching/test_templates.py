"""Pairs that say the same with other figures."""

import gzip
import os
from itertools import permutations
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.matching.templates import differing, is_template, slots, templates
from dedup.text.figures import WORD, Figures, figures, join, spans, value

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("DEDUP_DATA") or ROOT / "../shared/data")

QUARTER = (
    "{} reported its third quarter. Shr {} cts vs {} cts. Net profit {} vs {}. Revenue {} mln vs {} "
    "mln. The company said that it expects demand for its goods to hold up until the end of the year."
)
QUAKE = (
    "An earthquake of magnitude {} shook the coast on {}, the survey said. Its centre lay {} km "
    "south of the port of Ellmouth at a depth of {} km. Nobody was reported hurt and no damage was seen."
)
WEATHER = (
    "Forecast for {}: cloudy in the morning, sunny spells later. The temperature rises to {} degrees in the "
    "valleys and {} on the hills; the wind comes from the west at {} km an hour. Chance of rain {} %."
)
RATE = (
    "The central bank arranged {} billion of customer repurchase agreements, it was said. Dealers said "
    "overnight funds were trading at {} pct when it entered the market to add reserves to the banks."
)
MATCH = (
    "The league said that {} people saw the game on Saturday. Northfield scored {} goals and Eastham {}; the "
    "referee showed {} yellow cards. The next games of both teams are played at home."
)
PRICES = "Prices at the market hall, a kilo: apples {}, pears {}, plums {}, walnuts {}, honey {}, butter {}."
STORY = (
    "The council of Marbridge voted for a new tram on {}. The line will be {} km long, cost {} million "
    "and carry {} people a day. It replaces {} buses, the mayor said, and opens in {}."
)
TRAM = ("Monday", "7.5", "340", "2,000", "12", "2031")
LINKED = "The study{} was read{} by experts{} and its data{} were checked{} before the journal{} took it."
CLUTTER = (
    "Home News Sport Weather. Most read today: 5 recipes for autumn, 12 places to see, 3 ways to save. "
    "Subscribe for 4.99 a month. {} More from this section: 10 questions answered. Call 555 0199."
)


def _linked(first: int) -> str:
    return LINKED.format(*(f"[{first + i}]" for i in range(6)))


TEMPLATES = {
    "quarters of two companies": (
        QUARTER.format("Harlow Paper Co", "41", "38", "3,120,000", "2,890,000", "48.2", "45.1"),
        QUARTER.format("Brightwater Mills Inc", "77", "80", "9,402,000", "9,911,000", "130.4", "128.0"),
    ),
    "quakes": (
        QUAKE.format("5.4", "Tuesday", "23", "11"),
        QUAKE.format("4.7", "Friday", "41", "30"),
    ),
    "forecasts": (
        WEATHER.format("3 March", "14", "9", "20", "60"),
        WEATHER.format("4 March", "17", "11", "15", "10"),
    ),
    "rates": (RATE.format("1.5", "6-3/16"), RATE.format("two", "6 1/4")),
    "one of two figures and nothing else": (RATE.format("1.5", "6-3/16"), RATE.format("1.5", "6-1/4")),
    "games": (MATCH.format("12,400", "3", "1", "4"), MATCH.format("8,950", "2", "2", "4")),
    "scores turned round": (MATCH.format("12,400", "3", "1", "4"), MATCH.format("11,020", "1", "3", "2")),
    "prices": (
        PRICES.format("2.40", "3.10", "4.25", "7.00", "9.80", "6.50"),
        PRICES.format("2.55", "3.10", "4.40", "7.20", "9.80", "6.95"),
    ),
    "quakes in Devanagari digits": (
        "शहर के पास ५.४ तीव्रता का भूकंप आया, केंद्र ११० किलोमीटर दूर था।",
        "शहर के पास ४.७ तीव्रता का भूकंप आया, केंद्र २३५ किलोमीटर दूर था।",
    ),
    "quakes in Chinese": (
        "昨天发生５．４级地震，震源深度１１０公里，没有人受伤。",
        "昨天发生4.7级地震，震源深度235公里，没有人受伤。",
    ),
    "one of them in clutter": (
        CLUTTER.format(RATE.format("1.5", "6-3/16")),
        RATE.format("2.5", "6-1/2"),
    ),
}
DUPLICATES = {
    "thousands written another way": (STORY.format(*TRAM), STORY.format(*TRAM).replace("2,000", "2000")),
    "thousands with a space": (STORY.format(*TRAM), STORY.format(*TRAM).replace("2,000", "2 000")),
    "thousands with a narrow space": (
        STORY.format(*TRAM),
        STORY.format(*TRAM).replace("2,000", "2\u202f000"),
    ),
    "decimals written another way": (STORY.format(*TRAM), STORY.format(*TRAM).replace("7.5", "7,50")),
    "a figure corrected": (STORY.format(*TRAM), STORY.format(*TRAM).replace("340", "430")),
    "a figure corrected, and that said": (
        RATE.format("1.5", "6-3/16"),
        "CORRECTED " + RATE.format("1.5", "6-1/4") + " Corrects the rate of overnight funds.",
    ),
    "a figure corrected wherever it stands": (
        "It is 340 to build. " + STORY.format(*TRAM),
        "It is 430 to build. " + STORY.format(*TRAM).replace("340", "430"),
    ),
    "another dateline": (
        "MARBRIDGE, 3 March 2027, 10:30 a.m. " + STORY.format(*TRAM),
        "MARBRIDGE, 5 April 2028, 11:45 p.m. " + STORY.format(*TRAM),
    ),
    "another date and nothing else": (
        "Last change: 03/12/2024. All is well.",
        "Last change: 24/02/2025. All is well.",
    ),
    "a bare dateline": (
        "MARBRIDGE, 3 March. Updated April 14. The tram is late again, passengers said.",
        "MARBRIDGE, 5 May. Updated April 20. The tram is late again, passengers said.",
    ),
    "a figure corrected three times, and that said": (
        "The bridge costs 340 million. Nobody has 340 million. The state lends 340 million.",
        "CORRECTED The bridge costs 430 million. Nobody has 430 million. The state lends 430 million.",
    ),
    "terms that were rewritten": (
        f"{QUAKE.format('5.4', 'Tuesday', '23', '11')} {STORY.format(*TRAM)}",
        f"{QUAKE.format('4.7', 'Tuesday', '41', '30')} {STORY.format(*TRAM)} {'They agreed so. ' * 25}",
    ),
    "figures moved": (
        "Loans 834 mln vs 729 mln. Deposits 942 mln vs 870 mln. Assets 1150 mln vs 1020 mln.",
        "Assets 1150 mln vs 1020 mln. Loans 834 mln vs 729 mln. Deposits 942 mln vs 870 mln.",
    ),
    "figures moved and one new": (
        "Profit 20 mln vs 30 mln. Loans 834 mln vs 729 mln and assets 1150 mln vs 1020 mln.",
        "Assets 1150 mln vs 1020 mln. Loans 834 mln vs 729 mln and profit 21 mln vs 30 mln.",
    ),
    "years": ("The fair opens in 2026 as it did in 2024.", "The fair opens in 2027 as it did in 2025."),
    "hours": ("Doors open at 7 pm and close at 1130 GMT.", "Doors open at 8 pm and close at 1230 GMT."),
    "counters": (
        "Posted 5 minutes ago. 12 comments, 340 views. The tram is on its way. 7 likes",
        "Posted 3 hours ago. 15 comments, 401 views. The tram is on its way. 9 likes",
    ),
    "counters behind their names": (
        "The tram is on its way. Comments: 12. Views: 340",
        "The tram is on its way. Comments: 15. Views: 401",
    ),
    "counters around a story with figures": (
        "3 people like this, 14 have shared it. " + STORY.format(*TRAM),
        "9 people like this, 21 have shared it. " + STORY.format(*TRAM),
    ),
    "wrapped": (STORY.format(*TRAM), CLUTTER.format(STORY.format(*TRAM))),
    "wrapped twice": (
        "1 Home 2 News 3 Sport " + STORY.format(*TRAM) + " 80 more stories",
        CLUTTER.format(STORY.format(*TRAM)),
    ),
    "links numbered from another start": (_linked(1), _linked(24)),
    "Arabic digits": ("وصل ٢٬٠٠٠ شخص في ١٢ حافلة", "وصل 2,000 شخص في 12 حافلة"),
    "Devanagari digits": ("१२ बसों में ३४० लोग आए", "12 बसों में 340 लोग आए"),
    "full-width digits": ("昨天有１２人，明天有３４０人", "昨天有12人，明天有340人"),
    "a number by its name": ("She sold 2 boats and 3 cars.", "She sold two boats and three cars."),
    "names of things": ("Flight MH370 left from gate B12.", "Flight MH371 left from gate B14."),
    "ordinals": ("The 4th round and the 5th race.", "The 6th round and the 7th race."),
    "paragraphs in another order": (
        f"{QUAKE.format('5.4', 'Tuesday', '23', '11')}\n\n{STORY.format(*TRAM)}",
        f"{STORY.format(*TRAM)}\n\n{QUAKE.format('5.4', 'Tuesday', '23', '11')}",
    ),
    "no figures": ("All is well.", "All is not well."),
    "nothing": ("", ""),
}
_SAID = [
    "the",
    "rate",
    "rose",
    "1",
    "2",
    "3",
    "4.5",
    "4,500",
    "two",
    "March",
    "2027",
    "pm",
    "6-3/16",
    "a",
    "m",
]
TEXTS = st.lists(
    st.sampled_from(_SAID),
    max_size=25,
)


def _is(left: str, right: str) -> bool:
    return bool(templates(figures([left, right]), np.array([0]), np.array([1]))[0])


@pytest.mark.parametrize("name", DUPLICATES)
def test_duplicates_stay_duplicates(name: str) -> None:
    """Corrections, dates, counters, clutter and other ways to write a figure make no template."""
    assert not _is(*DUPLICATES[name])
    assert not _is(*DUPLICATES[name][::-1])
    assert not is_template(slots(figures(DUPLICATES[name]), 0, 1))


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_told(name: str) -> None:
    """Two reports on two things are a template, and some of their figures show why."""
    assert _is(*TEMPLATES[name])
    assert _is(*TEMPLATES[name][::-1])
    assert differing(*TEMPLATES[name])


@given(TEXTS, TEXTS)
@settings(max_examples=80, deadline=None)
def test_either_way_round(left: list[str], right: list[str]) -> None:
    """The order of a pair does not matter, and what differs is the same from both sides."""
    found = figures([" ".join(left), " ".join(right)])
    one, other = slots(found, 0, 1), slots(found, 1, 0)
    assert (one.same, one.others) == (other.same, other.others)
    assert sorted(one.differing) == sorted((x, y) for y, x in other.differing)


@given(TEXTS, TEXTS)
@settings(max_examples=80, deadline=None)
def test_the_short_way_is_the_long_way(left: list[str], right: list[str]) -> None:
    """Pairs that are not aligned, as each figure of one stands in the other, would have been no template."""
    found = figures([" ".join(left), " ".join(right)])
    called = templates(found, np.array([0]), np.array([1]))[0]
    assert called == is_template(slots(found, 0, 1))


@given(TEXTS, st.lists(st.sampled_from(["and", "then", "so", "it"]), max_size=8))
@settings(max_examples=100, deadline=None)
def test_equal_figures_are_no_template(text: list[str], words: list[str]) -> None:
    """A text is no template of itself, nor of one with the same figures in the same order and other words."""
    assert not _is(" ".join(text), " ".join(text))
    assert not _is(
        "1.5 boats 300 cars 70 vans " + " ".join(words), "1.5 cars 300 vans 70 boats " + " ".join(words[::-1])
    )


@given(st.lists(TEXTS, max_size=5))
@settings(max_examples=30, deadline=None)
def test_a_document_is_read_alone(texts: list[list[str]]) -> None:
    """What a document's figures are does not depend on the documents beside it in a batch."""
    documents = [" ".join(text) for text in texts]
    whole, parts = figures(documents), join(figures([document]) for document in documents)
    for name in Figures.__dataclass_fields__:
        assert getattr(whole, name).tolist() == getattr(parts, name).tolist()


def test_many_pairs() -> None:
    """Each pair of a batch is told as it is alone."""
    texts = [text for pair in (*TEMPLATES.values(), *DUPLICATES.values()) for text in pair]
    pairs = [(2 * i, 2 * i + 1) for i in range(len(texts) // 2)]
    left, right = np.array(pairs).T
    assert templates(figures(texts), left, right).tolist() == [_is(texts[a], texts[b]) for a, b in pairs]
    assert templates(figures([]), left[:0], right[:0]).tolist() == []


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("2,000", "2000"),
        ("2.000", "2000"),
        ("2000", "2000"),
        ("2'000", "2000"),
        ("2\u00a0000\u00a0000", "2000000"),
        ("12,34,567", "1234567"),
        ("1.5", "1.5"),
        ("1,50", "1.5"),
        ("15", "15"),
        ("0.125", "0.125"),
        ("1,234.50", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1.0", "1"),
        ("007", "7"),
        ("0", "0"),
        ("٢٬٠٠٠٫٥", "2000.5"),
        ("२,०००", "2000"),
        ("１５", "15"),
        ("6-3/16", "6 3/16"),
        ("6 3/16", "6 3/16"),
        ("3/16", "3/16"),
        ("５．４", "5.4"),
        ("2024-01-05", "2024-01-05"),
        ("10:30", "10:30"),
        ("1,2,3", "1,2,3"),
    ],
)
def test_values(written: str, plain: str) -> None:
    """A figure's value is its number, whatever its digits and marks."""
    assert value(written) == plain
    assert [f"of {written} all"[start:end] for start, end in spans(f"of {written} all")] == [written]


@given(st.text("0123456789٣५９.,:/-' \u00a0aTwo mMarch", max_size=40))
@settings(max_examples=100, deadline=None)
def test_every_figure_has_its_place(text: str) -> None:
    """There are as many places of figures in a text as there are figures."""
    assert len(spans(text)) == int((figures([text]).kinds != WORD).sum())


def test_what_differs_is_shown() -> None:
    """Figures that differ are given as both texts write them, in order, with what stands around the first."""
    shown = differing(RATE.format("1.5", "6-3/16"), RATE.format("two", "6 1/4"))
    assert [(left, right) for left, right, _ in shown] == [("1.5", "two"), ("6-3/16", "6 1/4")]
    assert "trading at 6-3/16 pct" in shown[1][2]


@pytest.mark.parametrize("one", [*permutations(["1.5", "15", "150"], 2)])
def test_points_are_not_dropped(one: tuple[str, str]) -> None:
    """1.5, 15 and 150 are three figures."""
    assert differing(f"It cost {one[0]} more.", f"It cost {one[1]} more.")


@pytest.mark.skipif(not (DATA / "reuters").is_dir(), reason=f"no real data in {DATA}")
def test_on_pairs_that_were_read() -> None:
    """Of the Reuters pairs called templates 98 % are, and 90 % of all templates are called, by those read."""
    labels = orjson.loads((ROOT / "bench/accuracy/templates.json").read_bytes())["reuters"]
    pairs = [(*pair.split(" | "), label == "template") for label in labels for pair in labels[label]]
    with gzip.open(DATA / "reuters/articles.jsonl.gz") as lines:
        texts = {document["id"]: document["text"] for document in map(orjson.loads, lines)}
    names = sorted({name for a, b, _ in pairs for name in (a, b)})
    left, right = (np.array([names.index(pair[side]) for pair in pairs]) for side in (0, 1))
    called = templates(figures(texts[name] for name in names), left, right)
    right_ones = np.array([label for *_, label in pairs])
    assert right_ones[called].mean() >= 0.98
    assert called[right_ones].mean() >= 0.90
