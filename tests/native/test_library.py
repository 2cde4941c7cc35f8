"""The loader of the compiled core, with a small library: what it refuses, and what ends the process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.native.library import OTHER
from tests.support.paths import TOP
from tools.package import build

CODE = """
#include "base/simd.h"

API int64_t value_at(In<int64_t> values, int64_t at) { return values[at]; }
API int64_t sum(In<int64_t> values, int64_t low, int64_t high) {
    int64_t total = 0;
    for (int64_t value : values.part(low, high)) total += value;
    return total;
}
API int64_t load_at(In<uint8_t> values, int64_t at) { return values.load<Bytes16>(at)[0]; }
API int64_t double_all(In<int64_t> values, Out<int64_t> out) {
    Out<int64_t> written = out.first(values.count);
    for (int64_t i = 0; i < written.count; i++) written[i] = 2 * values[i];
    return 0;
}
API int64_t count_to(int64_t count, Given &given) {
    List<int64_t> list;
    for (int64_t i = 0; i < count; i++) list.add(i);
    if (!list.ok) return OUT_OF_MEMORY;
    list.give(given);
    return 0;
}
API int64_t reserve_values(int64_t count) { return Room<int64_t>(count).ok ? 0 : OUT_OF_MEMORY; }
"""

DECLARATIONS = """
import numpy as np
from dedup.native import library
from dedup.native.library import GIVEN, I64, INT, OUT_I64, U8, Given

value_at = library.function("value_at", I64, INT)
sum_of = library.function("sum", I64, INT, INT)
load_at = library.function("load_at", U8, INT)
double_all = library.function("double_all", I64, OUT_I64)
count_to = library.function("count_to", INT, GIVEN)
reserve_values = library.function("reserve_values", INT)
five = np.arange(5)
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the functions above, built as the core is."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.cc").write_text(CODE)
    library = folder / build.library_name(build.this_platform())
    build.build(library, source=folder / "small.cc", options=("-O3", "-iquote", str(build.SOURCE.parent)))
    return library


def python(code: str, library: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, in which dedup's library is this one."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {OTHER: str(library), "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )


def succeeds(code: str, library: Path) -> None:
    """The code runs to its end."""
    done = python(DECLARATIONS + code, library)
    assert done.returncode == 0, done.stderr


def test_functions_read_and_write_arrays(small: Path) -> None:
    """A function gets arrays and numbers, writes arrays, and returns a number."""
    succeeds(
        """
out = np.zeros(7, np.int64)
assert value_at(five, 4) == 4 and sum_of(five, 1, 4) == 6
double_all(five, out)
assert out.tolist() == [0, 2, 4, 6, 8, 0, 0]
""",
        small,
    )


@pytest.mark.parametrize(
    "call",
    [
        "value_at(five, 5)",
        "value_at(five, -1)",
        "value_at(five, 1 << 62)",
        "value_at(five[:0], 0)",
        "sum_of(five, 3, 6)",
        "sum_of(five, 3, 2)",
        "sum_of(five, -1, 2)",
        "load_at(np.zeros(20, np.uint8), 5)",
        "load_at(np.zeros(20, np.uint8), (1 << 63) - 1)",
        "double_all(five, np.zeros(4, np.int64))",
    ],
)
def test_a_wrong_index_ends_the_process(call: str, small: Path) -> None:
    """An access outside an array is a trap in the released build: nothing is read or written there."""
    done = python(DECLARATIONS + call, small)
    assert -done.returncode in (signal.SIGILL, signal.SIGTRAP), (done.returncode, done.stderr)


@pytest.mark.parametrize(
    "call",
    [
        "value_at(np.arange(5, dtype=np.int32), 0)",
        "value_at(np.arange(5.0), 0)",
        "double_all(five, five[::-1])",
        "double_all(five, np.frombuffer(bytes(40), np.int64))",
    ],
)
def test_an_array_that_does_not_fit_is_refused(call: str, small: Path) -> None:
    """Another dtype, gaps between values to write, and what may not be written: an error before the call."""
    done = python(DECLARATIONS + call, small)
    assert done.returncode == 1
    assert "an array of" in done.stderr.splitlines()[-1]


def test_gaps_between_values_that_are_read_do_not_matter(small: Path) -> None:
    """A part of an array with gaps is read as its values say."""
    succeeds(
        DECLARATIONS + "assert [value_at(np.arange(10)[::2], i) for i in range(5)] == [0, 2, 4, 6, 8]", small
    )


def test_no_memory_is_an_error(small: Path) -> None:
    """A function without enough memory raises MemoryError, and the process goes on."""
    succeeds(
        """
for size in (1 << 50, 1 << 61, (1 << 63) - 1):
    try:
        reserve_values(size)
    except MemoryError as error:
        assert "reserve_values" in str(error)
    else:
        raise AssertionError(size)
assert reserve_values(10) == reserve_values(0) == 0
""",
        small,
    )


def test_an_array_that_the_library_makes_is_freed(small: Path) -> None:
    """It lives as long as a part of it does; then its memory goes back."""
    succeeds(
        """
import resource
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def taken(count):
    given = Given()
    count_to(count, given)
    return given.take(np.int64)
assert taken(0).tolist() == []
part = taken(1000)[990:]
assert taken(100).tolist() == list(range(100)) and part.tolist() == list(range(990, 1000))
taken(4 << 20)
before = peak()
for _ in range(20):
    assert len(taken(4 << 20)) == 4 << 20
assert peak() - before < 100_000 * (1 if peak() < 1 << 30 else 1024)  # of 20 times 32 MB; KB, on macOS bytes
""",
        small,
    )


def test_a_missing_library_is_one_sentence(tmp_path: Path) -> None:
    """What is said where the library is not there, or is none, says what to do."""
    (tmp_path / "core.so").write_text("no library")
    for path in (tmp_path / "nothing.so", tmp_path / "core.so"):
        done = python("import dedup.native.library", path)
        assert done.returncode == 1
        assert "DedupError: The compiled part of dedup is missing" in done.stderr.splitlines()[-1]
        assert done.stderr.splitlines()[-1].endswith("install dedup again.")


def test_no_result_depends_on_the_key_of_the_process() -> None:
    """Whatever the key, keys are numbered alike, and sorted; so every process decides the same."""
    import numpy as np

    from dedup.native import joins, library

    keys = np.random.default_rng(1).integers(0, 3000, 5000).astype(np.uint64) << np.uint64(40)
    set_key = library.function("dd_set_key", library.UINT)
    results = []
    for key in (0, 1, 2**64 - 1, 0x9E3779B97F4A7C15):
        set_key(key)
        results.append([part.tolist() for part in joins.shared(keys.copy(), 4)])
    assert all(result == results[0] for result in results)
