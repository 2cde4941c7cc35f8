"""The value of --keep: how it is parsed, and what its preferences do."""

import json
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.matching.keepers import by_tier
from dedup.policy import DEFAULT, POLICIES, Policy, Preference, described
from dedup.text.fields.preferences import MET, MISSING, NOT_MET, met, ranks, states_of
from tests.support.articles import SENTENCE
from tests.support.examples import examples
from tests.support.paths import TOP

_CASES = [orjson.loads(line) for line in (TOP / "fixtures/preferences.jsonl").read_bytes().splitlines()]


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("first", Policy("first")),
        ("newest:date", Policy("newest", "date")),
        ("oldest:a,b:c=d", Policy("oldest", "a,b:c=d")),
        ("prefer:a=b", Policy(DEFAULT, None, (Preference("a", "b"),))),
        ("prefer:a=b,longest", Policy("longest", None, (Preference("a", "b"),))),
        ("prefer:a=b,c, newest:d", Policy("newest", "d", (Preference("a", "b,c"),))),
        ("prefer:a=first,first", Policy("first", None, (Preference("a", "first"),))),
        ("prefer:a==,prefer:b=c", Policy(DEFAULT, None, (Preference("a", "="), Preference("b", "c")))),
    ],
)
def test_a_policy_is_parsed(text: str, policy: Policy) -> None:
    """Preferences come first, and one policy last; a comma belongs to a value unless a policy follows."""
    assert Policy.parse(text) == policy
    assert dedup.Options(keep=text).policy == policy


_WRONG = [
    "",
    "?",
    "prefer",
    "prefer:",
    "prefer:a",
    "prefer:=b",
    "prefer:a=",
    "first,prefer:a=b",
    "first,newest:a",
]


@pytest.mark.parametrize("text", _WRONG)
def test_what_is_no_policy_is_refused(text: str) -> None:
    """The message names all policies, and how preferences are written."""
    with pytest.raises(dedup.OptionsError) as caught:
        dedup.clean([SENTENCE], keep=text)
    assert str(caught.value) == f"keep must be {described()}, not {text}"
    assert all(name in described() for name in (*POLICIES, "prefer:FIELD=VALUE"))


def _written(documents: list[dict[str, Any]], form: str, folder: Path) -> Any:
    """The documents in a container or a file; None where the form cannot hold their values."""
    names = list(dict.fromkeys(name for document in documents for name in document))
    full = [{name: document.get(name) for name in names} for document in documents]
    if form == "list":
        return documents
    if form == "jsonl":
        (folder / "a.jsonl").write_text("".join(json.dumps(document) + "\n" for document in documents))
    elif form == "odd jsonl":  # the kernel leaves these to the standard library
        lines = [json.dumps({**document, "odd": float("inf")}) for document in documents]
        (folder / "a.jsonl").write_text("\n".join(lines))
    elif form == "csv":
        if any(isinstance(value, bool | float) for document in full for value in document.values()):
            return None
        rows = [names, *(["" if value is None else str(value) for value in row.values()] for row in full)]
        (folder / "a.csv").write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows))
    else:
        table = pa.Table.from_pylist(full)
        if form == "table":
            return table
        pq.write_table(table, folder / "a.parquet")
    return folder


@pytest.mark.parametrize("form", ["list", "table", "jsonl", "odd jsonl", "csv", "parquet"])
@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["keep"])
def test_each_preference_of_the_table_decides(case: dict[str, Any], form: str, tmp_path: Path) -> None:
    """Of equal articles the one that the table says is kept, wherever they come from."""
    documents = _written([{**document, "text": SENTENCE} for document in case["documents"]], form, tmp_path)
    if documents is None:
        pytest.skip("a CSV file has no such values")
    ledger = dedup.clean(documents, keep=case["keep"], workers=1).ledger()
    assert [line["id"] for line in ledger if line["decision"] == "kept"] == [case["kept"]]


_STATES = st.integers(1, 3).flatmap(
    lambda n: st.lists(st.text(MET + NOT_MET + MISSING, min_size=n, max_size=n), min_size=1, max_size=12)
)


@given(_STATES, st.randoms(use_true_random=False))
@examples(100)
def test_preferences_come_before_the_order(states: list[str], random: Any) -> None:
    """Documents are sorted by the first preference, then by the second, then as they were."""
    order = list(range(len(states)))
    random.shuffle(order)
    column = pa.chunked_array([pa.array(states[:3], pa.string()), pa.array(states[3:], pa.string())])
    expected = sorted(order, key=lambda row: [character != MET for character in states[row]])
    assert by_tier(pa.array(order).to_numpy(), ranks(column)).tolist() == expected
    policy = Policy("first", None, (Preference("a", "b"),) * len(states[0]))
    counts = [sum(text[number] == MET for text in states) for number in range(len(states[0]))]
    assert list(met(policy, states_of(column))) == counts
