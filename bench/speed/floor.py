"""The floor: a plain loop that parses each line with orjson and writes it again.

python -m bench.speed.floor FILE.jsonl OUT.jsonl
"""

import argparse
import time
from pathlib import Path

import orjson


def rewrite(source: Path, target: Path) -> float:
    """Parse and write every line. Returns the seconds that it took."""
    start = time.perf_counter()
    with source.open("rb") as lines, target.open("wb") as out:
        for line in lines:
            out.write(orjson.dumps(orjson.loads(line)) + b"\n")
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Parse and write a JSON Lines file with orjson.")
    parser.add_argument("source", type=Path, metavar="FILE.jsonl")
    parser.add_argument("target", type=Path, metavar="OUT.jsonl")
    options = parser.parse_args()
    seconds = rewrite(options.source, options.target)
    size = options.source.stat().st_size / 1e6
    print(f"{options.source}: {size:.1f} MB in {seconds:.2f} s, {size / seconds:.0f} MB/s")


if __name__ == "__main__":
    main()
