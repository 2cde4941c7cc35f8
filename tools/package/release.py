"""Builds a release into dist/ and checks it; uploads nothing.

    python -m tools.package.release          # wheels of all platforms, sources, checksums, release notes
    python -m tools.package.release v0.2.0   # the same, and refuses unless this is the release to publish
    python -m tools.package.release --platforms win_amd64,macosx_11_0_arm64    # wheels of these alone

The wheels need zig (`make .venv/.zig`), the checks twine (`make build/supply/.ready`); `make release` has
both.
"""

import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Final

from tools.package import backend, build, installation, wheels
from tools.package.links import TOP, addresses, linked, version

DIST: Final = TOP / "dist"
UNRELEASED: Final = "Unreleased"


def changes(changelog: str, release: str) -> tuple[str, str]:
    """The heading and the text of a release's section in a changelog; of the unreleased one where it has
    none. Raises ValueError if there is neither.
    """
    sections = re.split(r"^## (.+)$", changelog, flags=re.MULTILINE)[1:]
    by_heading = dict(zip(sections[::2], sections[1::2], strict=True))
    for heading, text in by_heading.items():
        if heading.split()[0].strip("[]") == release:
            return heading, text.strip()
    if UNRELEASED in by_heading:
        return UNRELEASED, by_heading[UNRELEASED].strip()
    raise ValueError(f"CHANGELOG.md has no section {release!r}")


def notes(changelog: str, release: str, files: list[Path]) -> str:
    """The notes of a release, as Markdown: how to install it, what changed, the checksums of its files."""
    _, text = changes(changelog, release)
    sums = "\n".join(f"{sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in files)
    return (
        f"# dedup {release}\n\n"
        f"```console\n$ pip install dedup-articles=={release}\n```\n\n"
        f"[Documentation]({addresses()['Documentation']})\n\n"
        f"## Changes\n\n{linked(text, '.', f'v{release}')}\n\n"
        f"## SHA-256\n\n```text\n{sums}\n```\n"
    )


def faults(tag: str, changelog: str, release: str) -> list[str]:
    """What keeps a release from being published under a tag, a sentence each."""
    found = []
    if tag != f"v{release}":
        found.append(f"The tag is {tag}, and dedup/version.py says {release}: they must be the same.")
    if changes(changelog, release)[0] == UNRELEASED:
        found.append(f'CHANGELOG.md still says "{UNRELEASED}": name the section {release} and its date.')
    return found


def build_files(platforms: Iterable[str] = tuple(build.TARGETS)) -> list[Path]:
    """Build the sources and the wheels of these platforms into an empty dist/; their paths."""
    DIST.mkdir(exist_ok=True)
    for old in DIST.iterdir():
        old.unlink()
    with redirect_stdout(StringIO()):  # setuptools writes a line for each file
        sources = DIST / backend.build_sdist(str(DIST))
    return [sources, *wheels.build_all(DIST, platforms)]


def main(arguments: list[str]) -> None:
    """Build and check a release; exits with a sentence where a check fails."""
    parser = ArgumentParser(description="Build a release into dist/, and check it.")
    parser.add_argument("tag", nargs="?", help="refuse unless this is to be published")
    parser.add_argument("--platforms", help="the tags of the platforms, with commas between (default: all)")
    given = parser.parse_args(arguments)
    if given.tag and given.platforms:
        sys.exit("A release to publish has the wheels of all platforms: leave --platforms out.")
    changelog, release = (TOP / "CHANGELOG.md").read_text(encoding="utf-8"), version()
    problems = faults(given.tag or f"v{release}", changelog, release)
    if given.tag and problems:
        sys.exit("\n".join(problems))
    files = build_files(given.platforms.split(",") if given.platforms else tuple(build.TARGETS))
    twine = TOP / "build/supply/bin/python"
    subprocess.run([twine, "-m", "twine", "check", "--strict", *files], check=True)
    own = next((file for file in files if _is_for_here(file)), None)
    for package in filter(None, (own, files[0])):
        seconds = installation.first_report(package)
        print(f"{package.name}: first report {seconds:.1f} s after pip install ended (aim: 10 s)")
    (DIST / "release-notes.md").write_text(notes(changelog, release, files), encoding="utf-8")
    print(f"dist/ has release {release}: {len(files) - 1} wheels, the sources, release-notes.md")
    for problem in problems:
        print(f"Before it is published: {problem}")


def _is_for_here(file: Path) -> bool:
    """Whether a wheel is for this machine."""
    _, _, machine = build.this_platform().partition("_")
    return "manylinux" in file.name and file.stem.endswith(machine) if sys.platform == "linux" else False


if __name__ == "__main__":
    main(sys.argv[1:])
