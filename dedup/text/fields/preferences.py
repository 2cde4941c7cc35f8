"""Which preferences of `--keep` the values of a document meet, as one character for each preference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.native.arrays import Int64s
from dedup.policy import Policy, Preference
from dedup.text.fields.sort_keys import is_missing

MET, NOT_MET, MISSING = "=", "x", "-"
"""The field has the value; it has another one; it has none."""
ORDER = str.maketrans(MET + NOT_MET + MISSING, "011")
"""What the states of a document are sorted by."""


def state(value: object, host: str | None, preference: Preference) -> str:
    """Whether the value of a field meets a preference. `host`: of the address that it is, if it is one."""
    if value == "" or is_missing(value):
        return MISSING
    return MET if _equals(value, preference.value) or host == host_of(preference) else NOT_MET


def host_of(preference: Preference) -> str:
    """The value of a preference as the host of an address: in lower case, without www."""
    return preference.value.lower().removeprefix("www.").rstrip(".")


def _equals(value: object, wanted: str) -> bool:
    """Whether a value is written so; a number is compared as a number."""
    if isinstance(value, bool):
        return str(value).lower() == wanted.lower()
    if isinstance(value, int | float | np.number):
        try:
            return float(value) == float(wanted)
        except ValueError:
            return False
    return str(value) == wanted


def states_of(column: pa.ChunkedArray) -> dict[str, int]:
    """How many documents meet which preferences."""
    return {count["values"]: count["counts"] for count in pc.value_counts(column).to_pylist()}


def ranks(column: pa.ChunkedArray) -> Int64s:
    """The rank of each document by the preferences that it meets, from 0; the first decides first."""
    distinct = column.unique()
    orders = [text.translate(ORDER) for text in distinct.to_pylist()]
    by_code = np.array([sorted(set(orders)).index(order) for order in orders], np.int64)
    return np.asarray(by_code[pc.index_in(column, distinct).to_numpy()])


def missing_field(policy: Policy, kinds: Mapping[str, int], states: Mapping[str, int]) -> str | None:
    """A field of a policy that no document has a value in. `kinds`, `states`: how many documents have a sort
    key of each kind, and which preferences they meet.
    """
    if policy.field is not None and not kinds:
        return policy.field
    for number, preference in enumerate(policy.preferences):
        if all(text[number] == MISSING for text in states):
            return preference.field
    return None


def met(policy: Policy, states: Mapping[str, int]) -> Sequence[int]:
    """How many documents meet each preference of a policy."""
    numbers = range(len(policy.preferences))
    return [sum(count for text, count in states.items() if text[number] == MET) for number in numbers]
