"""From candidates to keepers: containment, crowds, chains, what is lost, languages."""

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.matching import candidates
from dedup.matching.matches import MIN_SHINGLES
from dedup.pipeline import near_duplicates
from tests.support import reference
from tests.support.articles import words
from tests.support.examples import examples


def keepers(texts: list[str], **options: Any) -> list[int]:
    """Each text's keeper, or -1; repeats are left in the texts."""
    result = dedup.clean(texts, workers=1, repeats=False, **options)
    return [int(keeper) for keeper in result.keepers.keeper]


ARTICLE = words(0, 400)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([ARTICLE, f"{words(1, 600)} {ARTICLE} {words(2, 600)}"], [1, -1]),
        ([f"{ARTICLE} {words(1, 60)}", f"{ARTICLE} {words(2, 300)}"], [1, -1]),
        ([f"{ARTICLE} {words(1, 150)}", f"{ARTICLE} {words(2, 300)}"], [-1, -1]),
        ([words(0, 300), ARTICLE], [1, -1]),
        ([words(0, 20), ARTICLE], [-1, -1]),
        ([ARTICLE, words(1, 400)], [-1, -1]),
    ],
    ids=["wrapped", "wrapped both", "too much of its own", "truncated", "short", "unlike"],
)
def test_a_covered_document_is_dropped(texts: list[str], expected: list[int]) -> None:
    """A text is dropped for one that has four fifths of it, however long that is; a short text is not."""
    assert keepers(texts) == expected


@pytest.mark.parametrize(
    ("options", "dropped"),
    [
        ({"contained": None}, False),
        ({"contained": 1.0}, False),
        ({"contained": 0.9}, True),
        ({"contained": 0.9, "max_loss": 0.05}, False),
        ({"contained": 0.9, "max_loss": 0.1}, True),
        ({"contained": 0.9, "keep": "first"}, False),
    ],
)
def test_containment_has_limits(options: dict[str, Any], dropped: bool) -> None:
    """`contained` is the least share, None switches containment off, and `max_loss` keeps a text that would
    lose more. The keeper must cover the dropped one, not the other way round.
    """
    texts = [f"{ARTICLE} {words(1, 30)}", f"{ARTICLE} {words(2, 600)}"]  # 0.93 of the first is in the second
    assert (keepers(texts, **options)[0] == 1) == dropped


@pytest.mark.parametrize("percent", range(0, 101, 5))
def test_exactly_the_allowed_loss_is_dropped(percent: int) -> None:
    """A document that loses exactly the allowed share is dropped."""
    own = 100 * percent // 100
    text = words(0, 102 - own) + (f" {words(1, own)}" if own else "")
    result = dedup.clean([words(0, 300), text], workers=1, threshold=0.05, max_loss=1.0)
    if result.dropped:
        lost = 1 - Fraction(result.dropped[0]["coverage"]).limit_denominator(1000)
        again = dedup.clean([words(0, 300), text], workers=1, threshold=0.05, max_loss=float(lost))
        assert len(again.dropped) == 1


def _twin(texts: list[str], threshold: float, contained: float) -> list[bool]:
    """Whether each text is kept if all pairs are compared, the longest first."""
    sets = [reference.shingle_set(text, 3) for text in texts]
    order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
    kept: list[int] = []
    for i in order:
        covers = [j for j in kept if _matches(sets[j], sets[i], threshold, contained)]
        kept += [] if covers else [i]
    return [i in kept for i in range(len(texts))]


def _matches(keeper: set[Any], other: set[Any], threshold: float, contained: float) -> bool:
    shared = len(keeper & other)
    covered = len(other) >= MIN_SHINGLES and shared / len(other) >= contained
    return bool(other) and (float(reference.jaccard(keeper, other)) >= threshold or covered)


@st.composite
def corpora(draw: st.DrawFn) -> list[str]:
    """Up to 40 texts put together from a few passages and words of their own."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    passages = [words(i, rng.randint(40, 200)).split() for i in range(6)]
    texts = []
    for n in range(draw(st.integers(2, 40))):
        parts = [word for passage in rng.sample(passages, rng.randint(1, 3)) for word in passage]
        texts.append(" ".join(parts[: rng.randint(30, 400)] + words(100 + n, rng.randint(0, 30)).split()))
    return texts


@given(corpora(), st.sampled_from([1, 2, 8]), st.sampled_from([1, 64]))
@examples(25)
def test_keepers_are_those_of_comparing_all_pairs(texts: list[str], hubs: int, narrow: int) -> None:
    """If every shingle is a sample and one shared sample is enough, the slow twin, which compares all pairs,
    keeps the same texts: also if rounds compare few documents at a time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.matching.samples.LIMIT", reference._MASK)
        patch.setattr(candidates, "needed", lambda sampled, *_: sampled * 0 + 1)
        patch.setattr(candidates.Lookup, "hubs", hubs)
        patch.setattr(near_duplicates, "ROUNDS", 100)
        patch.setattr(candidates, "NARROW", narrow)
        result = dedup.clean(texts, workers=1, repeats=False, threshold=0.7, keep="longest")
    assert result.decisions.crowded == 0
    assert [keeper < 0 for keeper in result.keepers.keeper] == _twin(texts, 0.7, 0.7)


def test_a_long_chain_has_direct_keepers() -> None:
    """In a chain of 1,000 texts with a Jaccard of 0.9 from one to the next, each dropped text matches its
    keeper directly, and each kept one matches no kept one before it.
    """
    all_words = words(0, 6000).split()
    texts = [" ".join(all_words[5 * i : 5 * i + 100]) for i in range(1000)]
    keeper_of = keepers(texts, keep="first")
    sets = [reference.shingle_set(text, 3) for text in texts]
    kept = [i for i, keeper in enumerate(keeper_of) if keeper < 0]
    assert all(_matches(sets[keeper], sets[i], 0.8, 0.8) for i, keeper in enumerate(keeper_of) if keeper >= 0)
    assert not any(_matches(sets[j], sets[i], 0.8, 0.8) for i in kept for j in kept if j < i)
    assert 200 <= len(kept) <= 500


@pytest.mark.parametrize("clutter", [40, 90])
def test_a_thousand_wrapped_copies_collapse(clutter: int) -> None:
    """Of 1,000 copies of an article, each with clutter of its own, one is kept, whether they match by Jaccard
    or by coverage.
    """
    texts = [f"{words(i + 1, clutter)} {ARTICLE}" for i in range(1000)]
    result = dedup.clean(texts, workers=1, repeats=False)
    assert result.totals.kept == 1
    assert result.decisions.crowded == 0


def test_crowded_buckets_keep_each_article_once() -> None:
    """In buckets of 600 documents, 100 articles in 6 copies each, every article is kept once."""
    template = words(0, 300)
    texts = [f"{template} {words(i % 100 + 1, 60)} {words(1000 + i, 4)}" for i in range(600)]
    assert keepers(texts, threshold=0.9, contained=0.95).count(-1) == 100
    assert keepers(texts, threshold=0.9, contained=None).count(-1) == 100


def test_common_shingles_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shingles of a common template are left out and counted; articles in it are kept, a wrapped copy
    is dropped.
    """
    monkeypatch.setattr(candidates, "MOST", 20)
    texts = [f"{words(0, 200)} {words(i + 1, 200)}" for i in range(50)]
    result = dedup.clean([*texts, f"{words(99, 500)} {texts[3]}"], workers=1, repeats=False)
    assert [i for i, keeper in enumerate(result.keepers.keeper) if keeper >= 0] == [3]
    assert 0 < result.decisions.common < 30


ENGLISH = [words(i, 40) for i in range(6)]


def test_the_ledger_has_what_a_keeper_lacks() -> None:
    """A dropped document's line lists the paragraphs that its keeper lacks, by characters of the original
    text and coverage, but not those that are cut as repeats.
    """
    lacking = "Élodie wrote this line herself, 東京"
    echo = " ".join(f"word{i} says" for i in range(30)) + "."
    dropped = "\n".join([*ENGLISH[:3], echo, lacking, ENGLISH[3], ENGLISH[4], echo])
    keeper = "\n".join([*ENGLISH, echo, words(50, 40)])
    result = dedup.clean([dropped, keeper], workers=1)
    (line,) = result.dropped
    assert [dropped[start:end] for start, end, _ in line["missing"]] == [lacking]
    assert all(coverage < 0.5 for *_, coverage in line["missing"])
    assert line["coverage"] < 1
    assert dedup.clean([ENGLISH[0], ENGLISH[0]], workers=1).dropped[0]["missing"] == []


@given(corpora())
@examples(15)
def test_named_paragraphs_are_missing_in_the_keeper(texts: list[str]) -> None:
    """The keeper has less than half of the shingles of each paragraph named as missing, but for those at its
    edges.
    """
    texts = [
        "\n".join(" ".join(text.split()[i : i + 25]) for i in range(0, 400, 25)).strip() for text in texts
    ]
    result = dedup.clean(texts, workers=1, repeats=False)
    for line in result.dropped:
        text, keeper = texts[line["position"] - 1], texts[line["keeper"]["position"] - 1]
        have = reference.shingle_set(keeper, 3)
        for start, end, coverage in line["missing"]:
            shingles = reference.shingle_set(text[start:end], 3)
            assert text[start:end] == text[start:end].strip() != ""
            assert coverage < 0.5
            assert len(shingles & have) <= 0.5 * len(shingles) + 2


SAYINGS = {
    "English": "The harbour committee met on Tuesday evening and agreed to close the old fish market. ",
    "Russian": "Портовый комитет собрался во вторник вечером и решил закрыть старый рыбный рынок. ",
    "Arabic": "اجتمعت لجنة الميناء مساء الثلاثاء واتفقت على إغلاق سوق السمك القديم في المدينة. ",
    "Hindi": "बंदरगाह समिति की बैठक मंगलवार शाम को हुई और पुराने मछली बाजार को बंद करने पर सहमति हुई। ",
    "Chinese": "港务委员会星期二晚上开会，同意关闭旧鱼市场。",
    "Japanese": "港の委員会は火曜日の夜に会合を開き、古い魚市場を閉鎖することに同意した。",
    "Thai": "คณะกรรมการท่าเรือประชุมเมื่อเย็นวันอังคารและตกลงปิดตลาดปลาเก่า",
}


@pytest.mark.parametrize("language", SAYINGS)
def test_any_language_works(language: str) -> None:
    """In each language a wrapped text and one in another normal form are dropped, another text is kept."""
    import unicodedata

    text = "".join(f"{SAYINGS[language]}{i * i} {i} 🐟 " for i in range(12))
    other = "".join(f"{i * 7} {i * 3} {SAYINGS[language][::-1]}" for i in range(12))
    wrapped = f"{words(1, 200)} {text} {words(2, 300)}"
    assert keepers([text, wrapped, other]) == [1, -1, -1]
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        result = dedup.clean(
            [text, unicodedata.normalize(form, text).upper()], workers=1, repeats=False, keep="first"
        )
        assert [line["jaccard"] for line in result.dropped] == [1.0]


NOTE = """\
The central bank said that it had bought {} mln marks of bills at its weekly tender, against {} mln a week
before. Bids came to {} mln marks from {} banks, and the lowest rate that was accepted stood at {} per cent.

The governor told reporters after the meeting that the money market had been calm since the last tender and
that the bank saw no reason to change the way in which it provides funds to lenders before the quarter ends.
The next tender is on Tuesday, and its result will be published at noon.
"""
OLD, NEW = NOTE.format("1,200", 900, "3,400", 23, 3.75), NOTE.format(1450, "1,200", 2900, 31, 3.8)


def test_templates_are_kept_and_named() -> None:
    """A text that matches but for its figures is kept; its ledger line, the summary and the report name the
    other.
    """
    result = dedup.clean([OLD, NEW, OLD.replace(",", "")], threshold=0.6, keep="first")
    first, second, third = result.ledger()
    assert [first["decision"], second["decision"], third["decision"]] == ["kept", "kept", "dropped"]
    assert [template["position"] for template in second["templates"]] == [1]
    assert "templates" not in first
    assert third["keeper"]["position"] == 1
    summary = result.summary()["templates"]
    assert summary["count"] == 1
    assert summary["examples"][0]["figures"][0] == ["1,200", "1450"]
    assert second["templates"][0]["by"] == "numbers"
    differing = len(summary["examples"][0]["figures"])
    reason = second["templates"][0]["reason"]
    assert reason.startswith(f"{differing} numbers differ: 1,200 / 1450")
    assert summary["by"] == {"numbers": 1}
    assert "Close calls: 1 article kept (50.0%): 1 by numbers" in result.report(verbose=True)
    assert "1,200 / 1450" in " ".join(str(result).split())


def test_a_wrapped_template_is_kept() -> None:
    """A text that another covers but for its figures is kept."""
    wrapped = f"{words(1, 200)}. {NEW} {words(2, 200)}."
    assert keepers([OLD, wrapped], threshold=0.6) == [-1, -1]
    assert keepers([OLD, f"{words(1, 200)}. {OLD} {words(2, 200)}."]) == [1, -1]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=2, max_size=7), st.randoms())
@examples(25)
def test_nothing_is_dropped_for_a_template(notes: list[tuple[int, int]], rng: random.Random) -> None:
    """Whatever the figures of some notes, none is dropped for one with other figures."""
    texts = [NOTE.format(100 + a, 50 + a, 900 + a, 20 + a, 4 + a) + f" {words(b, 8)}" for a, b in notes]
    rng.shuffle(texts)
    for text, keeper in zip(texts, keepers(texts, threshold=0.5), strict=True):
        assert keeper < 0 or texts[keeper].split("bought")[1][:9] == text.split("bought")[1][:9]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30)), min_size=2, max_size=8, unique=True),
    st.randoms(),
)
@examples(15)
def test_the_order_of_the_input_does_not_matter(made: list[tuple[int, int]], rng: random.Random) -> None:
    """In any order of the input the same texts are dropped for the same keepers: the longest are kept."""
    texts = [f"{words(base, 60)} {words(base + 10, own)}" for base, own in made]
    texts = list({len(text): text for text in texts}.values())  # ties go by position
    shuffled = rng.sample(texts, len(texts))
    first, second = (
        {
            text: keeper if keeper < 0 else ordered[keeper]
            for text, keeper in zip(ordered, keepers(ordered), strict=True)
        }
        for ordered in (texts, shuffled)
    )
    assert first == second
