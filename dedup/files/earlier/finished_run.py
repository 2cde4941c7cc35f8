"""What a ledger says about the files of its run, for later runs that find some of them in a folder."""

from __future__ import annotations

import zlib
from collections import defaultdict
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import orjson

from dedup.errors import DedupError
from dedup.files.compression import compression_of
from dedup.files.lines import read_lines
from dedup.files.locations.names import as_path
from dedup.files.names import lines_name
from dedup.files.reading import chunks, readable

_FILE, _END = b'{"dedup_file":', b'{"dedup_end":'  # how these lines of a ledger begin


class Content(NamedTuple):
    """A file as a ledger describes it: its name, its bytes after decompression and their CRC-32. Of a Parquet
    file that was read: its rows, and None.
    """

    name: str
    size: int
    crc32: int | None

    def is_in(self, path: Path, may_be_longer: bool = False) -> bool:
        """Whether a file has this name and content. `may_be_longer`: more may come after the content."""
        if not _is_called(path, self.name):
            return False
        try:
            return self._has_rows(path) if self.crc32 is None else self._has_bytes(path, may_be_longer)
        except (DedupError, OSError, ValueError):  # damaged, or gone
            return False

    def _has_rows(self, path: Path) -> bool:
        import pyarrow.parquet as pq

        return bool(pq.read_metadata(path).num_rows == self.size)

    def _has_bytes(self, path: Path, may_be_longer: bool) -> bool:
        compression, crc, left = compression_of(path), 0, self.size
        if not compression and path.stat().st_size != self.size and not may_be_longer:
            return False
        with closing(readable(chunks(path, compression))) as parts:  # type: ignore[type-var]
            for part in parts:
                crc, left = zlib.crc32(part[:left], crc), left - len(part)
                if left <= 0 and (left < 0 or may_be_longer):
                    break
        return crc == self.crc32 and (left == 0 or (left < 0 and may_be_longer))


class FinishedRun(NamedTuple):
    """The files of a run. `inputs`: by name; `outputs`: by the last part of their names; `folder`: whether
    each input has an output of its own, of the same name.
    """

    inputs: dict[str, Content]
    outputs: dict[str, list[Content]]
    folder: bool

    @classmethod
    def of(cls, ledger: Path) -> FinishedRun | None:
        """The run of a ledger; None for a ledger that is not complete, and for another file."""
        inputs: dict[str, Content] = {}
        try:
            for line in read_lines(str(ledger)):
                if line.startswith(_FILE):
                    values = orjson.loads(line)
                    file = _content(values | values.get("extracted", {}), "dedup_file")
                    inputs[file.name] = file
                elif line.startswith(_END):
                    end = orjson.loads(line)
                    return cls(inputs, _by_last_part(end["outputs"]), bool(end["folder"]))
        except (DedupError, LookupError, TypeError, ValueError):  # another program wrote it
            pass
        return None

    def output_at(self, path: Path) -> Content | None:
        """The output that a file is, unchanged; None if it is none."""
        return next((output for output in self.outputs.get(path.name, ()) if output.is_in(path)), None)

    def inputs_of(self, output: Content) -> list[Content]:
        """The inputs whose documents are in an output."""
        if not self.folder:
            return [*self.inputs.values()]
        return [file for file in self.inputs.values() if output.name in (file.name, lines_name(file.name))]

    def may_have_read(self, path: Path) -> bool:
        """Whether an input has the name of this file: the output may have replaced it."""
        return any(_is_called(path, name) for name in self.inputs)


def _is_called(path: Path, name: str) -> bool:
    """Whether the path of a file, or of a copy, ends with a name that a ledger has."""
    return f"/{path.as_posix()}".endswith(f"/{as_path(name)}")


def _by_last_part(outputs: list[dict[str, Any]]) -> dict[str, list[Content]]:
    contents = defaultdict(list)
    for output in outputs:
        content = _content(output, "name")
        contents[PurePosixPath(content.name).name].append(content)
    return contents


def _content(line: dict[str, Any], key: str) -> Content:
    return Content(str(line[key]), int(line["size"]), None if line["crc32"] is None else int(line["crc32"]))
