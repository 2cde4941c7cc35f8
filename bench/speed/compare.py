"""Compare the speed of `dedup clean`, its rivals and the floor on one file, and the copies that each finds.

    python -m bench.speed.compare [--documents 50000] [--seed 1] [--rounds 5] [--quick] [--alone] [--write]
    python -m bench.speed.compare --only [NAME ...]        measures these; of the others shows saved figures

The file is a generated corpus with known copies. Times are those of whole processes, the start of
Python included. Figures are saved under build/bench after each run; --write puts the tables into
bench/speed/results.md and docs/performance.md. Slow rivals run once; --quick leaves them out, --alone leaves
out all.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bench.corpora.cache import make_corpus, truth_path
from bench.harness import rivals
from bench.harness.figures import code_digest, commit, load, save
from bench.harness.measure import FailedError, run
from bench.harness.rivals import TIMED, Rival, UnavailableError
from bench.paths import FIXTURES, TOP, build
from bench.speed import tables
from bench.speed.copies import KnownCopies
from dedup import __version__

WORKERS = (1, 2)


class Contestant(NamedTuple):
    """Who is timed.

    `command`: for a source and a target; raises UnavailableError. `answer`: from the source and the target,
    the lines that say which documents belong together; None where the contestant finds no duplicates.
    `version`: of what is timed. `key`: what its figures depend on. `slow`: timed only once. `share`: the part
    of the corpus that it is given.
    """

    name: str
    command: Callable[[Path, Path], list[str]]
    answer: Callable[[Path, Path], Iterable[dict[str, Any]]] | None
    version: Callable[[], str]
    key: Callable[[], str]
    slow: bool = False
    share: float = 1.0


def contestants() -> dict[str, Contestant]:
    """All contestants by name, in the order of the table."""
    everyone = (_floor(), *map(_dedup, WORKERS), *map(_rival, TIMED))
    return {contestant.name: contestant for contestant in everyone}


def _floor() -> Contestant:
    return Contestant(
        "floor",
        lambda source, target: [sys.executable, "-m", "bench.speed.floor", str(source), str(target)],
        None,
        lambda: f"orjson {orjson.__version__}",
        (TOP / "bench/speed/floor.py").read_text,
    )


def _dedup(workers: int) -> Contestant:
    def command(source: Path, target: Path) -> list[str]:
        files = ["-o", str(target), "--ledger", str(_ledger(target)), "--workers", str(workers), "--quiet"]
        return [sys.executable, "-m", "dedup", "clean", str(source), *files]

    def answer(_: Path, target: Path) -> Iterator[dict[str, Any]]:
        with _ledger(target).open("rb") as ledger:
            for line in map(orjson.loads, ledger):
                if "decision" in line:
                    keeper = line["keeper"] if line["decision"] == "dropped" else line
                    yield {"id": line["id"], "group": keeper["id"]}

    name = f"dedup, {workers} worker{'s' * (workers > 1)}"
    return Contestant(name, command, answer, lambda: f"dedup {__version__} ({commit()})", code_digest)


def _ledger(target: Path) -> Path:
    return target.with_suffix(".ledger.jsonl")


def _rival(rival: Rival) -> Contestant:
    def answer(source: Path, target: Path) -> list[dict[str, Any]]:
        lines = [orjson.loads(line) for line in target.read_bytes().splitlines()]
        if not lines or "duplicate" not in lines[0]:
            return lines
        with source.open("rb") as documents:  # flags only: whose duplicates they are is asked for untimed
            return rivals.answer(rival, map(orjson.loads, documents))

    return Contestant(
        rival.name,
        lambda source, target: rivals.command(rival, source, target, *rival.timed),
        answer if rival.answers else None,
        lambda: f"{rival.package} {rivals.version(rival)}",
        lambda: rivals.version(rival) + rivals.module_path(rival).read_text(encoding="utf-8"),
        rival.slow,
        rival.share,
    )


def measure(chosen: Sequence[Contestant], corpus: Path, rounds: int) -> None:
    """Run each contestant once a round, in turns, so that other load on the machine slows all of them.

    Slow ones run once, at the end. Figures are saved after each run.
    """
    compiling = _dedup(1).command(FIXTURES, build("speed.jsonl"))
    run(compiling)  # before the clock starts
    fast = [contestant for contestant in chosen if not contestant.slow]
    turns = [(contestant, number) for number in range(rounds) for contestant in fast]
    turns += [(contestant, 0) for contestant in chosen if contestant.slow]
    failed: set[str] = set()
    for contestant, number in turns:
        if contestant.name not in failed:
            figures = measure_run(contestant, corpus, number)
            save(_figures_name(corpus, contestant), figures)
            failed |= {contestant.name} if "reason" in figures else set()


def measure_run(contestant: Contestant, corpus: Path, number: int) -> dict[str, Any]:
    """Figures with one more run: version, key, size, runs and, of the first run, the copies found.

    Where the contestant fails they are only the `reason`.
    """
    source = head(corpus, contestant.share)
    target = build("speed.jsonl")
    print(f"{contestant.name}, run {number + 1}", end=" ", file=sys.stderr, flush=True)
    try:
        saved = load(_figures_name(corpus, contestant)) if number else None
        figures = saved or _no_runs(contestant, source)
        result = run(contestant.command(source, target))
        figures["runs"] = [*figures["runs"], result._asdict()]
        if contestant.answer and not number:
            known = KnownCopies(source)
            groups = known.groups(contestant.answer(source, target))
            figures["found"] = known.count(groups)._asdict()
    except (UnavailableError, FailedError) as reason:
        print(f"failed: {reason}", file=sys.stderr)
        return {"reason": str(reason)}
    print(f"{result.seconds:.2f} s", file=sys.stderr)
    return figures


def _no_runs(contestant: Contestant, source: Path) -> dict[str, Any]:
    return {
        "version": contestant.version(),
        "key": contestant.key(),
        "size": source.stat().st_size,
        "runs": [],
    }


def head(corpus: Path, share: float) -> Path:
    """The first part of a corpus, with its truth. A source comes before its copies, so it is included."""
    if share == 1:
        return corpus
    shortened = corpus.with_suffix(f".{share}.jsonl")
    for source, target in ((corpus, shortened), (truth_path(corpus), truth_path(shortened))):
        with source.open("rb") as lines:
            count = sum(1 for _ in lines)
            lines.seek(0)
            target.write_bytes(b"".join(islice(lines, round(count * share))))
    return shortened


def _figures_name(corpus: Path, contestant: Contestant) -> str:
    return f"{corpus.stem}/{contestant.name}"


def results(corpus: Path) -> tables.Results:
    """The saved figures of each contestant; None where there are none, or where their key changed."""
    figures_by_name = {}
    for name, contestant in contestants().items():
        figures = load(_figures_name(corpus, contestant))
        current = figures and ("reason" in figures or figures["key"] == contestant.key())
        figures_by_name[name] = figures if current else None
    return figures_by_name


def main() -> None:
    everyone = contestants()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000, help="size of the corpus (default: 50,000)")
    parser.add_argument("--seed", type=int, default=1, help="of the corpus")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contestant (default: 5)")
    parser.add_argument("--only", nargs="*", choices=everyone, metavar="NAME", help=", ".join(everyone))
    parser.add_argument("--quick", action="store_true", help="leave out the slow rivals")
    parser.add_argument("--alone", action="store_true", help="leave out all rivals")
    parser.add_argument("--write", action="store_true", help="put the tables into the pages")
    options = parser.parse_args()
    corpus = make_corpus(options.documents, options.seed)
    left_out = {contestant.name for contestant in everyone.values() if options.quick and contestant.slow}
    left_out |= {rival.name for rival in TIMED if options.alone}
    names = everyone if options.only is None else options.only
    measure([everyone[name] for name in names if name not in left_out], corpus, options.rounds)
    table = results(corpus)
    print("\n".join(tables.full(corpus, table)))
    if options.write:
        tables.write_pages(corpus, table)


if __name__ == "__main__":
    main()
