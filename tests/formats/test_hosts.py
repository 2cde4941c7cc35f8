"""The host of an address, from every format, as the slow twin has it."""

import csv
import json

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.formats import Fields, blocks, find_files, parse
from dedup.formats.columns import hosts, hosts_of_literals
from tests.support import reference
from tests.support.examples import examples

FIELDS = Fields(url="url")
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
    """Strings of Arrow, sliced ones too, and JSON literals, escaped in any way, name what the twin says."""
    wanted = [None if url is None else reference.host(url) for url in urls]
    assert hosts(pa.array(urls, pa.string())).to_pylist() == wanted
    assert hosts(pa.array(["http://x.de", *urls], pa.large_string()).slice(1)).to_pylist() == wanted
    for write in (
        json.dumps,
        lambda url: json.dumps(url, ensure_ascii=False),
        lambda url: json.dumps(url).replace("/", "\\/"),
        lambda url: "null" if url is None else '"' + "".join(f"\\u{ord(c):04x}" for c in url) + '"',
    ):
        literals = [write(url).encode() for url in urls]
        ends = np.cumsum([0, *map(len, literals)])
        spans = np.stack((ends[:-1], ends[1:]), axis=1).astype(np.int64).reshape(-1, 2)
        assert hosts_of_literals(b"".join(literals), spans).to_pylist() == wanted


ROWS = [
    {"id": "a", "url": "https://www.one.example/1", "text": "a b c"},
    {"id": "b", "url": "http://two.example", "text": "d e f"},
    {"id": "c", "url": "", "text": "g h i"},
]
HOSTS = ["one.example", "two.example", None]


def written(folder, form):
    """A file of this format with ROWS."""
    path = folder / f"a.{form}"
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    elif form in ("csv", "tsv"):
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, ["id", "url", "text"], delimiter="," if form == "csv" else "\t")
            writer.writeheader()
            writer.writerows(ROWS)
    elif form == "json":
        path.write_text(json.dumps(ROWS))
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return str(path)


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "tsv", "parquet"])
def test_every_format_gives_the_host(tmp_path, form):
    """The field with the address is read of each format; without its name there are no hosts."""
    files = find_files([written(tmp_path, form)])
    (block,) = blocks(files, fields=FIELDS)
    assert parse(block, FIELDS).documents.column("host").to_pylist() == HOSTS
    (block,) = blocks(files, fields=Fields())
    assert parse(block, Fields()).documents.column("host").to_pylist() == [None] * 3


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
    """Mappings, Arrow tables and frames; what is no address is none."""
    result = dedup.clean(container(ROWS), url_field="url")
    known, of = result.corpus.hosts()
    assert [known[i] if i >= 0 else None for i in of.tolist()] == HOSTS
    known, of = dedup.clean([*ROWS, {"text": "x", "url": 5}, "y"]).corpus.hosts()
    assert of[3:].tolist() == [-1, -1]
