"""The stages in order: reads the documents of a source, decides, and says what was decided. It writes
nothing.
"""

import time
from functools import partial

from dedup.engines.local import Local
from dedup.matching.earlier_runs import Earlier, Met
from dedup.matching.signatures import bands_for
from dedup.options import Options
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.decisions import undecided
from dedup.pipeline.near_duplicates import Comparison
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Clock, Progress
from dedup.pipeline.scan import Signed, scan
from dedup.sources.source import Source


def run(
    source: Source, options: Options, progress: Progress | None = None, earlier: Earlier | None = None
) -> Outcome:
    """Read, find repeats, sign, find candidates, verify, choose keepers: also among documents that `earlier`
    runs kept. Raises InputError, OptionsError.
    """
    began, clock, engine = time.perf_counter(), Clock(), Local(options.workers, options.memory)
    told = progress or _untold
    bands = bands_for(options.threshold, options.recall, options.num_perm)
    documents = Corpus(source.names)
    signed = Signed()
    for scanned in engine.map(partial(scan, source=source, options=options, bands=bands), source.blocks()):
        documents.add(scanned)
        signed.add(scanned)
        clock.add(scanned.clock)
        told("read", scanned.size)
    table = documents.table()
    decisions, met, held = undecided(len(table)), Met(earlier, len(table)), None
    if options.duplicates and len(table):
        held = signed.copy() if earlier is not None else None
        decisions = Comparison(source, options, engine, clock, told, documents, table, met).decide(signed)
    seconds = {"read": 0.0, **clock.seconds}
    return Outcome(options, documents, decisions, seconds, time.perf_counter() - began, source, met, held)


def _untold(stage: str, done: int) -> None:
    """Progress that nobody watches."""
