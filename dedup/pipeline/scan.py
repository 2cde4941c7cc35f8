"""One block of documents: its words, its repeats, and what its documents are compared by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from dedup.document import READ_AGAIN, Cut, Reject
from dedup.facts.titles import NOTE
from dedup.formats.blocks import Batch
from dedup.kernels.arrays import Bools, Int64s
from dedup.kernels.characters import lengths
from dedup.kernels.shingles import fingerprints, without
from dedup.matching.bloom import bloom_bits
from dedup.matching.samples import samples
from dedup.matching.shingles import shingles
from dedup.matching.signatures import Bands, buckets, signatures
from dedup.options import Options
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.progress import Clock
from dedup.pipeline.repeat_findings import ParagraphComparisons, RepeatFindings
from dedup.repeats.find import cut_ranges, find_in_batch
from dedup.sources.source import Parser
from dedup.text.addresses import address_keys, are_canonical
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.ragged import Ragged
from dedup.text.words import words, words_of


class TextCounts(NamedTuple):
    """By document (int64): its characters, how many of them are cut, and its words after cutting."""

    characters: Int64s
    cut: Int64s
    words: Int64s


@dataclass(frozen=True)
class ScannedBlock:
    """What is known of one block. `documents`: as `Corpus.table` has them; `hosts`: of each document;
    `size`: bytes of the block; `clock`: seconds by stage.
    """

    documents: pa.RecordBatch
    hosts: pa.DictionaryArray
    rejects: list[Reject]
    fingerprints: Fingerprints
    findings: RepeatFindings
    size: int
    clock: Clock


def scan(block: Any, source: Parser, options: Options, bands: Bands, with_keys: bool = False) -> ScannedBlock:
    """Take one block through the stages that need nothing but the block. `with_keys`: also find out what each
    document is told apart by.
    """
    clock, findings = Clock(), RepeatFindings()
    with clock.stage("read"):
        batch = source.parse(block)
        texts = batch.documents.column("text")
        paragraphs = split(texts)
    with clock.stage("words"):
        by_paragraph = words(paragraphs)
    is_cut = np.zeros(len(paragraphs.starts), bool)
    with clock.stage("repeats"):
        if options.repeats:
            findings = _find_repeats(batch, paragraphs, by_paragraph, options, is_cut)
    with clock.stage("signatures"):
        by_text = _words_left(by_paragraph, paragraphs.offsets, is_cut)
        compared = _fingerprints(by_text, batch.documents.column("title"), options, bands)
        if with_keys:
            compared.keys.append(address_keys(*(batch.documents.column(name) for name in ("url", "id"))))
    counts = _counts(paragraphs, findings.cuts, by_text)
    documents = _with_counts(batch.documents.drop_columns([*READ_AGAIN, "host"]), counts)
    return ScannedBlock(
        documents.append_column("canonical", are_canonical(batch.documents.column("url"))),
        batch.documents.column("host"),
        batch.rejects,
        compared,
        findings,
        source.size_of(block),
        clock,
    )


def _find_repeats(
    batch: Batch, paragraphs: Paragraphs, by_paragraph: Ragged, options: Options, is_cut: Bools
) -> RepeatFindings:
    """The repeats of a block. Sets `is_cut` for the paragraphs that are to be cut."""
    findings, comparisons = RepeatFindings(), [ParagraphComparisons()]
    for row, article, pairs, repeats, cut_paragraphs in find_in_batch(paragraphs, by_paragraph, options):
        comparisons.append(ParagraphComparisons(1, pairs, int(article.fuzzy_pairs > 0), article.fuzzy_pairs))
        if not repeats:
            continue
        findings.repeats[row] = orjson.dumps([repeat._asdict() for repeat in repeats])
        for repeat in repeats:
            findings.counts[repeat.kind, repeat.cut] += 1
            findings.examples.see(row, repeat, article.text, options.caution)
        if cut_paragraphs:
            is_cut[cut_paragraphs] = True
            findings.cuts[row] = cut_ranges(article.text, repeats)
            findings.edits[row] = batch.edits(row, findings.cuts[row])
    findings.comparisons = ParagraphComparisons(*map(sum, zip(*comparisons, strict=True)))
    return findings


def _words_left(by_paragraph: Ragged, owned: Int64s, is_cut: Bools) -> Ragged:
    """The words of each text: those of its paragraphs that are not cut."""
    if not is_cut.any():
        return Ragged(by_paragraph.values, by_paragraph.offsets[owned])
    values, offsets = without(by_paragraph.values, by_paragraph.offsets, is_cut)
    return Ragged(values, offsets[owned])


def _fingerprints(
    by_text: Ragged, titles: pa.LargeStringArray, options: Options, bands: Bands
) -> Fingerprints:
    """What the texts are compared by, from their words. Notes of the same words are copies only if their
    titles have the same words, too.
    """
    prints = fingerprints(by_text.values, by_text.offsets)
    of_titles = words_of(titles.fill_null(""))
    is_note = (prints[:, 0] != 0) & (np.diff(by_text.offsets) <= NOTE)
    prints[is_note, 1] ^= fingerprints(of_titles.values, of_titles.offsets)[is_note, 1]
    runs = shingles(by_text, options.ngram)
    return Fingerprints(
        [prints],
        [buckets(signatures(runs, options.num_perm), bands)],
        [samples(runs) if options.containment is not None else Ragged.empty()],
        [bloom_bits(runs)],
    )


def _counts(paragraphs: Paragraphs, cuts: dict[int, list[Cut]], by_text: Ragged) -> TextCounts:
    characters = lengths(paragraphs.data, paragraphs.text_offsets)
    cut = np.zeros(len(characters), np.int64)
    for row, ranges in cuts.items():
        cut[row] = sum(end - start for start, end in ranges)
    return TextCounts(characters, cut, np.diff(by_text.offsets))


def _with_counts(documents: pa.RecordBatch, counts: Sequence[Int64s]) -> pa.RecordBatch:
    for name, values in zip(TextCounts._fields, counts, strict=True):
        documents = documents.append_column(name, pa.array(values))
    return documents
