"""`dedup index`, run as a user runs it."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from dedup.cli.main import main
from dedup.index.file import FORMAT
from dedup.index.index import Index
from tests.index.aging import make_older
from tests.support.paths import ARTICLES


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with the articles, some of them alone, and one that no index has seen."""
    monkeypatch.chdir(tmp_path)
    Path("crawl.jsonl").write_bytes(ARTICLES.read_bytes())
    Path("few.jsonl").write_bytes(b"".join(ARTICLES.read_bytes().splitlines(keepends=True)[:5]))
    Path("new.jsonl").write_bytes(orjson.dumps({"id": "new", "text": "one word after another " * 9}) + b"\n")
    return tmp_path


def lines_of(capfdbinary) -> list[dict]:
    """The lines of standard output."""
    return [orjson.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


def facts(capfdbinary, path="seen.index") -> dict:
    """What `dedup index info --json` says."""
    capfdbinary.readouterr()
    assert main(["index", "info", path, "--json"]) == 0
    return orjson.loads(capfdbinary.readouterr().out)


def add(*arguments: str) -> int:
    return main(["index", "add", "seen.index", *arguments])


def test_add_stores_what_clean_would_keep(capfdbinary):
    """`index add` prints a short report and no articles; `clean --index` then drops all articles that have
    words, but for a cluttered copy: from a run to the next nothing is dropped of which text may be lost.
    """
    assert add("crawl.jsonl") == 0
    shown = capfdbinary.readouterr()
    assert shown.out.decode().splitlines() == [
        "48 articles read: 39 kept and added; 9 dropped, 0 rejected",
        "seen.index has 39 documents",
    ]
    assert main(["clean", "crawl.jsonl", "-o", "out.jsonl", "--index", "seen.index", "--quiet"]) == 0
    kept = [orjson.loads(line) for line in Path("out.jsonl").read_bytes().splitlines()]
    assert {article["id"] for article in kept if article["text"]} == {"fx-048"}


def test_adding_twice_stores_once(capfdbinary):
    """Documents that are added again are no duplicates of themselves, and are in the index once."""
    assert add("few.jsonl", "--quiet") == add("few.jsonl", "--quiet") == 0
    assert capfdbinary.readouterr() == (b"", b"")
    info = facts(capfdbinary)
    assert (info["documents"], info["runs"]) == (2, 1)


def test_check_prints_ledger_lines(capfdbinary):
    """`index check` prints the decision on each document, with keeper and date, in order; the index stays
    as it is.
    """
    add("few.jsonl", "--quiet")
    before = facts(capfdbinary)
    assert main(["index", "check", "seen.index", "new.jsonl", "few.jsonl", "--quiet"]) == 0
    first, *others = lines_of(capfdbinary)
    assert first == {"id": "new", "source": "new.jsonl", "position": 1, "decision": "kept"}
    assert [line["decision"] for line in others] == ["dropped"] * 5
    assert [line["keeper"]["id"] for line in others] == ["fx-001", "fx-002", "fx-002", "fx-002", "fx-002"]
    assert all(line["keeper"]["date"].startswith("20") for line in others)
    assert all(line["jaccard"] >= 0.8 or line["coverage"] >= 0.8 for line in others)
    assert facts(capfdbinary) == before


def test_check_prints_rejects_in_their_place(capfdbinary):
    """A record that cannot be read has a line in its place, with the reason; status 3."""
    add("few.jsonl", "--quiet")
    Path("bad.jsonl").write_bytes(Path("new.jsonl").read_bytes() + b"{\n" + Path("few.jsonl").read_bytes())
    assert main(["index", "check", "seen.index", "bad.jsonl", "--quiet"]) == 3
    lines = lines_of(capfdbinary)
    assert [line["decision"] for line in lines] == ["kept", "rejected", *["dropped"] * 5]
    assert (lines[1]["source"], lines[1]["line"]) == ("bad.jsonl", 2)
    assert "not valid JSON" in lines[1]["reason"]
    assert add("bad.jsonl", "--quiet") == 3


def test_check_escapes_control_characters(capfdbinary):
    """Ids that a terminal could act on are printed as JSON escapes of the same strings."""
    ids = ["\x1b[31m", "\x9b31m", "\u202egnp.exe", "\x7f", "a\u2066b", "\u200f", "Zoë 漢"]
    lines = [
        orjson.dumps({"id": name, "text": f"{name} {number} what nobody said"})
        for number, name in enumerate(ids)
    ]
    Path("odd.jsonl").write_bytes(b"\n".join(lines))
    assert main(["index", "add", "seen.index", "few.jsonl", "--quiet"]) == 0
    assert main(["index", "check", "seen.index", "odd.jsonl", "--quiet"]) == 0
    output = capfdbinary.readouterr().out
    assert [orjson.loads(line)["id"] for line in output.splitlines()] == ids
    assert not [
        c
        for c in output.decode()
        if c in "\x7f\u200e\u200f" or "\x80" <= c <= "\x9f" or "\u202a" <= c <= "\u2069"
    ]
    assert "Zoë 漢" in output.decode()


def test_check_works_in_a_pipe():
    """A process of its own reads standard input and writes standard output."""
    add("few.jsonl", "--quiet")
    command = [sys.executable, "-m", "dedup", "index", "check", "seen.index", "-", "--quiet"]
    given = Path("few.jsonl").read_bytes()
    done = subprocess.run(command, input=given, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr, done.stdout.count(b'"dropped"')) == (0, b"", 5)


def test_info_describes_an_index(capfdbinary):
    """`index info` has documents, runs, dates, size, format and options, as text and as JSON."""
    add("few.jsonl", "--quiet", "--threshold", "0.7", "--contained", "off", "--no-repeats")
    info = facts(capfdbinary)
    assert (info["documents"], info["runs"], info["format"]) == (2, 1, FORMAT)
    assert info["bytes"] == Path("seen.index").stat().st_size
    assert info["bytes_per_document"] == round(info["bytes"] / 2)
    assert info["first"] <= info["last"]
    made = info["options"]
    assert (made["threshold"], made["contained"], made["repeats"]) == (0.7, None, False)
    assert main(["index", "info", "seen.index"]) == 0
    shown = capfdbinary.readouterr().out.decode()
    assert "documents  2\nruns       1\n" in shown
    assert f"entered    {info['first']} to {info['last']}\n" in shown
    assert "contained off, cut block+exact+near+title+excerpt+site, ngram 3" in shown
    assert "repeats no, threshold 0.7" in shown


def test_an_index_keeps_its_options(capfdbinary):
    """Options that are not given are those of the index; the same ones may be given again."""
    add("few.jsonl", "--quiet", "--threshold", "0.7", "--cut", "block,exact")
    assert add("new.jsonl", "--quiet") == 0
    assert add("crawl.jsonl", "--quiet", "--threshold", "0.7", "--cut", "block,exact") == 0
    assert facts(capfdbinary)["options"]["threshold"] == 0.7


def test_drop_by_id(capfdbinary):
    """A dropped document is kept the next time; an unknown id is reported after the others are dropped."""
    add("few.jsonl", "--quiet")
    assert main(["index", "drop", "seen.index", "fx-001"]) == 0
    assert capfdbinary.readouterr().out == b"1 document deleted; seen.index has 1 left\n"
    main(["index", "check", "seen.index", "few.jsonl", "--quiet"])
    assert [line["decision"] == "dropped" for line in lines_of(capfdbinary)] == [
        False,
        True,
        True,
        True,
        True,
    ]
    assert main(["index", "drop", "seen.index", "fx-001", "fx-002"]) == 1
    shown = capfdbinary.readouterr()
    assert shown.out == b"1 document deleted; seen.index has 0 left\n"
    assert shown.err == b"dedup: seen.index has no document with the id 'fx-001'\n"


def test_drop_by_age_shrinks_the_file(capfdbinary):
    """Older documents go, younger ones stay, and the file is smaller."""
    lines = [
        orjson.dumps({"id": n, "text": " ".join(f"w{n}x{i * i % 97}" for i in range(200))})
        for n in range(600)
    ]
    Path("many.jsonl").write_bytes(b"\n".join(lines))
    add("many.jsonl", "--quiet")
    make_older("seen.index", 100)
    add("few.jsonl", "--quiet")
    size = Path("seen.index").stat().st_size
    capfdbinary.readouterr()
    assert main(["index", "drop", "seen.index", "--older", "90d"]) == 0
    assert capfdbinary.readouterr().out == b"600 documents deleted; seen.index has 2 left\n"
    assert Path("seen.index").stat().st_size < 0.6 * size
    assert main(["index", "drop", "seen.index", "fx-001", "--older", "0m"]) == 0
    assert facts(capfdbinary)["documents"] in (0, 1)  # of this second, or of the one before it


def test_forget_ignores_old_documents(capfdbinary):
    """With `check --forget` documents that are older than the age match nothing."""
    add("few.jsonl", "--quiet")
    make_older("seen.index", 10)
    assert main(["index", "check", "seen.index", "few.jsonl", "--forget", "9d", "--quiet"]) == 0
    assert all("date" not in line.get("keeper", {}) for line in lines_of(capfdbinary))
    assert main(["index", "check", "seen.index", "few.jsonl", "--forget", "11d", "--quiet"]) == 0
    assert all("date" in line["keeper"] for line in lines_of(capfdbinary))


WRONG = {
    "add: no input": (["add", "seen.index", "nowhere.jsonl"], 1, "nowhere.jsonl"),
    "add: the index as input": (["add", "few.jsonl", "few.jsonl"], 2, "few.jsonl"),
    "add: no index": (["add", "few.jsonl", "new.jsonl"], 1, "'few.jsonl' is not an index"),
    "add: a folder": (["add", ".", "new.jsonl"], 1, "folder"),
    "add: other options": (["add", "seen.index", "new.jsonl", "--ngram", "4"], 1, "ngram 3, not 4"),
    "add: the default, given": (["add", "own.index", "new.jsonl", "--threshold", "0.8"], 1, "threshold 0.7"),
    "add: impossible option": (["add", "seen.index", "new.jsonl", "--threshold", "7"], 2, "--threshold"),
    "add: bad age": (["add", "seen.index", "new.jsonl", "--forget", "soon"], 2, "soon"),
    "check: no index": (["check", "none.index", "new.jsonl"], 1, "none.index"),
    "check: another file": (["check", "few.jsonl", "new.jsonl"], 1, "few.jsonl"),
    "check: another database": (["check", "other.db", "new.jsonl"], 1, "other.db"),
    "info: no index": (["info", "none.index"], 1, "none.index"),
    "info: another file": (["info", "few.jsonl"], 1, "few.jsonl"),
    "info: an empty file": (["info", "empty"], 1, "empty"),
    "drop: no index": (["drop", "none.index", "a"], 1, "none.index"),
    "drop: nothing named": (["drop", "seen.index"], 2, "--older"),
    "drop: unknown": (["drop", "seen.index", "nobody"], 1, "'nobody'"),
    "drop: bad age": (["drop", "seen.index", "fx-001", "--older", "90"], 2, "'90'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_usage_and_bad_input_are_one_sentence(name, capfdbinary):
    """One line that names the fault, the right status, no new file, and an unchanged index."""
    add("few.jsonl", "--quiet")
    main(["index", "add", "own.index", "few.jsonl", "--quiet", "--threshold", "0.7"])
    Path("empty").touch()
    sqlite3.connect("other.db").execute("CREATE TABLE documents (id TEXT)").connection.close()
    before, names = facts(capfdbinary), sorted(Path().iterdir())
    arguments, status, named = WRONG[name]
    assert main(["index", *arguments]) == status
    shown = capfdbinary.readouterr()
    assert shown.out in (b"", b"0 documents deleted; seen.index has 2 left\n")
    assert named in shown.err.decode()
    assert len(shown.err.splitlines()) == 1
    assert sorted(Path().iterdir()) == names
    after = facts(capfdbinary)
    assert {**after, "bytes": 0, "bytes_per_document": 0} == {**before, "bytes": 0, "bytes_per_document": 0}


@pytest.mark.parametrize("action", ["add", "check", "info", "drop"])
def test_an_index_in_use_is_refused_or_waited_for(action, capfdbinary):
    """While another process uses the index: status 1 and a line that names the process; --wait waits for
    it.
    """
    add("few.jsonl", "--quiet")
    hold = (
        "import sys, time\nfrom dedup import Index\n"
        "with Index('seen.index'):\n    print('held', flush=True)\n    sys.stdin.readline()\n"
        "    time.sleep(0.5)\n"
    )
    more = {"add": ["new.jsonl"], "check": ["new.jsonl"], "info": [], "drop": ["fx-001"]}[action]
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", hold], stdin=pipe, stdout=pipe) as holder:
        holder.stdout.readline()
        assert main(["index", action, "seen.index", *more]) == 1
        shown = capfdbinary.readouterr()
        assert f"in use by process {holder.pid}".encode() in shown.err
        assert len(shown.err.splitlines()) == 1
        holder.stdin.write(b"\n")
        holder.stdin.flush()
        assert main(["index", action, "seen.index", *more, "--wait", "60"]) == 0


def test_library_and_command_share_an_index(capfdbinary):
    """The commands find what `Index.add` has added."""
    with Index("seen.index") as index:
        index.add(orjson.loads(Path("new.jsonl").read_bytes()))
    assert main(["index", "check", "seen.index", "new.jsonl", "--quiet"]) == 0
    (line,) = lines_of(capfdbinary)
    assert (line["decision"], line["keeper"]["source"]) == ("dropped", "memory")
