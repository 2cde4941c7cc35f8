"""Ten million articles, 43 GB, from one compressed file into another, with a ledger: seconds and peak memory.

    python -m bench.scale.ten_million [--documents 10000000] [--base 500000] [--keep] [--write]

The articles are variants of `--base` generated ones (see `bench.corpora.variants`). Their file is made first,
in five minutes, and deleted afterwards unless --keep is given. A run puts the articles that it reads again,
and what it needs of all of them later, into the folder of temporary files (TMPDIR): as much as the input.
"""

import argparse
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.corpora.cache import LINE_BYTES, make_corpus
from bench.corpora.variants import RATIO, write_variants
from bench.harness.figures import code_digest, commit, machine, save, write_table
from bench.harness.measure import Run, run
from bench.paths import TOP, build

PROGRAM = "bench.scale.ten_million --write"
_COPIES = 3.5  # of the compressed input that the disk must have room for: input, output, what is read again


class Figures(NamedTuple):
    """One run. `size`: bytes of the articles; `packed`: of their file."""

    documents: int
    size: int
    packed: int
    run: Run

    @property
    def lines(self) -> list[str]:
        """The table of results.md."""
        cells = [
            f"{self.documents:,}",
            f"{self.size / 1e9:.1f}",
            f"{self.packed / 1e9:.1f}",
            f"{self.run.seconds:,.0f}",
            f"{self.documents / self.run.seconds:,.0f}",
            f"{self.run.peak / 1e9:.2f}",
        ]
        head = "| articles | GB | GB compressed | s | articles/s | peak GB |"
        return [head, "|--:|" + "--:|" * 5, f"| {' | '.join(cells)} |"]


def measure(documents: int, base: int, keep: bool) -> Figures:
    """Make the file of so many articles, and clean it. Raises SystemExit where the disk is too small."""
    path = build(f"variants-{documents}-{base}.jsonl.zst")
    need = _COPIES * LINE_BYTES * documents / RATIO
    if shutil.disk_usage(path.parent).free < need:
        sys.exit(f"{documents:,} articles take {need / 1e9:.0f} GB of disk; make room, or give --documents")
    try:
        size = write_variants(make_corpus(base), path, documents)
        with TemporaryDirectory(dir=path.parent) as folder:
            output, ledger = (str(Path(folder, f"{name}.jsonl.zst")) for name in ("clean", "ledger"))
            command = [sys.executable, "-m", "dedup", "clean", str(path), "-o", output, "--ledger", ledger]
            ended = run([*command, "--quiet"])
        return Figures(documents, size, path.stat().st_size, ended)
    finally:
        if not keep:
            path.unlink(missing_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000_000)
    parser.add_argument("--base", type=int, default=500_000, help="articles that are generated")
    parser.add_argument("--keep", action="store_true", help="do not delete the file")
    parser.add_argument("--write", action="store_true", help="put the table into bench/scale/results.md")
    options = parser.parse_args()
    figures = measure(options.documents, options.base, options.keep)
    save("ten_million", {**figures._asdict(), "run": figures.run._asdict(), "code": code_digest()})
    lines = [f"{machine()}; dedup {commit()}.", "", *figures.lines]
    print("\n".join(lines))
    if options.write:
        write_table(TOP / "bench/scale/results.md", PROGRAM, lines)


if __name__ == "__main__":
    main()
