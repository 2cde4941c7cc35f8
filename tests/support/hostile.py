"""Text that a terminal or a browser would act on, and summaries and results full of it."""

import re
from copy import copy
from dataclasses import replace

import pyarrow as pa
from hypothesis import strategies as st

from dedup.text.encoding import replace_surrogates
from tests.support.reporting import FILES, STORY

NASTY = "\x00\x07\x08\t\n\r\x1b\x7f\x85\x9b\x9d\u061c\u200b\u200c\u200d\u200f\u2028\u202a\u202e\u2066\ufeff"
MARKUP = [
    "[red]",
    "[/]",
    "[link=file:///etc]",
    ":boom:",
    "\x1b[2J",
    "\x1b]8;;http://x\x07",
    "\x9b31m",
    "a\u0301\u0302\u0303" * 9,
]
hostile_texts = st.lists(
    st.text() | st.text(NASTY) | st.sampled_from([*MARKUP, "\ud800", "👨\u200d👩\u200d👧", "字"])
).map("".join)
OUTSIDE = {"id", "source", "text", "opening", "reason", "around", "host", *FILES}


def with_strings(value, text, key=None):
    """A summary in which every string from a document is `text`. `key`: the key of `value`."""
    if isinstance(value, dict):
        return {name: with_strings(one, text, name) for name, one in value.items()}
    if isinstance(value, list):
        return [with_strings(one, text, key) for one in value]
    return text if isinstance(value, str) and (key in OUTSIDE or key == "figures") else value


def with_documents(result, text):
    """A result whose documents have `text` as id and source, and begin with it."""
    other = replace(result, corpus=copy(result.corpus))
    other.corpus.names = [text]
    other.table = result.table
    ids = pa.array([replace_surrogates(text), None] * len(result.table), pa.string())
    other.identities = (ids, *result.identities[1:])
    other.texts = lambda rows: dict.fromkeys(rows, f"{text}{STORY}")
    return other


def without_codes(text):
    """A report without the codes that colour it."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
