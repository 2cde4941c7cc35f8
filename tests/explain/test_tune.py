"""`dedup tune`: what it says of a threshold is what a run with that threshold does."""

import random
import re
import shlex
from io import StringIO
from itertools import combinations
from math import comb

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from dedup.api import clean
from dedup.cli.main import main
from dedup.explain.compare import compare
from dedup.explain.passages import first_difference
from dedup.explain.thresholds import _binomial, lowest
from dedup.explain.tune import tune
from dedup.matching.signatures import bands_for
from dedup.options import Options
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal.views import tuning
from dedup.sources.lookup import Document
from dedup.sources.memory import Memory
from tests.support.examples import examples
from tests.support.hostile import hostile_texts, without_codes


def article(draw, words):
    return [f"w{draw.randrange(100_000)}" for _ in range(words)]


def articles():
    """Forty stories, each with copies: with words changed, with clutter around them, or exact."""
    draw, texts = random.Random(7), []
    for story in range(40):
        base = article(draw, 120)
        texts.append(base)
        changed = list(base)
        for at in draw.sample(range(120), 1 + story % 12):
            changed[at] = "other"
        texts.append(changed)
        texts.append(article(draw, 3 * (story % 20)) + base[: 40 + 2 * story] + article(draw, 20))
        if story % 5 == 0:
            texts.append(base)
    texts += [draw.choice(texts)[:size] for size in range(20, 40)]  # too short to be covered, and just not
    return [{"id": f"d{number}", "text": " ".join(text)} for number, text in enumerate(texts)]


ARTICLES = articles()


def tuned(documents=ARTICLES, **changes):
    options = Options(workers=1, **changes)
    return tune(Memory(documents, options), options, lambda *_: None)


@pytest.fixture(scope="module")
def tuning_result():
    return tuned()


def shown(result, width=80, colour=False):
    """The complete output as a string."""
    file = StringIO()
    system = "truecolor" if colour else None
    console = Console(
        file=file, width=width, force_terminal=colour, color_system=system, legacy_windows=False, _environ={}
    )
    terminal.write(tuning.report(result, colour), console)
    return file.getvalue()


def test_a_level_drops_what_a_run_drops(tuning_result):
    """For each level, the number of documents dropped is that of a run with its threshold, but for a pair
    that the run's own search misses.
    """
    for level in tuned(contained=None).similarity.levels[::3]:
        run = clean(ARTICLES, threshold=level.threshold, contained=None, workers=1)
        assert level.dropped == len(run.dropped)
    for level in tuning_result.similarity.levels[::2]:
        run = clean(ARTICLES, threshold=level.threshold, workers=1)
        assert level.dropped - 1 <= len(run.dropped) <= level.dropped
    for level in tuned(contained=0.9).coverage.levels[::3]:
        run = clean(ARTICLES, contained=level.threshold, workers=1)
        assert level.dropped - 1 <= len(run.dropped) <= level.dropped
    assert tuning_result.coverage is None
    assert tuning_result.dropped == len(clean(ARTICLES, workers=1).dropped) > 20


@pytest.mark.parametrize(
    "changes", [{"keep": "first", "max_loss": 0.1}, {"threshold": 0.63, "contained": 0.97}]
)
def test_tuning_uses_the_options_of_the_run(changes):
    """The policy, the loss that is allowed and both thresholds are those of the run that is tuned."""
    assert tuned(**changes).dropped == len(clean(ARTICLES, workers=1, **changes).dropped)


@pytest.mark.slow
def test_pairs_are_counted_exactly(tuning_result):
    """Each level has the pairs that comparing all with all finds there; exact copies are counted apart."""
    by_text = {article["text"]: Document(article, article["text"]) for article in ARTICLES}
    unique = list(by_text.values())
    comparisons = [compare(*pair, Options(repeats=False)) for pair in combinations(unique[:60], 2)]
    jaccards = np.array([comparison.jaccard for comparison in comparisons])
    part = tuned([document.identity for document in unique[:60]], contained=None)
    for level in part.similarity.levels:
        until = level.until if level.until < 1 else 2
        assert level.pairs == int(((jaccards >= level.threshold) & (jaccards < until)).sum())
    assert part.copies == 0
    assert (tuning_result.documents, tuning_result.copies) == (len(ARTICLES), 8)


@pytest.mark.parametrize("changed", [10, 32])
def test_missed_pairs_follow_from_the_bands(changed):
    """Each threshold misses the share of pairs that the formula gives for its bands. A pair that the search
    finds with probability p counts as 1 / p pairs.
    """
    words = [f"w{i}" for i in range(100)]
    pair = [" ".join(words), " ".join([*words[:-changed], *(f"x{i}" for i in range(changed))])]
    jaccard = (98 - changed) / (98 + changed)
    chance = bands_for(0.5, 0.99, 128).probability(jaccard)
    for level in tuned(pair, contained=None).similarity.levels:
        missed = 1 - bands_for(level.threshold, 0.99, 128).probability(jaccard)
        assert level.missed == pytest.approx(missed / chance if jaccard >= level.threshold else 0, rel=1e-4)


@examples(100)
@given(trials=st.integers(0, 200), share=st.floats(0, 1), least=st.integers(0, 210))
def test_chances_are_binomial(trials, share, least):
    """The probability of at least so many successes is the sum of the terms."""
    terms = (comb(trials, n) * share**n * (1 - share) ** (trials - n) for n in range(least, trials + 1))
    chance = _binomial(np.array([trials]), np.array([share]), np.array([least]))[0]
    assert chance == pytest.approx(sum(terms), abs=1e-6)


def test_examples_are_the_nearest(tuning_result):
    """Examples lie on their side of the threshold, nearest first, with the value that a comparison gives."""
    texts = {article["id"]: article["text"] for article in ARTICLES}
    strict = tuned(contained=0.9)
    for scale in (tuning_result.similarity, strict.similarity, strict.coverage):
        above, below = ([example.value for example in side] for side in (scale.above, scale.below))
        assert above == sorted(above)
        assert below == sorted(below, reverse=True)
        assert max(below) < scale.threshold <= min(above)
        for example in (*scale.above, *scale.below):
            first, second = (Document(identity, texts[identity["id"]]) for identity in example.identities)
            pair = compare(first, second, Options(repeats=False))
            wanted = pair.jaccard if scale is strict.similarity else pair.covered[1]
            assert example.value == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("left", "right", "starts"),
    [
        ("a b c d e", "a b c x e", ("a b c |d e|", "a b c |x e|")),
        ("new a b c d\nmore", "a b c d", ("|new| a b c d", "a b c d")),
        ("same words here\nonly one", "same words here\nand two", ("|only one|", "|and two|")),
        (f"{'long ' * 9}a b c d", f"{'long ' * 9}a b c e", ("… long a b c |d|", "… long a b c |e|")),
    ],
)
def test_examples_begin_where_the_texts_differ(left, right, starts):
    """Both texts are shown from a few words before the first difference on, until both have a passage."""
    from dedup.explain.word_alignment import shingle_text

    sides = first_difference(shingle_text(left, 3), shingle_text(right, 3))
    for fragments, start in zip(sides, starts, strict=True):
        marked = "".join(part.text if part.shared else f"|{part.text}|" for part in fragments)
        assert marked == start or (
            start.startswith("…") and marked.endswith(start[-10:]) and marked[0] == "…"
        )


@pytest.mark.parametrize(
    ("threshold", "start"), [(0.8, 0.5), (0.6, 0.5), (0.55, 0.45), (0.3, 0.2), (0.05, 0.05), (1, 0.5)]
)
def test_the_search_starts_below_the_threshold(threshold, start):
    """The search starts at 0.5, or well below a lower threshold, so that pairs below it are shown."""
    assert lowest(threshold) == start
    levels = tuned(ARTICLES[:3], threshold=threshold).similarity.levels
    assert levels[0].threshold == start
    assert levels[-1][:2] == (0.95, 1.0)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("colour", [False, True])
def test_output_fits(tuning_result, width, colour):
    """No line is wider than the terminal; the threshold's line is marked."""
    report = shown(tuning_result, width, colour)
    assert max(cell_len(line) for line in without_codes(report).split("\n")) <= width
    assert ("\x1b" in report) == colour
    assert without_codes(report).count("0.80 to 0.85 <") == 1


def test_inputs_without_pairs_have_a_sentence(capsys, tmp_path):
    """No article, none with words, or no pairs: a sentence; unreadable records give status 3."""
    path = tmp_path / "in.jsonl"
    for given_, status, words in (
        (b"", 0, "The input has no articles with words."),
        (b'{"text":"..."}\n', 0, "The input has no articles with words."),
        (b'{"text":"a b c d"}\n{"text":"e f g h"}\n', 0, "2 articles, 0 of them exact copies"),
        (b'{"text":"a b"}\n{"text":5}\n', 3, "1 record could not be read; only readable ones are counted"),
    ):
        path.write_bytes(given_)
        assert main(["tune", str(path)]) == status
        printed = capsys.readouterr()
        assert words in printed.out + printed.err
        assert "dropped, missed" not in printed.out


def test_the_command_takes_what_clean_takes(tmp_path, capsys):
    """Fields, thresholds, what is cut: as for clean; containment may be off."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(
        b"\n".join(orjson.dumps({"url": article["id"], "body": article["text"]}) for article in ARTICLES)
    )
    fields = ["--text-field", "body", "--id-field", "url", "--workers", "1"]
    assert main(["tune", str(path), *fields, "--contained", "off", "--threshold", "0.7"]) == 0
    report = capsys.readouterr().out
    assert "--threshold 0.7 --contained off drops" in report
    assert "contained" not in report.replace("--contained off", "")
    assert re.search(r"0\.70 to 0\.75 <", report)
    assert main(["tune", str(path), *fields, "--threshold", "7"]) == 2
    assert main(["tune", str(tmp_path / "none.jsonl")]) == 1
    assert main(["clean", str(path), *fields, "--contained", "off", "--dry-run", "--quiet"]) == 0


def close_calls():
    """Thirty stories, each with a copy whose similarity is close to 0.8, on either side."""
    draw, texts = random.Random(3), []
    for story in range(30):
        base = article(draw, 120)
        texts += [base, base[: 95 + story % 3] + article(draw, 25 - story % 3)]
    return [{"id": f"c{number}", "text": " ".join(text)} for number, text in enumerate(texts)]


def test_the_recommended_threshold_does_what_it_says():
    """Few pairs are near it; what it keeps and drops compared with the default is what runs do."""
    documents = close_calls()
    advice = tuned(documents).advice
    assert (advice.threshold, advice.near, advice.near_default) == (0.85, 0, 30)
    usual, advised = (
        {line["id"] for line in clean(documents, workers=1, threshold=threshold).dropped}
        for threshold in (0.8, advice.threshold)
    )
    assert (advice.dropped, advice.dropped_by_default) == (len(advised), len(usual))
    assert (advice.kept_again, advice.dropped_more) == (len(usual - advised), len(advised - usual))
    assert advice.kept_again
    assert tuned().advice.threshold == 0.8  # no other threshold has less than half as many pairs near it


def test_the_recommended_command_runs(tmp_path, capsys, monkeypatch):
    """The command that is printed cleans the same input with the recommended threshold."""
    monkeypatch.chdir(tmp_path)
    documents = close_calls()
    (tmp_path / "in put.jsonl").write_bytes(b"\n".join(map(orjson.dumps, documents)))
    assert (
        main(["tune", "in put.jsonl", "--ngram", "4", "--cut", "block", "--quiet", "--max-loss", "90%"]) == 0
    )
    printed = " ".join(capsys.readouterr().out.split())
    (command,) = re.findall(r"dedup clean .*? --ledger ledger\.jsonl", printed)
    assert "--ngram 4" in command
    assert "--threshold" in command
    assert main([*shlex.split(command)[1:], "--quiet"]) == 0
    drops = re.search(r"It drops ([\d,]+) of", printed)[1]
    assert len(documents) - len((tmp_path / "clean.jsonl").read_bytes().splitlines()) == int(drops)


@examples(25)
@given(text=hostile_texts, width=st.sampled_from([60, 80, 120]))
def test_control_characters_are_escaped(tuning_result, text, width):
    """Promise 6: no control character of a text or an id reaches the output."""
    identity = {"id": text, "source": text, "position": 1}
    hostile = [
        example._replace(
            identities=(identity, identity),
            differ=tuple(
                [fragment._replace(text=text + fragment.text) for fragment in part] for part in example.differ
            ),
        )
        for example in tuning_result.similarity.above
    ]
    disguised = tuning_result._replace(
        similarity=tuning_result.similarity._replace(above=hostile, below=hostile)
    )
    for report in (shown(disguised, width), without_codes(shown(disguised, width, True))):
        assert not re.search(
            r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]", report
        )
        assert max(map(cell_len, report.split("\n"))) <= width
