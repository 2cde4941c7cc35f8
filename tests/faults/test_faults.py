"""Whatever goes wrong, the outputs are those of before the run or the complete ones of the run, one sentence
says what happened, and the status is right.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dedup.cli import clean
from dedup.cli.main import main
from tests.support.paths import ARTICLES, TOP

FILES = ("out.jsonl", "ledger.jsonl", "rejects.jsonl", "report.json")


def articles(count: int, seed: int = 1) -> bytes:
    """Lines with articles of about 2 KB, and one that is not JSON."""
    choice = random.Random(seed)
    words = [f"word{i}" for i in range(3000)]
    texts = ("\n".join(" ".join(choice.choices(words, k=50)) for _ in range(6)) for _ in range(count))
    return (
        b"".join(json.dumps({"id": i, "text": text}).encode() + b"\n" for i, text in enumerate(texts))
        + b"{\n"
    )


def run(*arguments: object, before: str = "", **options) -> subprocess.CompletedProcess[str]:
    """Run dedup in a process of its own. `before`: code that the process runs first."""
    code = f"{before}\nfrom dedup.__main__ import process\nprocess()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=TOP, **options)


def error_of(done: subprocess.CompletedProcess[str], status: int) -> str:
    """The only line on standard error of a command that ended with this status."""
    assert done.returncode == status, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("dedup: ")
    return done.stderr


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("no disk can be mounted here: that takes root, on Linux")
    yield folder
    subprocess.run(["umount", folder], check=True)


def write_old_outputs(folder: Path) -> dict[str, bytes]:
    """Write outputs of an earlier run into a folder; returns its files."""
    for name in FILES:
        (folder / name).write_bytes(f"old {name}".encode())
    return files_in(folder)


def files_in(folder: Path) -> dict[str, bytes]:
    """The content of the files of a folder, hidden ones included."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def output_options(folder: Path) -> list[str]:
    """The options of a run that writes all of its outputs into a folder."""
    output, ledger, rejects, report = (str(folder / name) for name in FILES)
    return ["-o", output, "--ledger", ledger, "--rejects", rejects, "--report", report, "--quiet"]


@pytest.mark.parametrize("index", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_leaves_the_old_outputs(disk: Path, tmp_path: Path, index: bool, workers: int) -> None:
    """A full disk: status 1, one sentence, the old outputs and no other files; the index has no new
    documents.
    """
    (tmp_path / "in.jsonl").write_bytes(articles(4000))
    before = write_old_outputs(disk)
    memory = ["--index", tmp_path / "seen.index"] if index else []
    command = ["clean", tmp_path / "in.jsonl", *output_options(disk), *memory, "--workers", workers]
    assert "No space left" in error_of(run(*command), 1)
    assert files_in(disk) == before
    if index:
        info = run("index", "info", tmp_path / "seen.index", "--json")
        assert json.loads(info.stdout)["documents"] == 0


def test_a_full_disk_for_the_index(disk: Path, tmp_path: Path) -> None:
    """A full disk for the index: status 1, one sentence; neither the outputs nor the index change."""
    (tmp_path / "in.jsonl").write_bytes(articles(6000))
    (tmp_path / "first.jsonl").write_bytes(articles(20, seed=2))
    (tmp_path / "to").mkdir()
    before = write_old_outputs(tmp_path / "to")
    assert run("index", "add", disk / "seen.index", tmp_path / "first.jsonl", "--quiet").returncode == 3
    command = [
        "clean",
        tmp_path / "in.jsonl",
        *output_options(tmp_path / "to"),
        "--index",
        disk / "seen.index",
    ]
    assert "full" in (sentence := error_of(run(*command), 1)) or "space" in sentence
    assert files_in(tmp_path / "to") == before
    info = run("index", "info", disk / "seen.index", "--json")
    assert json.loads(info.stdout)["documents"] == 20


def test_a_full_disk_for_restore(disk: Path, tmp_path: Path) -> None:
    """A full disk for what is restored: status 1, one sentence, the old file."""
    (tmp_path / "in.jsonl").write_bytes(articles(4000))
    (tmp_path / "to").mkdir()
    assert run("clean", tmp_path / "in.jsonl", *output_options(tmp_path / "to")).returncode == 3
    (disk / "back.jsonl").write_bytes(b"old")
    files = [tmp_path / "to" / name for name in FILES[:3]]
    done = run("restore", *files[:2], "--rejects", files[2], "-o", disk / "back.jsonl")
    assert "No space left" in error_of(done, 1)
    assert files_in(disk) == {"back.jsonl": b"old"}


def test_a_folder_that_cannot_be_written(disk: Path, tmp_path: Path) -> None:
    """A read-only folder: status 1, one sentence, the old files; a dry run still works."""
    before = write_old_outputs(disk)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert "Read-only" in error_of(run("clean", ARTICLES, *output_options(disk)), 1)
    assert "cannot" in error_of(
        run("clean", ARTICLES, "--index", disk / "seen.index", "--dry-run", "--quiet"), 1
    )
    assert files_in(disk) == before
    assert run("clean", ARTICLES, "--dry-run", "--quiet").returncode == 0


@pytest.mark.slow
def test_kernels_are_cached_where_only_the_user_can_write(disk: Path, tmp_path: Path) -> None:
    """Where neither the package nor the user's cache is writable, compiled kernels go to a folder that only
    the user can write; where others can write that one, to a folder of the process.
    """
    shutil.copytree(TOP / "dedup", disk / "dedup", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    none = "/proc/none"
    bare = {"PYTHONPATH": str(disk), "HOME": none, "XDG_CACHE_HOME": none, "TMPDIR": str(tmp_path)}
    code = (
        "from dedup.kernels import lines; import numpy, os\n"
        "assert lines.__file__.startswith(os.sys.argv[1])\n"
        "assert lines.line_breaks(numpy.frombuffer(b'a\\n', numpy.uint8)) == 1\n"
        "print(os.environ['NUMBA_CACHE_DIR'])"
    )
    environment = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"} | bare
    command = [sys.executable, "-c", code, disk]

    def place() -> Path:
        done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip())

    first = place()
    assert first.parent == tmp_path
    assert first.stat().st_mode & 0o777 == 0o700
    assert list(first.rglob("*.nbi"))
    assert place() == first
    first.chmod(0o777)  # anybody may have put something there
    other = place()
    assert other != first
    assert not other.exists()


CHANGES = {
    "longer": lambda path: path.write_bytes(path.read_bytes() * 2),
    "shorter": lambda path: path.write_bytes(path.read_bytes()[:50]),
    "other bytes": lambda path: path.write_bytes(path.read_bytes().replace(b"word1 ", b"WORD1 ")),
    "gone": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv", "in.txt", "in.parquet"])
@pytest.mark.parametrize("change", CHANGES)
def test_an_input_that_changes_leaves_the_old_outputs(
    change: str, name: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    """An input that changes between reading and writing: status 1, one sentence that names it, the old
    outputs.
    """
    (tmp_path / "source.jsonl").write_bytes(articles(50))
    given = tmp_path / name
    assert main(["clean", str(tmp_path / "source.jsonl"), "-o", str(given), "--quiet"]) == 3
    (tmp_path / "to").mkdir()
    before = write_old_outputs(tmp_path / "to")
    capsys.readouterr()
    decide = clean.run

    def changing(*arguments):
        result = decide(*arguments)
        CHANGES[change](given)
        return result

    monkeypatch.setattr(clean, "run", changing)
    assert main(["clean", str(given), *output_options(tmp_path / "to")]) == 1
    sentence = capsys.readouterr().err
    assert len(sentence.splitlines()) == 1
    assert name in sentence
    assert files_in(tmp_path / "to") == before


@pytest.mark.slow
def test_two_runs_on_the_same_output(tmp_path: Path) -> None:
    """Both runs succeed; each output is complete and from one of them, and no other file is left."""
    alone, both = [], tmp_path / "both"
    both.mkdir()
    for number in (1, 2):
        (tmp_path / f"in{number}.jsonl").write_bytes(articles(1500, seed=number))
        assert main(["clean", str(tmp_path / f"in{number}.jsonl"), *output_options(both)]) == 3
        alone.append(files_in(both))
    for _ in range(3):
        commands = (
            ["clean", str(tmp_path / f"in{number}.jsonl"), *output_options(both)] for number in (1, 2)
        )
        running = [
            subprocess.Popen([sys.executable, "-m", "dedup", *command], cwd=TOP, stderr=subprocess.DEVNULL)
            for command in commands
        ]
        assert [process.wait() for process in running] == [3, 3]
        left = files_in(both)
        assert sorted(left) == sorted(FILES)
        for name in FILES[:3]:  # the report has the seconds
            assert left[name] in [one[name] for one in alone]
        json.loads(left["report.json"])


TOO_LITTLE = {
    "to load": (500, b"{}\n"),
    "for one article": (1200, b'{"text": "' + b"one more word " * 9_000_000 + b'"}'),
}


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space are Linux's")
@pytest.mark.parametrize("case", TOO_LITTLE)
def test_little_memory_leaves_the_old_outputs(tmp_path: Path, case: str) -> None:
    """Too little memory: status 1, one sentence, the old outputs."""
    size, article = TOO_LITTLE[case]
    (tmp_path / "in.jsonl").write_bytes(article + articles(2000))
    (tmp_path / "to").mkdir()
    before = write_old_outputs(tmp_path / "to")
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({size << 20},) * 2)"
    done = run("clean", tmp_path / "in.jsonl", *output_options(tmp_path / "to"), "--workers", 1, before=limit)
    assert " memory " in error_of(done, 1)
    assert files_in(tmp_path / "to") == before


def test_a_library_that_cannot_be_loaded(tmp_path: Path) -> None:
    """A library that the linker cannot load: status 1 and one sentence, no traceback."""
    broken = (
        "import sys\n"
        "class Broken:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'numba':\n"
        "            raise ImportError('numba.so: failed to map\\nsegment')\n"
        "sys.meta_path.insert(0, Broken())"
    )
    done = run("clean", ARTICLES, *output_options(tmp_path), before=broken)
    assert "(numba.so: failed to map segment)" in error_of(done, 1)
    assert not [*tmp_path.iterdir()]


def test_a_reader_that_goes_away_leaves_the_files(tmp_path: Path) -> None:
    """A reader that closes the pipe: status 141, no message, and the old ledger, as the output is not
    complete.
    """
    (tmp_path / "in.jsonl").write_bytes(articles(3000))
    before = write_old_outputs(tmp_path)
    command = [sys.executable, "-m", "dedup", "clean", str(tmp_path / "in.jsonl")]
    process = subprocess.Popen(
        [*command, "--ledger", str(tmp_path / "ledger.jsonl"), "--quiet"],
        cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    process.stdout.read(10)
    process.stdout.close()
    words = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), words) == (141, b"")
    assert files_in(tmp_path) == before
    assert not list(tmp_path.glob(".*"))


def test_no_room_for_standard_input(disk: Path, tmp_path: Path) -> None:
    """`dedup clean -` stores its input in a temporary file; a full disk for that is one sentence."""
    done = run(
        "clean", "-", "-o", tmp_path / "out.jsonl", "--quiet",
        input=articles(4000).decode(), env=os.environ | {"TMPDIR": str(disk)},
    )  # fmt: skip
    assert "No space left" in error_of(done, 1)
    assert files_in(tmp_path) == {}
    assert files_in(disk) == {}
