"""Documents in, decisions out: the stages together, through `dedup.clean`."""

import json
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup import InputError, Options, OptionsError, Result
from dedup.engines.local import Local
from dedup.matching.matches import LEAST
from dedup.pipeline import fetch as rereading
from dedup.sources import memory
from tests.support import reference

_LETTERS = ["ba", "ke", "lo", "mi", "nu", "pra", "sto", "ver", "gha", "été"]
_IDEOGRAPHS = "海港委员会在周二晚上开会经过四个小时的辩论同意关闭旧鱼市场并把它剩下的生意搬进铁路旁边新大厅"


def _paragraph(rng: random.Random, ideographs: bool) -> str:
    """One paragraph of 12 to 40 words, or of as many ideographs and more."""
    size = rng.randint(12, 40)
    if ideographs:
        return "".join(rng.choices(_IDEOGRAPHS, k=2 * size)) + "。"
    said = ["".join(rng.choices(_LETTERS, k=rng.randint(1, 3))) for _ in range(size)]
    return " ".join(said).capitalize() + "."


def _edit(paragraph: str, rng: random.Random, amount: int) -> str:
    """A few words changed (of ideographs: a few added)."""
    said = paragraph.split(" ")
    for _ in range(amount):
        said[rng.randrange(len(said))] += rng.choice(["x", "海", "-x", " xx"])
    return " ".join(said)


def _otherwise(text: str) -> str:
    """The same words in other case, punctuation, spacing and line breaks."""
    return "“" + text.upper().replace(".", " …").replace("\n", "\r\n\r\n").replace(" ", "  ") + "” \n"


def _variant(article: list[str], kind: str, rng: random.Random, amount: int) -> str:
    """An article as another site has it."""
    if kind == "edited":
        place = rng.randrange(len(article))
        article = [*article[:place], _edit(article[place], rng, amount), *article[place + 1 :]]
    if kind == "echoed":
        article = [*article, *article[: 1 + amount % 2]]
    if kind == "truncated":
        article = article[:-1]
    text = "\n".join(article)
    return _otherwise(text) if kind == "otherwise" else text


KINDS = ["same", "otherwise", "edited", "edited", "echoed", "truncated"]


@st.composite
def articles(draw: st.DrawFn, most: int = 20) -> list[str]:
    """Up to `most` texts: a few articles in variants, and now and then a text without words."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    originals = [[_paragraph(rng, i == 2) for _ in range(rng.randint(2, 5))] for i in range(4)]
    choices = st.tuples(st.integers(0, 3), st.sampled_from(KINDS), st.integers(0, 3))
    texts = [
        _variant(originals[i], kind, rng, n)
        for i, kind, n in draw(st.lists(choices, min_size=1, max_size=most))
    ]
    return [*texts, *draw(st.lists(st.sampled_from(["", "...", "word", "two words"]), max_size=3))]


def cleaned(result: Result) -> list[str]:
    """The texts of all documents without what is cut of them."""
    texts = result.texts(list(range(result.totals.documents)))
    return [result.corpus.cleaned(row, text) for row, text in texts.items()]


def decisions(result: Result) -> list[int]:
    """Each document's keeper, or -1."""
    return [int(keeper) for keeper in result.keepers.keeper]


_OPTIONS = st.builds(
    Options,
    threshold=st.sampled_from([0.5, 0.8, 0.95, 1.0]),
    contained=st.sampled_from([None, 0.5, 0.8, 1.0]),
    max_loss=st.sampled_from([1.0, 0.1]),
    ngram=st.sampled_from([1, 3, 5]),
    keep=st.sampled_from(["longest", "first"]),
    repeats=st.booleans(),
    num_perm=st.sampled_from([64, 128]),
    recall=st.just(0.9),
    workers=st.just(1),
)


@given(articles(), _OPTIONS)
@settings(max_examples=40, deadline=None)
def test_nothing_is_dropped_by_a_chain(texts: list[str], options: Options) -> None:
    """Each dropped text's Jaccard with its keeper's reaches the threshold, or the keeper covers it enough and
    it is not short, by Python's sets of both cleaned texts; and no more is lost than may be.
    """
    result = dedup.clean(texts, options)
    left = cleaned(result)
    sets = [reference.shingle_set(text, options.ngram) for text in left]
    for row, keeper in enumerate(decisions(result)):
        if keeper < 0:
            continue
        assert decisions(result)[keeper] == -1
        jaccard = reference.jaccard(sets[row], sets[keeper])
        coverage = Fraction(len(sets[row] & sets[keeper]), len(sets[row]))
        covered = options.contained is not None and float(coverage) >= options.contained
        assert float(jaccard) >= options.threshold or (covered and len(sets[row]) >= LEAST)
        assert 1 - coverage <= options.max_loss
        assert result.keepers.jaccard[row] == float(jaccard)
        assert result.keepers.coverage[row] == float(coverage)
        size = (lambda i: -len(left[i])) if options.keep == "longest" else (lambda i: 0)
        assert (size(keeper), keeper) < (size(row), row)


@given(articles())
@settings(max_examples=25, deadline=None)
def test_what_is_plainly_the_same_is_dropped(texts: list[str]) -> None:
    """Of two texts that are left no two are alike at 0.97 or more; texts without words are all left."""
    result = dedup.clean(texts, workers=1)
    kept = [i for i, keeper in enumerate(decisions(result)) if keeper < 0]
    sets = {i: reference.shingle_set(text, 3) for i, text in enumerate(cleaned(result)) if i in kept}
    for i in kept:
        assert not any(reference.jaccard(sets[i], sets[j]) >= 0.97 for j in kept if j < i and sets[i])
    assert {i for i, text in enumerate(texts) if not reference.tokens(text)} <= set(kept)


@given(articles())
@settings(max_examples=25, deadline=None)
def test_cleaning_takes_whole_paragraphs(texts: list[str]) -> None:
    """What is left after cutting are paragraphs of the text, in order, with the words that the table says."""
    result = dedup.clean(texts, workers=1)
    for text, left, words in zip(
        texts, cleaned(result), result.table.column("words").to_pylist(), strict=True
    ):
        before = iter(text.split())
        assert all(word in before for word in left.split())  # a subsequence
        assert len(reference.tokens(left)) == words
        assert bool(left.split()) == bool(text.split())


def _told(result: Result) -> tuple[Any, ...]:
    """Everything that a run decides."""
    return (
        list(result.ledger()),
        cleaned(result),
        decisions(result),
        result.totals,
        result.repeats,
        result.corpus.rejects,
    )


@given(
    st.lists(articles(), min_size=1, max_size=3),
    st.sampled_from([1, 3, 10]),
    st.sampled_from([{}, {"keep": "first"}]),
)
@settings(max_examples=12, deadline=None)
def test_workers_and_blocks_do_not_matter(
    batches: list[list[str]], block: int, options: dict[str, Any]
) -> None:
    """Decisions, texts, ledger and counts are the same for any number of workers and any size of block."""
    documents = [
        {"id": str(i), "text": text} for i, text in enumerate(text for batch in batches for text in batch)
    ]
    documents.append({"id": "none"})
    whole = _told(dedup.clean(documents, workers=1, **options))
    with pytest.MonkeyPatch.context() as patch:
        assert _told(dedup.clean(documents, workers=4, **options)) == whole
        patch.setattr(memory, "_BLOCK", block)
        for workers in (1, 2, 4):
            assert _told(dedup.clean(documents, workers=workers, **options)) == whole


@given(st.lists(articles(), min_size=1, max_size=3))
@settings(max_examples=8, deadline=None)
def test_the_memory_does_not_matter(batches: list[list[str]]) -> None:
    """The same is decided where DuckDB joins, and where a document is compared at a time."""
    documents = [text for batch in batches for text in batch]
    whole = _told(dedup.clean(documents, workers=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rereading, "_SHINGLES", 1)
        assert _told(dedup.clean(documents, workers=1)) == whole
        patch.setattr(Local, "query", Local.spill)
        assert _told(dedup.clean(documents, workers=1, memory=64 << 20)) == whole


def test_files_and_memory_decide_alike(tmp_path: Path) -> None:
    """The same documents in files, one or several, are decided on as in memory."""
    rng = random.Random(5)
    originals = [[_paragraph(rng, False) for _ in range(4)] for _ in range(4)]
    documents = [
        {"id": str(i), "text": _variant(original, kind, rng, 1)}
        for i, (original, kind) in enumerate((o, k) for o in originals for k in KINDS)
    ]
    lines = [json.dumps(document) + "\n" for document in documents]
    (tmp_path / "one.jsonl").write_text("".join(lines))
    (tmp_path / "parts").mkdir()
    for part in range(3):
        (tmp_path / "parts" / f"{part}.jsonl").write_text("".join(lines[8 * part : 8 * part + 8]))
    held = dedup.clean(documents)
    assert 0 < held.totals.dropped < 24
    assert any(repeat.cut for _, repeat in held.repeats)
    for given_path in (
        tmp_path / "one.jsonl",
        str(tmp_path / "parts"),
        [tmp_path / "parts" / f"{i}.jsonl" for i in range(3)],
    ):
        files = dedup.clean(given_path)
        assert (decisions(files), cleaned(files), files.totals) == (
            decisions(held),
            cleaned(held),
            held.totals,
        )


def test_a_chain() -> None:
    """Of texts that each overlap the next, one goes only for a kept one that it overlaps enough itself."""
    words = [f"w{i}" for i in range(200)]
    texts = [
        " ".join(words[5 * i : 5 * i + 100]) for i in range(12)
    ]  # Jaccard: 0.90, 0.81 at two steps, 0.73 at three
    result = dedup.clean(texts, keep="first", contained=None, workers=1)
    assert decisions(result) == [-1, 0, 0, -1, 3, 3, -1, 6, 6, -1, 9, 9]


def test_a_crowd() -> None:
    """Of 300 copies that differ in a word each, more than a bucket is compared whole for, one is kept."""
    rng = random.Random(1)
    body = " ".join(_paragraph(rng, False) for _ in range(5))
    result = dedup.clean([f"{body} w{i:03}" for i in range(300)], workers=1)
    assert decisions(result) == [-1] + [0] * 299
    assert result.decisions.crowded == 0


SAID = "It's late, he said, and the boats are not in yet."


@pytest.mark.parametrize(
    "other",
    [
        "Its late he said and the boats are not in yet",
        "It's late, he said, and the boats are in.",
        "It's late, she said, and the boats are not in yet.",
        "Yet in not are boats the and said he late it's.",
        "",
    ],
)
def test_short_texts_that_differ_stay(other: str) -> None:
    """A word more, less or other, or another order, in a short text is another text."""
    assert decisions(dedup.clean([SAID, other], workers=1)) == [-1, -1]


@pytest.mark.parametrize(
    "other",
    [
        SAID,
        SAID.upper(),
        SAID.replace(" ", "\n"),
        "  " + SAID.replace(" ", "\u00a0 ") + "\r\n",
        SAID.replace("'", "’").replace(", ", " – "),
        "“" + SAID.rstrip(".") + "!”",
        SAID.replace("boats", "bo\u00adats"),
        SAID.translate({i: i + 0xFEE0 for i in range(ord("0"), ord("z") + 1)}),
        "\ufeff" + SAID,
    ],
)
def test_exact_copies_go(other: str) -> None:
    """A text that differs in case, quotes, punctuation, spacing or width alone is a copy, at Jaccard 1."""
    result = dedup.clean([SAID, other, "Something else."], keep="first", workers=1)
    assert decisions(result) == [-1, 0, -1]
    assert result.dropped[0]["jaccard"] == result.dropped[0]["coverage"] == 1
    assert result.dropped[0]["keeper"]["position"] == 1


def test_texts_without_words_are_never_dropped() -> None:
    """Empty texts and texts of punctuation alone are equal to nothing."""
    texts = ["", "", "...", "...", "\n\n", "—", "☃", "\x00", " ", ""]
    result = dedup.clean(texts, workers=1)
    assert decisions(result) == [-1] * len(texts)
    assert result.totals.empty == result.totals.kept == len(texts)


def test_a_copy_of_a_dropped_one_names_a_keeper() -> None:
    """Exact copies of a text that goes for a longer one go for that one too, with its Jaccard."""
    rng = random.Random(2)
    body = " ".join(_paragraph(rng, False) for _ in range(6))
    result = dedup.clean([body, body + " one more", body.upper()], workers=1)
    assert decisions(result) == [1, -1, 1]
    first, second = result.dropped
    assert 0.9 < first["jaccard"] == second["jaccard"] < 1
    assert first["coverage"] == second["coverage"] == 1


def _two() -> list[dict[str, Any]]:
    return [
        {"id": "a", "text": SAID, "n": 1, "date": "2024-01-02"},
        {"id": "b", "text": SAID, "n": 2, "date": "2024-03-01"},
    ]


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("longest", "a"), ("first", "a"), ("newest:date", "b"), ("oldest:date", "a"), ("newest:n", "b")],
)
def test_policies(policy: str, kept: str) -> None:
    """Of two equal texts the one that the policy prefers is kept; other fields may decide."""
    result = dedup.clean(_two(), keep=policy, workers=1)
    assert [line["id"] for line in result.ledger() if line["decision"] == "kept"] == [kept]
    assert result.dropped[0]["keeper"]["id"] == kept


def test_missing_dates_come_last() -> None:
    """A document without the field is kept only where no other has it."""
    documents = [{"text": SAID}, {"text": SAID, "date": None}, {"text": SAID, "date": "2001"}]
    assert decisions(dedup.clean(documents, keep="newest:date", workers=1)) == [2, 2, -1]
    assert decisions(dedup.clean(documents[:2], keep="newest:date", workers=1)) == [-1, 0]


@pytest.mark.parametrize(
    "form", [list, tuple, pa.Table.from_pylist, lambda rows: [row["text"] for row in rows]]
)
def test_forms_of_documents(form: Any) -> None:
    """Lists and tuples of mappings or strings, and Arrow tables, are decided on alike."""
    result = dedup.clean(form(_two()), workers=1)
    assert decisions(result) == [-1, 0]
    assert [line["decision"] for line in result.ledger()] == ["kept", "dropped"]


def test_a_table_in_chunks() -> None:
    """A table of several chunks, with other kinds of strings and nulls, is read as one."""
    parts = [pa.table({"text": pa.array(column, pa.large_string())}) for column in ([SAID], [], [None, SAID])]
    result = dedup.clean(pa.concat_tables(parts), workers=1)
    assert decisions(result) == [-1, 0]
    assert [(bad.position, bad.reason) for bad in result.corpus.rejects] == [
        (2, '"text" is missing, not a string')
    ]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames(library: str) -> None:
    """Frames of pandas and polars are documents."""
    frame = pytest.importorskip(library).DataFrame(_two())
    result = dedup.clean(frame, workers=1, keep="newest:date")
    assert [line["id"] for line in result.ledger()] == ["a", "b"]
    assert decisions(result) == [1, -1]


def test_a_missing_id_in_a_frame() -> None:
    """A document without an id has none, however its frame writes that."""
    frame = pytest.importorskip("pandas").DataFrame({"id": [1, None], "text": ["a b", "c d"]})
    assert [line["id"] is None for line in dedup.clean(frame, workers=1).ledger()] == [False, True]


def test_the_callers_documents_are_left_alone() -> None:
    """What is given is not changed."""
    documents = _two()
    dedup.clean(documents, workers=1)
    assert documents == _two()


def test_no_documents() -> None:
    """Nothing in, nothing out."""
    result = dedup.clean([], workers=1)
    assert result.totals.documents == 0
    assert (list(result.ledger()), result.dropped, result.repeats, result.highlights.groups) == (
        [],
        [],
        [],
        [],
    )


def test_bad_documents_are_rejects() -> None:
    """Where the text is missing or no string there is a reject with position and reason; the rest go on."""
    result = dedup.clean(
        [{"text": SAID}, {"id": "x"}, {"text": 5}, {"text": None}, {"text": SAID}], workers=1
    )
    assert decisions(result) == [-1, 0]
    assert [(bad.position, bad.reason) for bad in result.corpus.rejects] == [
        (2, '"text" is missing, not a string'),
        (3, '"text" is int, not a string'),
        (4, '"text" is missing, not a string'),
    ]
    assert [line["position"] for line in result.ledger()] == [1, 5]


@pytest.mark.parametrize("documents", [[1], [SAID, None], [["text"]], [b"text"]])
def test_documents_of_no_kind(documents: Sequence[Any]) -> None:
    """What is neither a string nor a mapping is a reject."""
    assert len(dedup.clean(documents, workers=1).corpus.rejects) == 1


@pytest.mark.parametrize("documents", [5, None, {"text": SAID}, (text for text in [SAID])])
def test_what_is_no_collection_is_refused(documents: Any) -> None:
    """Something else than documents is refused, and the message says what it is and what is taken."""
    with pytest.raises(InputError, match=type(documents).__name__):
        dedup.clean(documents, workers=1)


def test_a_table_without_texts_is_refused() -> None:
    """A table without the text column is refused, and the message names the columns."""
    with pytest.raises(InputError, match=r'"text".*title, body'):
        dedup.clean(pa.table({"title": ["a"], "body": ["b"]}), workers=1)


_ODD = {
    "surrogates": "a\ud800b c d",
    "surrogate": "\udfff",
    "nul": "a\x00b c",
    "long line": "x" * 1_000_000,
    "lines": "é\n" * 20_000,
    "emoji": "😀 " * 1000,
    "ideographs": "\U00020000" * 50,
}


@pytest.mark.parametrize("text", _ODD.values(), ids=_ODD)
def test_odd_texts(text: str) -> None:
    """Lone surrogates, NULs, very long and very many lines go through, and their copies collapse."""
    result = dedup.clean([text, text], workers=1, repeats=False)
    assert decisions(result) == [-1, 0 if reference.tokens(text.encode("utf-8", "replace").decode()) else -1]
    assert result.totals.characters == 2 * len(text)


def test_switches() -> None:
    """Without duplicates nothing is dropped, without repeats nothing is cut."""
    rng = random.Random(3)
    echoed = _variant([_paragraph(rng, False) for _ in range(3)], "echoed", rng, 1)
    both = dedup.clean([echoed, echoed], workers=1)
    assert (both.totals.dropped, both.totals.cut) == (1, 1)
    assert dedup.clean([echoed, echoed], workers=1, duplicates=False).totals.dropped == 0
    plain = dedup.clean([echoed, echoed], workers=1, repeats=False)
    assert (plain.totals.dropped, plain.totals.cut, cleaned(plain)) == (1, 0, [echoed, echoed])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", 0),
        ("threshold", 1.01),
        ("threshold", float("nan")),
        ("contained", 0),
        ("contained", 1.5),
        ("contained", float("nan")),
        ("max_loss", -0.1),
        ("max_loss", 1.1),
        ("recall", 0),
        ("recall", 1),
        ("caution", -0.1),
        ("caution", 1.1),
        ("ngram", 0),
        ("ngram", 65),
        ("num_perm", 15),
        ("num_perm", 5000),
        ("workers", -1),
        ("memory", -1),
        ("memory", (64 << 20) - 1),
        ("cut", ("exact", "some")),
        ("keep", "shortest"),
        ("keep", "newest"),
        ("keep", "newest:"),
        ("keep", "longest:date"),
        ("keep", ""),
    ],
)
def test_options_refused(name: str, value: Any) -> None:
    """A value that makes no sense is refused by the option's name, as an OptionsError and a ValueError."""
    with pytest.raises(OptionsError, match=f"--{name.replace('_', '-')}") as caught:
        dedup.clean([SAID], **{name: value})
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


def test_options_that_do_not_fit_each_other() -> None:
    """A recall that so few permutations cannot reach is refused before anything is read."""
    with pytest.raises(OptionsError, match="16 permutations"):
        dedup.clean([SAID], threshold=0.1, num_perm=16)


def test_unknown_options_are_refused() -> None:
    """An option that does not exist is refused by name."""
    with pytest.raises(TypeError, match="thresold"):
        dedup.clean([SAID], thresold=0.8)
