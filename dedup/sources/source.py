"""Where the documents of a run come from: a source gives blocks, and makes documents of a block."""

from collections.abc import Iterator
from typing import Any, Protocol

import pyarrow as pa

from dedup.document import Fields
from dedup.formats.blocks import Batch
from dedup.options import Options


class Parser(Protocol):
    """What makes documents of a block, in any thread."""

    def parse(self, block: Any) -> Batch: ...
    def size_of(self, block: Any) -> int: ...


class Source(Parser, Protocol):
    """Files, or the caller's memory. `names`: of the files; `fetch`: the blocks of these documents, again;
    `field_names`: the names of the fields that documents have, looked for in the first of them.
    """

    names: list[str]

    def blocks(self) -> Iterator[Any]: ...
    def fetch(self, documents: pa.Table) -> Iterator[Any]: ...
    def field_names(self) -> list[str]: ...


def fields_of(options: Options) -> Fields:
    """The fields that the options name, and how long a record may be."""
    url, title = options.url_field or None, options.title_field or None
    policy, limit = options.policy, options.max_document
    return Fields(options.text_field, options.id_field, policy.field, url, title, limit, policy.preferences)
