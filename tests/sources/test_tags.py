"""With action="tag" every document is kept, in any container, and near-duplicates say what they repeat."""

from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dedup
from dedup.errors import InputError
from dedup.options import TAG_FIELDS
from tests.sources.containers import DOCUMENTS, KINDS, STORY, Kind

kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
UNTAGGED = dict.fromkeys(TAG_FIELDS)


def without_tags(container: Any) -> Any:
    """A container without the columns of a tag, in the same kind of container."""
    if isinstance(container, pd.DataFrame):
        return container.drop(columns=[*TAG_FIELDS])
    if isinstance(container, pl.DataFrame):
        return container.drop(*TAG_FIELDS)
    if isinstance(container, datasets.Dataset):
        columns = [name for name in container.format["columns"] if name not in TAG_FIELDS]
        return container.with_format(container.format["type"], columns=columns).remove_columns([*TAG_FIELDS])
    return container.drop_columns([*TAG_FIELDS])


@kinds
def test_each_document_is_kept_with_its_tag(kind: Kind) -> None:
    """What is tagged is what would be dropped, for the same keepers. All else is as with action="drop": cuts,
    rejects, the other columns and their types.
    """
    container = kind.fill(DOCUMENTS)
    dropping = dedup.clean(DOCUMENTS, workers=1)
    tagging = dedup.clean(container, workers=1, action="tag")
    kept = kind.listed(tagging.kept)
    assert [one["id"] for one in kept] == [one["id"] for one in DOCUMENTS if one["text"] is not None]
    tags = [tuple(one.pop(name) for name in TAG_FIELDS) for one in kept]
    assert [tag for tag in tags if tag != (None, None)] == [
        (line["keeper"]["id"], line["jaccard"]) for line in dropping.dropped
    ]
    assert [one for one, tag in zip(kept, tags, strict=True) if tag == (None, None)] == dropping.kept
    assert kind.shape(without_tags(tagging.kept)) == kind.shape(container)
    assert kind.listed(container) == DOCUMENTS
    assert [{**line, "decision": "dropped"} for line in tagging.tagged] == dropping.dropped
    assert (tagging.dropped, dropping.tagged) == ([], [])


@kinds
def test_empty_containers_and_those_without_duplicates_have_the_columns(kind: Kind) -> None:
    """The columns are there with their types, whether a document is tagged or not."""
    for documents in (DOCUMENTS[4:5], [DOCUMENTS[0]], []):
        kept = dedup.clean(kind.fill(documents), workers=1, action="tag").kept
        texts = [document for document in documents if document["text"] is not None]
        assert kind.listed(kept) == [{**document, **UNTAGGED} for document in texts]


@pytest.mark.parametrize(
    "fill", [list, pa.Table.from_pylist, pd.DataFrame, pl.DataFrame, datasets.Dataset.from_list]
)
def test_fields_that_are_there_are_replaced_in_their_place(fill: Any) -> None:
    """A field of a tag gets the value of this run alone, whatever type it had."""
    documents = [
        {"similarity": "high", "id": "a", "duplicate_of": 7, "text": STORY},
        {"similarity": "low", "id": "b", "duplicate_of": 8, "text": STORY},
    ]
    kept = dedup.clean(fill(documents), workers=1, action="tag").kept
    rows = _rows(kept)
    assert [list(row) for row in rows] == [list(document) for document in documents]
    assert [(row["duplicate_of"], row["similarity"]) for row in rows] == [(None, None), ("a", 1.0)]
    assert documents[1]["duplicate_of"] == 8


def _rows(container: Any) -> list[dict[str, Any]]:
    if isinstance(container, pd.DataFrame):
        return container.astype(object).where(container.notna(), None).to_dict("records")
    if isinstance(container, pl.DataFrame):
        return container.to_dicts()
    return container.to_pylist() if isinstance(container, pa.Table) else list(container)


@pytest.mark.parametrize("documents", [[STORY], [{"text": STORY}, STORY]])
def test_strings_are_refused(documents: Any) -> None:
    """A string has no fields: one sentence says so before anything is read."""
    with pytest.raises(
        InputError, match=r'strings cannot be tagged, .* give mappings such as {"text": text}'
    ):
        dedup.clean(documents, action="tag")


def test_documents_of_files_have_their_tags(tmp_path: Path) -> None:
    """Documents of files come as mappings, as `dedup clean` writes them to JSON Lines; text files, too."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(STORY)
    kept = dedup.clean(tmp_path, action="tag").kept
    assert kept == [
        {"id": "a.txt", "text": STORY},
        {"id": "b.txt", "text": STORY, "duplicate_of": "a.txt:1", "similarity": 1.0},
    ]
