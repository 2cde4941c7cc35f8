"""`dedup index`: add documents to an index, check documents against it, show it, shorten it, repair it."""

import re
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import orjson

from dedup.cli.exit_status import DONE, UNREADABLE, explain, harmless, of_unreadable
from dedup.cli.job import claim_index, claim_inputs, explain_skipped, run_name
from dedup.cli.options import given_options
from dedup.errors import InputError, OptionsError
from dedup.files.claims import Claims
from dedup.index.opening import open_session
from dedup.index.reader import date
from dedup.index.redis.server.address import is_address, shown
from dedup.index.session import IndexSession, seconds
from dedup.ledger.format import reject_fields
from dedup.ledger.records import records_of
from dedup.options import Options
from dedup.pipeline.outcome import Outcome
from dedup.reports.numbers import number
from dedup.sources.files import Files
from dedup.summary.totals import totals

# In UTF-8: DEL, the C1 control characters, and characters that override the direction of text.
_UNSAFE = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")


def add(arguments: Namespace) -> int:
    """Run `dedup index add`; returns the exit status. Raises DedupError."""
    source = _files(arguments)
    with _open(arguments, create=True) as index:
        name = run_name(arguments.inputs, None, source.files)
        outcome = _run(arguments, index, source, name)
        entry = index.entry(outcome, name)
        entry.prepare([])
        entry.settle()
        documents = len(index)
    if not arguments.quiet:
        counts = totals(outcome)
        print(
            f"{number(counts.records, 'article')} read: {counts.kept:,} kept and added; "
            f"{counts.dropped:,} dropped, {counts.rejected:,} rejected\n"
            f"{harmless(shown(arguments.file))} has {number(documents, 'document')}"
        )
    return of_unreadable(len(outcome.corpus.rejects), "only readable ones are added")


def check(arguments: Namespace) -> int:
    """Run `dedup index check`; returns the exit status. Raises DedupError."""
    source = _files(arguments)
    with _open(arguments) as index:
        outcome = _run(arguments, index, source, adds=False)
    for record in records_of(outcome, merge_unchanged=True):
        line = record.line
        if record.reason is not None:
            fields = reject_fields(source.names[record.file], record.position, record.reason)
            line = orjson.dumps({**fields, "decision": "rejected"})
        if line is not None:
            sys.stdout.buffer.write(_safe_json(line) + b"\n")
    sys.stdout.buffer.flush()
    return of_unreadable(len(outcome.corpus.rejects), "the output has each with the reason")


def info(arguments: Namespace) -> int:
    """Run `dedup index info`; returns the exit status. Raises DedupError."""
    _check_paths(arguments)
    with open_session(arguments.file, wait=arguments.wait, create=False) as index:
        facts = index.info()
    for name in ("first", "last"):
        facts[name] = None if facts[name] is None else date(facts[name])
    facts["bytes_per_document"] = round(facts["bytes"] / max(facts["documents"], 1))
    if arguments.json:
        print(_safe_json(orjson.dumps(facts, option=orjson.OPT_INDENT_2)).decode())
    else:
        print("\n".join(harmless(f"{name:<10} {value}") for name, value in _readable(facts).items()))
    return DONE


def drop(arguments: Namespace) -> int:
    """Run `dedup index drop`; returns the exit status. Raises DedupError, for unknown ids at the end."""
    ids, older = arguments.ids, arguments.older
    if not ids and not older:
        raise OptionsError("name the ids of the documents to delete, or an age with --older")
    if older:
        seconds(older)  # raises before anything is deleted
    _check_paths(arguments)
    with open_session(arguments.file, wait=arguments.wait, create=False) as index:
        ids = [*dict.fromkeys(ids)]
        deleted = dict(zip(ids, index.remove(ids), strict=True))
        old = index.purge(older)
        left = len(index)
    count = number(sum(deleted.values()) + old, "document")
    print(harmless(f"{count} deleted; {shown(arguments.file)} has {left:,} left"))
    if unknown := [repr(id_) for id_, documents in deleted.items() if not documents]:
        raise InputError(f"{shown(arguments.file)} has no document with the id {' or '.join(unknown)}")
    return DONE


def repair(arguments: Namespace) -> int:
    """Run `dedup index repair`; returns the exit status. Raises DedupError."""
    if is_address(arguments.file):
        raise OptionsError("only an index file can be repaired: a Redis server has checksums of its own")
    from dedup.index.repair import repair as repair_file  # late: no other command needs it

    _check_paths(arguments)
    repaired = repair_file(Path(arguments.file), arguments.wait)
    if repaired is None:
        print(harmless(f"{arguments.file} is whole"))
        return DONE
    count = number(repaired.documents, "document")
    print(harmless(f"{arguments.file} has {count}; the file before is {repaired.old}"))
    if repaired.lost_sites:
        explain("some of what it knew of sites is lost; later runs count it anew")
    if repaired.lost is None:
        explain("it is not known how many documents are lost")
    elif repaired.lost:
        explain(f"{number(repaired.lost, 'document')} could not be saved; later runs keep what is similar")
    return UNREADABLE if repaired.lost != 0 or repaired.lost_sites else DONE


def _files(arguments: Namespace) -> Files:
    """The inputs. Raises InputError, and OptionsError if a file of the index, or the one that standard output
    goes to, is one of them.
    """
    source = Files(arguments.inputs, Options(**given_options(arguments)))
    _check_paths(arguments, source)
    if not arguments.quiet:
        explain_skipped(source.skipped)
    return source


def _check_paths(arguments: Namespace, source: Files | None = None) -> None:
    """Raise OptionsError if one of the inputs belongs to the index, or standard output goes to a file that
    is used.
    """
    claims = claim_inputs(arguments.inputs, source.files) if source else Claims()
    claim_index(claims, arguments.file, "FILE")
    claims.check_stdout()


def _open(arguments: Namespace, create: bool = False) -> IndexSession:
    return open_session(
        arguments.file,
        wait=arguments.wait,
        forget=arguments.forget,
        create=create,
        **given_options(arguments),
    )


def _run(
    arguments: Namespace, index: IndexSession, source: Files, name: str = "", adds: bool = True
) -> Outcome:
    from dedup.reports.terminal import progress

    with progress.shown(source.files, arguments.quiet, source.columns) as show_progress:
        return index.run(source, show_progress, name, adds)


def _safe_json(line: bytes) -> bytes:
    """JSON with escapes for characters that could act in a terminal and that JSON does not escape."""
    return _UNSAFE.sub(lambda match: b"\\u%04x" % ord(match[0].decode()), line)


def _readable(facts: dict[str, Any]) -> dict[str, str]:
    """The facts about an index, for people."""
    first, last = facts["first"], facts["last"]
    options = (f"{name} {_option_value(value)}" for name, value in facts["options"].items())
    return {
        "documents": f"{facts['documents']:,}",
        "runs": f"{facts['runs']:,}",
        "entered": f"{first} to {last}" if first else "-",
        "size": f"{facts['bytes'] / 1e6:,.1f} MB, {facts['bytes_per_document']:,} bytes a document",
        "format": str(facts["format"]),
        "options": ", ".join(options),
    }


def _option_value(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "off" if value is None else str(value)
