"""datatrove: its four MinHash stages, as its example shows them.

    python -m bench.peers.datatrove_minhash IN.jsonl OUT.jsonl [N of the n-grams]

https://github.com/huggingface/datatrove, examples/minhash_deduplication.py: 14 buckets of 8 hashes at 64
bits over word 5-grams (or N-grams), run by a LocalPipelineExecutor. It takes no threshold; these buckets
find a pair at 0.8 with probability 0.92. `save_cluster_id` writes the clusters; the fourth stage
writes the documents that stay.
"""

import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
)
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.hashing import HashConfig
from datatrove.utils.typeshelper import Languages

from bench.peers.exchange import read_ids, write_groups

TASKS = 2
NGRAM = int(sys.argv[3]) if len(sys.argv) > 3 else 5
CONFIG = MinhashConfig(
    n_grams=NGRAM, hash_config=HashConfig(precision=64), num_buckets=14, hashes_per_bucket=8
)


def stages(folder: Path) -> list[tuple[list[Any], int]]:
    """The steps of each stage, and the number of its tasks."""
    signed, paired, decided = (str(folder / name) for name in ("signatures", "buckets", "remove_ids"))
    sign = MinhashDedupSignature(output_folder=signed, config=CONFIG, language=Languages.english)
    pair = MinhashDedupBuckets(input_folder=signed, output_folder=paired, config=CONFIG)
    cluster = MinhashDedupCluster(
        input_folder=paired, output_folder=decided, config=CONFIG, save_cluster_id=True
    )
    drop, reader = MinhashDedupFilter(input_folder=decided), JsonlReader(str(folder / "input"))
    write = JsonlWriter(str(folder / "left"), compression=None)
    return [
        ([reader, sign], TASKS),
        ([pair], CONFIG.num_buckets),
        ([cluster], 1),
        ([reader, drop, write], TASKS),
    ]


def spread(source: str, folder: Path) -> None:
    """Write a file for each task: lines 0, 2, 4 ... for the first, 1, 3, 5 ... for the second."""
    lines = Path(source).read_bytes().splitlines(keepends=True)
    folder.mkdir()
    for task in range(TASKS):
        Path(folder, f"{task}.jsonl").write_bytes(b"".join(lines[task::TASKS]))


def clusters(folder: Path) -> dict[int, int]:
    """The cluster of each row that is in one.

    The files hold pairs of (line in the task's file, cluster), as uint32.
    """
    cluster_of = {}
    for path in folder.glob("*.clusters"):
        task, data = int(path.stem), path.read_bytes()
        for line, cluster in struct.iter_unpack("<2I", data):
            cluster_of[line * TASKS + task] = cluster
    return cluster_of


def main() -> None:
    ids = read_ids(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spread(sys.argv[1], folder / "input")
        for number, (steps, tasks) in enumerate(stages(folder)):
            logs = str(folder / f"logs{number}")
            LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=2, logging_dir=logs).run()
        cluster_of = clusters(folder / "remove_ids")
    write_groups(sys.argv[2], ids, (cluster_of.get(row, f"alone {row}") for row in range(len(ids))))


if __name__ == "__main__":
    main()
