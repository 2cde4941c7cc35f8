"""The stages of a run in order: documents of a source in, every decision out. Nothing is written."""

import time
from functools import partial
from typing import Protocol

import pyarrow as pa

from dedup.engines.local import Local
from dedup.engines.spool import ArraySpool
from dedup.matching.earlier_runs import EarlierDocuments, EarlierRuns
from dedup.matching.plan import plan_for
from dedup.options import Options
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.decisions import decide, undecided
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.near_duplicates import Setting, compare
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Clock, Progress, silent
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.pipeline.scan import scan
from dedup.pipeline.sites.site_pass import NotedPassages, SitePass
from dedup.sites.earlier import EarlierSites
from dedup.sources.field_names import no_such_field
from dedup.sources.pinned import Pinned, names_of
from dedup.sources.source import Source
from dedup.text.fields.preferences import missing_field, states_of
from dedup.text.fields.sort_keys import kinds_of

_SPOOLED = 64  # the part of the memory that fingerprints take before others go to disk: of 300,000 in 190 MB


class EarlierIndex(EarlierDocuments, Protocol):
    """What an index knows: its documents, and what their sites print."""

    @property
    def sites(self) -> EarlierSites: ...


def run(
    source: Source,
    options: Options,
    progress: Progress | None = None,
    index: EarlierIndex | None = None,
) -> Outcome:
    """Decide what becomes of the documents of a source, compared with each other and with those that `index`
    has of earlier runs. Raises InputError, OptionsError.
    """
    began = time.perf_counter()
    setting, corpus, fingerprints = read(source, options, progress or silent, index)
    decisions, earlier, stored = undecided(len(corpus)), EarlierRuns.none(len(corpus), index), None
    if options.duplicates and len(corpus):
        stored = fingerprints.copy() if index is not None else None
        comparison = compare(setting, fingerprints, index)
        decisions, earlier = decide(setting, comparison), comparison.earlier
    return Outcome(
        options,
        corpus,
        setting.findings,
        decisions,
        {"read": 0.0, **setting.clock.seconds},
        time.perf_counter() - began,
        source,
        earlier,
        setting.pinned,
        stored,
        setting.pages,
    )


def read(
    source: Source, options: Options, progress: Progress, index: EarlierIndex | None = None
) -> tuple[Setting, Corpus, Fingerprints]:
    """Read and scan every document of a source, and cut what sites print, also by what `index` knows of them.
    Raises InputError, OptionsError.
    """
    names = names_of(options.never_drop)  # before the documents: a file that is missing is known at once
    scanned, noted = scan_all(source, options, progress, with_keys=index is not None)
    pages = scanned.run(noted, index.sites if index else None) if noted.count else None
    table = scanned.corpus.table()
    _check_fields(table, source, options)
    pinned = Pinned.of(names, table, source.names)
    setting = Setting(
        *(source, options, scanned.engine, scanned.clock, progress, table, scanned.findings, pinned),
        pages if index else None,
    )
    return setting, scanned.corpus, scanned.fingerprints


def scan_all(
    source: Source, options: Options, progress: Progress, with_keys: bool = False
) -> tuple[SitePass, NotedPassages]:
    """Scan every document of a source. Returns what is known of them, nothing of which is yet cut as what a
    site prints, and their passages; none if nobody wants them. Raises InputError.
    """
    clock, engine = Clock(), Local(options.workers, options.memory)
    plan = plan_for(options)
    corpus = Corpus(source.names, ArraySpool(engine.memory // _SPOOLED))
    findings = RepeatFindings()
    fingerprints = Fingerprints(spool=ArraySpool(engine.memory // _SPOOLED))
    scan_block = partial(scan, source=source, options=options, plan=plan, with_keys=with_keys)
    noted = NotedPassages(ArraySpool(engine.memory // _SPOOLED))
    for block in engine.map(scan_block, source.blocks()):
        findings.append(block.findings, base=len(corpus))
        corpus.append(block)
        fingerprints.append(block.fingerprints)
        clock.add(block.clock)
        if block.passages is not None:
            noted.append(block.passages)
        progress("read", block.size)
    return SitePass(source, options, plan, engine, clock, progress, corpus, findings, fingerprints), noted


def _check_fields(table: pa.Table, source: Source, options: Options) -> None:
    """Raise InputError if no document has a value in a field of `--keep`."""
    policy = options.policy
    if policy.fields and len(table):
        kinds, states = kinds_of(table.column("order")), states_of(table.column("preferences"))
        if field := missing_field(policy, kinds, states):
            raise no_such_field(field, source.field_names())
