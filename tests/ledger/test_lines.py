"""Ledger lines of many documents at once are those of `one_line`, their slow and obvious twin."""

from itertools import product

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.api import clean
from dedup.index.index import Index
from dedup.ledger.lines import LedgerLines
from dedup.ledger.records import unchanged
from dedup.text.encoding import replace_surrogates
from tests.support.examples import examples

WORDS = ["".join(letters) for letters in product("bdfgklmpvwz", "aeiou", "nrst")]
STORY, OTHER, RATES = " ".join(WORDS[:140]), " ".join(WORDS[140:180]), " ".join(WORDS[180:])
ARTICLES = [
    "\n".join([OTHER, " ".join(WORDS[60:90]), OTHER]),
    STORY,
    "\n".join([STORY, "Nobody " + " ".join(reversed(WORDS[:40]))]),
    "\n".join([" ".join(WORDS[:130]), "Somebody " + " ".join(reversed(WORDS[60:80]))]),
    f"{RATES} 3 percent",
    f"{RATES} 4 percent",
]


def one_line(result, row):
    """The ledger line of one document: identity, decision, keeper, similarity, loss, templates, repeats."""
    values = {**result.identity(row), "decision": result.decision(row)}
    keeper = int(result.keepers.keeper[row])
    if keeper >= 0:
        values |= {"keeper": result.identity(keeper), "match": result.kind_of_match(row)}
        values |= result.similarity(row)
        values["missing"] = [list(paragraph) for paragraph in result.decisions.lost.get(row, [])]
    if row in result.whys:
        values["why"] = result.whys[row]
    if row in result.templates:
        values["templates"] = [
            {
                **result.identity(call.other),
                "jaccard": round(call.jaccard, 6),
                "coverage": round(call.coverage, 6),
                **call.difference._asdict(),
            }
            for call in result.templates[row]
        ]
    if row in result.findings.repeats:
        values["repeats"] = orjson.loads(result.findings.repeats[row])
    return values


@pytest.fixture(scope="module")
def result():
    return clean([{"id": str(i), "text": text} for i, text in enumerate(ARTICLES)], workers=1)


def test_every_kind_of_line_is_compared(result):
    """The documents of these tests have lines of every kind."""
    lines = list(result.ledger())
    assert {line["decision"] for line in lines} == {"kept", "cut", "dropped"}
    assert any("templates" in line for line in lines)
    assert any(line.get("missing") for line in lines)


@examples(60)
@given(ids=st.lists(st.none() | st.text() | st.text('"\\\n\x1f\x7f'), min_size=6, max_size=6), name=st.text())
def test_lines_of_any_ids_and_sources(result, ids, name):
    """Whatever is in an id or in the name of a source, the lines are byte for byte those of the twin."""
    columns = pa.array(
        [None if value is None else replace_surrogates(value) for value in ids], pa.large_string()
    )
    result.identities = (columns, *result.identities[1:])
    result.corpus.names = [replace_surrogates(name)]
    rows = np.array([5, 0, 1, 2, 3, 4, 2])
    assert LedgerLines(result).as_json(rows) == [orjson.dumps(one_line(result, row)) for row in rows.tolist()]


def test_lines_of_kept_documents(result):
    """The lines of unchanged documents that follow each other are those of the twin."""
    rows = np.flatnonzero(unchanged(result))
    kept = LedgerLines(result).kept(rows)
    expected = [orjson.dumps(one_line(result, row)) for row in rows.tolist()]
    for first in range(len(rows)):
        assert kept.between(first, len(rows)) == b"\n".join(expected[first:])


def test_a_ledger_comes_in_parts(result, monkeypatch):
    """The lines of a ledger are the same if a few at a time are made."""
    monkeypatch.setattr("dedup.api._LINES_AT_ONCE", 4)
    assert list(result.ledger()) == [one_line(result, row) for row in range(len(ARTICLES))]


def test_no_documents(result):
    """No documents have no lines."""
    lines, nothing = LedgerLines(result), np.zeros(0, np.int64)
    assert lines.as_json(nothing) == []
    assert lines.kept(nothing).offsets == [0]


def test_lines_of_documents_that_earlier_runs_kept(tmp_path):
    """Keepers and templates of earlier runs have a date; those of this run have none."""
    documents = [{"id": str(i), "text": text} for i, text in enumerate(ARTICLES)]
    with Index(tmp_path / "index") as index:
        index.add_many([documents[0], documents[4], documents[2]])
        result = index.add_many([*documents, {"id": "own", "text": f"{documents[3]['text']} again"}])
        rows = np.arange(len(result.table))
        lines = [one_line(result, row) for row in rows.tolist()]
        assert LedgerLines(result).as_json(rows) == [orjson.dumps(line) for line in lines]
    assert {"date" in line["keeper"] for line in lines if "keeper" in line} == {True}
    assert any("date" in template for line in lines for template in line.get("templates", ()))
