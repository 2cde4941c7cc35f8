"""text-dedup: its MinHash command, as its README shows it.

    python -m bench.peers.text_dedup_minhash IN.jsonl OUT.jsonl [OPTION ...]

https://pypi.org/project/text-dedup/0.4.0, "MinHash Near Deduplication": `python -m text_dedup.minhash --path
... --split train --cache_dir ... --output ... --column text --batch_size 10000`, with the threshold that all
tools share; `--debug` writes the clusters. Further options are passed on to it.
"""

import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.peers.exchange import read_ids, write_groups

THRESHOLD = 0.8


def main() -> None:
    source = Path(sys.argv[1]).resolve()
    ids = read_ids(str(source))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        data = ["--path", "json", "--data_files", str(source), "--split", "train", "--column", "text"]
        folders = ["--cache_dir", str(Path(folder, "cache")), "--output", str(out)]
        options = ["--batch_size", "10000", "--threshold", str(THRESHOLD), "--debug"]
        command = [sys.executable, "-m", "text_dedup.minhash", *data, *folders, *options, *sys.argv[3:]]
        subprocess.run(command, check=True, cwd=folder)
        with Path(out, "uf.pkl").open("rb") as clusters:
            forest = pickle.load(clusters)
    write_groups(sys.argv[2], ids, map(forest.find, range(len(ids))))


if __name__ == "__main__":
    main()
