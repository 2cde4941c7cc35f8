"""The report as JSON: its schema describes all of it, and --fail-over ends a run with status 4."""

import copy
import gzip
import subprocess
import sys
from pathlib import Path

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.api import clean
from dedup.cli.main import main
from tests.support.examples import examples
from tests.support.paths import ARTICLES, TOP
from tests.support.reporting import DOCUMENTS, OTHER, STORY, full_summary, summary_of

SCHEMA = orjson.loads((TOP / "dedup/summary/report.schema.json").read_bytes())
jsonschema.Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def assert_valid(report):
    """Check a report, as it is on disk, against the schema."""
    errors = [
        f"{error.json_path}: {error.message}"
        for error in VALIDATOR.iter_errors(orjson.loads(orjson.dumps(report)))
    ]
    assert errors == []


def members(part, path="$"):
    """Every object of the schema, with its path."""
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield path, part
        for name, value in part.items():
            yield from members(value, f"{path}.{name}")
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from members(value, f"{path}[{number}]")


def test_the_schema_requires_every_field():
    """Each object of the schema names all of its fields, and takes no other; all but a few must be there."""
    for path, part in members(SCHEMA):
        if "properties" in part:
            assert part["additionalProperties"] is False, path
            assert set(part["properties"]) - set(part["required"]) <= {
                "date",
                "document",
                "earlier",
                "host",
                "pinned",
                "field",
                "by",
                "reason",
                "value",
                "title",
                "shared_id",
            }, path
        else:
            assert "additionalProperties" in part, path


@pytest.mark.parametrize(
    "documents",
    [
        DOCUMENTS,
        [],
        [STORY],
        [STORY, OTHER],
        [{"text": 5}],
        [{"text": ""}] * 3,
        [STORY, STORY],
        str(ARTICLES),
    ],
)
@pytest.mark.parametrize(
    "options", [{}, {"contained": None, "max_loss": 0.1}, {"repeats": False, "duplicates": False}]
)
def test_runs_follow_the_schema(documents, options):
    """Fixtures, nothing at all, no duplicates, nothing but rejects, texts without words."""
    assert_valid(clean(documents, **options).summary())


def test_a_summary_of_everything_is_valid():
    """No part is empty: doubts, sites, templates, odd groups, all alarms."""
    assert_valid(full_summary(summary_of(clean(DOCUMENTS))))


@given(st.sampled_from(["totals", "groups", "sites", "loss", "files", "options", "unsure"]), st.booleans())
@examples(20)
def test_a_field_more_or_less_is_noticed(part, more):
    """The schema fails where a field is new or gone."""
    report = copy.deepcopy(full_summary(summary_of(clean(DOCUMENTS))))
    if more:
        report[part]["new"] = 1
    else:
        report[part].popitem()
    assert list(VALIDATOR.iter_errors(report))


def test_a_run_with_an_index_is_valid(tmp_path):
    """Keepers of an earlier run have a date."""
    with dedup.Index(tmp_path / "seen.index") as index:
        index.add_many(DOCUMENTS[:5])
        report = index.add_many(DOCUMENTS[:5]).summary()
    assert report["seen"]
    assert "date" in report["groups"]["largest"][0]["keeper"]
    assert report["groups"]["largest"][0]["opening"].startswith("The ferry")
    assert_valid(report)


@pytest.fixture
def crawl(tmp_path, monkeypatch):
    """Two hundred articles to work with, of which 2 are dropped, 1 is cut and 1 cannot be read."""
    rows = [{"id": str(i), "text": " ".join(f"w{i}x{j}" for j in range(50))} for i in range(196)]
    rows += DOCUMENTS[:3]
    text = b"".join(orjson.dumps(row) + b"\n" for row in rows) + b"no json\n"
    (tmp_path / "crawl.jsonl").write_bytes(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["report.json", "report.json.gz"])
def test_the_file_is_the_report(crawl, name):
    """--report writes what the schema describes, with the files and the times of the run."""
    assert main(["clean", "crawl.jsonl", "-o", "out.jsonl", "--report", name, "--quiet"]) == 3
    data = Path(name).read_bytes()
    report = orjson.loads(gzip.decompress(data) if name.endswith(".gz") else data)
    assert_valid(report)
    assert report["files"] == {
        "articles": "out.jsonl",
        "ledger": None,
        "rejects": "out.jsonl.rejects.jsonl",
        "report": name,
        "dry_run": False,
        "skipped": [],
    }
    assert report["seconds"]["write"] > 0
    assert report["shares"]["touched"] == 0.02


@pytest.mark.parametrize(
    ("limit", "status"),
    [("2%", 3), ("0.02", 3), ("1.9%", 4), ("0.5%", 4), ("0", 4), ("100%", 3), ("1.99999%", 4)],
)
def test_fail_over_ends_with_status_4(crawl, capsys, limit, status):
    """More than the share that is dropped, tagged, cut or unreadable: 4, and a sentence, after all is
    written.
    """
    assert main(["clean", "crawl.jsonl", "-o", "out.jsonl", "--quiet", "--fail-over", limit]) == status
    errors = capsys.readouterr().err
    assert ("4 of 200 records (2.00%) were dropped, tagged, cut or unreadable" in errors) == (status == 4)
    assert "1 record could not be read" in errors
    assert len((crawl / "out.jsonl").read_bytes().splitlines()) == 197


def test_a_clean_crawl_ends_well(crawl, capsys):
    """0 where nothing is touched, and for no articles at all; a dry run counts, too."""
    lines = (crawl / "crawl.jsonl").read_bytes().splitlines(keepends=True)
    (crawl / "good.jsonl").write_bytes(b"".join(lines[:190]))
    (crawl / "none.jsonl").write_bytes(b"")
    for name in ("good.jsonl", "none.jsonl"):
        assert main(["clean", name, "-o", "out.jsonl", "--quiet", "--fail-over", "0"]) == 0
    assert main(["clean", "crawl.jsonl", "--dry-run", "--quiet", "--fail-over", "1%"]) == 4


@pytest.mark.parametrize("limit", ["5", "101%", "much", "nan", ""])
def test_a_wrong_share_is_refused(crawl, capsys, limit):
    """Wrong usage: a number above 1 without % among it."""
    with pytest.raises(SystemExit) as ended:
        main(["clean", "crawl.jsonl", "--fail-over", limit])
    assert ended.value.code == 2
    assert "must be a share like 5% or 0.05" in capsys.readouterr().err


@pytest.mark.parametrize(("limit", "status"), [("50%", 3), ("1%", 4)])
def test_a_stream_can_be_too_bad(crawl, limit, status):
    """A stream ends with status 4, too, after every line was answered."""
    command = [
        sys.executable,
        "-m",
        "dedup",
        "clean",
        "-",
        "-o",
        "out.jsonl",
        "--stream",
        "--fail-over",
        limit,
    ]
    done = subprocess.run(
        command, input=(crawl / "crawl.jsonl").read_bytes(), capture_output=True, check=False
    )
    assert done.returncode == status
    assert (b"of 200 records" in done.stderr) == (status == 4)
    assert len((crawl / "out.jsonl").read_bytes().splitlines()) == 197
