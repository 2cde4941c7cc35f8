"""Invented bad records and files of every format that dedup reads, for `bad_inputs.py`, `restore_all.py` and
`fuzz.py`. The same seed makes the same bytes.
"""

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from bench.faults import odd_columns
from bench.faults.hostile_text import ACTIVE, FIELDS, JSON_FIELDS, sentence, text, texts, value

BOM = b"\xef\xbb\xbf"
KINDS = ("jsonl", "json", "csv", "tsv", "parquet", "txt", "jsonl.gz", "csv.zst", "json.gz", "md.zst")


FOLDERS = ("", "a/", "b c/", "-o/", "\x1b[31m/", "漢字/")
NAMES = (
    "",
    "",
    "",
    " ",
    "é",
    "e\u0301",
    "\x1b]0;x\x07",
    "\u202e",
    "'\"",
    "\n",
    "%s{0}",
    "漢" * 60,
    ".rejects",
    "&lt;<b>",
)


class BadFile(NamedTuple):
    """A file of bad records: its name, its bytes, and the number of records in it."""

    name: str
    content: bytes
    records: int


def line(choice: random.Random, article: str) -> bytes:
    """The JSON of one record, often broken, without a newline and not blank."""
    escaped = choice.random() < 0.5
    fields = [
        ("id", choice.choice([json.dumps(article[:9]), '"a1"', "7", "1.0", value(choice)])),
        ("text", json.dumps(article, ensure_ascii=escaped)),
    ]
    for _ in range(choice.choice([0, 0, 1, 3])):
        of_field = json.dumps(sentence(choice)) if choice.random() < 0.5 else value(choice)
        fields.append((choice.choice(JSON_FIELDS), of_field))
    if choice.random() < 0.1:
        fields.append(("text", value(choice)))
    choice.shuffle(fields)
    colon, comma = choice.choice([(":", ","), (" : ", " ,\t")])
    members = comma.join(f"{json.dumps(name)}{colon}{value}" for name, value in fields)
    end = choice.choice([*[""] * 9, "\f", "\v", " \x1c", "\x00"])
    data = f"{{{members}}}{end}".encode("utf-8", "surrogatepass")
    return break_line(choice, data) if choice.random() < 0.3 else data


def break_line(choice: random.Random, data: bytes) -> bytes:
    """Delete, double, change or insert some bytes; the result has no newline and is not blank."""
    changed = bytearray(data)
    for _ in range(choice.choice([1, 1, 2, 5])):
        at = choice.randrange(len(changed) + 1)
        match choice.randrange(4):
            case 0:
                del changed[at : at + choice.choice([1, 3, 50])]
            case 1:
                changed[at:at] = changed[at : at + choice.choice([1, 20])]
            case 2:
                changed[at : at + 1] = bytes([choice.randrange(256)])
            case _:
                changed[at:at] = choice.choice(
                    [b"\xff", b"\xed\xa0\x80", b'"', b"\\", b"\\u", b"{", b"]", b"\x00", BOM]
                )
    return bytes(changed).replace(b"\n", b"").replace(b"\r", b" ") or b"x" if changed.strip() else b"x"


def lines_file(choice: random.Random, count: int) -> tuple[bytes, int]:
    """A JSON Lines file, and the number of its records. There are blank lines, which are no records."""
    lines = [line(choice, article) for article in texts(choice, count)]
    records = sum(1 for data in lines if data.strip())
    gaps = [choice.choice([b"\n"] * 9 + [b"\r\n", b"\n\n", b"\n \n"]) for _ in lines]
    pairs = zip([b'{"text":"first"}', *lines], [b"\n", *gaps], strict=True)
    content = b"".join(data + gap for data, gap in pairs)
    return choice.choice([b"", b"", BOM]) + content, records + 1


def array_file(choice: random.Random, count: int) -> tuple[bytes, int]:
    """A JSON array of valid records, and their number."""
    records = [b'{"text":"first"}']
    while len(records) <= count:
        for article in texts(choice, count + 1 - len(records)):
            data = line(choice, article)
            try:
                json.loads(data.decode())
            except (ValueError, RecursionError):
                continue
            records.append(data)
    gap = choice.choice([b",", b" ,\n", b"\r\n,\t"])
    return choice.choice([b"", BOM]) + b"[" + gap.join(records) + b"]", len(records)


def rows_file(choice: random.Random, count: int, delimiter: str) -> tuple[bytes, int]:
    """A CSV or TSV file, often broken, and the number of its records as the standard library reads it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=choice.choice(["\n", "\r\n"]))
    writer.writerow(["id", "text", choice.choice(FIELDS) or "more"])
    writer.writerow(["0", "first", ""])
    for article in texts(choice, count - 1):
        row = [choice.choice(["", "7", "=1+1"]), article, choice.choice(ACTIVE)]
        writer.writerow(row[: choice.choice([3, 3, 3, 3, 2])] if choice.random() < 0.9 else [*row, "more"])
    data = buffer.getvalue().encode("utf-8", "surrogatepass")
    if choice.random() < 0.5:
        head, _, rest = data.partition(b"first")
        data = head + b"first" + break_rows(choice, rest)
    rows = csv.reader(io.StringIO(data.decode("utf-8", "surrogateescape"), newline=""), delimiter=delimiter)
    return choice.choice([b"", BOM]) + data, sum(1 for row in rows if row) - 1


def break_rows(choice: random.Random, data: bytes) -> bytes:
    """Change some bytes, also quotes."""
    changed = bytearray(data)
    for _ in range(choice.randint(1, 6)):
        at = choice.randrange(len(changed) + 1)
        changed[at : at + choice.choice([0, 1])] = choice.choice(
            [b'"', b"\xff", b"\x00", b"\r", b"\n", b",", b"\t"]
        )
    return bytes(changed)


def table_file(choice: random.Random, count: int) -> tuple[bytes, int]:
    """A Parquet file with some null texts, and the number of its records."""
    articles = [
        None if choice.random() < 0.05 else article.replace("\ud800", "") for article in texts(choice, count)
    ]
    kind = choice.choice([pa.string(), pa.large_string(), pa.string_view()])
    columns = {"id": pa.array(range(count)), "text": pa.array(articles, pa.large_string()).cast(kind)}
    if choice.random() < 0.1:
        columns["text"] = odd_columns.strings(choice, count)
    for _ in range(choice.choice([1, 1, 3])):
        field = choice.choice(FIELDS) or "more"
        columns[choice.choice([field, field, "id", "url", "title"])] = odd_columns.column(choice, count)
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, row_group_size=choice.choice([7, 1000]))
    return target.getvalue(), count


def text_file(choice: random.Random) -> tuple[bytes, int]:
    """A text file, which is one record."""
    data = text(choice).encode("utf-8", "surrogatepass")
    return choice.choice([b"", BOM]) + (break_rows(choice, data) if choice.random() < 0.2 else data), 1


def content(choice: random.Random, form: str, count: int) -> tuple[bytes, int]:
    """The bytes of a file with this extension, uncompressed, and the number of its records."""
    if form in ("txt", "md"):
        return text_file(choice)
    if form in ("csv", "tsv"):
        return rows_file(choice, count, "," if form == "csv" else "\t")
    return {"jsonl": lines_file, "json": array_file, "parquet": table_file}[form](choice, count)


def folder_of(seed: int, count: int) -> list[BadFile]:
    """Files of all formats, with about `count` records in all."""
    choice = random.Random(seed)
    files: list[BadFile] = []
    left = count
    while left > 0:
        kind = choice.choice(KINDS)
        form, _, packing = kind.partition(".")
        data, records = content(choice, form, min(left, choice.choice([1, 8, 60])))
        data = compressed(choice, data, packing)
        name = f"{choice.choice(FOLDERS)}{len(files)}{choice.choice(NAMES)}.{kind}"
        files.append(BadFile(name, data, records))
        left -= records
    return files


def compressed(choice: random.Random, data: bytes, packing: str) -> bytes:
    """The bytes compressed as gz or zst, sometimes in two members or frames."""
    if not packing:
        return data
    pack: Callable[[bytes], bytes] = _gzip if packing == "gz" else zstandard.compress
    cut = choice.choice([0, len(data) // 2])
    return (pack(data[:cut]) if cut else b"") + pack(data[cut:])


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)  # without the time, which would make other bytes each time


def spoilt(seed: int) -> BadFile:
    """A file that no reader can read to its end: cut off, in another encoding, of another kind than its name
    says, or with an odd head.
    """
    choice = random.Random(seed)
    kind = choice.choice(
        ["jsonl.gz", "csv.zst", "json", "parquet", "json.gz", "txt.gz", "tsv.zst", "jsonl.zst"]
    )
    form, _, packing = kind.partition(".")
    data = compressed(choice, content(choice, form, 8)[0], packing)
    match choice.randrange(5):
        case 0:
            data = data[: choice.randrange(len(data))]
        case 3 if form != "parquet":
            data = compressed(choice, encoded(choice, content(choice, form, 8)[0]), packing)
        case 4:
            form = choice.choice(["csv", "tsv"])
            return BadFile(f"spoilt.{form}", odd_head(choice, "," if form == "csv" else "\t"), 1)
        case 1:
            data = choice.randbytes(choice.choice([0, 1, 4, 300]))
        case _:
            changed = bytearray(data)
            for _ in range(8):
                changed[choice.randrange(len(changed))] = choice.randrange(256)
            data = bytes(changed)
    return BadFile(f"spoilt.{kind}", data, 1)


def encoded(choice: random.Random, data: bytes) -> bytes:
    """The text of a file in another encoding."""
    name = choice.choice(
        ["utf-16", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "shift-jis", "gb18030"]
    )
    return data.decode(errors="replace").encode(name, "replace")


def odd_head(choice: random.Random, delimiter: str) -> bytes:
    """A table whose columns have odd names, or the same one, or none, or which has many."""
    names = choice.choices(
        ["text", "text", "id", "", "TEXT", '"text', "\ufefftext", *FIELDS], k=choice.randint(0, 6)
    )
    if choice.random() < 0.1:
        names = [f"c{number}" for number in range(5000)]
    rows = [[sentence(choice) for _ in names] for _ in range(choice.choice([0, 1, 5]))]
    lines = [delimiter.join(row) for row in [names, *rows]]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def write(folder: Path, files: list[BadFile]) -> None:
    """Write the files into a folder."""
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
