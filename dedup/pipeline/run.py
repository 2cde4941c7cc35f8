"""The stages of a run in order: documents of a source in, every decision out. Nothing is written."""

import time
from functools import partial

import pyarrow as pa

from dedup.engines.local import Local
from dedup.matching.earlier_runs import EarlierDocuments, EarlierRuns
from dedup.matching.signatures import bands_for
from dedup.options import Options
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.decisions import decide, undecided
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.near_duplicates import Setting, compare
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Clock, Progress, silent
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.pipeline.scan import scan
from dedup.sources.field_names import no_such_field
from dedup.sources.pinned import Pinned, names_of
from dedup.sources.source import Source
from dedup.text.preferences import missing_field, states_of
from dedup.text.sort_keys import kinds_of


def run(
    source: Source,
    options: Options,
    progress: Progress | None = None,
    index: EarlierDocuments | None = None,
) -> Outcome:
    """Decide what becomes of the documents of a source, compared with each other and with those that `index`
    has of earlier runs. Raises InputError, OptionsError.
    """
    began = time.perf_counter()
    setting, corpus, fingerprints = read(source, options, progress or silent, with_keys=index is not None)
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
    )


def read(
    source: Source, options: Options, progress: Progress, with_keys: bool = False
) -> tuple[Setting, Corpus, Fingerprints]:
    """Read and scan every document of a source. `with_keys`: see `scan`. Raises InputError, OptionsError."""
    clock, engine = Clock(), Local(options.workers, options.memory)
    bands = bands_for(options.threshold, options.recall, options.num_perm)
    names = names_of(options.never_drop)  # before the documents: a file that is missing is known at once
    corpus, findings, fingerprints = Corpus(source.names), RepeatFindings(), Fingerprints()
    scan_block = partial(scan, source=source, options=options, bands=bands, with_keys=with_keys)
    for block in engine.map(scan_block, source.blocks()):
        findings.append(block.findings, base=len(corpus))
        corpus.append(block)
        fingerprints.append(block.fingerprints)
        clock.add(block.clock)
        progress("read", block.size)
    table = corpus.table()
    _check_fields(table, source, options)
    pinned = Pinned.of(names, table, source.names)
    setting = Setting(source, options, engine, clock, progress, table, findings, pinned)
    return setting, corpus, fingerprints


def _check_fields(table: pa.Table, source: Source, options: Options) -> None:
    """Raise InputError if no document has a value in a field of `--keep`."""
    policy = options.policy
    if policy.fields and len(table):
        kinds, states = kinds_of(table.column("order")), states_of(table.column("preferences"))
        if field := missing_field(policy, kinds, states):
            raise no_such_field(field, source.field_names())
