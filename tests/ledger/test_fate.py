"""`dedup why`: what became of one article, from its ledger; and the cases of fixtures/overrides.jsonl."""

import json
from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup.cli.main import main
from dedup.errors import LedgerError
from dedup.identity import name_of
from dedup.ledger.fate import LISTED, Fate, fate_of
from dedup.ledger.format import VERSION, encode, header_of
from dedup.reports.terminal.views.fate import sentences
from tests.support.command import json_lines
from tests.support.paths import ARTICLES, FIXTURES

CASES = json_lines(FIXTURES / "overrides.jsonl")


def _write_ledger(path: Path, lines: list[dict[str, Any]], options: dict[str, Any] | None = None) -> str:
    """A ledger with these lines; `options`: those of its header, besides the defaults."""
    header = header_of(dedup.Options(**options or {}))
    path.write_bytes(b"".join(map(encode, [{"dedup_ledger": VERSION, **header}, *lines])))
    return str(path)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_overrides(tmp_path: Path, case: dict[str, Any]) -> None:
    """What is dropped for what with `never_drop`, which ids are unknown, and what `why` says."""
    result = dedup.clean(case["articles"], never_drop=case["never_drop"], **case["options"])
    assert {name_of(line): name_of(line["keeper"]) for line in result.dropped} == case["dropped"]
    assert result.pinned.unknown == case.get("unknown", [])
    lines = [*result.ledger()]
    assert [name_of(line) for line in lines if line["decision"] == "cut"] == case.get("cut", [])
    ledger = _write_ledger(tmp_path / "ledger.jsonl", lines, case["options"])
    for name, expected in case["why"].items():
        told = "\n".join(sentences(fate_of(name, ledger)))
        for part in expected:
            assert part in told, told


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run over the invented articles and a record that is none, without a rejects file."""
    (tmp_path / "crawl.jsonl").write_bytes(ARTICLES.read_bytes() + b'{"id": "bad", "text": 5}\n')
    ledger = tmp_path / "ledger.jsonl"
    command = ["clean", str(tmp_path / "crawl.jsonl"), "-o", str(tmp_path / "out.jsonl"), "--quiet"]
    assert main([*command, "--ledger", str(ledger), "--keep", "longest"]) == 3
    return ledger


def test_every_article_has_its_fate(run: Path) -> None:
    """The fate of each article is that of its line; who was dropped for a keeper is what the lines say."""
    lines = [line for line in json_lines(run) if "position" in line]
    assert len(lines) == 48
    for line in lines:
        fate = fate_of(line["id"], str(run))
        assert fate == fate_of(f"crawl.jsonl:{line['position']}", str(run))
        assert fate["decision"] == line["decision"]
        assert (fate["keeper"] or {}).get("id") == line.get("keeper", {}).get("id")
        dropped = [other for other in lines if other.get("keeper", {}).get("id") == line["id"]]
        assert fate["dropped"] == len(dropped)
        assert {entry["document"]["id"] for entry in fate["least_similar"]} == {
            other["id"] for other in dropped
        }
        if line["decision"] == "cut":
            assert all(cut["text"] for cut in fate["cuts"])
        assert json.loads(json.dumps(fate)) == fate
        assert all(sentence.isprintable() for sentence in sentences(fate))


def test_why_is_printed(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints the sentences, or the same as JSON."""
    assert main(["why", "fx-047", str(run)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("fx-047 (crawl.jsonl:47) was dropped for fx-048 (crawl.jsonl:48).\n")
    assert f"To see both:\n  dedup compare fx-047 fx-048 --in {run.parent}/crawl.jsonl\n" in told
    assert main(["why", "fx-047", str(run), "--json"]) == 0
    fate = json.loads(capsys.readouterr().out)
    assert fate == fate_of("fx-047", str(run))
    assert set(fate) == set(Fate.__annotations__)
    assert fate["keeper"] == {"id": "fx-048", "source": "crawl.jsonl", "position": 48}


@pytest.mark.parametrize("form", ["gz", "zst", "spark"])
def test_ledgers_of_all_kinds_are_read(run: Path, form: str) -> None:
    """A compressed ledger, and the folder of a run on Spark, which has no header, tell the same."""
    if form == "spark":
        path = run.parent / "folder"
        path.mkdir()
        lines = [line for line in run.read_bytes().splitlines(True) if line.startswith(b'{"id"')]
        (path / "part-00000.jsonl").write_bytes(b"".join(lines[:20]))
        (path / "part-00001.jsonl").write_bytes(b"".join(lines[20:]))
    else:
        path = run.with_name(f"again.jsonl.{form}")
        command = ["clean", str(run.parent / "crawl.jsonl"), "-o", str(run.parent / "o.jsonl"), "--quiet"]
        assert main([*command, "--ledger", str(path), "--keep", "longest"]) == 3
    for name in ("fx-004", "fx-019", "fx-045", "fx-047", "crawl.jsonl:2"):
        fate, expected = fate_of(name, str(path)), fate_of(name, str(run))
        assert fate == {**expected, "options": fate["options"], "run": fate["run"]}
        assert bool(fate["options"]) == (form != "spark")
        assert sentences(fate)


def test_rejects_have_a_reason(run: Path, tmp_path: Path) -> None:
    """A record that is no article is known where the ledger has it."""
    reject = {"source": "crawl.jsonl", "line": 49, "reason": "no \x1b[31m text", "decision": "rejected"}
    ledger = _write_ledger(tmp_path / "rejects.jsonl", [reject])
    assert sentences(fate_of("crawl.jsonl:49", ledger)) == [
        "crawl.jsonl:49 is no article: no \\x1b[31m text."
    ]
    with pytest.raises(LedgerError, match=r"is called 'crawl.jsonl:49'; give its id"):
        fate_of("crawl.jsonl:49", str(run))


def test_names_that_mean_none_or_several_are_refused(tmp_path: Path) -> None:
    """An unknown name ends with the most similar ids, one of several articles with their locations."""
    lines = [{"id": "a", "source": "\x1bx", "position": n, "decision": "kept"} for n in (1, 2)]
    ledger = _write_ledger(tmp_path / "ledger.jsonl", lines)
    message = r"several articles are called 'a'; name one by its location: '\\x1bx:1', '\\x1bx:2'$"
    with pytest.raises(LedgerError, match=message):
        fate_of("a", ledger)
    with pytest.raises(LedgerError, match="is called 'b'; give its id, or SOURCE:POSITION"):
        fate_of("b", ledger)
    with pytest.raises(LedgerError, match="does not exist"):
        fate_of("a", str(tmp_path / "none"))
    with pytest.raises(LedgerError, match="not a ledger"):
        fate_of("a", str(ARTICLES))
    with pytest.raises(LedgerError, match="a folder without the ledger"):
        fate_of("a", str(tmp_path))
    damaged = _write_ledger(
        tmp_path / "damaged.jsonl", [{"id": "a", "source": "x", "position": 1, "repeats": 1}]
    )
    with pytest.raises(LedgerError, match="not a ledger that dedup wrote"):
        fate_of("a", damaged)


def test_a_source_with_one_article_names_it(tmp_path: Path) -> None:
    """The name of a text file is enough; that of a file with several articles is not."""
    lines = [
        {"id": None, "source": source, "position": position, "decision": "kept"}
        for source, position in (("a.txt", 1), ("b.jsonl", 1), ("b.jsonl", 2))
    ]
    ledger = _write_ledger(tmp_path / "ledger.jsonl", lines)
    assert fate_of("a.txt", ledger)["document"]["source"] == "a.txt"
    with pytest.raises(LedgerError, match=r"is called 'b.jsonl'"):
        fate_of("b.jsonl", ledger)


KEEPER = {"id": "k", "source": "in.jsonl", "position": 1}
DROPPED = {"id": "d", "source": "in.jsonl", "position": 2, "decision": "dropped", "keeper": KEEPER}
SIMILAR = {"jaccard": 0.5, "coverage": 0.9, "missing": []}


@pytest.mark.parametrize(
    ("fields", "options", "sentence"),
    [
        ({"match": "copy"}, {}, "They match because all of d is in k, and the other way round;"),
        ({"match": "similar"}, {}, "They match because their Jaccard similarity is 0.500 (--threshold"),
        ({"match": "contained"}, {}, "They match because k has 90.0% of the text of d (--threshold 0.8);"),
        ({}, {"contained": 0.85}, "They match because k has 90.0% of the text of d (--contained 0.85);"),
        ({"match": "cluttered"}, {}, "They match because d contains k, and what d has beyond k is not"),
        ({}, {"threshold": 0.5}, "They match because their Jaccard similarity is 0.500 (--threshold 0.5)"),
        ({}, {}, "They match because k has 90.0% of the text of d (--threshold 0.8)"),
        ({}, {"contained": None}, "They match: their Jaccard similarity is 0.500, and k has 90.0% of"),
        ({"missing": [[0, 9, 0.25]]}, {}, "- characters 0 to 9 (25.0% of it is in k)"),
        ({"coverage": 1.0}, {}, "Nothing is lost with it."),
    ],
)  # fmt: skip
def test_each_match_has_words(
    tmp_path: Path, fields: dict[str, Any], options: dict[str, Any], sentence: str
) -> None:
    """Each rule that matches has a sentence; where the ledger does not name it, the numbers tell."""
    lines = [{**KEEPER, "decision": "kept"}, {**DROPPED, **SIMILAR, **fields}]
    ledger = _write_ledger(tmp_path / "ledger.jsonl", lines, options)
    assert any(told.startswith(sentence) for told in sentences(fate_of("d", ledger)))


@pytest.mark.parametrize(
    ("why", "keep", "sentence"),
    [
        ("most alike", "longest", "k was the one kept because its text is most like the other copies."),
        ("whole", "first", "k was the one kept because it has all of the article, and another one has not."),
        ("pinned", "first", "k was the one kept because --never-drop names it."),
        ("first", "first", "k was the one kept because it comes first in the input (--keep first)."),
        ("newest", "newest:date", "k was the one kept because it is the newest (--keep newest:date)."),
        ("of another version", "first", "k was the one kept because of another version."),
        (None, "first", "k was the one kept because it comes first in the input (--keep first)."),
    ],
)  # fmt: skip
def test_each_reason_has_words(tmp_path: Path, why: str | None, keep: str, sentence: str) -> None:
    """Why a keeper was kept is said for it and for what was dropped, if the ledger or its policy tells."""
    lines = [{**KEEPER, "decision": "kept", **({"why": why} if why else {})}, {**DROPPED, **SIMILAR}]
    ledger = _write_ledger(tmp_path / "ledger.jsonl", lines, {"keep": keep})
    assert sentence in sentences(fate_of("k", ledger))
    assert sentence.replace("was the one kept", "was kept") in sentences(fate_of("d", ledger))


TAGGED = {**DROPPED, **SIMILAR, "decision": "tagged"}
OF_EARLIER_RUN = {**DROPPED, **SIMILAR, "keeper": {**KEEPER, "date": "2026-01-02T03:04:05Z"}}
KEPT = {"id": "d", "source": "in.jsonl", "position": 2, "decision": "kept"}
CLOSE_CALL = {**KEEPER, **SIMILAR, "by": "title", "reason": "the titles name two"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (TAGGED, "d (in.jsonl:2) was kept, and tagged as a duplicate of k (in.jsonl:1)."),
        (
            OF_EARLIER_RUN,
            "d (in.jsonl:2) was dropped for k (in.jsonl:1, 2026-01-02), which an earlier run kept.",
        ),
        ({**KEPT, "update_of": KEEPER}, "It is a new version of k (in.jsonl:1)."),
        (
            {**KEPT, "templates": [CLOSE_CALL]},
            "k (in.jsonl:1) nearly matches it (Jaccard 0.500), and both were kept: the titles name two.",
        ),
    ],
)
def test_each_decision_has_words(tmp_path: Path, line: dict[str, Any], sentence: str) -> None:
    """Tagged articles, those dropped for one of an earlier run, updates and close calls have a sentence."""
    ledger = _write_ledger(tmp_path / "ledger.jsonl", [line])
    assert sentence in sentences(fate_of("d", ledger))


def test_a_crowd_is_counted(tmp_path: Path) -> None:
    """Of many articles dropped for one, the least similar are listed, the others counted."""
    lines = [{**KEEPER, "decision": "kept"}]
    for number in range(50):
        jaccard = {"jaccard": 0.99 - number / 1000, "coverage": 1.0}
        lines.append({**DROPPED, **jaccard, "id": f"d{number}", "position": number + 2})
    fate = fate_of("k", _write_ledger(tmp_path / "ledger.jsonl", lines))
    assert fate["dropped"] == 50
    assert [entry["document"]["id"] for entry in fate["least_similar"]] == [
        f"d{number}" for number in range(49, 49 - LISTED, -1)
    ]
    assert "50 articles were dropped for it, the least similar first: d49 (" in sentences(fate)[1]
    assert sentences(fate)[1].endswith(", and 45 more.")


def test_text_acts_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape codes in ids, texts and sources reach no terminal, as sentences or as JSON."""
    evil = "\x1b]0;gone\x07\u202e"
    record = json.dumps({"id": evil, "text": f"{evil} one two"}).encode()
    line = {"id": f"i{evil}", "source": f"{evil}.jsonl", "position": 2, "decision": "dropped"}
    line |= {"keeper": {"id": f"k{evil}", "source": evil, "position": 1}, "jaccard": 0.9, "coverage": 0.9}
    line |= {"missing": [[0, 30, 0.1]], "undo": [[0, record.decode(), 0]], "match": evil}
    ledger = _write_ledger(tmp_path / "ledger.jsonl", [line])
    assert "one two" in "\n".join(sentences(fate_of(f"i{evil}", ledger)))
    for more in ([], ["--json"]):
        assert main(["why", f"i{evil}", ledger, *more]) == 0
        told = capsys.readouterr().out
        assert not {"\x1b", "\x07", "\u202e"} & {*told}
    assert main(["why", f"j{evil}", ledger]) == 1
    assert not {"\x1b", "\x07", "\u202e"} & {*capsys.readouterr().err}
