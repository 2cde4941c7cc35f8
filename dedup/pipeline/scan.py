"""One block of documents: its words, its repeats, and what its documents are compared by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from dedup.columns import READ_AGAIN
from dedup.document import Reject
from dedup.formats.blocks import Batch
from dedup.native.arrays import Bools, Int64s
from dedup.native.passages import Passages
from dedup.native.scan import ScanPlan
from dedup.options import Options
from dedup.pipeline.fingerprints import Fingerprints, fingerprints_of
from dedup.pipeline.progress import Clock
from dedup.pipeline.repeat_findings import ParagraphComparisons, RepeatFindings
from dedup.repeats.find import DocumentRepeats, cut_ranges, find_in_batch
from dedup.sources.source import Parser
from dedup.text.fields.addresses import address_keys, are_canonical
from dedup.text.scanned import ScannedTexts


class TextCounts(NamedTuple):
    """By document (int64): its characters, how many of them are cut, how many of these are cut because its
    site prints them on many pages, and its words after cutting.
    """

    characters: Int64s
    cut: Int64s
    printed: Int64s
    words: Int64s


@dataclass(frozen=True)
class ScannedBlock:
    """What is known of one block. `documents`: as `Corpus.table` has them; `hosts`: of each document;
    `size`: bytes of the block; `clock`: seconds by stage; `passages`: None if nobody wants them.
    """

    documents: pa.RecordBatch
    hosts: pa.DictionaryArray
    rejects: list[Reject]
    fingerprints: Fingerprints
    findings: RepeatFindings
    size: int
    clock: Clock
    passages: Passages | None


def scan(
    block: Any, source: Parser, options: Options, plan: ScanPlan, with_keys: bool = False
) -> ScannedBlock:
    """Take one block through the stages that need nothing but the block. `plan`: what is asked of each text;
    `with_keys`: also find out what each document is told apart by.
    """
    clock = Clock()
    with clock.stage("read"):
        batch, texts = source.scan(block, plan)
    with clock.stage("repeats"):
        findings, are_cut = _find_repeats(batch, texts, options)
    with clock.stage("signatures"):
        signatures = texts.signed(are_cut, plan)
        compared = fingerprints_of(batch, signatures)
        if with_keys:
            compared.keys.append(address_keys(*(batch.documents.column(name) for name in ("url", "id"))))
    cut = findings.cut_characters(range(len(batch.documents)))
    counts = TextCounts(texts.characters, cut, np.zeros_like(cut), signatures.words)
    documents = _with_counts(batch.documents.drop_columns([*READ_AGAIN, "host"]), counts)
    return ScannedBlock(
        documents.append_column("canonical", are_canonical(batch.documents.column("url"))),
        batch.documents.column("host"),
        batch.rejects,
        compared,
        findings,
        source.size_of(block),
        clock,
        texts.passages,
    )


def _find_repeats(batch: Batch, texts: ScannedTexts, options: Options) -> tuple[RepeatFindings, list[Bools]]:
    """The repeats of a block, and which paragraphs are to be cut: for each of `texts.found` a bool each."""
    findings, comparisons = RepeatFindings(), [ParagraphComparisons()]
    are_cut = [np.zeros(len(found.starts), bool) for found in texts.found]
    found_repeats: Iterable[tuple[DocumentRepeats, Bools]] = (
        (document, is_cut)
        for found, is_cut in zip(texts.found, are_cut, strict=True)
        for document in find_in_batch(found, options)
    )
    if len(texts.found) > 1:  # the examples that a report shows do not depend on who read a document
        found_repeats = sorted(found_repeats, key=lambda one: one[0].row)
    for (row, article, pairs, repeats, cut_paragraphs), is_cut in found_repeats:
        comparisons.append(ParagraphComparisons(1, pairs, int(article.fuzzy_pairs > 0), article.fuzzy_pairs))
        if not repeats:
            continue
        findings.repeats[row] = orjson.dumps([repeat._asdict() for repeat in repeats])
        for repeat in repeats:
            findings.counts[repeat.kind, repeat.cut] += 1
            findings.examples.see(row, repeat, article.text)
        if cut_paragraphs:
            is_cut[cut_paragraphs] = True
            findings.cuts[row] = cut_ranges(article.text, repeats)
            findings.edits[row] = batch.edits(row, findings.cuts[row])
    findings.comparisons = ParagraphComparisons(*map(sum, zip(*comparisons, strict=True)))
    return findings, are_cut


def _with_counts(documents: pa.RecordBatch, counts: Sequence[Int64s]) -> pa.RecordBatch:
    for name, values in zip(TextCounts._fields, counts, strict=True):
        documents = documents.append_column(name, pa.array(values))
    return documents


def recounted(documents: Any, rows: Int64s, cut: Int64s, words: Int64s) -> Any:
    """Documents (a table or a batch) once what their sites print is cut of some: of these rows so many
    characters are cut in all, and so many words are left (all int64).
    """
    printed = cut - documents.column("cut").to_numpy()[rows]
    for name, values in (("cut", cut), ("printed", printed), ("words", words)):
        column = documents.column(name).to_numpy().copy()
        column[rows] = values
        documents = documents.set_column(documents.schema.get_field_index(name), name, pa.array(column))
    return documents
