"""Four processes add articles to one index at the same time, and some are killed: which articles stay?

    python -m bench.redis.crawlers [--runs 20] [--articles 20000] [--processes 4] [--kills 6] [--write]

One article in ten is a near copy of another one: a word is another word. All are in random order, dealt to
the processes, which add them in batches of 1 to 64. A process that is killed is started again, and adds its
batch once more. At the end the index must have one article of each group, so no two of those kept match.
"""

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson

from bench.harness.figures import commit, machine, save, write_table
from bench.paths import TOP
from bench.redis.server import MISSING, SERVER, RedisServer, served
from dedup.index.index import Index

PROGRAM = "bench.redis.crawlers --write"
_WORDS = 150  # of an article
_VOCABULARY = 20_000  # words: two articles share next to no three in a row
_COPIES = 0.1


class Round(NamedTuple):
    """What came of one run: articles and groups, how many the index has, groups that it has none or several
    of, pairs that match, kills, and seconds.
    """

    articles: int
    groups: int
    kept: int
    missing: int
    several: int
    matching: int
    kills: int
    seconds: float


def articles(count: int, seed: int) -> list[dict[str, Any]]:
    """Articles in random order; the group of each is the part of its id before the point."""
    choice = random.Random(seed)
    made: list[dict[str, Any]] = []
    for n in range(round(count * (1 - _COPIES))):
        words = [f"w{choice.randrange(_VOCABULARY)}" for _ in range(_WORDS)]
        made.append({"id": f"{n}.0", "text": " ".join(words)})
    for n in range(count - len(made)):
        group = made[choice.randrange(round(count * (1 - _COPIES)))]
        words = group["text"].split(" ")
        words[choice.randrange(_WORDS)] = "other"
        made.append({"id": f"{group['id'].partition('.')[0]}.{n + 1}", "text": " ".join(words)})
    choice.shuffle(made)
    return made


def work(address: str, part: Path, seed: int) -> None:
    """Add the articles of a file, in batches. What is done is noted after each: a second process goes on."""
    documents = [orjson.loads(line) for line in part.read_bytes().splitlines()]
    noted = part.with_suffix(".done")
    at = int(noted.read_text() or 0) if noted.exists() else 0
    choice = random.Random(seed)
    with Index(address, keep="first", wait=60) as index:
        while at < len(documents):
            batch = documents[at : at + choice.choice((1, 4, 16, 64))]
            index.add_each(batch)
            at += len(batch)
            noted.write_text(str(at))


def round_of(server: RedisServer, folder: Path, options: argparse.Namespace, seed: int) -> Round:
    """One run: start the processes, kill some, and look at what the index has."""
    choice, address = random.Random(seed), server.address(f"crawl-{seed}")
    every = articles(options.articles, seed)
    parts = []
    for n in range(options.processes):
        parts.append(folder / f"part-{seed}-{n}.jsonl")
        parts[-1].write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in every[n :: options.processes]))
    began, kills = time.monotonic(), 0
    running = {part: start(address, part, seed) for part in parts}
    killed_at = time.monotonic() + choice.uniform(2, 6)
    while running:
        time.sleep(0.05)
        for part, process in [*running.items()]:
            if process.poll() is None:
                continue
            if process.returncode not in (0, -9):
                raise RuntimeError(f"a process ended with {process.returncode}")
            del running[part]
            if process.returncode:
                running[part] = start(address, part, seed + kills)
        if running and kills < options.kills and time.monotonic() > killed_at:
            choice.choice([*running.values()]).kill()
            kills += 1
            killed_at = time.monotonic() + choice.uniform(1, 5)
    seconds = time.monotonic() - began
    groups: dict[str, int] = {one["id"].partition(".")[0]: 0 for one in every}
    for name in kept_ids(address):
        groups[name.partition(".")[0]] += 1
    by_id = {one["id"]: one for one in every}
    return Round(
        *(len(every), len(groups), sum(groups.values())),
        *(sum(not count for count in groups.values()), sum(count > 1 for count in groups.values())),
        matching_pairs([by_id[name] for name in kept_ids(address)]),
        *(kills, seconds),
    )


def start(address: str, part: Path, seed: int) -> "subprocess.Popen[bytes]":
    """Start a process that adds the articles of a file."""
    command = [sys.executable, "-m", "bench.redis.crawlers", "--work", str(part), address, str(seed)]
    return subprocess.Popen(command, cwd=TOP)


def kept_ids(address: str) -> Iterator[str]:
    """The ids of the documents that an index has."""
    with Index(address, create=False, wait=60) as index:
        end = index.info()["documents"] * 2 + 1000  # numbers of what was withdrawn are not used again
        for identity in index.identities(range(end)):
            yield str(identity["id"])


def matching_pairs(documents: list[dict[str, Any]]) -> int:
    """How many of these documents a run over all of them drops."""
    from dedup.api import clean

    return len(documents) - len(clean(documents, keep="first").kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kills", type=int, default=6, help="of each run (default: 6)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put the table into bench/redis/results.md")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work[1], Path(options.work[0]), int(options.work[2]))
        return
    if SERVER is None:
        sys.exit(MISSING)
    rounds = []
    with TemporaryDirectory() as name:
        for seed in range(options.seed, options.seed + options.runs):
            folder = Path(name, str(seed))
            folder.mkdir()
            with served(folder) as server:
                rounds.append(round_of(server, folder, options, seed))
            print(rounds[-1], flush=True)
    lines = table(rounds, options.processes)
    print("\n".join(lines))
    save("redis-crawlers", {"rounds": [one._asdict() for one in rounds]})
    if options.write:
        write_table(TOP / "bench/redis/results.md", PROGRAM, lines)


def table(rounds: list[Round], processes: int) -> list[str]:
    """The sums of all runs."""
    total = {name: sum(getattr(one, name) for one in rounds) for name in Round._fields}
    rows = [
        ("runs; articles in all; processes", f"{len(rounds)}; {total['articles']:,}; {processes}", ""),
        ("processes killed, and started again", f"{total['kills']:,}", ""),
        ("groups; documents kept", f"{total['groups']:,}; {total['kept']:,}", "as many"),
        ("groups of which none is kept", f"{total['missing']:,}", "0"),
        ("groups of which several are kept", f"{total['several']:,}", "0"),
        ("kept documents that match another kept one", f"{total['matching']:,}", "0"),
        ("articles added per second, all processes", f"{total['articles'] / total['seconds']:,.0f}", ""),
    ]
    lines = [f"{machine()}; dedup {commit()}.", "", "| | measured | aim |", "|---|--:|--:|"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


if __name__ == "__main__":
    main()
