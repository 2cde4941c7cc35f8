"""The files that inputs name: files, folders, globs and standard input."""

from __future__ import annotations

import atexit
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

import orjson

from dedup.document import BOM, File, list_fields
from dedup.errors import InputError
from dedup.files.compression import COMPRESSIONS, compression_of
from dedup.files.earlier.own_files import LEDGER, OwnTargets, kind_of, own_files
from dedup.files.extensions.unknown import unknown_extension
from dedup.files.folders import check_file, matches, walk
from dedup.files.journal.recovery import recover
from dedup.files.locations.copies import CopiedInputs
from dedup.files.locations.names import is_table, shown
from dedup.files.names import as_text, is_text
from dedup.files.reading import chunks, readable, unreadable

FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jl": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".txt": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".warc": "warc",
    ".wet": "wet",
}
STDIN = "stdin.jsonl"
UNWRITTEN = ("html", "warc", "wet")
"""The formats that hold pages: they are read as JSON Lines, and not written."""


def format_of(path: Path | str) -> str | None:
    """The format that a file's extension indicates; None for an unknown one."""
    if is_table(path):
        return "table"
    path = Path(path)
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    is_compressed = bool(suffixes) and suffixes[-1] in COMPRESSIONS
    of_format = suffixes[:-1] if is_compressed else suffixes
    form = FORMATS.get(of_format[-1]) if of_format else None
    return None if is_compressed and form == "parquet" else form


def form_of_records(name: str) -> str:
    """The format of the records of a file of this name, as a ledger has them: pages and rows of a table are
    lines of JSON.
    """
    form = "jsonl" if "::" in name else format_of(name) or "jsonl"
    return "jsonl" if form in UNWRITTEN else form


class Inputs(NamedTuple):
    """The files to read, and those that dedup wrote and that are left out: by name, what each is."""

    files: list[File]
    skipped: dict[str, str]


def find_files(inputs: Sequence[str], limit: int = 0, strict: bool = True) -> list[File]:
    """The files of `find_inputs`."""
    return find_inputs(inputs, limit, None, strict).files


def find_inputs(
    inputs: Sequence[str], limit: int = 0, targets: OwnTargets | None = None, strict: bool = True
) -> Inputs:
    """The files that the inputs name, in the order of the inputs, those of a folder sorted; each file once.
    Files that dedup wrote are left out where a folder or a glob has them; see `own_files`. `targets`: where
    this run writes; `strict`: whether a damaged file is an error.

    A file's name is its path below the folder that all inputs have in common, or its address. A .json file is
    taken for one object if its first line has not ended after about `limit` bytes (0: any number). Raises
    InputError.
    """
    copied = CopiedInputs(inputs, format_of)
    expanded = {entry: (None, copied.paths(entry)) if entry in copied else _expand(entry) for entry in inputs}
    every = dict.fromkeys(path for _, paths in expanded.values() for path in paths)
    named = dict.fromkeys(
        path for entry, (_, paths) in expanded.items() if _is_file(entry, copied) for path in paths
    )
    own = own_files([path for path in every if path not in named], [*named], targets)
    if len(own) == len(every):
        raise _nothing_to_read(inputs, own)
    roots = [root for entry, (root, _) in expanded.items() if root and entry != "-"] + copied.roots()
    common = Path(os.path.commonpath(roots)) if roots else Path()
    spooled = expanded["-"][1] if "-" in expanded else []
    names = copied.names(common)
    local = [path for path in every if path not in spooled and path not in names]
    names |= {path: path.relative_to(common).as_posix() for path in local}
    names |= {path: _stdin_name({*names.values()}, path) for path in spooled}
    files = [
        replace(_file(path, names[path], limit, strict), origin=copied.origin(path))
        for path in every
        if path not in own
    ]
    return Inputs(files, {as_text(names[path]): own[path] for path in every if path in own})


def _stdin_name(names: set[str], spooled: Path) -> str:
    """The name of standard input, which is in the file `spooled`, beside files of these names."""
    first = {name.partition("/")[0].lower() for name in names}
    others = (f"stdin.{number}{spooled.suffix}" for number in count(2))
    return next(name for name in chain((spooled.name,), others) if name not in first)


def _is_file(entry: str, copied: CopiedInputs) -> bool:
    """Whether an input is one file, object or table that the user has named, or standard input. Raises
    InputError for a ledger.
    """
    if entry == "-" or (entry in copied and not copied.is_named(entry)):
        return entry == "-"
    path = next(iter(copied.paths(entry)), Path()) if entry in copied else _absolute(entry)
    is_file = path.exists() and not path.is_dir()
    if is_file and path.is_file() and kind_of(path) == LEDGER:
        raise InputError(
            f"{shown(entry)!r} is a ledger of dedup and has no articles; leave it out (in quotes, a "
            "glob leaves it out itself)."
        )
    return is_file


def _nothing_to_read(inputs: Sequence[str], own: dict[Path, str]) -> InputError:
    path, what = next(iter(own.items()))
    return InputError(
        f"All files of {list_fields([*inputs])} are ones that dedup wrote, such as {path.name!r} ({what}); "
        "name the files to read."
    )


def root_of(entry: str) -> Path:
    """The folder that an input reads: a folder itself, that of a file, or the last one of a glob without a
    wildcard.
    """
    path = _absolute(entry)
    while glob.has_magic(str(path)) and not path.exists():
        path = path.parent
    return path if path.is_dir() else path.parent


def _expand(entry: str) -> tuple[Path, list[Path]]:
    """The folder that the names of an input's files are relative to, and the files."""
    if entry == "-":
        path = _spool()
        return path.parent, [path]
    path = _absolute(entry)
    recover(path)
    if path.is_dir():
        return path, _folder_files(path, entry)
    if path.exists() or path.is_symlink():
        check_file(path)
        if format_of(path) is None:
            raise _unknown(path, entry)
        return path.parent, [path]
    if glob.has_magic(entry):
        return _glob(entry)
    raise InputError(f"{entry!r} does not exist; check the path.")


def _unknown(path: Path, entry: str) -> InputError:
    """The error for a file with an unknown extension."""
    from dedup.files.locations.tables import is_database, name_a_table  # late: few files are databases

    if is_database(path):
        return name_a_table(path)
    return unknown_extension(entry, _known())


def _absolute(path: str) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and names with them


def _glob(entry: str) -> tuple[Path, list[Path]]:
    root = _absolute(entry)
    while glob.has_magic(str(root)):
        root = root.parent
    paths = matches(entry, root, format_of) if root.is_dir() else []
    if not paths:
        raise InputError(f"{entry!r} matches no file with a known extension: {_known()}.")
    return root, paths


def _folder_files(path: Path, entry: str) -> list[Path]:
    paths = walk(path, format_of)
    if not paths:
        raise InputError(f"The folder {entry!r} has no file with a known extension: {_known()}.")
    return paths


def _known() -> str:
    return ", ".join(FORMATS)


def _file(path: Path, name: str, limit: int, strict: bool) -> File:
    if not is_text(name):
        raise InputError(f"{name!r} is not valid UTF-8: rename the file.")
    form = format_of(path) or "jsonl"
    compression = compression_of(path)
    try:
        stat = path.stat()
    except OSError as error:
        raise unreadable(name, error) from error
    single = form == "text"
    if form == "json":
        with closing(chunks(path, compression)) as parts:  # type: ignore[type-var]
            form, single = format_of_json(parts if strict else readable(parts), limit)
    return File(name, path, form, compression, single, stat.st_size, stat.st_mtime_ns, strict=strict)


def format_of_json(parts: Iterator[bytes], limit: int) -> tuple[str, bool]:
    """The format of a .json file with these bytes, and whether it is one object. It is JSON Lines if its
    first line is an object and more follows.
    """
    data = b""
    while not data and (part := next(parts, b"")):
        data = part.removeprefix(BOM).lstrip()
    if not data.startswith(b"{"):
        return "json", False
    line, rest = _first_line(data, parts, limit)
    if not _is_object(line):
        return "json", True
    while not rest.strip() and (part := next(parts, b"")):
        rest = part
    return ("jsonl", False) if rest.strip() else ("json", True)


def _first_line(data: bytes, parts: Iterator[bytes], limit: int) -> tuple[bytes, bytes]:
    """The first line of these bytes and `parts`, and what was read after it; both empty if the file ends
    before the line, or after more than `limit` bytes (0: any number).
    """
    read, size = [data], len(data)
    while b"\n" not in read[-1]:
        part = next(parts, b"")
        if not part or (limit and size > limit):
            return b"", b""
        read.append(part)
        size += len(part)
    line, _, rest = b"".join(read).partition(b"\n")
    return line, rest


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _spool() -> Path:
    """Standard input as a temporary file, since it is read twice. Removed when the program ends. It is a JSON
    array if that is how it begins, else JSON Lines. Raises InputError if it is compressed.
    """
    folder = Path(tempfile.mkdtemp(prefix="dedup-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / STDIN
    with path.open("wb+") as target, suppress(AttributeError):
        shutil.copyfileobj(sys.stdin.buffer, target, 1 << 20)
        target.seek(0)
        start = target.read(4)
        if start.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")):
            raise InputError("standard input is compressed: unpack it first, as in zcat FILE | dedup clean -")
        target.seek(len(BOM) if start.startswith(BOM) else 0)
        while (part := target.read(1 << 16)) and not (text := part.lstrip()):
            pass
        if part and text.startswith(b"["):
            return path.rename(path.with_suffix(".json"))
    return path
