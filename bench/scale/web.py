"""What pages cost: HTML beside trafilatura alone on all cores, and how fast WET and WARC files are read.

python -m bench.scale.web [--pages 1000] [--records 20000] [--rounds 3]

Pages are invented: an article of some 40 paragraphs, and some 300 links around it. In each round trafilatura
extracts them in a pool of processes, one for each core, with the fields that dedup keeps; dedup extracts
them; and `dedup clean` does all of its work. Prints the medians of the seconds, and their ratios in one
round. A WET file of so many records, with a gzip member for each, is read and cleaned; so is a WARC file of
the pages, for the most memory that all processes together take.
"""

import argparse
import base64
import gzip
import hashlib
import shutil
import statistics
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.corpora.sentences import invented
from bench.harness.measure import Run, run

_PARAGRAPHS = 40
_LINKS = 300
_ALONE = """
import sys
from multiprocessing import Pool, cpu_count
from os import sched_getaffinity
from pathlib import Path
from trafilatura import bare_extraction

def extract(path):
    page = bare_extraction(path.read_bytes(), with_metadata=True, include_comments=False)
    return page and page.text

if __name__ == "__main__":
    with Pool(len(sched_getaffinity(0))) as pool:
        paths = sorted(Path(sys.argv[1]).iterdir())
        print(sum(text is not None for text in pool.imap(extract, paths, chunksize=4)))
"""
_READ = """
import sys
from dedup.options import Options
from dedup.sources.files import Files
source = Files(sys.argv[1:], Options())
print(sum(len(source.parse(block).documents) for block in source.blocks()))
"""


def pages(count: int) -> Iterator[bytes]:
    """HTML pages of some 40 KB."""
    sentences = invented(1, count * _PARAGRAPHS * 3)
    for number in range(count):
        paragraphs = (" ".join(islice(sentences, 3)) for _ in range(_PARAGRAPHS))
        body = "".join(f'<p class="text">{paragraph}</p>\n' for paragraph in paragraphs)
        links = "".join(
            f'<li class="item"><a href="/part-{link}/"><span>Part {link} of the site</span></a></li>\n'
            for link in range(_LINKS)
        )
        yield (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Story {number}</title>'
            f'<link rel="canonical" href="https://site-{number % 50}.example/{number}">'
            '<meta property="article:published_time" content="2024-03-02T10:00:00Z"></head><body>'
            f"<nav><ul>{links}</ul></nav><main><article><h1>Story {number}</h1>{body}</article></main>"
            f"<footer><ul>{links}</ul></footer></body></html>"
        ).encode()


def _record(kind: str, number: int, content_type: str, body: bytes, payload: bytes) -> bytes:
    digest = base64.b32encode(hashlib.sha1(payload).digest()).decode()
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://site-{number % 50}.example/{number}\r\n"
        f"WARC-Date: 2024-03-02T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
        f"WARC-Payload-Digest: sha1:{digest}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def write_wet(path: Path, records: int) -> int:
    """Write a WET file with a gzip member for each record; returns its bytes without compression."""
    sentences, size = invented(2, records * 60), 0
    with path.open("wb") as file:
        for number in range(records):
            text = "\n".join(" ".join(islice(sentences, 4)) for _ in range(15)).encode()
            record = _record("conversion", number, "text/plain", text, text)
            size += len(record)
            file.write(gzip.compress(record, 6))
    return size


def write_warc(path: Path, folder: Path) -> None:
    """Write the pages of a folder as the responses of a WARC file."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    with path.open("wb") as file:
        for number, page in enumerate(sorted(folder.iterdir())):
            body = page.read_bytes()
            kind = "application/http; msgtype=response"
            file.write(gzip.compress(_record("response", number, kind, http + body, body), 6))


def html_lines(folder: Path, rounds: int) -> Iterator[str]:
    """The costs of a folder of pages, a line each."""
    commands = {
        "trafilatura alone, all cores": [sys.executable, str(folder.parent / "alone.py"), str(folder)],
        "dedup, reading": [sys.executable, "-c", _READ, str(folder)],
        "dedup clean": [sys.executable, "-m", "dedup", "clean", str(folder), "--quiet", "-o"],
    }
    (folder.parent / "alone.py").write_text(_ALONE, encoding="utf-8")
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            output = [str(folder.parent / f"{number}.jsonl")] if name == "dedup clean" else []
            runs[name].append(run([*command, *output]))
    alone = runs["trafilatura alone, all cores"]
    for name, of_command in runs.items():
        seconds = statistics.median(one.seconds for one in of_command)
        ratios = [one.seconds / base.seconds for one, base in zip(of_command, alone, strict=True)]
        cpu = [one.cpu / base.cpu for one, base in zip(of_command, alone, strict=True)]
        memory = max(one.peak for one in of_command) >> 20
        yield (
            f"{name:30} {seconds:7.1f} s   time x{statistics.median(ratios):.2f}   processor "
            f"x{statistics.median(cpu):.2f}   {memory:,} MB"
        )


def archive_lines(path: Path, size: int, rounds: int) -> Iterator[str]:
    """The speed of reading and cleaning a WET or WARC file of so many bytes without compression."""
    for name, command in {
        "reading": [sys.executable, "-c", _READ, str(path)],
        "dedup clean": [sys.executable, "-m", "dedup", "clean", str(path), "--quiet", "-o"],
    }.items():
        output = [str(path.with_suffix(".jsonl"))] if name == "dedup clean" else []
        runs = [run([*command, *output]) for _ in range(rounds)]
        best = min(one.seconds for one in runs)
        cpu = min(one.cpu for one in runs)
        yield (
            f"{path.name}: {name:12} {best:6.1f} s, {size / 1e6 / best:6.1f} MB/s, "
            f"{size / 1e6 / cpu:6.1f} MB a processor second, {max(one.peak for one in runs) >> 20:,} MB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="What HTML pages, WET and WARC files cost.")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--records", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="dedup-bench-") as name:
        top = Path(name)
        folder = top / "pages"
        folder.mkdir()
        for number, page in enumerate(pages(options.pages)):
            (folder / f"{number:06}.html").write_bytes(page)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{options.pages:,} pages, {size / 1e6:.1f} MB, medians of {options.rounds} rounds", flush=True)
        for line in html_lines(folder, options.rounds):
            print(line, flush=True)
        write_warc(top / "crawl.warc.gz", folder)
        shutil.rmtree(folder)
        for line in archive_lines(top / "crawl.warc.gz", size, 1):
            print(line, flush=True)
        size = write_wet(top / "crawl.wet.gz", options.records)
        print(f"{options.records:,} records, {size / 1e6:.1f} MB, the best of {options.rounds} rounds")
        for line in archive_lines(top / "crawl.wet.gz", size, options.rounds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
