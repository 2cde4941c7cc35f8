"""The pages of the documentation, and the blocks, links and tables in them."""

import re

from tests.support.paths import TOP

_FILES = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").glob("*.md"))]
PAGES = {path.relative_to(TOP).as_posix(): path.read_text(encoding="utf-8") for path in _FILES}
"""The text of each page by its path from the top folder."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in this language, in order."""
    return [block for name, block in _FENCE.findall(PAGES[page]) if name == language]


def languages(page: str) -> set[str]:
    """The languages of a page's fenced blocks."""
    return {name for name, _ in _FENCE.findall(PAGES[page])}


def prose(page: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", PAGES[page])


def commands(page: str) -> list[str]:
    """What a page's console blocks type after their prompts, without the comments."""
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    return [re.split(r"\s{2,}#", line.removeprefix("$ "))[0].strip() for line in lines]


def spans(page: str) -> list[str]:
    """The code spans in a page's prose and tables."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def links(page: str) -> list[str]:
    """Where the links and pictures of a page lead."""
    return ["".join(target) for target in _LINK.findall(prose(page))]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(page: str, heading: str) -> str:
    """The part of a page below a heading, up to the next one of its level or above."""
    level = heading.split(" ", maxsplit=1)[0]
    after = PAGES[page].split(f"\n{heading}\n")[1]
    return re.split(rf"^#{{1,{len(level)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the rows of all tables in a text, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rules = {i for i, line in enumerate(lines) if re.fullmatch(r"[|:\- ]+", line)}
    kept = [line for i, line in enumerate(lines) if i not in rules and i + 1 not in rules]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in kept]
