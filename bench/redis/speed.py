"""An index of many documents on a Redis server: adding, checking, and the memory that it takes.

    python -m bench.redis.speed [--documents 200000] [--part 10000] [--checks 300] [--write]

The index is filled from a generated corpus by `Index.add_many`, in parts; the articles after these are added
in two more parts, which count. Then single articles are checked, on the server and in a file. Memory:
what the server reports, less what it has before.
"""

import argparse
import statistics
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson
import redis

from bench.corpora.cache import make_corpus
from bench.harness.figures import commit, machine, save, write_table
from bench.paths import TOP
from bench.redis.server import MISSING, SERVER, served
from dedup.index.index import Index

PROGRAM = "bench.redis.speed --write"


class Checks(NamedTuple):
    """Milliseconds of each check: as they passed, and of the processor of this process."""

    wall: list[float]
    cpu: list[float]


def check_each(index: Index, documents: list[dict[str, Any]]) -> Checks:
    """Check documents one by one."""
    wall, cpu = [], []
    for document in documents:
        began, used = time.perf_counter(), time.process_time()
        index.check(document)
        wall.append(1e3 * (time.perf_counter() - began))
        cpu.append(1e3 * (time.process_time() - used))
    return Checks(wall, cpu)


def used_cpu(client: "redis.Redis") -> float:
    """Processor seconds of the server."""
    figures: Any = client.info("cpu")
    return float(figures["used_cpu_user"] + figures["used_cpu_sys"])


def used_memory(client: "redis.Redis") -> int:
    """Bytes that the server has taken for data."""
    figures: Any = client.info("memory")
    return int(figures["used_memory"])


def measure(options: argparse.Namespace, folder: Path) -> list[tuple[str, str, str]]:
    """Each figure: what it is, its value, the aim."""
    count, part = options.documents, options.part
    corpus = make_corpus(count + 3 * part)
    with served(folder, "--appendfsync", "everysec") as server, corpus.open("rb") as lines:
        client = redis.Redis(port=server.port)
        empty = used_memory(client)

        def documents(many: int) -> list[dict[str, Any]]:
            return [orjson.loads(line) for line in islice(lines, many)]

        with Index(server.address("speed"), wait=10, keep="first") as index:
            for _ in range(0, count, part):
                index.add_many(documents(part))
            kept, size = len(index), used_memory(client) - empty
            wall, cpu, of_server = [], [], []
            for _ in range(2):
                new = documents(part)
                began, used, before = time.perf_counter(), time.process_time(), used_cpu(client)
                index.add_many(new)
                wall.append(part / (time.perf_counter() - began))
                cpu.append(part / (time.process_time() - used))
                of_server.append(part / (used_cpu(client) - before))
            seen, new = documents(options.checks), documents(options.checks)
            index.add_many(seen)
            index.check("One more article.")
            checks = {"seen": check_each(index, seen), "new": check_each(index, new)}
            estimated = index.info()["bytes"]
    with Index(folder / "file.index", keep="first") as index:
        index.add_many(seen)
        index.check("One more article.")
        in_file = [check_each(index, seen), check_each(index, new)]
    walls = [millis for one in checks.values() for millis in one.wall]
    cpus = [millis for one in checks.values() for millis in one.cpu]
    file_walls = [millis for one in in_file for millis in one.wall]
    return [
        ("articles read; documents in the index", f"{count:,}; {kept:,}", ""),
        (f"`add_many` of {part:,}, per second", f"{max(wall):,.0f}", "at least 2,000"),
        ("per second of this process", f"{max(cpu):,.0f}", ""),
        ("per second of the server's processor", f"{max(of_server):,.0f}", ""),
        ("checking one article, median", f"{statistics.median(walls):.2f} ms", "at most 5 ms"),
        ("of these this process worked", f"{statistics.median(cpus):.2f} ms", ""),
        (
            "checking it in a file of few articles, median",
            f"{statistics.median(file_walls):.2f} ms",
            "",
        ),
        ("bytes per document in the server", f"{size / kept:,.0f}", "at most 6,000"),
        ("as `dedup index info` estimates", f"{estimated / (kept + 2 * part):,.0f}", ""),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--part", type=int, default=10_000, help="articles that are added at once")
    parser.add_argument("--checks", type=int, default=300, help="articles of each kind that are checked")
    parser.add_argument("--write", action="store_true", help="put the table into bench/redis/results.md")
    options = parser.parse_args()
    if SERVER is None:
        sys.exit(MISSING)
    with TemporaryDirectory() as folder:
        rows = measure(options, Path(folder))
    lines = [f"{machine()}; dedup {commit()}.", "", "| | measured | aim |", "|---|--:|--:|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    print("\n".join(lines))
    save("redis-speed", {"rows": rows})
    if options.write:
        write_table(TOP / "bench/redis/results.md", PROGRAM, lines)


if __name__ == "__main__":
    main()
