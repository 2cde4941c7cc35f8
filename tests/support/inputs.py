"""Generated input files, and a run that decides at random: for the tests of formats, outputs and restore."""

import csv
import io
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from dedup.document import UNTAGGED, Tag
from dedup.files.staging import Staging
from dedup.formats import Block, Fields, File, blocks, find_files, parse
from dedup.formats.blocks import ByteBlock
from dedup.ledger.record import Record
from dedup.options import TAG_FIELDS, Options
from dedup.outputs.targets import Targets
from dedup.outputs.writer import write
from dedup.sources.files import Files
from dedup.text.ranges import without

FIELDS = Fields()
A_TAG = Tag('of "this", or\n\ta \u00e9', 0.8125)
BOM = b"\xef\xbb\xbf"

characters = st.sampled_from("ab \"\\/,;\t\n\r'\x00\x1f\x7f\x85\u2028é漢😀\ufeff") | st.characters(
    exclude_categories=["Cs"]
)
texts = st.text(characters, max_size=25)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
BAD_LINES = [
    b"{", b"[]", b"3", b'"text"', b'{"x": 1}', b'{"text": null}', b'{"text": 4, "id": 1}', b"\xff\xfe",
    b'{"text": "\xff"}', b'{"text": "a"} x', b"[" * 3000,
]  # fmt: skip


@st.composite
def objects(draw, text=None):
    """The JSON text of one document, in any style, without a raw newline. `text`: its text; None: any."""
    fields = draw(st.dictionaries(texts.filter(lambda t: t not in ("text", "id")), values, max_size=2))
    if draw(st.integers(0, 3)) == 0:  # fields that --action tag writes
        fields |= draw(st.dictionaries(st.sampled_from(TAG_FIELDS), values, min_size=1))
    fields["id"] = draw(st.none() | st.integers() | texts)
    fields["text"] = draw(texts) if text is None else text
    order = draw(st.permutations(list(fields)))
    escaped = draw(st.booleans())
    gap = draw(st.sampled_from(["", " ", "\t "]))
    pairs = [_pair(name, fields[name], escaped, gap) for name in order]
    if draw(st.integers(0, 5)) == 0:
        pairs.insert(0, r'"te\u0078t": "an earlier value of the same key"')
    if draw(st.integers(0, 9)) == 0:
        pairs.insert(draw(st.integers(0, len(pairs))), r'"duplicate\u005Fof": {"duplicate_of": ["a}", 1e3]}')
    line = "{" + gap + ("," + gap).join(pairs) + "}" + gap
    return line.replace("/", r"\/").encode() if draw(st.booleans()) else line.encode()


def unchecked(block: Block) -> Block:
    """The block as a later one of its file: only the first must have the text field."""
    return replace(block, is_first=False) if isinstance(block, ByteBlock) else block


def _pair(name, value, escaped, gap):
    return f"{json.dumps(name, ensure_ascii=escaped)}:{gap}{json.dumps(value, ensure_ascii=escaped)}"


@st.composite
def jsonl_files(draw):
    """The bytes of a JSON Lines file with at least one document: good, bad and blank lines, any line ends."""
    lines = draw(st.lists(objects() | st.sampled_from([*BAD_LINES, b"", b"  "]), max_size=6))
    lines.insert(draw(st.integers(0, len(lines))), draw(objects()))
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    return draw(st.sampled_from([b"", BOM])) + end.join(lines) + draw(st.sampled_from([b"", end]))


@st.composite
def array_files(draw):
    """The bytes of a .json array with at least one document, and elements that are none."""
    bad = [b"3", b"null", b"[]", b'{"x": 1}', b'{"text": [1]}', b"[" * 3000 + b"]" * 3000]
    elements = draw(st.lists(objects() | st.sampled_from(bad), max_size=5))
    elements.insert(draw(st.integers(0, len(elements))), draw(objects()))
    comma = draw(st.sampled_from([b",", b" ,\n  ", b"\r\n,"]))
    space = draw(st.sampled_from([b"", b"\n"]))
    return draw(st.sampled_from([b"", BOM])) + space + b"[" + space + comma.join(elements) + b" ]" + space


@st.composite
def csv_files(draw, delimiter=","):
    """The bytes of a CSV file with the columns id, text and more; some of its rows have other lengths."""
    raw = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    writer = csv.writer(raw, delimiter=delimiter, quoting=quoting, lineterminator=end)
    other = draw(st.sampled_from(["more", "more", *TAG_FIELDS]))
    writer.writerow(draw(st.permutations(["id", "text", other])))
    for _ in range(draw(st.integers(1, 5))):
        writer.writerow([draw(texts) for _ in range(3)])
        raw.write(draw(st.sampled_from(["", "", end, f"a{end}", f'x"y{delimiter}b"c{delimiter}"d"e{end}'])))
    data = raw.getvalue().encode()
    data += draw(
        st.sampled_from([b"", b'\xff,"b",c' + end.encode(), f"1{delimiter}last{delimiter}3".encode()])
    )
    return draw(st.sampled_from([b"", BOM])) + data


text_files = st.builds(
    lambda bom, text: bom + text,
    st.sampled_from([b"", BOM]),
    texts.map(str.encode) | st.sampled_from([b"", b"\xff bad"]),
)
NESTED = pa.struct([("a", pa.list_(pa.int64())), ("b", pa.string())])


@st.composite
def tables(draw):
    """An Arrow table with a text column of any string type and other columns of many types."""
    count = draw(st.integers(1, 8))
    rows = draw(st.lists(st.none() | texts, min_size=count, max_size=count))
    kind = draw(st.sampled_from([pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]))
    numbers = list(range(count))
    columns = {
        "text": pa.array(rows, pa.string()).cast(pa.large_string()).cast(pa.string()),
        "id": pa.array(numbers, pa.uint64()),
        "nested": pa.array([{"a": [i] * (i % 3), "b": None} for i in numbers], NESTED),
        "when": pa.array([i * 10**9 + 7 for i in numbers], pa.timestamp("us", "UTC")),
        "price": pa.array([f"{i}.25" for i in numbers], pa.string()).cast(pa.decimal128(12, 2)),
        "raw": pa.array([bytes([255, i]) if i % 2 else None for i in numbers], pa.binary()),
        "pairs": pa.array([[("k", i)] for i in numbers], pa.map_(pa.string(), pa.int64())),
        "kind": pa.array(["x", "y"] * count, pa.string()).slice(0, count).dictionary_encode(),
        "nothing": pa.nulls(count),
    }
    text = columns["text"]
    columns["text"] = text.dictionary_encode() if pa.types.is_dictionary(kind) else text.cast(kind)
    if draw(st.integers(0, 3)) == 0:
        columns[draw(st.sampled_from(TAG_FIELDS))] = pa.array([i or None for i in numbers], pa.int16())
    return pa.table(columns).replace_schema_metadata({"made": "by a test"})


FILES = {
    "jsonl": jsonl_files(),
    "json": array_files(),
    "csv": csv_files(),
    "tsv": csv_files("\t"),
    "parquet": tables(),
}
"""A strategy for the content of a file, by format; plain text is `text_files`."""


def write_file(folder: Path, name: str, content: bytes | pa.Table) -> str:
    """Write a file into a folder and return its path; a table becomes Parquet with three rows a row group."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, pa.Table):
        pq.write_table(content, path, row_group_size=3)
    else:
        path.write_bytes(content)
    return str(path)


class Document(NamedTuple):
    """A document that the output should have. `source`: the name of its file; `tagged`: with `A_TAG`."""

    source: str
    id: str | None
    text: str
    unchanged: bool
    tagged: bool


class Run(NamedTuple):
    """A finished run: its files, the documents that its output should have, the number of rejects."""

    files: list[File]
    expected: list[Document]
    rejects: int


def clean_at_random(
    inputs: list[str],
    output: str | None,
    ledger: str | None = None,
    rejects: str | None = None,
    seed: int = 0,
    size: int = 8 << 20,
    action: str = "drop",
) -> Run:
    """Drop and cut documents at random, and write. A seed of 0 keeps every document as it is; `size`: bytes a
    block; `action`: "drop", or instead "tag" or "keep" what would be dropped.
    """
    choice = random.Random(seed)
    source = Files(inputs, Options())
    files = source.files
    records, expected = [], []
    for block in blocks(files, size):
        batch = parse(unchecked(block), FIELDS)
        records += [Record(*bad[:4], None, [], False, bad.reason) for bad in batch.rejects]
        for row, document in enumerate(batch.documents.to_pylist()):
            is_duplicate = seed > 0 and choice.random() < 0.3
            dropped = is_duplicate and action == "drop"
            tag = (A_TAG if is_duplicate else UNTAGGED) if action == "tag" else None
            cuts = random_cuts(choice, len(document["text"])) if seed and choice.random() < 0.6 else []
            edits = batch.edits(row, cuts) if cuts and not dropped else []
            name = files[document["file"]].name
            line = orjson.dumps({"id": document["id"], "source": name, "position": document["position"]})
            location = (document["file"], document["position"], document["start"], document["end"])
            records.append(Record(*location, line, edits, dropped, None, tag=tag))
            if not dropped:
                text = without(document["text"], cuts)
                expected.append(Document(name, document["id"], text, not edits, tag == A_TAG))
    records.sort(key=lambda record: (record.file, record.start))
    with Staging() as staging:
        targets = Targets(output, ledger, rejects)
        write(source, records, targets, staging, {"options": {}}, tags=action == "tag")
    return Run(files, expected, sum(record.reason is not None for record in records))


def random_cuts(choice: random.Random, length: int) -> list[tuple[int, int]]:
    """One or two sorted, disjoint, non-empty ranges of a text of this length, where it is long enough."""
    borders = sorted(choice.sample(range(length + 1), min(2 * choice.randint(1, 2), (length + 1) // 2 * 2)))
    return [(a, b) for a, b in zip(borders[::2], borders[1::2], strict=True)]


def texts_of(path: str | Path) -> list[str]:
    """The texts of the documents in a file or folder, none of which may be a reject."""
    documents = []
    for block in blocks(find_files([str(path)])):
        batch = parse(block, FIELDS)
        assert not batch.rejects
        documents += batch.documents.column("text").to_pylist()
    return documents
