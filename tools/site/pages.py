"""What mkdocs does not do for the site: pages out of files that are not in docs/, and links to such files.

mkdocs calls the functions here (`hooks` in mkdocs.yml). The pages in docs/ are written to be read in the
repository as well. There a link such as `../dedup/options.py` leads to a file; the site has no such file, so
the link leads to the repository.
"""

from typing import Any, Final

from tools.package.links import TOP, addresses, linked, version

COPIED: Final = {
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
}
"""Pages of the site whose text is a file outside docs/."""


def _pages() -> dict[str, str]:
    """The files of the site, by their paths from the top."""
    files = (path for path in (TOP / "docs").rglob("*") if path.is_file())
    own = {path.relative_to(TOP).as_posix(): path.relative_to(TOP / "docs").as_posix() for path in files}
    return own | {file: page for page, file in COPIED.items()}


def on_config(config: Any) -> Any:
    """Called by mkdocs with its settings: adds the project's address."""
    config.site_url = addresses()["Documentation"]
    config.copyright = f"dedup {version()}, MIT licence"
    return config


def on_files(files: Any, config: Any) -> Any:
    """Called by mkdocs with the files of the site: adds those that are not in docs/."""
    from mkdocs.structure.files import File

    for page, name in COPIED.items():
        text = linked((TOP / name).read_text(encoding="utf-8"), ".", "main", _pages())
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Called by mkdocs with the text of each page: mends its links."""
    return markdown if page.file.src_uri in COPIED else linked(markdown, "docs", "main", _pages())


def on_post_page(output: str, **_: Any) -> str:
    """Called by mkdocs with the HTML of each page: names the dialog of the search; the theme does not."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)
