"""Pages through the commands: every page is kept, dropped or rejected, wherever it comes from."""

import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

import dedup
from dedup.cli.main import main
from tests.formats.web.made import conversion, crawl, info, page, response, write_pages, write_records
from tests.support.command import json_lines

pytestmark = pytest.mark.usefixtures("fast_disk")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every kind of file of pages, and some JSON Lines."""
    folder = tmp_path_factory.mktemp("mixed")
    write_pages(folder / "pages", range(6))
    (folder / "pages/again.htm.gz").write_bytes(gzip.compress(page(1)))
    (folder / "pages/again.html.zst").write_bytes(zstandard.compress(page(2)))
    (folder / "pages/scan.html").write_bytes(b"%PDF-1.7")
    (folder / "pages/short.html.gz").write_bytes(gzip.compress(page(90))[:300])
    write_records(folder / "a.warc.gz", crawl(range(10, 15)))
    write_records(folder / "b.warc", [*crawl([1, 2]), b"garbage\r\n\r\n", response(page(20))[:-400]])
    texts = [f"Text {number}. " + page(number + 30).decode() for number in range(5)]
    write_records(folder / "c.wet.gz", [info(), *map(conversion, texts)])
    packed = (folder / "c.wet.gz").read_bytes()
    (folder / "d.wet.gz").write_bytes(packed[:-60])
    (folder / "c.wet.gz").write_bytes(packed)
    lines = [
        {"id": f"j{number}", "text": f"Line {number} " + page(40 + number).decode()} for number in range(3)
    ]
    (folder / "e.jsonl").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return folder


QUIETLY = ("--quiet", "--workers", "1")
PAGES_IN = {"pages": 8, "a.warc.gz": 5, "b.warc": 2, "c.wet.gz": 5, "d.wet.gz": 4, "e.jsonl": 3}
REJECTED = {"pages": 2, "b.warc": 2, "d.wet.gz": 1}


def where(source: str) -> str:
    """The file or the folder that a source is, or is in."""
    return source.split("/", maxsplit=1)[0]


def test_every_page_is_kept_dropped_or_rejected(mixed: Path, tmp_path: Path) -> None:
    """Of a folder of all formats every page and every broken part has one line in the ledger or the rejects;
    what is kept is in the output, as JSON Lines, in the order of the input.
    """
    output, ledger, rejects = (str(tmp_path / name) for name in ("out.jsonl", "ledger.jsonl", "bad.jsonl"))
    words = [str(mixed), "-o", output, "--ledger", ledger, "--rejects", rejects, *QUIETLY]
    assert main(["clean", *words]) == 3
    decided = [line for line in json_lines(Path(ledger)) if "decision" in line]
    bad = json_lines(Path(rejects))
    assert Counter(where(line["source"]) for line in decided) == PAGES_IN
    assert Counter(where(line["source"]) for line in bad) == REJECTED
    kept = [line for line in decided if line["decision"] in ("kept", "cut")]
    assert [line["id"] for line in json_lines(Path(output))] == [line["id"] for line in kept]
    assert len(kept) + sum(line["decision"] == "dropped" for line in decided) == len(decided)
    reasons = {(line["source"], line["line"]): line["reason"] for line in bad}
    assert reasons["pages/scan.html", 1].startswith("no HTML but a PDF document")
    assert reasons["pages/short.html.gz", 1].startswith("the file is truncated: its gz data ends too early")
    assert reasons["b.warc", 3].startswith("no WARC record (from byte ")
    assert reasons["b.warc", 4].startswith("a record (response) that the end of the file cuts off")
    assert "truncated" in reasons["d.wet.gz", 5]


def test_restore_gives_the_pages_as_they_were_extracted(
    mixed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All documents, dropped ones, too, are in the lines that are restored, each once, with the rejects; JSON
    Lines come back byte for byte; the ledger has the digests of the files of pages.
    """
    words = ["-o", str(tmp_path / "out/"), "--ledger", str(tmp_path / "l.jsonl"), *QUIETLY]
    words[1] += "/"
    assert main(["clean", str(mixed), *words]) == 3
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "pages",
        "a.warc.jsonl.gz",
        "b.warc.jsonl",
        "c.wet.jsonl.gz",
        "d.wet.jsonl.gz",
        "e.jsonl",
    }
    back = [
        str(tmp_path / "out"),
        str(tmp_path / "l.jsonl"),
        "--rejects",
        str(tmp_path / "out.rejects.jsonl"),
    ]
    assert main(["restore", *back, "-o", str(tmp_path / "back")]) == 0
    assert "they are where they were" in capsys.readouterr().err
    assert (tmp_path / "back/e.jsonl").read_bytes() == (mixed / "e.jsonl").read_bytes()
    for name, count in {"a.warc.jsonl.gz": 5, "c.wet.jsonl.gz": 5}.items():
        lines = gzip.decompress((tmp_path / "back" / name).read_bytes()).splitlines()
        assert len(lines) == count
    again = orjson.loads((tmp_path / "back/pages/00001.html.jsonl").read_bytes())
    assert (again["id"], again["title"]) == ("pages/00001.html", "Story 1 of the town")
    files = {line["dedup_file"]: line for line in json_lines(tmp_path / "l.jsonl") if "dedup_file" in line}
    assert files["a.warc.gz"]["extracted"]["size"] == len(gzip.decompress((mixed / "a.warc.gz").read_bytes()))
    assert files["a.warc.gz"]["extracted"]["form"] == "warc"
    assert "extracted" not in files["e.jsonl"]


def test_pages_of_many_files_are_restored_to_one_list(tmp_path: Path) -> None:
    """Where all inputs are pages, one file gets the lines of all of them; single articles are found by their
    names; the second run does not read what the first one wrote.
    """
    write_pages(tmp_path / "site", [*range(4)])
    (tmp_path / "site/copy.html").write_bytes(page(2))
    words = ["clean", str(tmp_path / "site"), "-o", str(tmp_path / "site/clean.jsonl"), *QUIETLY]
    ledger = str(tmp_path / "site/ledger.jsonl")
    for _ in range(2):
        assert main([*words, "--ledger", ledger, "--report", str(tmp_path / "site/report.html")]) == 0
        assert len(json_lines(tmp_path / "site/clean.jsonl")) == 4
    back, one = tmp_path / "pages.jsonl", tmp_path / "one.jsonl"
    assert main(["restore", words[3], ledger, "-o", str(back)]) == 0
    names = ["00000.html", "00001.html", "00002.html", "00003.html", "copy.html"]
    assert [line["id"] for line in json_lines(back)] == names
    assert main(["restore", words[3], ledger, "--id", "copy.html", "-o", str(one)]) == 0
    assert json_lines(one) == json_lines(back)[4:]
    assert main(["why", "copy.html", ledger]) == 0


def test_the_other_commands_read_pages(
    mixed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`repeats`, `tune`, `compare` and `index` count the same pages, and end with the status that says that
    some could not be read.
    """
    index = str(tmp_path / "seen.index")
    assert main(["repeats", str(mixed)]) == 3
    capsys.readouterr()
    assert main(["tune", str(mixed), "--quiet", "--workers", "1"]) == 3
    assert "27 articles" in capsys.readouterr().out
    assert main(["index", "add", index, str(mixed), "--quiet"]) == 3
    capsys.readouterr()
    assert main(["index", "check", index, str(mixed / "pages"), "--quiet"]) == 3
    lines = [orjson.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert Counter(line["decision"] for line in lines) == {"dropped": 8, "rejected": 2}
    files = [str(mixed / "pages" / name) for name in ("00001.html", "again.htm.gz")]
    assert main(["compare", *files]) == 0
    assert "Exact copies" in capsys.readouterr().out


def test_the_report_says_what_is_no_page(mixed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Requests, metadata and the like are counted in one line; the JSON report has the counts."""
    assert main(["clean", str(mixed / "a.warc.gz"), "--dry-run", "-v"]) == 0
    assert "no pages, passed over: 5 metadata, 5 request, 1 warcinfo" in capsys.readouterr().out
    result = dedup.clean(str(mixed / "a.warc.gz"), workers=1)
    assert result.summary()["passed_over"] == {"metadata": 5, "request": 5, "warcinfo": 1}
    assert [kept["title"] for kept in result.kept] == [
        f"Story {number} of the town" for number in range(10, 15)
    ]


def test_responses_that_are_no_pages_are_counted(tmp_path: Path) -> None:
    """Other statuses, other types and revisits are passed over; a resource is a page."""
    records = [
        response(b"{}", header="Content-Type: application/json"),
        response(page(1), status="404 Not Found"),
        response(page(2), header="Content-Type: text/html"),
        response(page(3)).replace(b"WARC-Type: response", b"WARC-Type: revisit"),
        response(page(4)).replace(b"WARC-Type: response\r\n", b""),
    ]
    path = write_records(tmp_path / "a.warc", records)
    result = dedup.clean(path, workers=1)
    assert result.summary()["passed_over"] == {
        "record without a type": 1,
        "response with another status than 200": 1,
        "response without HTML": 1,
        "revisit": 1,
    }
    assert [kept["title"] for kept in result.kept] == ["Story 2 of the town"]


def _same(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Documents without what a WARC file adds, by address."""
    own = ({k: v for k, v in document.items() if k not in ("id", "crawled")} for document in documents)
    return sorted(own, key=lambda document: document["url"])


@pytest.mark.parametrize("count", [12, pytest.param(2000, marks=pytest.mark.slow)])
def test_files_and_a_crawl_give_the_same_documents(tmp_path: Path, count: int) -> None:
    """The pages of a folder and the records of a WARC file have the same fields, texts and digests, whatever
    the number of workers.
    """
    write_pages(tmp_path / "pages", range(count))
    write_records(tmp_path / "crawl.warc.gz", crawl(range(count)))
    written = []
    for name, workers in (("pages", 1), ("crawl.warc.gz", 2)):
        output = tmp_path / f"{workers}.jsonl"
        words = [str(tmp_path / name), "-o", str(output), "--no-duplicates", "--no-repeats", "--quiet"]
        assert main(["clean", *words, "--workers", str(workers)]) == 0
        written.append(json_lines(output))
    assert len(written[0]) == count
    assert _same(written[0]) == _same(written[1])
    assert [document["id"] for document in written[0]] == [f"{number:05}.html" for number in range(count)]


def test_fields_are_called_as_the_options_say(tmp_path: Path) -> None:
    """With other names for text, id, title and URL the pages have fields of these names."""
    write_pages(tmp_path / "pages", [1])
    names = {"--text-field": "body", "--id-field": "key", "--title-field": "head", "--url-field": "link"}
    words = [word for pair in names.items() for word in pair]
    output = tmp_path / "out.jsonl"
    assert main(["clean", str(tmp_path / "pages"), "-o", str(output), *words, *QUIETLY]) == 0
    (line,) = json_lines(output)
    assert {*names.values()} <= line.keys()


@pytest.mark.parametrize("name", ["out.html", "out.warc.gz"])
def test_pages_are_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """An output that is called as a page is one sentence, and status 2."""
    write_pages(tmp_path / "pages", [1])
    assert main(["clean", str(tmp_path / "pages"), "-o", str(tmp_path / name)]) == 2
    assert "name an output such as clean.jsonl" in capsys.readouterr().err


def test_pages_become_other_formats(tmp_path: Path) -> None:
    """A table of them has a column for each field."""
    write_pages(tmp_path / "pages", range(3))
    assert main(["clean", str(tmp_path / "pages"), "-o", str(tmp_path / "out.parquet"), *QUIETLY]) == 0
    import pyarrow.parquet as pq

    table = pq.read_table(tmp_path / "out.parquet")
    assert {"id", "url", "title", "date", "language", "text", "digest"} <= {*table.column_names}
    assert len(table) == 3


def test_without_the_extra_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the extra; other files are read as before."""
    from dedup.formats.web import extraction

    monkeypatch.setattr(extraction, "find_spec", lambda name: None)
    write_pages(tmp_path / "pages", [1])
    (tmp_path / "a.jsonl").write_text('{"text": "one two three"}\n')
    assert main(["clean", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert "pip install 'dedup-articles[web]'" in message
    assert message.count("\n") == 1
    assert main(["clean", str(tmp_path / "a.jsonl"), "--quiet", "-o", str(tmp_path / "b.jsonl")]) == 0
