"""Names of files and values of options, whatever bytes they have; outputs that are no files."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dedup.cli.main import main
from dedup.files.journal.journal import Journal
from dedup.outputs.targets import Targets
from tests.support.paths import TOP

ESCAPES = "\x1b[31m\x1b]0;title\x07\x9b1m"
ARTICLE = b'{"id":"a","text":"one two three four five"}\n'
NO_UTF8 = os.fsdecode(b"caf\xe9")


def _here() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


posix = pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux alone")


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_bytes(ARTICLE)


@pytest.mark.parametrize(
    "words",
    [
        ["clean", f"in{ESCAPES}.jsonl", "-o", f"out{ESCAPES}.jsonl", "--ledger", f"l{ESCAPES}.jsonl"],
        ["clean", "a.jsonl", f"--{ESCAPES}"],
        ["clean", "a.jsonl", "--updates", ESCAPES],
        ["clean", "a.jsonl", "--keep", ESCAPES],
        ["clean", "a.jsonl", "--cut", ESCAPES],
        ["clean", "a.jsonl", "--fail-over", ESCAPES],
        ["clean", "a.jsonl", "--workers", ESCAPES],
        ["clean", "a.jsonl", "--index", f"{ESCAPES}/x.index"],
        ["clean", f"bad{ESCAPES}.jsonl", "--rejects", f"r{ESCAPES}.jsonl"],
        ["clean", "names"],
        ["compare", "same", "other", "--in", "names"],
        ["index", "add", f"x{ESCAPES}.index", "a.jsonl"],
        ["index", "drop", f"x{ESCAPES}.index", ESCAPES],
        ["index", "info", f"x{ESCAPES}.index"],
        ["restore", "out.jsonl", "l.jsonl", "-o", f"back{ESCAPES}/"],
        ["restore", "out.jsonl", f"l{ESCAPES}.jsonl", "-o", "back"],
        ["report", f"header{ESCAPES}.jsonl"],
        ["why", ESCAPES, "l.jsonl"],
        [ESCAPES],
    ],
    ids=lambda words: " ".join(words).encode("unicode_escape").decode(),
)
def test_no_name_acts_on_a_terminal(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    """Names of files, ids, options and what ledgers hold are shown with their control characters escaped."""
    Path("names").mkdir()
    for name in (f"in{ESCAPES}.jsonl", f"names/a{ESCAPES}.jsonl", f"names/b{ESCAPES}.jsonl"):
        Path(name).write_bytes(ARTICLE.replace(b'"a"', b'"same"'))
    Path(f"bad{ESCAPES}.jsonl").write_bytes(b"bad\n")
    Path(f"header{ESCAPES}.jsonl").write_bytes(b'{"dedup_ledger":"\\u001b[31m"}\n')
    assert main(["clean", f"in{ESCAPES}.jsonl", "-o", "out.jsonl", "--ledger", "l.jsonl", "--quiet"]) == 0
    assert main(["index", "add", f"x{ESCAPES}.index", "a.jsonl", "--quiet"]) == 0
    try:
        main(words)
    except SystemExit as end:  # argparse
        assert end.code == 2  # noqa: PT017 - not every command is refused
    shown = capfd.readouterr()
    assert not {*"\x1b\x07\x9b"} & {*shown.out, *shown.err}


@posix
def test_a_folder_whose_name_is_no_utf8_is_as_good_as_another(capfd: pytest.CaptureFixture[str]) -> None:
    """Everything works in it: articles, ledger, rejects, report, index and a file of ids."""
    folder = Path(NO_UTF8)
    folder.mkdir()
    (folder / "in.jsonl").write_bytes(ARTICLE + b"bad\n")
    (folder / "ids.txt").write_bytes(b"a\n")
    output, ledger = f"{NO_UTF8}/out.jsonl", f"{NO_UTF8}/l.jsonl"
    more = {"ledger": "l.jsonl", "index": "x.index", "never-drop": "ids.txt", "report": "r.json"}
    options = [word for name, file in more.items() for word in (f"--{name}", f"{NO_UTF8}/{file}")]
    assert main(["clean", f"{NO_UTF8}/in.jsonl", "-o", output, *options]) == 3
    assert b"caf\\\\xe9/out.jsonl" in (folder / "r.json").read_bytes()
    assert (
        main(["report", ledger])
        == main(["why", "a", ledger])
        == main(["index", "info", f"{NO_UTF8}/x.index"])
        == 0
    )
    rejects = f"{output}.rejects.jsonl"
    assert main(["restore", output, ledger, "--rejects", rejects, "-o", f"{NO_UTF8}/back.jsonl"]) == 0
    assert (folder / "back.jsonl").read_bytes() == (folder / "in.jsonl").read_bytes()
    assert main(["clean", NO_UTF8, "-o", f"{NO_UTF8}/again/", "--quiet"]) == 3


@posix
@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ([f"{NO_UTF8}.jsonl"], 1, r"'caf\udce9.jsonl' is not valid UTF-8: rename the file."),
        (
            ["a.jsonl", "-o", f"{NO_UTF8}.jsonl"],
            2,
            r"--output names caf\udce9.jsonl, which is not valid UTF-8",
        ),
        (["a.jsonl", "--report", f"{NO_UTF8}.json"], 2, "--report names "),
        (["a.jsonl", "--text-field", NO_UTF8], 2, "--text-field is not valid UTF-8"),
        (["a.jsonl", "--id-field", NO_UTF8], 2, "--id-field is not valid UTF-8"),
        (["a.jsonl", "--url-field", NO_UTF8], 2, "--url-field is not valid UTF-8"),
        (["a.jsonl", "--keep", f"newest:{NO_UTF8}"], 2, "--keep is not valid UTF-8"),
        (["a.jsonl", "--cut", NO_UTF8], 2, "--cut takes"),
        (["a.jsonl", "--memory", NO_UTF8], 2, "--memory must be"),
    ],
)
def test_names_that_a_ledger_cannot_have_are_refused(
    words: list[str], status: int, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """One sentence, before anything is written."""
    Path(f"{NO_UTF8}.jsonl").write_bytes(ARTICLE)
    before = _here()
    assert main(["clean", *words]) == status
    error = capfd.readouterr().err
    assert says in error
    assert len(error.splitlines()) == 1
    assert _here() == before


@posix
@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("redirected", [">", ">>", "| cat >"])
def test_an_open_file_is_written_directly(path: str, redirected: str) -> None:
    """Into a pipe, and into a file, at its end if it was opened so."""
    Path("got").write_bytes(b"before\n")
    command = f"{sys.executable} -m dedup clean a.jsonl --quiet --ledger {path} -o out.jsonl {redirected} got"
    subprocess.run(["bash", "-c", command], check=True, env=os.environ | {"PYTHONPATH": str(TOP)})
    got = Path("got").read_bytes()
    assert got.startswith(b"before\n" if redirected == ">>" else b'{"dedup_ledger"')
    assert b'{"dedup_end"' in got.splitlines()[-1]


@posix
def test_process_substitution_is_written_to() -> None:
    """bash names a pipe for it; rejects then stand in dedup.rejects.jsonl."""
    Path("a.jsonl").write_bytes(ARTICLE + b"bad\n")
    command = f"{sys.executable} -m dedup clean a.jsonl --quiet -o >(cat > got); s=$?; wait $!; exit $s"
    done = subprocess.run(["bash", "-c", command], check=False, env=os.environ | {"PYTHONPATH": str(TOP)})
    assert done.returncode == 3
    assert Path("got").read_bytes() == ARTICLE
    assert b'"raw":"bad' in Path("dedup.rejects.jsonl").read_bytes()


@posix
@pytest.mark.parametrize("output", ["/dev/null", "/dev/stdout", "/dev/fd/63", "-", None])
def test_rejects_are_not_written_beside_devices(output: str | None) -> None:
    """They are in the folder where the command runs."""
    assert Targets(output).rejects_or_default == "dedup.rejects.jsonl"


def test_a_second_run_on_one_output_says_who_has_it(capfd: pytest.CaptureFixture[str]) -> None:
    """Neither writes half; --wait waits for the other one."""
    words = ["clean", "a.jsonl", "-o", "out.jsonl", "--ledger", "l.jsonl", "--quiet"]
    first = Journal.of(["l.jsonl"], 0.0)
    assert main(words) == 1
    assert f"dedup: 'l.jsonl' is being written by process {os.getpid()} on " in capfd.readouterr().err
    assert _here() == [".l.jsonl.dedup", "a.jsonl"]
    threading.Timer(0.5, first.close).start()
    assert main([*words, "--wait", "60"]) == 0
    assert _here() == ["a.jsonl", "l.jsonl", "out.jsonl"]


def test_a_machine_that_starts_no_thread_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where the address space ends with the first threads, the command says so, and what helps."""

    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert main(["clean", "a.jsonl", "-o", "out.jsonl", "--workers", "4", "--quiet"]) == 1
    assert "there is not enough memory" in capfd.readouterr().err
    assert _here() == ["a.jsonl"]
