"""Bytes in a ledger's JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dedup.ledger.format import pack, unpack


@given(st.binary(max_size=20))
def test_packed_bytes_unpack(data):
    """Any bytes go through JSON and come back."""
    assert unpack(json.loads(json.dumps(pack(data)))) == data
