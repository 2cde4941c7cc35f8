"""The package's wheels: setuptools makes one of the Python files, and the compiled core is put into it.

    python -m tools.package.wheels FOLDER    # for all platforms, by zig

A wheel is for one platform and for any Python 3: `py3-none-PLATFORM`.
"""

import os
import shutil
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from setuptools import build_meta

from tools.package import build, links

MOST_BYTES: Final = 1_000_000


def python_wheel(folder: Path) -> Path:
    """Write the wheel of the Python files, without the core, to a folder. The current folder must be the
    project's, as it is where pip builds.
    """
    links.write_readme()
    shutil.rmtree("build/lib", ignore_errors=True)  # setuptools packs what an earlier build left there
    with redirect_stdout(StringIO()):  # a line for each file
        return folder / str(build_meta.build_wheel(str(folder)))


def with_library(wheel: Path, library: Path, platform: str, folder: Path) -> Path:
    """Write a wheel of Python files to a folder once more, with the library and the platform's tag."""
    target = folder / wheel.name.replace("-none-any.whl", f"-none-{platform}.whl")
    with ZipFile(wheel) as source, ZipFile(target, "w", ZIP_DEFLATED) as written:
        *files, record = source.infolist()  # RECORD is the last: it lists the others
        added = ZipInfo(f"dedup/native/{build.library_name(platform)}", record.date_time)
        added.external_attr = 0o100755 << 16
        contents = [(file, _tagged(file.filename, source.read(file), platform)) for file in files]
        contents.append((added, library.read_bytes()))
        for file, content in contents:
            written.writestr(file, content, ZIP_DEFLATED)
        rows = [_row(file.filename, content) for file, content in contents]
        written.writestr(record, "".join([*rows, f"{record.filename},,\n"]), ZIP_DEFLATED)
    return target


def _tagged(name: str, content: bytes, platform: str) -> bytes:
    """The content of a wheel's file; of WHEEL, which says what the wheel is for, with the platform."""
    if not name.endswith(".dist-info/WHEEL"):
        return content
    content = content.replace(b"Root-Is-Purelib: true", b"Root-Is-Purelib: false")
    return content.replace(b"Tag: py3-none-any", f"Tag: py3-none-{platform}".encode())


def _row(name: str, content: bytes) -> str:
    """A line of RECORD."""
    digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def build_all(folder: Path, platforms: Iterable[str] = tuple(build.TARGETS)) -> Iterator[Path]:
    """Write the wheels of the platforms to a folder; yields each. Exits with a sentence where one has more
    than MOST_BYTES.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary, ThreadPoolExecutor(os.cpu_count()) as pool:
        wheel, names = python_wheel(Path(temporary)), [*platforms]
        libraries = [Path(temporary, f"core-{name}") for name in names]
        for _, platform, library in zip(
            pool.map(build.build, libraries, names), names, libraries, strict=True
        ):
            built = with_library(wheel, library, platform, folder)
            if (size := built.stat().st_size) > MOST_BYTES:
                sys.exit(f"{built} has {size:,} bytes, more than {MOST_BYTES:,}.")
            yield built


if __name__ == "__main__":
    for path in build_all(Path(sys.argv[1])):
        print(f"{path}: {path.stat().st_size:,} bytes")
