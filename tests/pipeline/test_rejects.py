"""The rejects of a run, kept in little memory."""

from dedup.document import Reject
from dedup.engines.spool import ArraySpool
from dedup.pipeline.corpus import Rejects


def test_rejects_come_back_in_order():
    """All that were added come back as they were, block by block, each block in order; also from a disk."""
    blocks = [
        [Reject(0, 2, 10, 20, "b"), Reject(0, 1, 0, 10, "a\ud800")],
        [],
        [Reject(0, 3, 20, 30, "a"), Reject(1, 1, 0, 2**40, "é")],
    ]
    for most in (0, 1 << 20):
        rejects = Rejects(ArraySpool(most))
        for block in blocks:
            rejects.append(block)
        assert len(rejects) == 4
        assert list(rejects) == [
            Reject(0, 1, 0, 10, "a\ufffd"),
            Reject(0, 2, 10, 20, "b"),
            *blocks[2],
        ]
        assert rejects[-1].reason == "é"
