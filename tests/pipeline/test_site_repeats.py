"""Site repeats in whole runs: the input comes back, the machine decides nothing, templates match nobody."""

import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.pipeline import run
from dedup.pipeline.sites import site_pass
from dedup.sources import memory
from tests.sites.pages import Site, article
from tests.support.command import json_lines as lines
from tests.support.command import run as run_command
from tests.support.examples import examples
from tests.support.paths import FIXTURES

KINDS_WITHOUT = ("block", "exact", "near", "title")
LINES = st.sampled_from(
    [f"Line {name} of the menu" for name in "abcd"] + ["", "Most read (1)", "Most read (2)"]
)
CRAWL = st.lists(
    st.tuples(
        st.sampled_from(["a.example", "b.example", None]), st.lists(LINES, max_size=4), st.integers(0, 6)
    ),
    max_size=25,
)


def crawl(pages):
    """Documents of drawn sites: drawn lines around one of seven articles."""
    return [
        {
            "id": str(number),
            "url": host and f"https://{host}/{number}",
            "text": "\n".join([*lines, *article(str(body)), *lines[:2]]),
        }
        for number, (host, lines, body) in enumerate(pages)
    ]


def decided(result):
    return list(result.ledger()), result.kept, result.totals, result.repeats


@given(CRAWL, st.sampled_from([1, 3, 10]))
@examples(30)
def test_workers_blocks_and_memory_do_not_matter(pages, block):
    """Decisions are the same for any number of workers, any blocks, any parts, and with all on disk."""
    documents = crawl(pages)
    expected = decided(dedup.clean(documents, workers=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "_BLOCK", block)
        patch.setattr(site_pass, "_AT_ONCE", 5)
        patch.setattr(run, "_SPOOLED", 1 << 60)
        for workers in (1, 3):
            assert decided(dedup.clean(documents, workers=workers)) == expected


@given(CRAWL)
@examples(30)
def test_without_the_kind_nothing_is_different(pages):
    """Without `site` in --cut a run is the same as if no document had an address."""
    documents = crawl(pages)
    without = dedup.clean(documents, cut=KINDS_WITHOUT, keep="first")
    nowhere = dedup.clean(documents, url_field="", keep="first")
    assert decided(without) == decided(nowhere)


@given(CRAWL, st.sampled_from(["jsonl", "csv", "parquet"]))
@examples(10)
def test_the_input_comes_back(tmp_path_factory, pages, form):
    """Output and ledger rebuild the input: byte for byte, or an equal table."""
    folder = tmp_path_factory.mktemp("sites")
    documents = [*crawl(pages), *Site("c.example").pages(12)]
    source, output = folder / f"in.{form}", folder / f"out.{form}"
    table = pa.Table.from_pylist(documents)
    write(source, table)
    status = run_command("clean", source, "-o", output, "--ledger", folder / "ledger.jsonl", "--quiet")
    assert status.returncode == 0
    assert "site" in {
        repeat["kind"] for line in lines(folder / "ledger.jsonl") for repeat in line.get("repeats", ())
    }
    back = folder / f"back.{form}"
    assert run_command("restore", output, folder / "ledger.jsonl", "-o", back).returncode == 0
    if form == "parquet":
        assert pq.read_table(back).equals(table)
    else:
        assert back.read_bytes() == source.read_bytes()


def write(path: Path, table: pa.Table) -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    elif path.suffix == ".csv":
        table.to_pandas().to_csv(path, index=False)
    else:
        path.write_text("".join(json.dumps(document) + "\n" for document in table.to_pylist()))


def test_the_pages_of_the_fixtures_are_their_articles():
    """Of each invented page its article is left, and one story in two templates is one."""
    pages = lines(FIXTURES / "sites.jsonl")
    result = dedup.clean(
        [{name: page[name] for name in ("id", "url", "text")} for page in pages], keep="first"
    )
    kept = {document["id"]: document["text"] for document in result.kept}
    assert kept == {page["id"]: page["clean"] for page in pages if page["keeper"] is None}
    dropped = {line["id"]: line["keeper"]["id"] for line in result.dropped}
    assert dropped == {page["id"]: page["keeper"] for page in pages if page["keeper"]}


def test_stories_that_share_a_template_match_without_this_only():
    """Two stories of a few words each are alike for all that their site prints around them, until it goes."""
    site, rng = Site("daily.example"), random.Random(1)
    pages = [site.page(number, [_plain_sentence(rng), _plain_sentence(rng)]) for number in range(12)]
    assert len(dedup.clean(pages, cut=KINDS_WITHOUT, threshold=0.4).dropped) > 0
    assert dedup.clean(pages, threshold=0.4).dropped == []


def _plain_sentence(rng: random.Random) -> str:
    """A sentence of twenty words without names and numbers: what differs in these is kept anyway."""
    words = ["".join(rng.choice(["ba", "lo", "mi", "te", "ru"]) for _ in range(3)) for _ in range(20)]
    return f"{' '.join(words).capitalize()}."
