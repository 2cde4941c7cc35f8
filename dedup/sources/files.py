"""Documents in files, and in one line of a stream. `dedup.sources.memory` has the other source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup import formats
from dedup.columns import READ_AGAIN
from dedup.engines.local import cores
from dedup.files.discovery import UNWRITTEN, find_inputs
from dedup.files.earlier.own_files import OwnTargets
from dedup.formats.blocks import Batch, ByteBlock, Piece, join
from dedup.formats.damaged import with_damaged
from dedup.formats.frames import Copies
from dedup.native.scan import ScanPlan
from dedup.options import Options
from dedup.sources.field_names import names_in_block, names_in_files
from dedup.sources.source import fields_of
from dedup.text.scanned import ScannedTexts, scanned_texts

if TYPE_CHECKING:
    from dedup.formats.web.extraction import Extraction


class Files:
    """The documents of files, folders and globs. `targets`: where the run writes, which then reads nothing
    that it wrote before. `skipped`: files in folders that dedup wrote, by name, with what each is. Raises
    InputError for what cannot be found or read.
    """

    def __init__(self, inputs: Sequence[str], options: Options, targets: OwnTargets | None = None) -> None:
        self.inputs = [*inputs]
        files, self.skipped = find_inputs(inputs, options.max_document, targets, options.strict)
        self.fields = fields_of(options)
        self.files = with_damaged(files)
        self._extraction: Extraction | None = None
        if any(file.format in UNWRITTEN for file in files):
            from dedup.formats.web.extraction import with_lines  # late: other runs need no processes

            how = options.extractor, options.workers or cores()
            self.files, self._extraction = with_lines(self.files, self.fields, *how)
        self.names = [file.name for file in self.files]
        self._copies = Copies()

    @property
    def passed_over(self) -> dict[str, int]:
        """Records of WARC files that are no pages, by what they are, as far as was read."""
        return dict(sorted(self._extraction.passed_over.items())) if self._extraction else {}

    @property
    def columns(self) -> list[str]:
        """The columns of Parquet files that are read."""
        return [name for name in self.fields.names if name]

    def blocks(self) -> Iterator[formats.Block]:
        """All documents, in blocks of about 4 MB."""
        return formats.blocks(self.files, fields=self.fields)

    def fetch(self, documents: pa.Table) -> Iterator[formats.Block]:
        """Only these documents, read again. `documents`: columns file, start, end and position, in order."""
        file, start, end, position = (
            documents.column(name).to_numpy() for name in ("file", "start", "end", "position")
        )
        return formats.fetch(self.files, file, start, end, position, self.fields, self._copies)

    def parse(self, block: formats.Block) -> Batch:
        """The documents and rejects of a block."""
        return formats.parse(block, self.fields)

    def texts(self, block: formats.Block) -> list[pa.LargeStringArray]:
        """The texts, titles and URLs of a block that was fetched."""
        return formats.texts(block, self.fields)

    def scan(self, block: formats.Block, plan: ScanPlan) -> tuple[Batch, ScannedTexts]:
        """The documents and rejects of a block, and what is found of the texts, which need not be there."""
        return formats.scan(block, self.fields, plan)

    def field_names(self) -> list[str]:
        """The names of the fields of the first documents of each file."""
        return names_in_files(self.files, self.fields.limit)

    def ordered_by(self, field: str) -> Files:
        """The same documents, of which the column `order` has the sort keys of this field."""
        other = copy(self)
        other.fields = self.fields._replace(order=field)
        return other

    def size_of(self, block: formats.Block) -> int:
        """The bytes of a block."""
        return block.size


class Line:
    """One line of a stream of JSON Lines: a document, a reject, or neither. `piece`: the line, from stream
    `name`.
    """

    def __init__(self, name: str, piece: Piece, options: Options) -> None:
        self.names = [name]
        self._block = join("jsonl", [piece], {0: name})
        self._batch = formats.parse(self._block, fields_of(options))

    def blocks(self) -> Iterator[formats.Block]:
        """The line."""
        yield self._block

    def fetch(self, documents: pa.Table) -> Iterator[formats.Block]:
        """The line again, if any document is asked for."""
        if len(documents):
            yield self._block

    def parse(self, block: formats.Block) -> Batch:  # noqa: ARG002 - there is one block only
        """The document or reject of the line."""
        return self._batch

    def texts(self, block: formats.Block) -> list[pa.LargeStringArray]:
        """The text, title and URL of the line."""
        documents = self.parse(block).documents
        return [documents.column(name) for name in READ_AGAIN]

    def scan(self, block: formats.Block, plan: ScanPlan) -> tuple[Batch, ScannedTexts]:
        """The document or reject of the line, and what is found of its text."""
        batch = self.parse(block)
        return batch, scanned_texts(batch.documents.column("text"), plan)

    def field_names(self) -> list[str]:
        """The names of the fields of the document."""
        return names_in_block(self._block) if isinstance(self._block, ByteBlock) else []

    def ordered_by(self, field: str) -> Line:  # noqa: ARG002 - no report is made of a stream
        """The line itself."""
        return self

    def size_of(self, block: formats.Block) -> int:
        """The bytes of the line."""
        return block.size
