"""How the compiled core is built and packed: which compiler, what is said where there is none, what is in a
wheel.
"""

import csv
import os
import shutil
import subprocess
import sys
import tomllib
from base64 import urlsafe_b64encode
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.paths import TOP
from tools.package import backend, build, wheels

OLD = "cc: error: unrecognized command line option '-std=c++20'; did you mean '-std=c++2a'?"
WITHOUT_CPP = "cc: fatal error: cannot execute 'cc1plus': execvp: No such file or directory"
NO_LIBRARY = "<stdin>:1:10: fatal error: stdint.h: No such file or directory"

needs_zig = pytest.mark.skipif(
    not find_spec("ziglang") and not os.environ.get("CI"),
    reason="zig is not installed: `make unsafe` installs it",
)
needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="the compilers here are shell scripts")


@pytest.fixture(autouse=True)
def no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names no compiler."""
    monkeypatch.delenv("CC", raising=False)


def compilers(folder: Path, monkeypatch: pytest.MonkeyPatch, **errors: str) -> None:
    """Make PATH a folder of compilers that say these errors and fail; those with no error work."""
    for name, error in errors.items():
        script = f"echo {error!r} >&2; exit 1" if error else "exit 0"
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def without_zig(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if zig were not installed."""
    monkeypatch.setattr(build, "find_spec", lambda name: None)


def sentence(call, *arguments) -> str:
    """What a call says as it ends the program: one sentence on one line."""
    with pytest.raises(SystemExit) as stop:
        call(*arguments)
    said = str(stop.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


@needs_shell
def test_the_first_compiler_that_can_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is too old or lacks a part is passed over; PyPI is asked for zig only where none is left."""
    compilers(tmp_path, monkeypatch, cc=OLD, gcc=WITHOUT_CPP, clang="")
    assert build.compiler()[0] == str(tmp_path / "clang")
    assert backend.get_requires_for_build_wheel() == backend.get_requires_for_build_editable() == []
    compilers(tmp_path, monkeypatch, clang=NO_LIBRARY)
    assert backend.get_requires_for_build_wheel() == [build.zig_release()]
    assert backend.get_requires_for_build_editable() == [build.zig_release()]


@needs_shell
def test_without_a_compiler_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says why each compiler was no use, and how to get one."""
    without_zig(monkeypatch)
    compilers(tmp_path, monkeypatch)
    said = sentence(build.compiler)
    assert "this machine has no compiler for it: install gcc or clang, version 10 or later" in said
    assert f"pip install {build.zig_release()}" in said
    compilers(tmp_path, monkeypatch, cc=OLD, gcc=WITHOUT_CPP, clang=NO_LIBRARY)
    said = sentence(build.compiler)
    assert f"{tmp_path}/cc is too old for C++20; " in said
    assert f"{tmp_path}/gcc is without its part for C++, g++; " in said
    assert f"{tmp_path}/clang fails: {NO_LIBRARY})" in said


@needs_shell
def test_the_compiler_of_cc_is_taken_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CC names a compiler with its options; another is not taken in its place."""
    compilers(tmp_path, monkeypatch, cc="", old=OLD, mine="")
    monkeypatch.setenv("CC", f"{tmp_path}/mine -m64")
    assert build.compiler()[:2] == [f"{tmp_path}/mine", "-m64"]
    monkeypatch.setenv("CC", f"{tmp_path}/old")
    assert "is too old for C++20; install gcc" in sentence(build.compiler)
    monkeypatch.setenv("CC", f"{tmp_path}/none")
    assert f"{tmp_path}/none fails: No such file or directory" in sentence(build.compiler)


@needs_shell
def test_a_compiler_that_breaks_off_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The compiler's errors come first, the sentence last; a library that was there stays as it was."""
    compilers(tmp_path, monkeypatch, cc="")
    command = build.compiler()
    compilers(tmp_path, monkeypatch, cc="core.cc:1:1: error: no")
    (tmp_path / "core.so").write_text("of before")
    said = sentence(build.run, command, tmp_path / "core.so")
    assert f"could not be built by {tmp_path}/cc; its errors are above: install" in said
    assert capfd.readouterr().err == "core.cc:1:1: error: no\n"
    assert (tmp_path / "core.so").read_text() == "of before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cc", "core.so"]


def test_the_lock_has_the_release_of_zig_that_pip_is_asked_for() -> None:
    """What `make` installs by hash is what the build backend asks PyPI for."""
    assert f"\n{build.zig_release()} \\\n" in (TOP / "requirements/zig.txt").read_text(encoding="utf-8")


@needs_zig
@pytest.mark.parametrize(
    "code",
    [
        "API int64_t dd_bad(const int64_t *values, int64_t i) { return values[i]; }",
        "API int64_t dd_bad(In<int64_t> values, int64_t i) { return *(values.data + i); }",
        "API int64_t dd_bad(In<int64_t> values) { return *values.data++; }",
        "#ifndef __x86_64__\nAPI int64_t dd_bad(In<int64_t> values) { return values.data[1]; }\n#endif",
    ],
)
def test_a_pointer_outside_the_slices_is_refused(
    code: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """An access through a raw pointer does not pass, in code for any processor; without it the core does."""
    folder = shutil.copytree(build.SOURCE.parent, tmp_path / "core")
    with (folder / "core.cc").open("a") as core:
        core.write(f"\n{code}\n")
    assert not build.is_safe(folder / "core.cc")
    assert "[-Werror,-Wunsafe-buffer-usage]" in capfd.readouterr().err


@needs_zig
def test_the_core_is_without_raw_pointers() -> None:
    """Only slice.h, which checks each access, touches memory."""
    assert build.is_safe()


@needs_zig
def test_libraries_of_other_platforms(tmp_path: Path) -> None:
    """zig makes libraries of other platforms than this one."""
    (tmp_path / "small.cc").write_text('#include "base/slice.h"\nAPI int64_t one() { return 1; }\n')
    for platform, start in [
        ("manylinux_2_17_aarch64", b"\x7fELF"),
        ("macosx_11_0_arm64", b"\xcf\xfa\xed\xfe"),
    ]:
        library = tmp_path / platform
        build.build(library, platform, tmp_path / "small.cc", ("-O1", "-iquote", str(build.SOURCE.parent)))
        assert library.read_bytes().startswith(start)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without what is built, so that nothing built is packed."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("dedup", "tools"):
        shutil.copytree(TOP / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "core.so"))
    for name in ("pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(TOP / name, folder)
    return folder


def call_backend(code: str, folder: Path) -> None:
    """Run a hook of the build backend in the project's folder, as pip does."""
    done = subprocess.run(
        [sys.executable, "-c", f"from tools.package import backend\n{code}"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def names_in(wheel: ZipFile) -> list[str]:
    """The files of a wheel."""
    return [entry.filename for entry in wheel.infolist()]


@pytest.mark.slow
def test_a_wheel_has_the_core_and_no_source_of_it(copy: Path, tmp_path: Path) -> None:
    """The wheel is for this platform and any Python 3, under 1 MB; it lists each file with its hash."""
    (copy / "build/lib/dedup").mkdir(parents=True)
    (copy / "build/lib/dedup/old.py").write_text("")  # left there by an earlier build
    call_backend(f"backend.build_wheel({str(tmp_path)!r})", copy)
    (path,) = tmp_path.iterdir()
    assert path.name.endswith(f"-py3-none-{build.this_platform()}.whl")
    assert path.stat().st_size < wheels.MOST_BYTES
    with ZipFile(path) as wheel:
        packed = {name for name in names_in(wheel) if name.startswith("dedup/")}
        (record,) = (name for name in names_in(wheel) if name.endswith("/RECORD"))
        (about,) = (name for name in names_in(wheel) if name.endswith("/WHEEL"))
        rows = list(csv.reader(wheel.read(record).decode().splitlines()))
        assert {row[0] for row in rows} == set(names_in(wheel))
        for name, digest, size in rows[:-1]:
            content = wheel.read(name)
            assert digest == f"sha256={urlsafe_b64encode(sha256(content).digest()).decode().rstrip('=')}"
            assert int(size) == len(content)
        lines = wheel.read(about).decode().splitlines()
    assert {"Root-Is-Purelib: false", f"Tag: py3-none-{build.this_platform()}"} <= set(lines)
    library = f"dedup/native/{build.library_name(build.this_platform())}"
    of_python = {str(file.relative_to(TOP)) for file in (TOP / "dedup").rglob("*.py")}
    assert packed >= of_python | {library, "dedup/py.typed"}
    assert not {name for name in packed if name.endswith((".h", ".cc")) or name == "dedup/old.py"}


@pytest.mark.slow
def test_sources_can_be_built_again(copy: Path, tmp_path: Path) -> None:
    """The package of the sources has the core's sources, and what builds them."""
    call_backend(f"backend.build_sdist({str(tmp_path)!r})", copy)
    (path,) = tmp_path.iterdir()
    shutil.unpack_archive(path, tmp_path / "sources", filter="data")
    (folder,) = (tmp_path / "sources").iterdir()
    packed = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    sources = (file for file in build.SOURCE.parent.rglob("*") if file.is_file())
    needed = {str(file.relative_to(TOP)) for file in sources}
    assert packed >= needed | {"tools/__init__.py", "tools/package/backend.py", "pyproject.toml"}
    call_backend(f"backend.build_wheel({str(tmp_path / 'sources')!r})", folder)


@pytest.mark.slow
def test_an_installation_in_place_builds_the_core_where_it_is(copy: Path, tmp_path: Path) -> None:
    """`pip install -e .` leaves the library beside its loader."""
    call_backend(f"backend.build_editable({str(tmp_path)!r})", copy)
    assert (copy / "dedup/native" / build.LIBRARY.name).stat().st_size > 10_000
    assert [path.suffix for path in tmp_path.iterdir()] == [".whl"]


def test_the_core_needs_the_c_library_alone() -> None:
    """The library that is installed here refers to no library of C++ or of the compiler."""
    content = build.LIBRARY.read_bytes()
    assert not [name for name in (b"libstdc++", b"libc++", b"libgcc") if name in content]
    assert len(content) < wheels.MOST_BYTES


def test_the_project_names_the_backend() -> None:
    """pip finds the backend in the tree."""
    system = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    assert system["build-backend"] == backend.__name__
    assert system["backend-path"] == ["."]
