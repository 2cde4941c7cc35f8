"""Many ledger lines at once say what `Result.line` says of each document."""

from itertools import product

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.api import clean
from dedup.index.index import Index
from dedup.ledger.lines import Lines
from dedup.text.encoding import encodable

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


@pytest.fixture(scope="module")
def result():
    return clean([{"id": str(i), "text": text} for i, text in enumerate(ARTICLES)], workers=1)


def test_all_decisions_are_met(result):
    """What the lines are compared on holds a line of every kind."""
    lines = list(result.ledger())
    assert {line["decision"] for line in lines} == {"kept", "cut", "dropped"}
    assert any("templates" in line for line in lines)
    assert any(line.get("missing") for line in lines)


@settings(max_examples=60, deadline=None)
@given(ids=st.lists(st.none() | st.text() | st.text('"\\\n\x1f\x7f'), min_size=6, max_size=6), name=st.text())
def test_lines_are_those_of_each_document(result, ids, name):
    """Whatever an id or a name holds, the lines are byte for byte what each document has by itself."""
    held = pa.array([None if one is None else encodable(one) for one in ids], pa.large_string())
    result.identities = (held, *result.identities[1:])
    result.corpus.names = [encodable(name)]
    rows = np.array([5, 0, 1, 2, 3, 4, 2])
    assert Lines(result).of(rows) == [orjson.dumps(result.line(row)) for row in rows.tolist()]


def test_lines_of_kept_documents(result):
    """A run of documents of which nothing else is to be said has the lines that each has by itself."""
    rows = np.flatnonzero(result.unchanged())
    kept = Lines(result).kept(rows)
    expected = [orjson.dumps(result.line(row)) for row in rows.tolist()]
    for first in range(len(rows)):
        assert kept.run(first, len(rows)) == b"\n".join(expected[first:])


def test_no_documents(result):
    """Of no documents there are no lines."""
    lines, nothing = Lines(result), np.zeros(0, np.int64)
    assert lines.of(nothing) == []
    assert lines.kept(nothing).bounds == [0]


def test_lines_of_documents_that_earlier_ones_have(tmp_path):
    """Keepers and templates of earlier runs are named with their date, beside keepers of this run."""
    documents = [{"id": str(i), "text": text} for i, text in enumerate(ARTICLES)]
    with Index(tmp_path / "index") as index:
        index.add_many([documents[0], documents[4], documents[2]])
        result = index.add_many([*documents, {"id": "own", "text": f"{documents[3]['text']} again"}])
        lines = list(result.ledger())
        rows = np.arange(len(lines))
        assert Lines(result).of(rows) == [orjson.dumps(line) for line in lines]
    assert {"date" in line["keeper"] for line in lines if "keeper" in line} == {True}
    assert any("date" in one for line in lines for one in line.get("templates", ()))
