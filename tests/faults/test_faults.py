"""Whatever goes wrong, the outputs are those of before the run or the complete ones of the run, one sentence
says what happened, and the status is right.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.cli import clean
from dedup.cli.main import main
from tests.faults.runs import FILES, articles, error_of, files_in, output_options, run, write_old_outputs
from tests.support.paths import ARTICLES, TOP

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
    """The second waits for the first, and both succeed; each output is complete and from one of them, and no
    other file is left.
    """
    alone, both = [], tmp_path / "both"
    both.mkdir()
    for number in (1, 2):
        (tmp_path / f"in{number}.jsonl").write_bytes(articles(1500, seed=number))
        assert main(["clean", str(tmp_path / f"in{number}.jsonl"), *output_options(both)]) == 3
        alone.append(files_in(both))
    for _ in range(3):
        commands = (
            ["clean", str(tmp_path / f"in{number}.jsonl"), *output_options(both), "--wait", "60"]
            for number in (1, 2)
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
    "for one article": (1100, b'{"text": "' + b"one more word " * 18_000_000 + b'"}'),
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
        "        if name == 'rapidfuzz':\n"
        "            raise ImportError('rapidfuzz.so: failed to map\\nsegment')\n"
        "sys.meta_path.insert(0, Broken())"
    )
    done = run("clean", ARTICLES, *output_options(tmp_path), before=broken)
    assert "(rapidfuzz.so: failed to map segment)" in error_of(done, 1)
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
