"""What `dedup index` does: documents enter an index, or are compared with it, without any output of articles;
it tells what it holds, and forgets.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from dedup.cli.clean import Seen, name_of
from dedup.errors import InputError, OptionsError
from dedup.index.reader import date
from dedup.index.session import IndexSession, seconds
from dedup.ledger.format import reject_fields
from dedup.ledger.records import records
from dedup.options import Options
from dedup.pipeline.outcome import Outcome
from dedup.sources.files import Files
from dedup.summary.totals import totals as count

# In UTF-8: the second control characters, and what overrides the direction of text.
_ACTS = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")


def add(place: Seen, inputs: Sequence[str], changes: dict[str, Any], quiet: bool) -> int:
    """Remember those of the documents that are kept; returns the exit status. Raises DedupError."""
    source = _found(place, inputs, changes)
    with _opened(place, True, **changes) as index:
        name = name_of(inputs, None, source)
        outcome = _run(index, source, quiet, name)
        entry = index.entry(outcome, name)
        entry.prepare([])
        entry.settle()
        held = len(index)
    if not quiet:
        print(_report(outcome, place.path, held))
    return _status(outcome, "left out")


def check(place: Seen, inputs: Sequence[str], changes: dict[str, Any], quiet: bool) -> int:
    """Write what would become of each document; returns the exit status. Raises DedupError."""
    source = _found(place, inputs, changes)
    with _opened(place, False, **changes) as index:
        outcome = _run(index, source, quiet)
    for record in records(outcome, merge_unchanged=True):
        line = record.line
        if record.reason is not None:
            fields = reject_fields(source.names[record.file], record.position, record.reason)
            line = orjson.dumps({**fields, "decision": "rejected"})
        if line is not None:
            sys.stdout.buffer.write(_inert(line) + b"\n")
    sys.stdout.buffer.flush()
    return _status(outcome, "told as rejected")


def _inert(line: bytes) -> bytes:
    """JSON that says the same, with escapes for what a terminal could act on; the rest of it JSON has
    already.
    """
    return _ACTS.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), line)


def info(place: Seen, as_json: bool) -> int:
    """Show what an index holds; returns the exit status. Raises DedupError."""
    with _opened(place, False) as index:
        facts = index.info()
    for name in ("first", "last"):
        facts[name] = None if facts[name] is None else date(facts[name])
    facts["bytes_per_document"] = round(facts["bytes"] / max(facts["documents"], 1))
    if as_json:
        print(orjson.dumps(facts, option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n".join(f"{name:<10} {value}" for name, value in _told(facts).items()))
    return 0


def drop(place: Seen, ids: Sequence[str], older: str | None) -> int:
    """Forget documents; returns the exit status. Raises DedupError, for unknown ids at the end."""
    if not ids and not older:
        raise OptionsError("name the ids of documents to forget, or an age with --older")
    if older:
        seconds(older)  # what is no age is told before anything is forgotten
    with _opened(place, False) as index:
        gone = {name: index.remove(name) for name in ids}
        aged = index.purge(older)
        held = len(index)
    print(f"{sum(gone.values()) + aged:,} documents forgotten; {place.path} holds {held:,}")
    if strangers := [repr(name) for name, count in gone.items() if not count]:
        raise InputError(f"{place.path} holds no document called {', '.join(strangers)}")
    return 0


def _found(place: Seen, inputs: Sequence[str], changes: dict[str, Any]) -> Files:
    """The inputs, of which the index is none."""
    source = Files(inputs, Options(**changes))
    if Path(place.path).resolve() in {file.path.resolve() for file in source.files}:
        raise OptionsError(f"{place.path} is an input, and cannot be the index; name another file")
    return source


def _opened(place: Seen, create: bool, **changes: Any) -> IndexSession:
    return IndexSession(place.path, wait=place.wait, forget=place.forget, create=create, **changes)


def _run(index: IndexSession, source: Files, quiet: bool, name: str = "") -> Outcome:
    from dedup.reports.terminal import progress

    with progress.shown(source.files, quiet) as told:
        return index.run(source, told, name)


def _report(outcome: Outcome, path: str, held: int) -> str:
    totals = count(outcome)
    return (
        f"{totals.records:,} articles read: {totals.kept:,} kept and remembered; {totals.dropped:,} dropped, "
        f"{totals.rejected:,} rejected\n{path} holds {held:,} documents"
    )


def _status(outcome: Outcome, fate: str) -> int:
    """0, or 3 where something could not be read, with a sentence."""
    count = len(outcome.corpus.rejects)
    if count:
        print(f"dedup: {count:,} records could not be read, and are {fate}", file=sys.stderr)
    return 3 if count else 0


def _told(facts: dict[str, Any]) -> dict[str, str]:
    """What an index holds, in words."""
    first, last = facts["first"], facts["last"]
    options = (f"{name} {_shown(value)}" for name, value in facts["options"].items())
    return {
        "documents": f"{facts['documents']:,}",
        "runs": f"{facts['runs']:,}",
        "entered": f"{first} to {last}" if first else "-",
        "size": f"{facts['bytes'] / 1e6:,.1f} MB, {facts['bytes_per_document']:,} bytes a document",
        "format": str(facts["format"]),
        "options": ", ".join(options),
    }


def _shown(value: Any) -> str:
    """The value of an option, in words."""
    if isinstance(value, list):
        return "+".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "off" if value is None else str(value)
