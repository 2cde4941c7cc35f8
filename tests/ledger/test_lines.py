"""Ledger lines made many at once are those of `line`, their slow and obvious twin."""

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
SAID, OTHER, RATES = " ".join(WORDS[:140]), " ".join(WORDS[140:180]), " ".join(WORDS[180:])
ARTICLES = [
    "\n".join([OTHER, " ".join(WORDS[60:90]), OTHER]),
    SAID,
    "\n".join([SAID, "Nobody " + " ".join(reversed(WORDS[:40]))]),
    "\n".join([" ".join(WORDS[:130]), "Somebody " + " ".join(reversed(WORDS[60:80]))]),
    f"{RATES} 3 percent",
    f"{RATES} 4 percent",
]


def line(result, row):
    """The ledger line of one document: identity, decision, keeper, similarity, loss, templates, repeats."""
    values = {**result.identity(row), "decision": result.decision(row)}
    keeper = int(result.keepers.keeper[row])
    if keeper >= 0:
        values |= {"keeper": result.identity(keeper), **result.similarity(row)}
        values["missing"] = [list(lost) for lost in result.decisions.lost.get(row, [])]
    if row in result.templates:
        values["templates"] = [
            {**result.identity(other), "jaccard": round(jaccard, 6), "coverage": round(coverage, 6)}
            for other, jaccard, coverage in result.templates[row]
        ]
    if row in result.findings.repeats:
        values["repeats"] = orjson.loads(result.findings.repeats[row])
    return values


@pytest.fixture(scope="module")
def result():
    return clean([{"id": str(i), "text": text} for i, text in enumerate(ARTICLES)], workers=1)


def test_all_decisions_are_met(result):
    """What the lines are compared on holds a line of every kind."""
    lines = list(result.ledger())
    assert {one["decision"] for one in lines} == {"kept", "cut", "dropped"}
    assert any("templates" in one for one in lines)
    assert any(one.get("missing") for one in lines)


@examples(60)
@given(ids=st.lists(st.none() | st.text() | st.text('"\\\n\x1f\x7f'), min_size=6, max_size=6), name=st.text())
def test_lines_are_those_of_each_document(result, ids, name):
    """Whatever an id or a name holds, the lines are byte for byte what each document has by itself."""
    held = pa.array([None if one is None else replace_surrogates(one) for one in ids], pa.large_string())
    result.identities = (held, *result.identities[1:])
    result.corpus.names = [replace_surrogates(name)]
    rows = np.array([5, 0, 1, 2, 3, 4, 2])
    assert LedgerLines(result).as_json(rows) == [orjson.dumps(line(result, row)) for row in rows.tolist()]


def test_lines_of_kept_documents(result):
    """A run of documents of which nothing else is to be said has the lines that each has by itself."""
    rows = np.flatnonzero(unchanged(result))
    kept = LedgerLines(result).kept(rows)
    expected = [orjson.dumps(line(result, row)) for row in rows.tolist()]
    for first in range(len(rows)):
        assert kept.between(first, len(rows)) == b"\n".join(expected[first:])


def test_no_documents(result):
    """Of no documents there are no lines."""
    lines, nothing = LedgerLines(result), np.zeros(0, np.int64)
    assert lines.as_json(nothing) == []
    assert lines.kept(nothing).offsets == [0]


def test_lines_of_documents_that_earlier_ones_have(tmp_path):
    """Keepers and templates of earlier runs are named with their date, beside keepers of this run."""
    documents = [{"id": str(i), "text": text} for i, text in enumerate(ARTICLES)]
    with Index(tmp_path / "index") as index:
        index.add_many([documents[0], documents[4], documents[2]])
        result = index.add_many([*documents, {"id": "own", "text": f"{documents[3]['text']} again"}])
        rows = np.arange(len(result.table))
        lines = [line(result, row) for row in rows.tolist()]
        assert LedgerLines(result).as_json(rows) == [orjson.dumps(one) for one in lines]
    assert {"date" in one["keeper"] for one in lines if "keeper" in one} == {True}
    assert any("date" in one for each in lines for one in each.get("templates", ()))
