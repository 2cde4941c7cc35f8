"""`dedup clean - --stream`: each article is answered as it comes, and as a run over all would have done."""

import random
import tempfile
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.cli.main import main
from dedup.index.index import Index
from tests.cli.streams import article, running, send, stream
from tests.support.command import json_lines
from tests.support.examples import examples
from tests.support.inputs import jsonl_files
from tests.support.paths import ARTICLES

pytestmark = pytest.mark.usefixtures("fast_disk")
quick = examples(20)


def test_each_article_is_answered_before_the_next_arrives(tmp_path):
    """Kept and cut articles come out one by one, and so does the ledger; a dropped one holds nothing up."""
    given = ARTICLES.read_bytes().splitlines(keepends=True)
    ledger = tmp_path / "ledger.jsonl"
    with running("--ledger", ledger, "-o", "-", "--index", tmp_path / "seen.index", cwd=tmp_path) as process:
        send(process, given[0])
        assert process.stdout.readline() == given[0]
        assert json_lines(ledger)[-1]["id"] == "fx-001"
        send(process, given[0], article(1))
        assert process.stdout.readline() == article(1)
        assert [line.get("decision") for line in json_lines(ledger)] == [None, "kept", "dropped", "kept"]
        send(process, given[14])
        cut = process.stdout.readline()
        assert len(cut) < len(given[14])
        assert json_lines(ledger)[-1]["decision"] == "cut"
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait() == 0
        report = process.stderr.read().decode()
    assert "4 articles read: 3 kept, 1 of them cut, 0 updates; 1 dropped, 0 rejected\n" in report
    assert "ms (median)" in report


def test_a_pinned_article_is_answered(tmp_path, capsys):
    """An article whose id is in the file of --never-drop is kept, though it was in the stream before; the ids
    that did not come are counted at the end.
    """
    out, keep = tmp_path / "out.jsonl", tmp_path / "keep.txt"
    keep.write_text("b\nnobody\n")
    text = " ".join(map(str, range(99)))
    lines = [orjson.dumps({"id": name, "text": text}) for name in "abc"]
    assert stream(b"\n".join(lines), "-o", out, "--never-drop", keep) == 0
    assert [line["id"] for line in json_lines(out)] == ["a", "b"]
    assert "1 of 2 ids of --never-drop not in the stream\n" in capsys.readouterr().err


def test_decisions_are_those_of_a_run_over_the_file(tmp_path):
    """Output and decisions are those of `dedup clean --keep first` on the same lines."""
    out, batch = tmp_path / "out.jsonl", tmp_path / "batch.jsonl"
    ledgers = tmp_path / "l.jsonl", tmp_path / "b.jsonl"
    assert stream(ARTICLES.read_bytes(), "-o", out, "--ledger", ledgers[0], "--quiet") == 0
    command = [
        "clean",
        str(ARTICLES),
        "--keep",
        "first",
        "-o",
        str(batch),
        "--ledger",
        str(ledgers[1]),
        "--quiet",
    ]
    assert main(command) == 0
    assert out.read_bytes() == batch.read_bytes()
    one, other = json_lines(ledgers[0])[1:-2], json_lines(ledgers[1])[1:-3]  # a stream has no report
    for line in [*one, *other]:
        line["source"] = ""
        line.pop("why", None)  # when a stream writes a line, it does not know what will be dropped for it
        for named in [line.get("keeper", {}), *line.get("templates", [])]:
            named.pop("date", None)
            named["source"] = ""
    assert one == other


def _varied(choice: random.Random) -> bytes:
    """Lines with articles of a few families, some words of each changed."""
    families = [[f"{name}{i * 7 % 61}" for i in range(choice.randint(2, 160))] for name in "abcd"]
    lines = []
    for number in range(choice.randint(1, 25)):
        words = list(choice.choice(families))
        for _ in range(choice.choice([0, 0, 1, 3, 12])):
            words[choice.randrange(len(words))] = f"new{number}"
        text = " ".join(words[choice.choice([0, 0, len(words) // 5]) :])
        lines.append(orjson.dumps({"id": number, "text": text}) + b"\n")
    return b"".join(lines)


@quick
@given(st.integers(0, 10**6))
def test_any_articles_are_kept_as_in_a_run_over_the_file(seed):
    """Articles that are similar to any degree are kept as in a run over the file."""
    content = _varied(random.Random(seed))
    with tempfile.TemporaryDirectory() as name:
        given, out, batch = (Path(name, part) for part in ("in.jsonl", "out.jsonl", "batch.jsonl"))
        given.write_bytes(content)
        assert stream(content, "-o", out, "--quiet") == 0
        assert main(["clean", str(given), "--keep", "first", "-o", str(batch), "--quiet"]) == 0
        assert out.read_bytes() == batch.read_bytes()


@pytest.mark.parametrize("with_rejects", [True, False])
def test_restore_gives_the_stream_back(with_rejects):
    """Output, ledger and rejects rebuild the input byte for byte: good, bad and blank lines, any line ends, a
    byte-order mark, no newline at the end.
    """

    @quick
    @given(jsonl_files())
    def check(content):
        with tempfile.TemporaryDirectory() as name:
            out, ledger, rejects, back = (str(Path(name, part)) for part in ("o.jsonl", "l", "r", "back"))
            status = stream(content, "-o", out, "--ledger", ledger, "--rejects", rejects, "--quiet")
            bad = Path(rejects).stat().st_size > 0
            assert status == (3 if bad else 0)
            named = ["--rejects", rejects] if with_rejects or bad else []
            assert main(["restore", out, ledger, *named, "-o", back]) == 0
            assert Path(back).read_bytes() == content

    check()


EDGES = {
    "nothing": b"",
    "a mark alone": b"\xef\xbb\xbf",
    "blank lines": b"\n \r\n\n",
    "no newline": article(1).rstrip(),
    "dropped last": article(1) + article(1).rstrip(),
    "dropped behind a mark": b"\xef\xbb\xbf" + article(1) * 2,
    "CRLF": (article(1) * 2 + article(2)).replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("name", EDGES)
def test_line_ends_are_those_of_a_run_over_the_file(name, tmp_path, monkeypatch):
    """Line ends, and the end of the file, come out as from a run over the file, and restore gives them
    back.
    """
    monkeypatch.chdir(tmp_path)
    Path("in.jsonl").write_bytes(EDGES[name])
    assert stream(EDGES[name], "-o", "out.jsonl", "--ledger", "l.jsonl", "--quiet") == 0
    assert main(["clean", "in.jsonl", "--keep", "first", "-o", "batch.jsonl", "--quiet"]) == 0
    assert Path("out.jsonl").read_bytes() == Path("batch.jsonl").read_bytes()
    assert main(["restore", "out.jsonl", "l.jsonl", "-o", "back.jsonl"]) == 0
    assert Path("back.jsonl").read_bytes() == EDGES[name]


def test_bad_lines_are_rejected_at_once(tmp_path):
    """A bad line is in the rejects, with its number and reason, before the next line is read; status 3."""
    with running("--quiet", cwd=tmp_path) as process:
        send(process, article(1))
        process.stdout.readline()
        assert not (tmp_path / "dedup.rejects.jsonl").exists()
        send(process, b'{"text":\n', article(2))
        process.stdout.readline()
        (reject,) = json_lines(tmp_path / "dedup.rejects.jsonl")
        assert (reject["line"], reject["raw"]) == (2, '{"text":\n')
        assert "not valid JSON" in reject["reason"]
        process.stdin.close()
        assert process.wait() == 3
        assert b"dedup: 1 record could not be read; dedup.rejects" in process.stderr.read()


def test_an_index_connects_streams(tmp_path, monkeypatch, capfdbinary):
    """A second stream drops what the first one kept, has the date of it, and appends what is new."""
    monkeypatch.chdir(tmp_path)
    assert stream(article(1) + article(2), "-o", "out.jsonl", "--index", "seen.index", "--quiet") == 0
    assert stream(article(2) + article(3), "-o", "out.jsonl", "--index", "seen.index", "--quiet") == 0
    assert Path("out.jsonl").read_bytes() == article(1) + article(2) + article(3)
    assert stream(article(2), "--index", "seen.index", "--ledger", "l.jsonl", "--quiet") == 0
    keeper = json_lines(Path("l.jsonl"))[1]["keeper"]
    assert (keeper["id"], keeper["source"], keeper["position"]) == ("2", "stdin.jsonl", 2)
    assert keeper["date"].startswith("20")
    assert capfdbinary.readouterr() == (b"", b"")


def test_a_stream_is_one_run_of_the_index(tmp_path, monkeypatch):
    """An index that is saved after each document has one run and all documents."""
    monkeypatch.setattr("dedup.cli.stream._COMMIT", 0.0)
    content = b"".join(article(number) for number in range(5))
    assert stream(content, "-o", tmp_path / "out.jsonl", "--index", tmp_path / "seen.index", "--quiet") == 0
    with Index(tmp_path / "seen.index") as index:
        assert (index.info()["runs"], index.info()["documents"]) == (1, 5)
        index.add_many([orjson.loads(article(9))])
        index.add(orjson.loads(article(10)))
        assert all(index.check(orjson.loads(article(number))).dropped for number in (0, 4, 9, 10))


def test_an_output_is_appended_to_on_a_new_line(tmp_path, monkeypatch):
    """Appended lines begin on a new line, and bring no byte-order mark into the file."""
    monkeypatch.chdir(tmp_path)
    Path("out.jsonl").write_bytes(b'{"text":"torn')
    assert stream(b"\xef\xbb\xbf" + article(1), "-o", "out.jsonl", "--quiet") == 0
    assert Path("out.jsonl").read_bytes() == b'{"text":"torn\n' + article(1)


def test_without_an_index_a_stream_leaves_no_file(tmp_path):
    """The temporary index of a stream is deleted at its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path))
        with running("--quiet") as process:
            send(process, article(1), article(1), article(2))
            assert [process.stdout.readline(), process.stdout.readline()] == [article(1), article(2)]
            assert list(tmp_path.iterdir()) != []
            process.stdin.close()
            assert (process.wait(), process.stderr.read()) == (0, b"")
    assert list(tmp_path.iterdir()) == []


def test_without_duplicates_every_article_is_answered(tmp_path):
    """--no-duplicates: repeats are cut, nothing is dropped."""
    assert stream(article(1) * 3, "-o", tmp_path / "out.jsonl", "--no-duplicates", "--quiet") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == article(1) * 3


WRONG = {
    "another input": (["in.jsonl", "--stream"], "standard input"),
    "several inputs": (["-", "in.jsonl", "--stream"], "standard input"),
    "dry run": (["-", "--stream", "--dry-run"], "--dry-run"),
    "report": (["-", "--stream", "--report", "r.json"], "--report"),
    "keep": (["-", "--stream", "--keep", "newest:date"], "--keep"),
    "workers": (["-", "--stream", "--workers", "2"], "--workers"),
    "format": (["-", "--stream", "-o", "out.csv"], "out.csv"),
    "folder": (["-", "--stream", "-o", "out/"], "out/"),
    "compressed": (["-", "--stream", "-o", "out.jsonl.gz"], ".gz"),
    "compressed ledger": (["-", "--stream", "--ledger", "l.jsonl.zst"], ".zst"),
    "old output": (["-", "--stream", "-o", "old.jsonl", "--ledger", "l.jsonl"], "old.jsonl"),
    "old ledger": (["-", "--stream", "--ledger", "old.jsonl"], "old.jsonl"),
    "one for two": (["-", "--stream", "-o", "x.jsonl", "--ledger", "x.jsonl"], "x.jsonl"),
    "one with the index": (["-", "--stream", "-o", "x.jsonl", "--index", "x.jsonl"], "x.jsonl"),
}


@pytest.mark.parametrize("name", WRONG)
def test_options_that_a_stream_cannot_have_are_refused(name, tmp_path, monkeypatch, capsys):
    """Status 2, one line that names the option, no file written."""
    monkeypatch.chdir(tmp_path)
    Path("in.jsonl").write_bytes(article(1))
    Path("old.jsonl").write_bytes(article(1))
    arguments, named = WRONG[name]
    assert main(["clean", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert named in shown.err
    assert len(shown.err.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "old.jsonl"]
