"""No decision depends on workers, blocks, memory, or where the documents are."""

import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup import Result
from dedup.engines.joins import rows_of
from dedup.engines.local import Local
from dedup.matching import candidates
from dedup.native.joins import Keys
from dedup.pipeline import fetch, run
from dedup.sources import memory
from dedup.text import ragged
from tests.support.articles import KINDS, articles, cleaned, decisions, paragraph, variant
from tests.support.examples import examples


def _decided(result: Result) -> tuple[Any, ...]:
    """Everything that a run decides."""
    return (
        list(result.ledger()),
        cleaned(result),
        decisions(result),
        result.totals,
        result.repeats,
        list(result.corpus.rejects),
    )


@given(
    st.lists(articles(), min_size=1, max_size=3),
    st.sampled_from([1, 3, 10]),
    st.sampled_from([{}, {"keep": "first"}]),
)
@examples(12)
def test_workers_and_blocks_do_not_matter(
    batches: list[list[str]], block: int, options: dict[str, Any]
) -> None:
    """Decisions, texts, ledger and counts are the same for any number of workers and any size of block."""
    documents = [
        {"id": str(i), "text": text} for i, text in enumerate(text for batch in batches for text in batch)
    ]
    documents.append({"id": "none"})
    expected = _decided(dedup.clean(documents, workers=1, **options))
    with pytest.MonkeyPatch.context() as patch:
        assert _decided(dedup.clean(documents, workers=4, **options)) == expected
        patch.setattr(memory, "_BLOCK", block)
        for workers in (1, 2, 4):
            assert _decided(dedup.clean(documents, workers=workers, **options)) == expected


def _spilled(engine: Local, statement: str, keys: Keys, **tables: pa.Table) -> pa.Table:
    """A query that DuckDB answers."""
    return engine.spill(statement, keys=rows_of(keys), **tables)


@given(st.lists(articles(), min_size=1, max_size=3))
@examples(8)
def test_memory_does_not_matter(batches: list[list[str]]) -> None:
    """Decisions are the same if DuckDB joins, if all that is kept of documents is on disk, and if documents
    are compared one at a time.
    """
    documents = [text for batch in batches for text in batch]
    expected = _decided(dedup.clean(documents, workers=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetch, "_SHINGLES_AT_ONCE", 1)
        patch.setattr(run, "_SPOOLED", 1 << 60)
        patch.setattr(candidates, "_ranges", lambda _: 5)
        patch.setattr(ragged, "_BORDERS", 3)
        assert _decided(dedup.clean(documents, workers=1)) == expected
        patch.setattr(Local, "query", _spilled)
        assert _decided(dedup.clean(documents, workers=1, memory=64 << 20)) == expected


def test_files_and_memory_give_the_same_decisions(tmp_path: Path) -> None:
    """Decisions are the same for documents in one file, in several files and in memory."""
    rng = random.Random(5)
    originals = [[paragraph(rng, False) for _ in range(4)] for _ in range(4)]
    documents = [
        {"id": str(i), "text": variant(original, kind, rng, 1)}
        for i, (original, kind) in enumerate((o, k) for o in originals for k in KINDS)
    ]
    lines = [json.dumps(document) + "\n" for document in documents]
    (tmp_path / "one.jsonl").write_text("".join(lines))
    (tmp_path / "parts").mkdir()
    for part in range(3):
        (tmp_path / "parts" / f"{part}.jsonl").write_text("".join(lines[8 * part : 8 * part + 8]))
    in_memory = dedup.clean(documents)
    assert 0 < in_memory.totals.dropped < 24
    assert any(repeat.cut for _, repeat in in_memory.repeats)
    for given_path in (
        tmp_path / "one.jsonl",
        str(tmp_path / "parts"),
        [tmp_path / "parts" / f"{i}.jsonl" for i in range(3)],
    ):
        files = dedup.clean(given_path)
        assert (decisions(files), cleaned(files), files.totals) == (
            decisions(in_memory),
            cleaned(in_memory),
            in_memory.totals,
        )
