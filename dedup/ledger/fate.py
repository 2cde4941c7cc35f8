"""What became of one document of a finished run, from its ledger alone: for `dedup why`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from heapq import nsmallest
from typing import Any, NotRequired, TypedDict

import orjson

from dedup.errors import LedgerError
from dedup.files.discovery import form_of_records
from dedup.identity import Identity, location_of
from dedup.ledger.format import Undo
from dedup.ledger.lookup import identity_of, ledger_lines, require
from dedup.ledger.reader import foreign, parse_line

LISTED = 10
"""Dropped documents, and close calls, that a fate lists."""
_CAN_MISS = ("dropped", "tagged")


class Lost(TypedDict):
    """A paragraph of a dropped document of which its keeper has less than half."""

    start: int
    end: int
    coverage: float
    """The share of it that the keeper has."""
    text: str | None
    """The paragraph; null where the ledger does not have it."""


class CutRepeat(TypedDict):
    """A repeat that was cut, as the ledger has it."""

    repeat: dict[str, Any]
    text: str | None
    """What was cut; null where the ledger does not have it."""


class Similar(TypedDict):
    """Another document and how similar it is."""

    document: Identity
    jaccard: float
    coverage: float
    match: NotRequired[str]
    """Of a dropped one: the rule that matched."""
    reason: NotRequired[str]
    """Of a close call: why both were kept."""


class Fate(TypedDict):
    """What became of one document. `options`: those of the run; empty on Spark, whose ledger lacks them."""

    document: Identity
    decision: str
    """kept, cut, dropped, tagged or rejected."""
    reason: str | None
    """Why it was rejected."""
    keeper: Identity | None
    """The document that it was dropped for."""
    keeper_why: str | None
    """Why that one was kept."""
    match: str | None
    """The rule by which it matches the keeper: copy, similar, contained or cluttered."""
    jaccard: float | None
    coverage: float | None
    missing: list[Lost]
    why: str | None
    """Why it was kept, and not those dropped for it."""
    update_of: Identity | None
    """The earlier version of it, if it is an update."""
    undecided: bool
    """Whether it was kept because the index did not answer."""
    dropped: int
    """How many documents were dropped for it."""
    least_similar: list[Similar]
    """Those of them that are least similar, the least first."""
    close_calls: list[Similar]
    """Kept documents that nearly match it."""
    cuts: list[CutRepeat]
    repeats_left: int
    """Repeats in it that were not cut."""
    options: dict[str, Any]
    run: dict[str, Any] | None
    """The facts about the run (`dedup.ledger.run_facts`) as the ledger has them; null where it has none."""


def fate_of(name: str, ledger: str) -> Fate:
    """What became of the document that `name` means. Raises LedgerError if it means none or several."""
    with foreign(ledger):
        return _fate(name, ledger)


def _fate(name: str, ledger: str) -> Fate:
    found = require([name], ledger)
    line = _only(name, found.by_name[name])
    fate = _own(line, found.header.get("options", {}))
    fate["run"] = found.header.get("run")
    _add_others(fate, ledger)
    _mark_shared_ids(fate, ledger)
    return fate


def _only(name: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    if len(lines) == 1:
        return lines[0]
    locations = [location_of(identity_of(line)) for line in lines]
    more = f" and {len(lines) - LISTED:,} more" if len(lines) > LISTED else ""
    listed = ", ".join(repr(location) for location in locations[:LISTED])
    raise LedgerError(f"several articles are called {name!r}; name one by its location: {listed}{more}")


def _own(line: dict[str, Any], options: dict[str, Any]) -> Fate:
    """What the line of a document says."""
    repeats = line.get("repeats", [])
    cut = [repeat for repeat in repeats if repeat["cut"]] if line["decision"] not in _CAN_MISS else []
    text = _text(line, options) if line["decision"] in _CAN_MISS else None
    keeper = line.get("keeper")
    return {
        "document": identity_of(line),
        "decision": line["decision"],
        "reason": line.get("reason"),
        "keeper": keeper,
        "keeper_why": None,
        "match": line.get("match"),
        "jaccard": line.get("jaccard"),
        "coverage": line.get("coverage"),
        "missing": [
            Lost(start=start, end=end, coverage=coverage, text=text[start:end] if text is not None else None)
            for start, end, coverage in line.get("missing", [])
        ],
        "why": line.get("why"),
        "update_of": line.get("update_of"),
        "undecided": line.get("undecided") is True,
        "dropped": 0,
        "least_similar": [],
        "close_calls": [_similar(call, call) for call in line.get("templates", [])],
        "cuts": [
            CutRepeat(repeat=repeat, text=text)
            for repeat, text in zip(cut, _cut_texts(line, cut), strict=True)
        ],
        "repeats_left": len(repeats) - len(cut),
        "options": options,
        "run": None,
    }


def _similar(identity: dict[str, Any], line: dict[str, Any]) -> Similar:
    """A document with the similarity that a line, or a part of one, tells of."""
    document: Any = {key: identity[key] for key in ("id", "source", "position", "date") if key in identity}
    similar: Similar = {"document": document, "jaccard": line["jaccard"], "coverage": line["coverage"]}
    if "match" in line:
        similar["match"] = line["match"]
    if "reason" in line:
        similar["reason"] = line["reason"]
    return similar


def _add_others(fate: Fate, ledger: str) -> None:
    """Add what the lines of other documents say about this one."""
    own = _as_json(fate["document"])
    keeper = _as_json(fate["keeper"]) if fate["keeper"] else None
    if fate["decision"] == "rejected":
        return

    def dropped() -> Iterator[Similar]:
        for line in ledger_lines(ledger):
            if keeper is not None and line.startswith(b"{" + keeper):
                fate["keeper_why"] = parse_line(line, ledger).get("why")
            if own not in line or line.startswith(b"{" + own):
                continue
            other = parse_line(line, ledger)
            for call in other.get("templates", []):
                if len(fate["close_calls"]) < LISTED and _as_json(call) == own:
                    fate["close_calls"].append(_similar(other, call))
            if other.get("keeper") and _as_json(other["keeper"]) == own:
                fate["dropped"] += 1
                yield _similar(other, other)

    fate["least_similar"] = nsmallest(LISTED, dropped(), key=lambda similar: similar["jaccard"])


def _mark_shared_ids(fate: Fate, ledger: str) -> None:
    """Mark the document and its keeper if other documents have their ids."""
    begins = {_begins(one): one for one in (fate["document"], fate["keeper"]) if one and one["id"]}
    counts = Counter(begin for line in ledger_lines(ledger) for begin in begins if line.startswith(begin))
    for begin, document in begins.items():
        if counts[begin] > 1:
            document["shared_id"] = True


def _begins(identity: Identity) -> bytes:
    """How the lines of documents with this id begin."""
    return b'{"id":%b,' % orjson.dumps(identity["id"])


def _as_json(identity: Any) -> bytes:
    """The identity as the members of a JSON object, as all lines of a ledger have it."""
    return orjson.dumps({key: identity[key] for key in ("id", "source", "position")})[1:-1]


def _text(line: dict[str, Any], options: dict[str, Any]) -> str | None:
    """The text of a document whose record is in the "undo" of its line, if the format tells where."""
    if not line.get("undo"):
        return None
    record = Undo.from_json(line["undo"][-1]).removed
    form = form_of_records(line["source"])
    with suppress(ValueError):
        if form == "text":
            return record.decode()
        if form in ("jsonl", "json"):
            text = orjson.loads(record.strip().strip(b",")).get(options.get("text_field", "text"))
            return text if isinstance(text, str) else None
    return None


def _cut_texts(line: dict[str, Any], cut: list[dict[str, Any]]) -> list[str | None]:
    """What was cut for each of the repeats, where each has a replacement of its own in the "undo"."""
    removed = [Undo.from_json(values).removed for values in line.get("undo", [])][-len(cut) :]
    if len(removed) != len(cut):
        return [None] * len(cut)
    is_json = form_of_records(line["source"]) in ("jsonl", "json")
    return [_unescaped(data, is_json) for data in removed]


def _unescaped(data: bytes, is_json: bool) -> str:
    """Bytes of a file as text; of JSON without its escapes."""
    if is_json:
        with suppress(ValueError):
            return str(orjson.loads(b'"%b"' % data))
    return data.decode(errors="replace")
