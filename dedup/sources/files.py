"""Where the documents of a run come from: files, or a line of a stream; `dedup.memory` has the other source,
the caller's memory. A source gives blocks, and makes documents of a block.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from dedup import formats
from dedup.document import Fields
from dedup.formats.blocks import Batch, Piece, join
from dedup.options import Options


def fields_of(options: Options) -> Fields:
    """The fields that these options name, and how long a record may be."""
    url = options.url_field or None
    return Fields(options.text_field, options.id_field, options.order_field, url, options.max_document)


class Files:
    """Documents in files, folders and globs. Raises InputError for what cannot be found or read."""

    def __init__(self, inputs: Sequence[str], options: Options) -> None:
        self.files = formats.find_files(inputs, options.max_document)
        self.fields = fields_of(options)
        self.names = [file.name for file in self.files]

    def blocks(self) -> Iterator[formats.Block]:
        """All documents, in blocks of about 4 MB."""
        return formats.blocks(self.files, fields=self.fields)

    def fetch(self, documents: pa.Table) -> Iterator[formats.Block]:
        """These documents alone (columns file, start, end, position; in order), read again."""
        file, start, end, position = (
            documents.column(name).to_numpy() for name in ("file", "start", "end", "position")
        )
        return formats.fetch(self.files, file, start, end, position, self.fields)

    def parse(self, block: formats.Block) -> Batch:
        """The documents of a block."""
        return formats.parse(block, self.fields)

    def size_of(self, block: formats.Block) -> int:
        """Bytes of a block."""
        return block.size


class Line:
    """A line of a stream of JSON Lines: one document, one reject, or nothing."""

    def __init__(self, name: str, piece: Piece, options: Options) -> None:
        self.names = [name]
        self._block = join("jsonl", [piece], {0: name})
        self._batch = formats.parse(self._block, fields_of(options))

    def blocks(self) -> Iterator[formats.Block]:
        """The line."""
        yield self._block

    def fetch(self, documents: pa.Table) -> Iterator[formats.Block]:
        """The line again, where it is asked for."""
        if len(documents):
            yield self._block

    def parse(self, block: formats.Block) -> Batch:  # noqa: ARG002 - there is but one
        """What it holds."""
        return self._batch

    def size_of(self, block: formats.Block) -> int:
        """Bytes of the line."""
        return block.size
