"""Links of the project's pages, for readers who have no files of the repository beside the page: on PyPI, on
the site, in release notes.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

TOP: Final = Path(__file__).parents[2]

_LINK: Final = re.compile(
    r"(?P<before>\]\(|(?P<attribute>href|src|srcset)=\")(?!https?:|#)(?P<link>[^)\"\s]+)"
)
_FENCE: Final = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def addresses() -> dict[str, str]:
    """The project's addresses, "Repository", "Documentation" and others, as pyproject.toml has them."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return dict(project["urls"])


def version() -> str:
    """The version of the package, without importing it."""
    text = (TOP / "dedup/version.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    return str(found)


def linked(text: str, folder: str, revision: str, pages: Mapping[str, str] | None = None) -> str:
    """A page in which each link to a file leads to that file on the web: to the page of `pages` that is made
    of it (their addresses, by paths from the top), else to the repository at `revision`. `folder`: where the
    page's own file is, from the top. Fenced blocks stay as they are.
    """

    def replace(match: re.Match[str]) -> str:
        path, hash_sign, anchor = match["link"].partition("#")
        target = (TOP / folder / path).resolve().relative_to(TOP).as_posix()
        address = (pages or {}).get(target) or _in_repository(target, revision, is_picture=_shows(match))
        return f"{match['before']}{address}{hash_sign}{anchor}"

    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(replace, part) for part in parts)


def write_readme() -> None:
    """Write the README that PyPI shows, with links that lead to the repository, where pyproject.toml says."""
    text = linked((TOP / "README.md").read_text(encoding="utf-8"), ".", f"v{version()}")
    (TOP / "build").mkdir(exist_ok=True)
    (TOP / "build/readme.md").write_text(text, encoding="utf-8")


def _shows(match: re.Match[str]) -> bool:
    """Whether a link is the address of a picture, so of the file itself and not of a page about it."""
    return match["attribute"] in ("src", "srcset") or match["link"].endswith((".png", ".svg"))


def _in_repository(target: str, revision: str, is_picture: bool) -> str:
    kind = "raw" if is_picture else "tree" if (TOP / target).is_dir() else "blob"
    return f"{addresses()['Repository']}/{kind}/{revision}/{target}"
