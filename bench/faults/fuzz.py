"""Look for bytes that break dedup, for a given time, with two tools and five targets.

    python -m bench.faults.fuzz [--seconds 60] [--only TARGET] [--tool hypothesis|atheris]

readers: a file of any format gives the same documents when it is read in blocks of any size.
tokeniser: words are those of the slow twin in tests/support/reference.py.
repeats: spans are in the text, and cleaning removes only what is cut.
ledger: a changed output, ledger or rejects file is refused, or gives the input back.
restore: what was cleaned comes back.

hypothesis makes inputs by rule, from `hostile.py`. atheris changes these, and sees which lines of dedup each
input reaches; the core is compiled, so it does not see into that. Each target gets an equal share of the
time. An input that fails is printed, and ends the program with status 1.
"""

import argparse
import contextlib
import importlib.util
import io
import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import lru_cache

from bench.paths import TOP, memory_folder

TARGETS = ("readers", "tokeniser", "repeats", "ledger", "restore")
TOOLS = ("hypothesis", "atheris")
FORMATS = ("jsonl", "json", "csv", "tsv", "txt", "parquet", "jsonl.gz", "csv.zst")
Target = Callable[[bytes], None]


def readers(data: bytes) -> None:
    """The documents and rejects of a file do not depend on the size of its blocks."""
    from dataclasses import replace

    from dedup.errors import DedupError
    from dedup.formats import Fields, blocks, find_files, parse
    from dedup.formats.blocks import ByteBlock

    form, size, content = FORMATS[data[0] % len(FORMATS)], 1 + data[1] * 4, data[2:]
    fields = Fields(limit=0 if data[1] % 2 else 40)
    results: list[object] = []
    with memory_folder() as where:
        path = where / f"a.{form}"
        path.write_bytes(content)
        for block_size in (size, 1 << 20):
            documents, rejects = [], []
            try:
                for block in blocks(find_files([str(path)], fields.limit), block_size, fields):
                    unchecked = replace(block, is_first=False) if isinstance(block, ByteBlock) else block
                    batch = parse(unchecked, fields)
                    documents += batch.documents.to_pylist()
                    rejects += batch.rejects
            except DedupError as error:
                results.append(type(error).__name__)
                continue
            results.append((documents, sorted(rejects)))
    assert results[0] == results[1], (form, size, results)


def tokeniser(data: bytes) -> None:
    """The words of a text are those of its slow twin."""
    import pyarrow as pa

    from dedup.text.words import words_of
    from tests.support import reference

    text = data.decode("utf-8", "replace")[:2000]
    words = words_of(pa.array([text], pa.large_string()))
    if set(text) <= _assigned():  # for newer characters the Unicode of Python and of the table may differ
        assert words.values.tolist() == reference.words(text), text


@lru_cache(1)
def _assigned() -> frozenset[str]:
    from tests.support import reference

    return frozenset(reference.assigned())


def repeats(data: bytes) -> None:
    """The spans of repeats are in the text, and cleaning removes only those that are cut."""
    from dedup.repeats.find import clean_text, cut_ranges, find_repeats
    from dedup.text.ranges import without

    text = data.decode("utf-8", "replace")
    spans = find_repeats(text)
    for repeat in spans:
        assert 0 <= repeat.start < repeat.end <= len(text), repeat
        assert 0 <= repeat.of_start < repeat.of_end <= len(text), repeat
        assert 0 <= repeat.score <= 100, repeat
    assert clean_text(text) == without(text, cut_ranges(text, spans))


def run_dedup(*arguments: object) -> int:
    """Run a command in this process. Returns its exit status."""
    from dedup.cli.main import main

    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        return main([str(argument) for argument in arguments])


def restore(data: bytes) -> None:
    """A file that is cleaned is restored, whatever it holds."""
    form = ("jsonl", "json", "csv", "txt")[data[0] % 4]
    output = ("jsonl", "json", "csv", "txt", "parquet")[data[1] % 5]
    with memory_folder() as where:
        (where / f"in.{form}").write_bytes(data[2:])
        out, ledger, rejects = (where / name for name in (f"out.{output}", "l.jsonl", "r.jsonl"))
        files = ["-o", out, "--ledger", ledger, "--rejects", rejects, "--quiet"]
        status = run_dedup("clean", where / f"in.{form}", *files)
        if status == 1:
            assert not out.exists()
            return
        assert status in (0, 3), status
        assert run_dedup("restore", out, ledger, "--rejects", rejects, "-o", where / "back") == 0
        assert (where / "back").read_bytes() == data[2:]


def ledger(data: bytes) -> None:
    """If output, ledger or rejects are changed, restore refuses them, or gives the input back."""
    original = b'{"id":1,"text":"one two three"}\n{"id":2,"text":\n{"id":3,"text":"one two three"}\n'
    with memory_folder() as where:
        (where / "in.jsonl").write_bytes(original)
        paths = [where / name for name in ("out.jsonl", "l.jsonl", "r.jsonl")]
        files = ["-o", paths[0], "--ledger", paths[1], "--rejects", paths[2], "--quiet"]
        assert run_dedup("clean", where / "in.jsonl", *files) == 3
        path, at, cut = paths[data[0] % 3], int.from_bytes(data[1:3]), data[3] % 80
        path.write_bytes(_splice(path.read_bytes(), at, data[4:], cut))
        status = run_dedup("restore", *paths[:2], "--rejects", paths[2], "-o", where / "back.jsonl")
        assert status in (0, 1), status
        assert status == 1 or (where / "back.jsonl").read_bytes() == original


def target_of(name: str) -> Target:
    """The target of this name; it ignores inputs of fewer than five bytes."""
    target: Target = {check.__name__: check for check in (readers, tokeniser, repeats, ledger, restore)}[name]
    return lambda data: target(data) if len(data) > 4 else None


def example(seed: int) -> bytes:
    """An input to begin with: two bytes that choose format and block size, then a file."""
    from bench.faults import hostile

    choice = random.Random(seed)
    form, _, packing = choice.choice(FORMATS).partition(".")
    content = hostile.compressed(choice, hostile.content(choice, form, choice.randint(1, 5))[0], packing)
    return choice.randbytes(2) + content


def run_hypothesis(name: str, seconds: float) -> int:
    """Give a target inputs by rule until the time is over. Returns how many."""
    from hypothesis import HealthCheck, given, seed, settings
    from hypothesis import strategies as st

    count, target, ends = 0, target_of(name), time.monotonic() + seconds
    changed = st.builds(
        lambda number, at, part, cut: _splice(example(number), at, part, cut),
        st.integers(0, 1 << 32), st.integers(0, 4000), st.binary(max_size=9), st.integers(0, 30),
    )  # fmt: skip
    texts = st.text(max_size=200).map(str.encode)

    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(changed | st.binary(min_size=5, max_size=300) | texts)
    def check(data: bytes) -> None:
        nonlocal count
        if time.monotonic() < ends:
            count += 1
            target(data)

    while time.monotonic() < ends:
        seed(random.getrandbits(64))(check)()
    return count


def _splice(data: bytes, at: int, part: bytes, cut: int) -> bytes:
    at %= len(data) + 1
    return data[:at] + part + data[at + cut :]


def run_atheris(name: str, seconds: float) -> int:
    """Let atheris change inputs, in a process of its own, for some seconds. Returns how many it made."""
    with memory_folder() as where:
        (where / "corpus").mkdir()
        for number in range(40):
            (where / "corpus" / str(number)).write_bytes(example(number))
        command = [sys.executable, "-m", "bench.faults.fuzz", "--within", name, str(where / "corpus")]
        limits = [
            f"-max_total_time={max(1, round(seconds))}",
            "-max_len=3000",
            "-timeout=10",
            "-rss_limit_mb=3000",
        ]
        done = subprocess.run(
            [*command, *limits, f"-artifact_prefix={where}/"],
            cwd=TOP,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            inputs = [path.read_bytes() for path in where.iterdir() if path.is_file()]
            raise AssertionError(f"{name}: {done.stderr[-3000:]}\n{inputs}")
    return int(done.stderr.rpartition("Done ")[2].split()[0])


def fuzz_with_atheris(name: str, arguments: list[str]) -> None:
    """Give a target what atheris makes, in this process, until it ends that."""
    import atheris

    with atheris.instrument_imports(include=["dedup"], enable_loader_override=False):
        import dedup.outputs.splice  # noqa: F401 - imported to be instrumented

    atheris.Setup([sys.argv[0], *arguments], target_of(name))
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="in all (default: 60)")
    parser.add_argument("--only", choices=TARGETS)
    parser.add_argument("--tool", choices=TOOLS)
    options = parser.parse_args()
    tools = [options.tool] if options.tool else list(TOOLS)
    if "atheris" in tools and importlib.util.find_spec("atheris") is None:
        print("atheris is not installed, so only hypothesis runs (`make .venv/.fuzz` shows why)")
        tools.remove("atheris")
    targets = [options.only] if options.only else list(TARGETS)
    share = options.seconds / max(1, len(tools) * len(targets))
    for tool in tools:
        for name in targets:
            count = (run_hypothesis if tool == "hypothesis" else run_atheris)(name, share)
            print(f"{tool}: {name}: {count:,} inputs, nothing found", flush=True)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--within"]:
        fuzz_with_atheris(sys.argv[2], sys.argv[3:])
    sys.exit(main())
