"""Where the documents of a run come from: a source gives blocks, and makes documents of a block."""

from collections.abc import Iterator
from typing import Any, Protocol

import pyarrow as pa

from dedup.document import Fields
from dedup.formats.blocks import Batch
from dedup.native.scan import ScanPlan
from dedup.options import Options
from dedup.text.scanned import ScannedTexts


class Parser(Protocol):
    """What makes documents of a block, in any thread. `scan`: the documents, of which the texts need not be
    there, and what is found of these.
    """

    def parse(self, block: Any) -> Batch: ...
    def scan(self, block: Any, plan: ScanPlan) -> tuple[Batch, ScannedTexts]: ...
    def size_of(self, block: Any) -> int: ...


class Source(Parser, Protocol):
    """Files, or the caller's memory. `names`: of the files; `fetch`: the blocks of these documents, again;
    `texts`: the columns READ_AGAIN of such a block; `field_names`: the names of the fields that documents
    have, looked for in the first of them; `ordered_by`: the same documents, of which the column `order` has
    the sort keys of this field.
    """

    names: list[str]

    def blocks(self) -> Iterator[Any]: ...
    def fetch(self, documents: pa.Table) -> Iterator[Any]: ...
    def texts(self, block: Any) -> list[pa.LargeStringArray]: ...
    def field_names(self) -> list[str]: ...
    def ordered_by(self, field: str) -> "Source": ...


def fields_of(options: Options) -> Fields:
    """The fields that the options name, and how long a record may be."""
    url, title = options.url_field or None, options.title_field or None
    policy, limit = options.policy, options.max_document
    names = options.text_field, options.id_field, policy.field, url, title
    return Fields(*names, limit, policy.preferences, options.site_field or None)
