"""What is installed, in which release and under which licence; none at run time may bind what uses dedup.

    python bench/licences.py [--write]

`--write` puts the table into docs/licences.md. Status 1 where a run-time dependency has no known licence, or
one that is not on the list.
"""

import argparse
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.paths import TOP

PAGE = TOP / "docs/licences.md"
# MPL-2.0 binds changes of its own files alone, which dedup neither changes nor ships.
FREE = {
    *(
        "0BSD",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MPL-2.0",
    ),
    *("PSF-2.0", "Python-2.0", "Unlicense", "Zlib", "ZPL-2.1"),
}
_NAMES = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "BSD": "BSD",
    "The BSD 2-Clause License": "BSD-2-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


class Package(NamedTuple):
    """An installed package; `licence`: an SPDX expression, nothing where its metadata name none."""

    name: str
    version: str
    licence: str
    run_time: bool


def licence_of(package: Distribution) -> str:
    """What the metadata of a package say: an expression, else the classifiers, else the free field."""
    held = package.metadata.json
    if expression := str(held.get("license_expression") or ""):
        return expression
    classed = [str(one).rpartition(" :: ") for one in held.get("classifier") or ()]
    if names := [_NAMES.get(name, name) for path, _, name in classed if path.startswith("License")]:
        return " AND ".join(names)
    stated = str(held.get("license") or "").strip().partition("\n")[0]
    return _NAMES.get(stated, stated)


def is_free(licence: str) -> bool:
    """Whether an expression lets dedup be used by anyone: each of its parts, or one of the alternatives."""
    if not licence:
        return False
    depth, parts = 0, [""]
    for word in re.findall(r"[()]|[^()\s]+", licence):
        depth += (word == "(") - (word == ")")
        parts = [*parts, "AND", ""] if word == "AND" and not depth else [*parts[:-1], f"{parts[-1]} {word}"]
    if len(parts) > 1:
        return all(is_free(part.strip()) for part in parts if part != "AND")
    bare = licence.strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    return any(one.partition(" WITH ")[0].strip() in FREE for one in bare.split(" OR "))


def needed(name: str) -> set[str]:
    """The names of what a package needs at run time, itself included, as far as it is installed."""
    found: set[str] = set()
    waiting = [(name, "")]
    while waiting:
        name, extra = waiting.pop()
        try:
            held = distribution(name)
        except PackageNotFoundError:
            continue
        found.add(canonicalize_name(name))
        for line in held.requires or ():
            wanted = Requirement(line)
            known = canonicalize_name(wanted.name) in found
            if not known and (wanted.marker is None or wanted.marker.evaluate({"extra": extra})):
                waiting += [(wanted.name, extra) for extra in wanted.extras or ("",)]
    return found


def installed() -> list[Package]:
    """All packages, by name; those that run with dedup first."""
    run_time = needed("dedup")
    held = {canonicalize_name(one.name): one for one in distributions()}
    packages = [
        Package(name, one.version, licence_of(one), name in run_time)
        for name, one in held.items()
        if name != "dedup"
    ]
    return sorted(packages, key=lambda package: (not package.run_time, package.name))


def page(packages: list[Package]) -> str:
    """The list as Markdown."""
    lines = [
        "# Licences",
        "",
        "What `make` installs from constraints.txt, as the packages' own metadata have it. "
        "`make licences` writes this.",
        "dedup itself is under the MIT licence.",
    ]
    for run_time, title in ((True, "At run time"), (False, "For development, tests and the Scrapy pipeline")):
        lines += ["", f"## {title}", "", "| package | release | licence |", "|---|---|---|"]
        lines += [
            f"| {one.name} | {one.version} | {one.licence} |" for one in packages if one.run_time == run_time
        ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Show or write the list; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write docs/licences.md")
    packages = installed()
    if parser.parse_args().write:
        PAGE.write_text(page(packages), encoding="utf-8")
    else:
        print(page(packages))
    run_time = [one for one in packages if one.run_time]
    bound = [one for one in run_time if not is_free(one.licence)]
    for one in bound:
        print(f"{one.name} {one.version}: {one.licence or 'no licence named'}, which is not on the list")
    print(f"{len(run_time) - len(bound)} of {len(run_time)} run-time packages bind nobody else")
    return bool(bound)


if __name__ == "__main__":
    sys.exit(main())
