"""What a run asks of each text, for the pass that scans them."""

from functools import cache

from dedup.matching import samples
from dedup.matching.signatures import bands_for
from dedup.native.scan import EVERY, NONE, OF_ADDRESSES, ScanPlan
from dedup.options import Options


def plan_for(options: Options) -> ScanPlan:
    """The plan of a run with these options. Raises OptionsError if `num_perm` is too small for `recall`."""
    bands = bands_for(options.threshold, options.recall, options.num_perm)
    passages = _passages(options) if options.cuts_sites else NONE
    wanted = options.containment is not None, options.repeats, passages
    return _plan(options.num_perm, bands, options.ngram, wanted, int(samples.LIMIT))


def plan_for_passages(options: Options) -> ScanPlan:
    """The plan of a pass that wants nothing but passages: it signs texts with one hash value."""
    return _plan(1, (1, 1), options.ngram, (False, False, _passages(options)), int(samples.LIMIT))


def _passages(options: Options) -> int:
    """Of which records passages are wanted, if they are."""
    return EVERY if options.site_field else OF_ADDRESSES


@cache
def _plan(
    num_perm: int, bands: tuple[int, int], ngram: int, wanted: tuple[bool, bool, int], limit: int
) -> ScanPlan:
    """`wanted`: whether samples and repeats are, and of which records passages are."""
    with_samples, with_repeats, with_passages = wanted
    return ScanPlan(
        num_perm=num_perm,
        bands=bands,
        ngram=ngram,
        sample_limit=limit,
        sample_floor=samples.FLOOR if with_samples else 0,
        proposes_pairs=with_repeats,
        notes_passages=with_passages,
    )
