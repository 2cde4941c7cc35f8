"""Builds the compiled core: one C++ file, one command, one library that needs nothing but the C library.

    python -m tools.package.build                  # dedup/native/core.so, by the machine's compiler or by zig
    python -m tools.package.build --compiler       # the machine's compiler; status 1 where none can build it
    python -m tools.package.build --sanitize PATH  # by gcc, with checks of every access to memory
    python -m tools.package.build --unsafe         # clang refuses pointers outside slice.h; writes nothing

The compiler is the one that the environment variable CC names, else the first of cc, gcc and clang that can
build C++20, else zig, a compiler that comes from PyPI. This runs before anything is installed: only Python's
standard library is imported.
"""

import os
import platform as machine
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

TOP: Final = Path(__file__).parents[2]
SOURCE: Final = TOP / "dedup/native/core/core.cc"
TARGETS: Final = {
    "manylinux_2_17_x86_64": "x86_64-linux-gnu.2.17",
    "manylinux_2_17_aarch64": "aarch64-linux-gnu.2.17",
    "musllinux_1_2_x86_64": "x86_64-linux-musl",
    "musllinux_1_2_aarch64": "aarch64-linux-musl",
    "macosx_11_0_x86_64": "x86_64-macos.11.0",
    "macosx_11_0_arm64": "aarch64-macos.11.0",
    "win_amd64": "x86_64-windows-gnu",
    "win_arm64": "aarch64-windows-gnu",
}
"""The platforms of wheels, as their tags name them, and what zig calls each."""

_LANGUAGE: Final = (
    *("-x", "c++", "-std=c++20", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"),
    *("-fPIC", "-fvisibility=hidden"),
    "-fwrapv",  # numbers of a damaged file may overflow before they are refused
    "-Wno-psabi",  # only inlined functions take or return wide vectors
)
_WARNINGS: Final = ("-Wall", "-Wextra", "-Werror")
_SANITIZERS: Final = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-shared")
_NEEDED: Final = "install gcc or clang, version 10 or later"
_PROBE: Final = "#include <stdint.h>\n#include <stdlib.h>\n#include <string.h>\n"


def zig_release() -> str:
    """The requirement for the release of zig that builds the core, such as "ziglang==0.17.1"."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["dependency-groups"]["zig"][0])


def this_platform() -> str:
    """The tag of this machine's platform, as a wheel that is built and installed here has it."""
    if sys.platform == "darwin":
        return f"macosx_11_0_{machine.machine()}"
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")


def library_name(platform: str) -> str:
    """The name of the library's file on a platform."""
    return "core.dll" if platform.startswith("win") else "core.so"


LIBRARY: Final = SOURCE.parents[1] / library_name(this_platform())


def machine_compiler() -> list[str] | None:
    """The command of the machine's compiler for C++20, with its options; None where there is none. Exits with
    a sentence where CC names one that is of no use.
    """
    if named := shlex.split(os.environ.get("CC", "")):
        if refusal := _refusal(_options(named)):
            sys.exit(f"The core of dedup cannot be built with the compiler of CC: {refusal}; {_NEEDED}.")
        return _options(named)
    return next((command for command in _machine_commands() if not _refusal(command)), None)


def compiler(platform: str | None = None) -> list[str]:
    """The command that compiles for this machine, or by zig for the platform of a tag. Exits with a sentence
    that says what to install where there is no compiler.
    """
    if platform is None and (command := machine_compiler()):
        return command
    if find_spec("ziglang"):
        return _zig(platform or this_platform())
    refusals = "; ".join(filter(None, map(_refusal, _machine_commands())))
    reason = f"this machine has no compiler for it{f' ({refusals})' if refusals else ''}"
    sys.exit(f"The core of dedup is C++20, and {reason}: {_NEEDED}, or run `pip install {zig_release()}`.")


def build(
    library: Path, platform: str | None = None, source: Path = SOURCE, options: Iterable[str] = ("-O3",)
) -> None:
    """Compile `source` to the file `library`, which is replaced in one step: for this machine, or by zig for
    the platform of a tag. Exits with a sentence that says what to do where that fails.
    """
    run([*compiler(platform), *options], library, source)


def run(command: Sequence[str], library: Path, source: Path = SOURCE) -> None:
    """Compile `source` to `library` by a command that lacks nothing but these two. Exits where that fails."""
    library.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=library.parent, prefix=".build-") as folder:  # linkers for Windows leave more
        written = Path(folder) / library.name
        if _spawn([*command, str(source), "-o", str(written)]).returncode:
            sys.exit(
                f"The core of dedup could not be built by {command[0]}; its errors are above: {_NEEDED}, "
                f"or name another compiler with CC."
            )
        written.replace(library)


def sanitized(library: Path) -> None:
    """Build a library that ends the process at any access to memory that is not its own, and at what C++
    leaves undefined (AddressSanitizer, UBSan). Exits with a sentence where that fails.
    """
    gcc = shutil.which("gcc") or sys.exit("The sanitizers of `make sanitize` are those of gcc: install gcc.")
    run([gcc, *_LANGUAGE, *_WARNINGS, *_SANITIZERS], library)


def is_safe(source: Path = SOURCE) -> bool:
    """Whether clang finds nothing to warn of, above all no access through a raw pointer in code that slice.h
    does not exempt; it writes what it finds to stderr. For x86-64 and for arm64, which differ in part.
    """
    strict = ("-c", "-O0", *_WARNINGS, "-Wunsafe-buffer-usage", "-Wno-bitwise-instead-of-logical")
    with TemporaryDirectory() as folder:
        return not any(
            _spawn([*_zig(platform, *strict), str(source), "-o", str(Path(folder) / "core.o")]).returncode
            for platform in ("manylinux_2_17_x86_64", "manylinux_2_17_aarch64")
        )


def _machine_commands() -> list[list[str]]:
    """The commands of the compilers that this machine may have. On Windows nobody knows what these are."""
    names = () if sys.platform == "win32" else ("cc", "gcc", "clang")
    return [_options([path]) for path in map(shutil.which, names) if path]


def _options(command: list[str]) -> list[str]:
    """The command with the options that a compiler of this machine needs to make a library."""
    if any("zig" in Path(word).name for word in command):
        return [*command, *_zig_options(this_platform())]
    if sys.platform == "darwin":
        return [*command, *_LANGUAGE, "-dynamiclib", "-arch", machine.machine(), "-mmacosx-version-min=11.0"]
    return [*command, *_LANGUAGE, "-shared", "-s"]


def _zig(platform: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "ziglang", "cc", *(_zig_options(platform, *options))]


def _zig_options(platform: str, *options: str) -> list[str]:
    """The options for zig: to compile for any processor of the platform, not for the one that it runs on; and
    not to build its C++ library, which takes most of a minute and is not used.
    """
    if platform.startswith("linux_"):
        libc = "musllinux_1_2" if "musl" in str(sysconfig.get_config_var("SOABI")) else "manylinux_2_17"
        platform = platform.replace("linux", libc, 1)
    target = ("-target", TARGETS[platform]) if platform in TARGETS else ()
    return [
        *_LANGUAGE,
        *target,
        *("-mcpu=baseline", "-fno-sanitize=undefined", "-nostdlib++"),
        *(options or ("-shared", "-s")),
    ]


def _refusal(command: Sequence[str]) -> str:
    """Why a compiler cannot build C++20, as half a sentence; empty where it can."""
    with TemporaryDirectory() as folder:
        done = _spawn([*command, "-", "-o", str(Path(folder) / "probe.so")], _PROBE)
    if not done.returncode:
        return ""
    if "std=c++20" in done.stderr:
        return f"{command[0]} is too old for C++20"
    if "cc1plus" in done.stderr:
        return f"{command[0]} is without its part for C++, g++"
    return f"{command[0]} fails: {(done.stderr.strip().splitlines() or ['it says nothing'])[0]}"


def _spawn(command: Sequence[str], text: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a compiler. With `text`, its input, what it says is kept; else it goes to stderr."""
    cache = os.environ.get("ZIG_GLOBAL_CACHE_DIR") or str(TOP / "build/zig")
    environment = os.environ | {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}
    kept = None if text is None else subprocess.PIPE
    try:
        return subprocess.run(
            command, input=text, stdout=kept, stderr=kept, text=True, env=environment, check=False
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error.strerror))


def main(arguments: Sequence[str]) -> None:
    """Do what the arguments say; exits with a sentence where it fails."""
    match arguments:
        case []:
            build(LIBRARY)
        case ["--compiler"]:
            print((machine_compiler() or sys.exit("This machine has no compiler for C++20."))[0])
        case ["--sanitize", path]:
            sanitized(Path(path))
        case ["--unsafe"]:
            if not is_safe():
                sys.exit(
                    "clang refuses the core (see above): code uses slices, pointers are for slice.h alone."
                )
        case _:
            sys.exit(str(__doc__))


if __name__ == "__main__":
    main(sys.argv[1:])
