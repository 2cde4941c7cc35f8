"""Time `dedup clean`, its rivals and the floor in turns on the same file, and what each finds.

    python -m bench.speed.compare [--documents 50000] [--seed 1] [--rounds 5] [--quick] [--alone] [--write]
    python -m bench.speed.compare --only [NAME ...]     measures these, shows what is kept of the others

corpus.py makes the file, and its truth says which documents are copies. Times are those of whole processes,
the start of Python included. What is measured is kept under build/bench as soon as it is there; --write puts
the tables into bench/speed/results.md and docs/performance.md. Slow rivals run once; --quick leaves them out.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from bench.corpora.cache import make_corpus, truth_path
from bench.harness import rivals
from bench.harness.measure import FailedError, run
from bench.harness.results import code, commit, keep, kept
from bench.harness.rivals import TIMED, Rival, UnavailableError
from bench.paths import FIXTURES, TOP, build
from bench.speed import tables
from bench.speed.copies import Known
from dedup import __version__

WORKERS = (1, 2)


class Contestant(NamedTuple):
    """Who is timed. `command`: of a source and a target, raises UnavailableError; `answer`: the lines that
    say what belongs together, from the source and what was written, None where it says nothing of that;
    `version`: of what is timed; `key`: what its figures depend on; `share`: of the corpus that it is given.
    """

    name: str
    command: Callable[[Path, Path], list[str]]
    answer: Callable[[Path, Path], Any] | None
    version: Callable[[], str]
    key: Callable[[], str]
    slow: bool = False
    share: float = 1.0


def contestants() -> dict[str, Contestant]:
    """All that are timed, by name, in the order of the table."""
    return {one.name: one for one in (_floor(), *map(_ours, WORKERS), *map(_theirs, TIMED))}


def _floor() -> Contestant:
    script = TOP / "bench/speed/floor.py"
    return Contestant(
        "floor",
        lambda source, target: [sys.executable, "-m", "bench.speed.floor", str(source), str(target)],
        None,
        lambda: f"orjson {orjson.__version__}",
        script.read_text,
    )


def _ours(workers: int) -> Contestant:
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
    return Contestant(name, command, answer, lambda: f"dedup {__version__} ({commit()})", code)


def _ledger(target: Path) -> Path:
    return target.with_suffix(".ledger.jsonl")


def _theirs(rival: Rival) -> Contestant:
    def answer(source: Path, target: Path) -> list[dict[str, Any]]:
        lines = [orjson.loads(line) for line in target.read_bytes().splitlines()]
        if not lines or "duplicate" not in lines[0]:
            return lines
        with source.open("rb") as documents:  # flags alone: whose duplicates they are is asked for untimed
            return rivals.answer(rival, map(orjson.loads, documents))

    return Contestant(
        rival.name,
        lambda source, target: rivals.command(rival, source, target, *rival.timed),
        answer if rival.answers else None,
        lambda: f"{rival.package} {rivals.version(rival)}",
        lambda: rivals.version(rival) + rivals.script(rival).read_text(encoding="utf-8"),
        rival.slow,
        rival.share,
    )


def measure(chosen: Sequence[Contestant], corpus: Path, rounds: int) -> None:
    """Run each once a round, in turns, so that a busy machine is busy for all; the slow ones once, at the
    end. The figures of each are kept after each run.
    """
    run(_ours(1).command(FIXTURES, build("speed.jsonl")))  # dedup's code is compiled before the clock starts
    fast = [one for one in chosen if not one.slow]
    turns = [(one, number) for number in range(rounds) for one in fast]
    failed: set[str] = set()
    for one, number in [*turns, *((one, 0) for one in chosen if one.slow)]:
        if one.name not in failed:
            figures = measured(one, corpus, number)
            keep(_place(corpus, one), figures)
            failed |= {one.name} if "reason" in figures else set()


def measured(one: Contestant, corpus: Path, number: int) -> dict[str, Any]:
    """One run on top of those before it: version, key, size, the runs, and from the first what was found; or
    the reason why there is none.
    """
    source = part(corpus, one.share)
    target = build("speed.jsonl")
    print(f"{one.name}, run {number + 1}", end=" ", file=sys.stderr, flush=True)
    try:
        figures = (kept(_place(corpus, one)) or {}) if number else _first(one, source)
        took = run(one.command(source, target))
        figures["runs"] = [*figures["runs"], took._asdict()]
        if one.answer and not number:
            known = Known(source)
            figures["found"] = known.found(known.groups(one.answer(source, target)))._asdict()
    except (UnavailableError, FailedError) as reason:
        print(f"failed: {reason}", file=sys.stderr)
        return {"reason": str(reason)}
    print(f"{took.seconds:.2f} s", file=sys.stderr)
    return figures


def _first(one: Contestant, source: Path) -> dict[str, Any]:
    return {"version": one.version(), "key": one.key(), "size": source.stat().st_size, "runs": []}


def part(corpus: Path, share: float) -> Path:
    """The first documents of a corpus, and what is known of them; a copy stands behind what it copies."""
    if share == 1:
        return corpus
    shortened = corpus.with_suffix(f".{share}.jsonl")
    for whole, some in ((corpus, shortened), (truth_path(corpus), truth_path(shortened))):
        with whole.open("rb") as lines:
            count = sum(1 for _ in lines)
            lines.seek(0)
            some.write_bytes(b"".join(islice(lines, round(count * share))))
    return shortened


def _place(corpus: Path, one: Contestant) -> str:
    return f"{corpus.stem}/{one.name}"


def results(corpus: Path) -> dict[str, dict[str, Any] | None]:
    """What is kept of each contestant and still holds: None where nothing is."""
    found = {}
    for name, one in contestants().items():
        figures = kept(_place(corpus, one))
        current = figures and ("reason" in figures or figures["key"] == one.key())
        found[name] = figures if current else None
    return found


def main() -> None:
    """Read the arguments, measure, print the table."""
    everyone = contestants()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=everyone, metavar="NAME", help=", ".join(everyone))
    parser.add_argument("--quick", action="store_true", help="no slow rivals")
    parser.add_argument("--alone", action="store_true", help="no rivals")
    parser.add_argument("--write", action="store_true", help="put the tables into the pages")
    options = parser.parse_args()
    corpus = make_corpus(options.documents, options.seed)
    left_out = {one.name for one in everyone.values() if options.quick and one.slow}
    left_out |= {rival.name for rival in TIMED if options.alone}
    names = everyone if options.only is None else options.only
    measure([everyone[name] for name in names if name not in left_out], corpus, options.rounds)
    found = results(corpus)
    print("\n".join(tables.full(corpus, found)))
    if options.write:
        tables.write_pages(corpus, found)


if __name__ == "__main__":
    main()
