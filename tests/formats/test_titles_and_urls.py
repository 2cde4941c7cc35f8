"""Titles and URLs of documents and the hosts of these, from every format and from memory."""

import csv
import json

import datasets
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.formats import Fields, blocks, find_files, parse
from dedup.formats.columns import hosts
from dedup.formats.json_objects import strings_of_literals
from dedup.options import Options
from dedup.sources.memory import Memory
from tests.support import reference
from tests.support.examples import examples

FIELDS = Fields(title="title", url="url")
ROWS = [
    {"id": "a", "title": "A \u201cquiet\u201d town\twakes", "url": "https://one.example/1", "text": "a b c"},
    {"id": "b", "title": "", "url": "http://two.example/?q=\u00fc", "text": "d e f"},
    {"id": "c", "text": "g h i"},
]
HOSTS = ["one.example", "two.example", None]
READ = [(row.get("title"), row.get("url")) for row in ROWS]


def write(folder, form):
    """A file of this format with ROWS. A cell of CSV is never missing."""
    path = folder / f"a.{form}"
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    elif form in ("csv", "tsv"):
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*ROWS[0]], delimiter="," if form == "csv" else "\t")
            writer.writeheader()
            writer.writerows(ROWS)
    elif form == "json":
        path.write_text(json.dumps(ROWS))
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return str(path)


def titles_and_urls(documents):
    """The pairs of title and URL."""
    return list(zip(*(documents.column(name).to_pylist() for name in ("title", "url")), strict=True))


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "tsv", "parquet"])
def test_every_format_gives_titles_and_urls(tmp_path, form):
    """Both are read by their names, and so is the host; where no field is named, all are null."""
    files = find_files([write(tmp_path, form)])
    (block,) = blocks(files, fields=FIELDS)
    missing = ("", "") if form in ("csv", "tsv") else (None, None)
    documents = parse(block, FIELDS).documents
    assert titles_and_urls(documents) == [*READ[:2], missing]
    assert documents.column("host").to_pylist() == HOSTS
    (block,) = blocks(files, fields=Fields())
    documents = parse(block, Fields()).documents
    assert titles_and_urls(documents) == [(None, None)] * 3
    assert documents.column("host").to_pylist() == [None] * 3


def test_text_files_have_neither(tmp_path):
    """A text file is a text alone."""
    (tmp_path / "a.txt").write_text("A text.")
    (block,) = blocks(find_files([str(tmp_path)]), fields=FIELDS)
    assert titles_and_urls(parse(block, FIELDS).documents) == [(None, None)]


@pytest.mark.parametrize(
    "container",
    [list, pa.Table.from_pylist, pd.DataFrame, pl.DataFrame, datasets.Dataset.from_list],
    ids=lambda container: container.__qualname__,
)
def test_documents_in_memory_have_titles_and_urls(container):
    """Mappings, Arrow tables, frames and data sets; what is no string is none."""
    source = Memory(container(ROWS), Options())
    (block,) = source.blocks()
    assert titles_and_urls(source.parse(block).documents) == READ
    mixed = Memory([{"text": "x", "title": 5, "url": ["http://a.example"]}, "y", {"title": "t"}], Options())
    (block,) = mixed.blocks()
    assert titles_and_urls(mixed.parse(block).documents) == [(None, None)] * 2


def test_a_field_of_two_columns_is_left_out():
    """Of two columns called title neither counts: a title is not worth an error."""
    table = pa.Table.from_arrays([pa.array([value]) for value in "abc"], ["text", "title", "title"])
    source = Memory(table, Options())
    (block,) = source.blocks()
    assert titles_and_urls(source.parse(block).documents) == [(None, None)]


def test_kernel_and_library_read_the_same_title(tmp_path):
    """What the kernel leaves to the libraries has the title that it has itself; of two the last counts."""
    lines = [
        '{"text":"a","title":%s}',
        '{"text":"a","title":"x","title":%s}',
        '{"text":"a","odd":1e999,"title":%s}',
    ]
    values = ['"T\\u00e4glich \\"hier\\""', '"T\u00e4glich"', "5", "null", '["x"]']
    text = "".join(f"{line % value}\n" for line in lines for value in values)
    (tmp_path / "a.jsonl").write_text(text, encoding="utf-8")
    (block,) = blocks(find_files([str(tmp_path / "a.jsonl")]), fields=FIELDS)
    titles = parse(block, FIELDS).documents.column("title").to_pylist()
    assert titles == ['T\u00e4glich "hier"', "T\u00e4glich", None, None, None] * 3


@pytest.mark.parametrize("field", ["text", "id", "url"])
def test_one_key_may_be_the_title_and_another_field(tmp_path, field):
    """A title may be read from the field of the text, the id or the URL, whoever reads the object."""
    line = '{"id": "b", "text": "a b c", "url": "http://a.example"%s}\n'
    (tmp_path / "a.jsonl").write_text(line % "" + line % ', "odd": 1e999')
    fields = Fields(title=field, url="url")
    (block,) = blocks(find_files([str(tmp_path / "a.jsonl")]), fields=fields)
    for row in parse(block, fields).documents.to_pylist():
        assert row["title"] == row[field] is not None


texts = st.text(st.characters(codec="utf-8"), max_size=6)


@given(st.lists(st.none() | st.integers(0, 9) | texts, max_size=6))
@examples(200)
def test_strings_of_literals_are_those_of_json(values):
    """Literals at any places, escaped in any way, are the strings that they stand for; others are null."""
    wanted = [value if isinstance(value, str) else None for value in values]
    for encode in (
        json.dumps,
        lambda value: json.dumps(value, ensure_ascii=False),
        lambda value: json.dumps(value).replace("/", "\\/"),
    ):
        literals = [encode(value).encode() for value in values]
        ends = np.cumsum([3, *(len(literal) + 3 for literal in literals)])
        spans = np.array([ends[:-1], ends[1:] - 3], np.int64).T
        data = b'-"-' + b"".join(literal + b'-"-' for literal in literals)
        assert strings_of_literals(data, spans).to_pylist() == wanted
    absent = np.zeros((len(values), 2), np.int64)
    assert strings_of_literals(b"{}", absent).to_pylist() == [None] * len(values)


part = st.sampled_from(
    [
        "http",
        "://",
        "//",
        ":",
        "/",
        "www.",
        "WWW.",
        "News",
        ".example",
        "@",
        "?",
        "#",
        "\\",
        "[::1]",
        ":80",
        ".",
    ]
) | st.text("aZ\u00fc\u6f22 \x00\x7f-", max_size=3)
addresses = st.lists(part, max_size=9).map("".join) | st.sampled_from(
    ["https://" + "a" * 250 + ".de/x", "http://" + "b" * 300, "x" * 40 + "://a.de", "http://www.", "https://"]
)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.News.example:443/a?b=c://d", "news.example"),
        ("//cdn.example/x", "cdn.example"),
        ("http://user:pass@a.example", "a.example"),
        ("http://[2001:db8::1]:8080/", "[2001:db8::1]"),
        ("http://m\u00fcnchen.example./", "m\u00fcnchen.example"),
        ("https:\\\\a.example", None),
        ("/only/a/path", None),
        ("news.example/a", None),
        ("mailto:a@b.example", None),
        ("", None),
        ("http://a b/", None),
    ],
)
def test_hosts_of_addresses(url, host):
    """What counts as a site, and what as none."""
    assert hosts(pa.array([url])).to_pylist() == [host]
    assert reference.host(url) == host


@given(st.lists(addresses | st.none(), max_size=6))
@examples(300)
def test_hosts_are_those_of_the_twin(urls):
    """Strings of Arrow, sliced ones too, name what the twin says."""
    wanted = [None if url is None else reference.host(url) for url in urls]
    assert hosts(pa.array(urls, pa.string())).to_pylist() == wanted
    assert hosts(pa.array(["http://x.de", *urls], pa.large_string()).slice(1)).to_pylist() == wanted


def test_kernel_and_library_read_the_same_host(tmp_path):
    """What the kernel leaves to the libraries has the host that it has itself; what is no string has none."""
    lines = [
        '{"text":"a","url":%s}',
        '{"text":"a","url":"http://x.de","url":%s}',
        '{"text":"a","odd":1e999,"url":%s}',
    ]
    values = ['"http:\\/\\/b.example"', '"\\u0068ttp://b.example"', "5", "null", '["http://b.example"]']
    (tmp_path / "a.jsonl").write_text("".join(f"{line % value}\n" for line in lines for value in values))
    (block,) = blocks(find_files([str(tmp_path / "a.jsonl")]), fields=FIELDS)
    names = parse(block, FIELDS).documents.column("host").to_pylist()
    assert names == ["b.example", "b.example", None, None, None] * 3


@pytest.mark.parametrize("container", [list, pa.Table.from_pylist, pl.DataFrame])
def test_documents_in_memory_have_hosts(container):
    """Mappings, Arrow tables and frames; what is no address has none."""
    known, of = dedup.clean(container(ROWS)).corpus.hosts()
    assert [known[i] if i >= 0 else None for i in of.tolist()] == HOSTS
    known, of = dedup.clean([*ROWS, {"text": "x", "url": 5}, "y"]).corpus.hosts()
    assert of[3:].tolist() == [-1, -1]
