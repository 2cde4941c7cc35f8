"""`dedup compare`: its numbers are those of a run, and its report shows both texts."""

import re
from io import StringIO

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
from dedup.options import Options
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal.views import side_by_side
from dedup.sources.lookup import Document
from tests.support.examples import examples
from tests.support.hostile import hostile_texts, without_codes
from tests.support.paths import FIXTURES
from tests.support.reporting import OTHER, STORY

NEAR = STORY.replace("oranges", "lemons")
AS_THEY_ARE = Options(repeats=False)


def compared(left, right, options=AS_THEY_ARE, identity=None):
    """The comparison of two texts."""
    identities = [{"id": name, "source": "s.jsonl", "position": at} for at, name in enumerate("xy", 1)]
    first, second = (
        Document(identity or own, text) for own, text in zip(identities, (left, right), strict=True)
    )
    return compare(first, second, options)


def shown(comparison, width=80, colour=False, full=False):
    """The complete report as a string."""
    file = StringIO()
    system = "truecolor" if colour else None
    console = Console(
        file=file, width=width, force_terminal=colour, color_system=system, legacy_windows=False, _environ={}
    )
    terminal.write(list(side_by_side.report(comparison, full, colour)), console)
    return file.getvalue()


def test_numbers_are_those_of_the_ledger():
    """Jaccard and coverage of a dropped document and its keeper are those of the ledger."""
    lines = (FIXTURES / "articles.jsonl").read_bytes().splitlines()
    articles = {article["id"]: article for article in map(orjson.loads, lines)}
    dropped = [line for line in clean(list(articles.values())).ledger() if line["decision"] == "dropped"]
    assert len(dropped) > 2
    for line in dropped:
        texts_of_both = [articles[name]["text"] for name in (line["keeper"]["id"], line["id"])]
        comparison = compared(*texts_of_both, Options())
        assert comparison.jaccard == pytest.approx(line["jaccard"], abs=1e-4)
        assert comparison.covered[1] == pytest.approx(line["coverage"], abs=1e-4)
        assert comparison.is_similar or comparison.contained


def test_counts_add_up():
    """Jaccard and coverage follow from the counts of shingles."""
    comparison = compared("a b c d e", "b c d e f g h")
    assert (comparison.shared, comparison.shingles, comparison.words) == (2, (3, 5), (5, 7))
    assert comparison.jaccard == pytest.approx(2 / 6)
    assert comparison.covered == pytest.approx((2 / 3, 2 / 5))


@pytest.mark.parametrize(
    ("left", "right", "threshold", "sentence"),
    [
        (STORY, STORY, 0.8, "Exact copies: the same text, character for character."),
        (STORY, STORY.upper().replace(".", "!"), 0.8, "Exact copies: the same words in the same order."),
        (STORY, NEAR, 0.8, "A match: Jaccard 0.911 reaches the threshold of 0.8."),
        (STORY, NEAR, 0.95, "No match: Jaccard 0.911 is below the threshold of 0.95."),
        (STORY, "...", 0.8, "No match: B has no words."),
        ("", "...", 0.8, "No match: neither has words."),
        ("天天气很好我们", "天天气很好我们吧", 0.8, "A match: Jaccard 0.833 reaches the threshold of 0.8."),
    ],
)  # fmt: skip
def test_the_verdict_is_a_sentence(left, right, threshold, sentence):
    """The first line says whether they match, and why."""
    comparison = compared(left, right, Options(repeats=False, threshold=threshold, contained=None))
    assert shown(comparison, 100).splitlines()[0] == sentence


def test_repeats_are_cut_before_comparing():
    """The texts are compared without their repeats, or as they are, and the report counts what was cut."""
    twice = f"{STORY}\n\n{STORY}"
    comparison = compared(twice, STORY, Options())
    assert comparison.same_text
    assert f"Characters cut as repeats before the comparison: {len(STORY) + 2} of A" in shown(comparison)
    assert not compared(twice, STORY).same_words


def test_shared_passages_are_left_out_unless_asked_for():
    """Of many shared paragraphs those next to a difference are shown, of a long one both ends; --full shows
    all.
    """
    lines = [f"{'abcdefghij'[i]} line of its own with some words {i} {i}{i}" for i in range(10)]
    one, other = "\n".join(lines), "\n".join([*lines[:5], "more", *lines[5:]])
    brief, full = (shown(compared(one, other), full=full) for full in (False, True))
    assert "… 4 paragraphs shared …" in brief
    assert all(line in full for line in lines)
    assert [line for line in lines if line in brief] == lines[4:6]
    words = " ".join(f"w{i}" for i in range(400))
    brief, full = (shown(compared(words, f"{words} end"), full=full) for full in (False, True))
    assert re.search(r"w\d\d … 1,\d+\s+characters\s+shared …", brief)
    assert "w200" in full
    assert "w200" not in brief


@pytest.mark.parametrize("width", [60, 80, 99, 100, 120, 200])
def test_texts_are_side_by_side_if_there_is_room(width):
    """From a width of 100 on, A is beside B; in a narrower terminal it is above B. No line is too wide."""
    report = shown(compared(f"{STORY}\n\nonly here", NEAR), width)
    assert max(map(cell_len, report.split("\n"))) <= width
    assert ("│" in report) == (width >= 100)
    assert ("\nA  Nobody was hurt" in report) == (width < 100)
    assert "[+oranges+]" in report
    assert "[+lemons+]" in report


def test_colours_take_the_place_of_brackets():
    """In colour, what only one text has is coloured, what both have is dim, and there are no brackets."""
    report = shown(compared("a b c d", "a b c e"), colour=True)
    assert "[+" not in report
    assert re.search(r"\x1b\[2ma b c \x1b\[0m\x1b\[35md\x1b", report)
    assert re.search(r"\x1b\[2ma b c \x1b\[0m\x1b\[94me\x1b", report)


@examples(100)
@given(text=hostile_texts, more=hostile_texts, width=st.sampled_from([60, 80, 120, 200]), full=st.booleans())
def test_control_characters_are_escaped(text, more, width, full):
    """Promise 6: no control character of a text or an id reaches the terminal."""
    identity = {"id": text.replace("\ud800", "?"), "source": more, "position": 1}
    one, other = (part.replace("\ud800", "?") for part in (f"{STORY}{text}", f"{more}\n{STORY}"))
    comparison = compared(one, other, identity=identity)
    for report in (shown(comparison, width, full=full), without_codes(shown(comparison, width, True, full))):
        assert not re.search(
            r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]", report
        )
        assert max(map(cell_len, report.split("\n"))) <= width


def test_files_and_ids_may_be_given(tmp_path, capsys):
    """Compares two files of any format, or two documents of an input by id or location."""
    (tmp_path / "a.txt").write_text(STORY)
    lines = [{"id": "x", "text": STORY}, {"id": "y", "text": f"{STORY} End."}, {"text": "Other."}]
    (tmp_path / "b.jsonl").write_bytes(orjson.dumps(lines[1]))
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(map(orjson.dumps, lines)))
    a, b, many = (str(tmp_path / name) for name in ("a.txt", "b.jsonl", "in.jsonl"))
    for arguments in ([a, b], ["x", "y", "--in", many], ["in.jsonl:1", "y", "--in", many, a]):
        assert main(["compare", *arguments]) == 0
        assert "A match: Jaccard 0.98" in capsys.readouterr().out
    assert main(["compare", "a.txt", "in.jsonl:3", "--in", many, a]) == 0
    assert "No match: Jaccard 0.000" in capsys.readouterr().out


def test_bad_input_is_one_sentence(tmp_path, capsys):
    """A missing file, a file with several documents or none, an unreadable file, an id that is unknown or not
    unique: one sentence says what is wrong and what to do.
    """
    files = {
        "one.txt": b"a", "empty.jsonl": b"", "bad.txt": b"\xff", "two.jsonl": b'{"id":"x","text":"a"}\n' * 2
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    here = {name: str(tmp_path / name) for name in (*files, "none.txt")}
    for arguments, status, words in (
        ([here["one.txt"], here["none.txt"]], 1, "add --in INPUT if it is an id"),
        ([here["one.txt"], here["two.jsonl"]], 1, "several documents; name two by their ids: dedup compare"),
        ([here["one.txt"], here["empty.jsonl"]], 1, "empty.jsonl has no document"),
        ([here["one.txt"], here["bad.txt"]], 1, "could not be read: invalid UTF-8"),
        (["x", "x", "--in", here["two.jsonl"]], 1, 'several documents are called "x"; name one by'),
        (["two.jsonl:1", "z", "--in", here["two.jsonl"]], 1, 'no document is called "z"'),
        (["-", "-"], 2, "one of the two documents can come from standard input"),
        ([here["one.txt"], here["one.txt"], "--threshold", "2"], 2, "--threshold must be above"),
    ):  # fmt: skip
        assert main(["compare", *arguments]) == status
        message = capsys.readouterr().err
        assert words in message
        assert message.startswith("dedup: ")
        assert message.count("\n") == 1


def test_a_covered_text_is_a_match():
    """Below the Jaccard threshold two texts match if one covers enough of the other, unless that is off."""
    options = [Options(repeats=False, contained=contained) for contained in (0.9, None)]
    covered, off = (
        shown(compared(f"{STORY}\n{OTHER}\n{OTHER[::-1]}", STORY, of_run), 120) for of_run in options
    )
    assert re.match(r"A match: A contains 100.0% of B \(--contained 0.9\); Jaccard 0.\d+ is below", covered)
    assert re.match(r"No match: Jaccard 0.\d+ is below the threshold of 0.8\.\n", off)
    short = shown(compared("a b c d e f g h i j k", "a b c d e", options[0]), 120)
    assert "0.8, and B is too short to match by containment." in short


def test_large_texts_are_compared_quickly():
    """Texts of 20,000 words with their paragraphs in reverse order are compared, and the report is short."""
    numbers = np.random.default_rng(3).integers(0, 9_999, (400, 50))
    paragraphs = [" ".join(f"w{n}" for n in line) for line in numbers]
    comparison = compared("\n".join(paragraphs), "\n".join(paragraphs[::-1]))
    assert comparison.jaccard > 0.9
    assert len(shown(comparison)) < 40_000


def test_notes_of_the_same_words_under_two_titles_are_a_close_call():
    """Titles that name two companies keep both notes, and the verdict says so; a longer text is a copy."""
    note = "Qtly div 18 cts vs 18 cts prior. Pay April 15. Record March 31."
    identity = {"id": "x", "source": "s.jsonl", "position": 1}
    for text, verdict in (
        (note, "A close call, so both are kept: title names Harlow, not Larkspur; the same words."),
        (STORY, "Exact copies: the same text, character for character."),
    ):
        pair = (
            Document(identity, text, f"{firm} sets quarterly" if text == note else firm)
            for firm in ("Harlow", "Larkspur")
        )
        assert verdict in " ".join(shown(compare(*pair, AS_THEY_ARE), width=200).split())
