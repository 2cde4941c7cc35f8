"""How the code is laid out: circles of imports, crowded folders, long files, long functions.

    python -m tools.structure

Every import counts for a circle: late ones inside functions, and those for types alone. The last lines name
what is over a limit; the status is then 1.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median, quantiles

import grimp

TOP = Path(__file__).parents[1]
PACKAGES = ("dedup", "tests", "bench", "tools")
MOST_FILES, MOST_LINES = 12, 300
BUILT = (".so", ".dll")  # the compiled core, where it is built
DOOR = TOP / "dedup/__init__.py"  # loads what is asked for by name, so that `import dedup` costs little


def circles(*packages: str) -> list[set[str]]:
    """Sets of two modules or more that all import each other, directly or through others."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    found: list[set[str]] = []
    for module in sorted(graph.modules):
        together = graph.find_upstream_modules(module) & graph.find_downstream_modules(module) | {module}
        if len(together) > 1 and together not in found:
            found.append(together)
    return found


def files(package: str) -> list[Path]:
    """The files of a package, without those in `__pycache__`."""
    return sorted(
        path
        for path in (TOP / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in BUILT
    )


def folders(package: str) -> Counter[Path]:
    """The number of files in each folder of a package."""
    return Counter(path.parent for path in files(package))


def lines(package: str) -> dict[Path, int]:
    """The number of lines of each file of code."""
    code = [path for path in files(package) if path.suffix in (".py", ".h", ".cc", ".sql", ".css", ".js")]
    return {path: path.read_bytes().count(b"\n") for path in code}


def imports_by_name(package: str) -> list[str]:
    """The places where a module is imported by a name that is made while the program runs."""
    return [
        f"{path.relative_to(TOP)}:{node.lineno}"
        for path, node in _nodes(package)
        if path != DOOR and isinstance(node, ast.Call) and _name(node.func) in ("import_module", "__import__")
    ]


def functions(package: str) -> dict[str, int]:
    """The number of lines of each function."""
    return {
        f"{path.relative_to(TOP)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno)
        - node.lineno
        + 1
        for path, node in _nodes(package)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def shared_class_names(package: str) -> dict[str, list[str]]:
    """The names that several classes share, with the files of these classes."""
    homes: dict[str, list[str]] = {}
    for path, node in _nodes(package):
        if isinstance(node, ast.ClassDef):
            homes.setdefault(node.name, []).append(str(path.relative_to(TOP)))
    return {name: paths for name, paths in homes.items() if len(paths) > 1}


def faults() -> list[str]:
    """What is over a limit, a sentence each."""
    crowded = {
        folder: count
        for package in PACKAGES
        for folder, count in folders(package).items()
        if count > MOST_FILES
    }
    long = {
        path: count for package in PACKAGES for path, count in lines(package).items() if count > MOST_LINES
    }
    return [
        *(f"circle: {', '.join(sorted(circle))}" for circle in circles(*PACKAGES)),
        *(f"{folder.relative_to(TOP)}: {count} files" for folder, count in crowded.items()),
        *(f"{path.relative_to(TOP)}: {count} lines" for path, count in long.items()),
        *(f"{place}: import by name" for place in imports_by_name("dedup")),
    ]


def _nodes(package: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in files(package):
        if path.suffix == ".py":
            yield from ((path, node) for node in ast.walk(ast.parse(path.read_bytes())))


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _most(counts: Iterable[tuple[Path, int]]) -> str:
    path, count = max(counts, key=lambda one: one[1])
    return f"{count} ({path.relative_to(TOP)})"


def main() -> int:
    """Print the figures; 1 where one is over its limit."""
    print(f"circles of imports: {len(circles(*PACKAGES))}")
    for package in PACKAGES:
        sizes, lengths = lines(package), functions(package)
        longest = max(lengths, key=lambda name: lengths[name])
        python = sum(count for path, count in sizes.items() if path.suffix == ".py")
        print(f"\n{package}/: {python:,} lines in {len(sizes)} files, {len(folders(package))} folders")
        print(f"  most files in a folder: {_most(folders(package).items())}")
        print(f"  most lines in a file: {_most(sizes.items())}")
        middle, most = median(lengths.values()), quantiles(lengths.values(), n=10)[-1]
        print(f"  lines of a function: median {middle:.0f}, nine in ten at most {most:.0f}")
        print(f"  longest function: {lengths[longest]} ({longest})")
    print(f"\nclass names of several classes in dedup/: {len(shared_class_names('dedup'))}")
    for name, paths in sorted(shared_class_names("dedup").items()):
        print(f"  {name}: {', '.join(paths)}")
    found = faults()
    print("\n" + ("\n".join(found) if found else "No limit is exceeded."))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
