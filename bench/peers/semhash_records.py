"""semhash: the quickstart of its README, without a download.

    python -m bench.peers.semhash_records IN.jsonl OUT.jsonl

https://pypi.org/project/semhash: `SemHash.from_records(records)`, `self_deduplicate(threshold)`. It compares
embeddings by a model from the Hugging Face hub; here it may use the model only if it is in the cache.
"""

import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"  # before the import, which reads it

from huggingface_hub.errors import LocalEntryNotFoundError
from semhash import SemHash

from bench.peers.exchange import read, write_groups


def main() -> None:
    records = [{"id": name, "text": text} for name, text in read(sys.argv[1])]
    try:
        hashed = SemHash.from_records(records=records, columns=["text"])
    except LocalEntryNotFoundError:
        sys.exit("it needs a model from the Hugging Face hub, and there is none in the cache")
    groups = {record["id"]: record["id"] for record in records}
    for duplicate in hashed.self_deduplicate(threshold=0.9).filtered:
        if duplicate.duplicates:
            groups[duplicate.record["id"]] = groups[duplicate.duplicates[0][0]["id"]]
    write_groups(sys.argv[2], list(groups), groups.values())


if __name__ == "__main__":
    main()
