"""A batch that was scanned -> the same without what sites print, as the site pass of a local run cuts it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from dedup.matching.plan import plan_for
from dedup.options import Options
from dedup.pipeline.scan import ScannedBlock, recounted
from dedup.pipeline.sites.pages_again import SiteJudge, places_of
from dedup.sites.counting import SiteKnowledge, SitePages
from dedup.sites.judge import Judge
from dedup.spark.records import RecordParser
from dedup.spark.sites.counting import hosts_to_sites


def without_site_passages(
    scanned: ScannedBlock,
    records: pa.Array,
    source: RecordParser,
    options: Options,
    knowledge: SiteKnowledge,
) -> ScannedBlock:
    """What is known of the documents of these records once what their sites print is cut, too. Takes over its
    findings and fingerprints. Only records that may have to be cut are read again.
    """
    assert scanned.passages is not None
    sites, judge = hosts_to_sites(scanned.hosts), Judge(knowledge, options.caution)
    rows = judge.may_cut(SitePages(scanned.passages, sites))
    if not len(rows):
        return scanned
    places = scanned.documents.column("position").to_numpy()[rows] - 1
    order = places_of(np.zeros(len(rows), np.int64), np.arange(1, len(rows) + 1))
    judging = SiteJudge(source, options, plan_for(options), judge, sites, scanned.findings, rows, order)
    judged = judging.block(source.block(records.take(pa.array(places))))
    judged.revise(scanned.findings)
    scanned.fingerprints.replace([(judged.rows, judged.fingerprints)])
    scanned.clock.add(judged.clock)
    cut = scanned.findings.cut_characters(rows.tolist())
    return replace(scanned, documents=recounted(scanned.documents, rows, cut, judged.words))
