"""Invented bad records and files of every format that dedup reads: what `bad_inputs.py`, `restore_all.py` and
`fuzz.py` give it. The same seed makes the same bytes.
"""

import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

BOM = b"\xef\xbb\xbf"
ACTING = [
    *(
        "\x1b[2J\x1b[31m",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x1b\\",
        "\x9b31m",
        "\x90q\x9c",
        "\r",
        "\x08" * 5,
    ),
    *("\u202eevil\u202c", "\u2066x\u2069", "\u200b" * 40, "\ufeff", "e" + "\u0301" * 60, "\u2028", "\x85"),
    *("[red]", "[/]", "[link=file:///etc/passwd]x[/link]", ":boom:", "<script>alert(1)</script>", "&lt;b>"),
    *(
        "</td><img src=x onerror=alert(1)>",
        "\x00",
        "\x00" * 9,
        "\x7f",
        "=1+1",
        '=HYPERLINK("http://x")',
        "@SUM(A1)",
    ),
    *(
        "+1",
        "-1|cmd",
        "../../etc/passwd",
        "%s%n{0}",
        "\\",
        "\\u0041",
        '"',
        "'",
        "\t",
        "\r\n",
        "\n\n",
        "\ufffd\uffff",
    ),
]
_SAID = (
    "ferry harbour council budget storm crews wait bridge repairs officials said on Monday that "
    "the of and to a in vote museum night 12,000 3.5 % €40 2026 été naïve Straße łódź 城市 议会 昨天 東京 "
    "ニュース ประชุม สภา новости городской совет العربية أخبار 🚢 👨\u200d👩\u200d👧 क्षेत्र"
)
WORDS = _SAID.split()
_OWN = (
    "keeper decision dedup_file dedup_end dedup_ledger dedup_rows undo source position line "
    "reason raw start repeats jaccard coverage file end order"
)
OURS = [*_OWN.split(), "", "__class__"]
VALUES = [
    *(
        "null",
        "true",
        "1e999",
        "NaN",
        "-Infinity",
        "1" * 400,
        "-0",
        '"\\ud800"',
        '"\\udc00\\ud800"',
        "[]",
        "{}",
    ),
    *(
        '{"text":"inner"}',
        "[" * 40 + "]" * 40,
        '{"a":' * 1200 + "1" + "}" * 1200,
        '"\\u0000"',
        "0.1e-400",
        "[[[]]]",
    ),
]
KINDS = ("jsonl", "json", "csv", "tsv", "parquet", "txt", "jsonl.gz", "csv.zst", "json.gz", "md.zst")


class Made(NamedTuple):
    """A file of bad records: its name, its bytes, and how many records it holds."""

    name: str
    content: bytes
    records: int


def sentence(choice: random.Random) -> str:
    """Some words, sometimes with something in it that acts."""
    words = choice.choices(WORDS, k=choice.randint(1, 14))
    if choice.random() < 0.3:
        words.insert(choice.randint(0, len(words)), choice.choice(ACTING))
    return " ".join(words)


def text(choice: random.Random) -> str:
    """An article: paragraphs, some of them again; or something odd."""
    odd = choice.random()
    if odd < 0.05:
        return choice.choice(["", " ", "\n", *ACTING])
    if odd < 0.07:
        return choice.choice(["a", "字", "\u0301", "\x00", "x ", "\u200b"]) * choice.choice([10, 1000, 5000])
    parts = [sentence(choice) for _ in range(choice.randint(1, 5))]
    if choice.random() < 0.4:
        parts += choice.choices(parts, k=choice.randint(1, len(parts)))
    if choice.random() < 0.1:
        parts = [*parts, *parts]
    return choice.choice(["\n", "\n\n", "\r\n", " "]).join(parts)


def line(choice: random.Random, said: str) -> bytes:
    """A JSON text of one record, often broken; it holds no newline and is not blank."""
    escaped = choice.random() < 0.5
    fields = [
        ("id", json.dumps(choice.choice([said[:9], "a1", 7]))),
        ("text", json.dumps(said, ensure_ascii=escaped)),
    ]
    for _ in range(choice.choice([0, 0, 1, 3])):
        held = json.dumps(sentence(choice)) if choice.random() < 0.5 else choice.choice(VALUES)
        fields.append((choice.choice(OURS), held))
    if choice.random() < 0.1:
        fields.append(("text", choice.choice(VALUES)))
    choice.shuffle(fields)
    colon, comma = choice.choice([(":", ","), (" : ", " ,\t")])
    whole = "{" + comma.join(f"{json.dumps(name)}{colon}{value}" for name, value in fields) + "}"
    made = whole.encode("utf-8", "surrogatepass")
    return broken(choice, made) if choice.random() < 0.3 else made


def broken(choice: random.Random, data: bytes) -> bytes:
    """The same bytes with some of them gone, doubled, changed or put in; without newlines, not blank."""
    held = bytearray(data)
    for _ in range(choice.choice([1, 1, 2, 5])):
        at = choice.randrange(len(held) + 1)
        match choice.randrange(4):
            case 0:
                del held[at : at + choice.choice([1, 3, 50])]
            case 1:
                held[at:at] = held[at : at + choice.choice([1, 20])]
            case 2:
                held[at : at + 1] = bytes([choice.randrange(256)])
            case _:
                held[at:at] = choice.choice(
                    [b"\xff", b"\xed\xa0\x80", b'"', b"\\", b"\\u", b"{", b"]", b"\x00", BOM]
                )
    return bytes(held).replace(b"\n", b"").replace(b"\r", b" ") or b"x" if held.strip() else b"x"


def texts(choice: random.Random, count: int) -> Iterator[str]:
    """So many texts; some are those of before, some nearly."""
    before: list[str] = []
    for _ in range(count):
        said = text(choice)
        if before and choice.random() < 0.2:
            said = choice.choice(before) + choice.choice(["", "", f"\n{sentence(choice)}"])
        before.append(said)
        yield said


def lines_file(choice: random.Random, count: int) -> tuple[bytes, int]:
    """JSON Lines; blank lines between some, which are no records."""
    made = [line(choice, said) for said in texts(choice, count)]
    records = sum(1 for one in made if one.strip())
    gaps = [choice.choice([b"\n"] * 9 + [b"\r\n", b"\n\n", b"\n \n"]) for _ in made]
    whole = b"".join(one + gap for one, gap in zip([b'{"text":"first"}', *made], [b"\n", *gaps], strict=True))
    return choice.choice([b"", b"", BOM]) + whole, records + 1


def array_file(choice: random.Random, count: int) -> tuple[bytes, int]:
    """A JSON array of records that are whole JSON, whatever they say."""
    made = [b'{"text":"first"}']
    while len(made) <= count:
        for said in texts(choice, count + 1 - len(made)):
            held = line(choice, said)
            try:
                json.loads(held.decode())
            except (ValueError, RecursionError):
                continue
            made.append(held)
    gap = choice.choice([b",", b" ,\n", b"\r\n,\t"])
    return choice.choice([b"", BOM]) + b"[" + gap.join(made) + b"]", len(made)


def rows_file(choice: random.Random, count: int, delimiter: str) -> tuple[bytes, int]:
    """CSV or TSV; where rows are broken, the standard library counts them."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, delimiter=delimiter, lineterminator=choice.choice(["\n", "\r\n"]))
    writer.writerow(["id", "text", choice.choice(OURS) or "more"])
    writer.writerow(["0", "first", ""])
    for said in texts(choice, count - 1):
        row = [choice.choice(["", "7", "=1+1"]), said, choice.choice(ACTING)]
        writer.writerow(row[: choice.choice([3, 3, 3, 3, 2])] if choice.random() < 0.9 else [*row, "more"])
    data = held.getvalue().encode("utf-8", "surrogatepass")
    if choice.random() < 0.5:
        head, _, rest = data.partition(b"first")
        data = head + b"first" + broken_rows(choice, rest)
    rows = csv.reader(io.StringIO(data.decode("utf-8", "surrogateescape"), newline=""), delimiter=delimiter)
    return choice.choice([b"", BOM]) + data, sum(1 for row in rows if row) - 1


def broken_rows(choice: random.Random, data: bytes) -> bytes:
    """The same with some bytes changed, quotes among them."""
    held = bytearray(data)
    for _ in range(choice.randint(1, 6)):
        at = choice.randrange(len(held) + 1)
        held[at : at + choice.choice([0, 1])] = choice.choice(
            [b'"', b"\xff", b"\x00", b"\r", b"\n", b",", b"\t"]
        )
    return bytes(held)


def table_file(choice: random.Random, count: int) -> tuple[bytes, int]:
    """Parquet, with texts that are null."""
    held = [None if choice.random() < 0.05 else said.replace("\ud800", "") for said in texts(choice, count)]
    kind = choice.choice([pa.string(), pa.large_string()])
    columns = {"id": pa.array(range(count)), "text": pa.array(held, pa.large_string()).cast(kind)}
    columns[choice.choice(OURS) or "more"] = pa.array([choice.choice(ACTING).encode() for _ in range(count)])
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, row_group_size=choice.choice([7, 1000]))
    return target.getvalue(), count


def text_file(choice: random.Random) -> tuple[bytes, int]:
    """A text file: one record."""
    data = text(choice).encode("utf-8", "surrogatepass")
    return choice.choice([b"", BOM]) + (broken_rows(choice, data) if choice.random() < 0.2 else data), 1


def content(choice: random.Random, form: str, count: int) -> tuple[bytes, int]:
    """The bytes of a file of that extension, uncompressed, and its records."""
    if form in ("txt", "md"):
        return text_file(choice)
    if form in ("csv", "tsv"):
        return rows_file(choice, count, "," if form == "csv" else "\t")
    return {"jsonl": lines_file, "json": array_file, "parquet": table_file}[form](choice, count)


def folder_of(seed: int, count: int) -> list[Made]:
    """Files of all formats with about `count` records in all."""
    choice = random.Random(seed)
    made: list[Made] = []
    left = count
    while left > 0:
        kind = choice.choice(KINDS)
        form, _, packing = kind.partition(".")
        data, records = content(choice, form, min(left, choice.choice([1, 8, 60])))
        data = packed(choice, data, packing)
        made.append(Made(f"{choice.choice(['', 'a/', 'b c/'])}{len(made)}.{kind}", data, records))
        left -= records
    return made


def packed(choice: random.Random, data: bytes, packing: str) -> bytes:
    """The bytes compressed, sometimes in two members or frames."""
    if not packing:
        return data
    pack: Callable[[bytes], bytes] = gzip.compress if packing == "gz" else zstandard.compress
    cut = choice.choice([0, len(data) // 2])
    return (pack(data[:cut]) if cut else b"") + pack(data[cut:])


def spoilt(seed: int) -> Made:
    """A file that no reader can take whole: cut off, or of another kind than its name says."""
    choice = random.Random(seed)
    kind = choice.choice(
        ["jsonl.gz", "csv.zst", "json", "parquet", "json.gz", "txt.gz", "tsv.zst", "jsonl.zst"]
    )
    form, _, packing = kind.partition(".")
    data = packed(choice, content(choice, form, 8)[0], packing)
    match choice.randrange(3):
        case 0:
            data = data[: choice.randrange(len(data))]
        case 1:
            data = choice.randbytes(choice.choice([0, 1, 4, 300]))
        case _:
            held = bytearray(data)
            for _ in range(8):
                held[choice.randrange(len(held))] = choice.randrange(256)
            data = bytes(held)
    return Made(f"spoilt.{kind}", data, 1)


def write(folder: Path, files: list[Made]) -> None:
    """Put the files into a folder."""
    for made in files:
        path = folder / made.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.content)
