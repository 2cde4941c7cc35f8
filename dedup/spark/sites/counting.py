"""Records -> what is known of the passages of their sites, as `dedup.sites.counting` counts it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import DataFrame

from dedup.matching.plan import plan_for_passages
from dedup.native.arrays import Hashes
from dedup.native.passages import Passages
from dedup.options import Options
from dedup.pipeline.sites.site_pass import sites_of
from dedup.sites.counting import SiteKnowledge, SitePages, count_passages, pages_of_passages
from dedup.sites.layout import SiteCounts
from dedup.sites.tally import Tally
from dedup.spark.engine import Batches, Spark
from dedup.spark.records import Form, parser
from dedup.spark.sites.tallies import TallyRows

_NOTES = "site bigint, keys binary, facts binary"
_COUNTS = TallyRows([(1, 0), (1, 0)])  # the two of SiteCounts
_OF_SEVERAL = "tally = 0 OR sum0 > 1"  # all sites, and the passages that stand on two pages or more
_KNOWN = TallyRows([(3, 2), (1, 0)])  # details and pairs of SiteKnowledge


def know_sites(
    engine: Spark, records: DataFrame, form: Form, options: Options
) -> Broadcast[SiteKnowledge] | None:
    """What is known of the sites of all records (column record), sent to all executors; None if none of them
    is of a site. The passages are noted once, on the executors' disks.
    """
    notes = engine.keep(engine.map(_notes_mapper(form, options), records, _NOTES), "sites")
    with engine.stage("sites"):
        rows = engine.map(_counted, notes, _COUNTS.schema)
        counts = SiteCounts(*_COUNTS.collect(engine, rows, _OF_SEVERAL))
        if not len(counts.sites.codes):
            return None
        rows = engine.map(_known_mapper(engine.send(counts)), notes, _KNOWN.schema)
        knowledge = SiteKnowledge(counts, *_KNOWN.collect(engine, rows))
        notes.unpersist()
        return engine.send(knowledge)


def hosts_to_sites(hosts: pa.DictionaryArray) -> Hashes:
    """The code of the site of each of these hosts (uint64); 0: none."""
    return sites_of(hosts.dictionary.to_pylist(), hosts.indices.fill_null(-1).to_numpy())


def _notes_mapper(form: Form, options: Options) -> Callable[[Batches], Batches]:
    """What maps records to the passages of those that are of a site: the columns of _NOTES, the code of the
    site, and of each passage key and facts (see `Passages`).
    """

    def noted(batches: Batches) -> Batches:
        source, plan = parser(form, options), plan_for_passages(options)
        for batch in (batch for batch in batches if len(batch)):
            documents, texts = source.scan(source.block(batch.column("record")), plan)
            assert texts.passages is not None
            sites = hosts_to_sites(documents.documents.column("host"))
            rows = np.flatnonzero(sites)
            passages = texts.passages.take(rows)
            bounds = zip(passages.bounds[:-1].tolist(), passages.bounds[1:].tolist(), strict=True)
            parts = [slice(*both) for both in bounds]
            columns = {"site": pa.array(sites[rows].view(np.int64))} | {
                name: pa.array([values[part].tobytes() for part in parts], pa.binary())
                for name, values in (("keys", passages.keys), ("facts", passages.facts))
            }
            yield pa.RecordBatch.from_pydict(columns)

    return noted


def _pages(notes: pa.RecordBatch) -> SitePages:
    """The pages of a batch of notes."""
    keys, facts = (notes.column(name).to_pylist() for name in ("keys", "facts"))
    passages = Passages(
        np.frombuffer(b"".join(keys), np.uint64),
        np.frombuffer(b"".join(facts), np.uint16),
        np.cumsum([0, *(len(of_page) // np.dtype(np.uint64).itemsize for of_page in keys)]),
    )
    return SitePages(passages, notes.column("site").to_numpy().view(np.uint64))


def _counted(batches: Batches) -> Batches:
    """How many pages of each site, and with each passage, a batch of notes has."""
    for pages in map(_pages, batches):
        yield from _COUNTS.batches([Tally.counted(pages.sites), pages_of_passages(pages)])


def _known_mapper(counts: Broadcast[SiteCounts]) -> Callable[[Batches], Batches]:
    """What maps notes to what is known of their passages."""

    def known(batches: Batches) -> Batches:
        for pages in map(_pages, batches):
            knowledge = count_passages([pages], counts.value, SiteKnowledge.empty())
            yield from _KNOWN.batches([knowledge.details, knowledge.pairs])

    return known
