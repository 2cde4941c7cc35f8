"""A file that dedup does not read is answered with what to do instead."""

from pathlib import Path

import pytest

from dedup.cli.main import main
from dedup.files.discovery import FORMATS
from dedup.files.extensions.unknown import ADVICE

ANSWERS = {
    "paper.pdf": "pdftotext",
    "letter.docx": "pandoc",
    "table.xlsx": "save it as .csv",
    "frame.feather": "convert it to .parquet",
    "crawl.tar.gz": "unpack it first",
    "crawl.jsonl.bz2": "bzcat FILE | dedup clean -",
    "crawl.jsonl.xz": "xzcat FILE | dedup clean -",
    "page.mhtml": "save the pages as .html",
    "feed.rss": "to JSON Lines",
    "crawl.wat.gz": "the .warc or .wet file",
    "notes": "dedup clean - < FILE",
    "crawl.log": "known are .jsonl",
    "some.gz": "known are .jsonl",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_unknown_extension_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """One sentence, status 1, and what to do."""
    (tmp_path / name).write_bytes(b"x")
    assert main(["clean", str(tmp_path / name)]) == 1
    message = capsys.readouterr().err
    assert ANSWERS[name] in message
    assert message.count("\n") == 1


def test_no_known_extension_is_advised_against() -> None:
    """What dedup reads is in no advice."""
    assert not {*FORMATS} & ADVICE.keys()
