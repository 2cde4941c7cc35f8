"""What looking for site repeats costs: a corpus with URLs of 50 sites beside the same without.

    python -m bench.sites.speed [--documents 50000] [--rounds 3] [--template] [--write]

Cleans both in turns, with one worker and with two, and prints medians and their ratio. `--template` puts what
a site prints around each article, which is then cut of all of them.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import orjson

from bench.corpora.cache import make_corpus
from bench.harness.figures import write_table
from bench.harness.measure import Run, run
from bench.paths import build

TARGET = Path(__file__).with_name("results.md")
SITES = 50
_MENU = ["Home", "World", "Business", "Sport", "Weather", "Culture", "Subscribe to our newsletter", "Sign in"]
_FOOTER = ["Most read ({n})", "Share this article on Facebook", "About us", "Contact", "© {n} All rights"]


def with_urls(source: Path, target: Path, template: bool) -> None:
    """Write the documents of a corpus with a URL each, those of one site far apart."""
    with source.open("rb") as records, target.open("wb") as out:
        for number, record in enumerate(records):
            document, site = orjson.loads(record), number % SITES
            document["url"] = f"https://www.site{site}.example/articles/{number}"
            if template:
                printed = (f"{text.format(n=number % 97)} | site {site}" for text in (*_MENU, *_FOOTER))
                lines = [*printed]
                lines.insert(len(_MENU), document["text"])
                document["text"] = "\n\n".join(lines)
            out.write(orjson.dumps(document) + b"\n")


def compared(documents: int, rounds: int, template: bool) -> Iterator[str]:
    """The rows of the table."""
    source = make_corpus(documents)
    yield "| workers | without URLs, s | with them, s | ratio | peak MiB without | peak MiB with |"
    yield "|--:|--:|--:|--:|--:|--:|"
    with TemporaryDirectory(dir=build("")) as folder:
        addressed = Path(folder, "urls.jsonl")
        with_urls(source, addressed, template)
        for workers in (1, 2):
            arms = [["--url-field", ""], ["--url-field", "url"]]
            runs = [[_clean(addressed, Path(folder), workers, arm) for arm in arms] for _ in range(rounds)]
            without, added = (median(one.seconds for one in arm) for arm in zip(*runs, strict=True))
            peaks = [max(one.peak for one in arm) / 2**20 for arm in zip(*runs, strict=True)]
            seconds = f"{without:.2f} | {added:.2f} | {added / without:.2f}"
            yield f"| {workers} | {seconds} | {peaks[0]:,.0f} | {peaks[1]:,.0f} |"


def _clean(source: Path, folder: Path, workers: int, options: Sequence[str]) -> Run:
    files = ["-o", str(folder / "out.jsonl"), "--ledger", str(folder / "ledger.jsonl")]
    command = [sys.executable, "-m", "dedup", "clean", str(source), *files]
    return run([*command, "--workers", str(workers), "--quiet", *options])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--template", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    lines = [*compared(given.documents, given.rounds, given.template)]
    print("\n".join(lines))
    if given.write:
        name = "bench.sites.speed --template --write" if given.template else "bench.sites.speed --write"
        write_table(TARGET, name, lines)


if __name__ == "__main__":
    main()
