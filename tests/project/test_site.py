"""The site of docs/: built without a network; every link leads somewhere; all can read and search it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from tests.support.command import cut_off
from tests.support.pages import anchors
from tests.support.paths import TOP
from tools.package.links import addresses

pytestmark = pytest.mark.slow

BUILT = pytest.mark.skipif(not find_spec("mkdocs"), reason="mkdocs is not installed: make .venv/.docs")
COPIED = {"changelog.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md", "security.md": "SECURITY.md"}
AXE = TOP / "build/axe/package/axe.min.js"
_CONTRAST = "axe.run({ runOnly: ['color-contrast'], preload: false }).then((result) => result.violations)"
_STILL = "*, *::before, *::after { transition: none !important }"
LOADED = {("script", "src"), ("img", "src"), ("source", "srcset"), ("iframe", "src")}
"""What a browser loads with a page, by tag and attribute; of links only style sheets and icons."""


class Page(HTMLParser):
    """What a page of the site links to, what it loads, and the ids in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        self.ids |= {named[name] for name in ("id", "name") if name in named}
        self.loaded += [value for name, value in named.items() if (tag, name) in LOADED]
        if tag == "link" and named.get("rel") in ("stylesheet", "icon", "preconnect", "preload"):
            self.loaded.append(named["href"])
        if tag == "a" and "href" in named:
            self.links.append(named["href"])


def _names(entries: object) -> Iterator[str]:
    """The files in the navigation of mkdocs.yml."""
    match entries:
        case str():
            yield entries
        case dict():
            for entry in entries.values():
                yield from _names(entry)
        case list():
            for entry in entries:
                yield from _names(entry)


def test_the_navigation_has_every_page() -> None:
    """mkdocs.yml names each page of docs/ once, those made of other files, and no page that is not there."""
    settings = yaml.safe_load((TOP / "mkdocs.yml").read_text(encoding="utf-8"))
    pages = {path.name for path in (TOP / "docs").glob("*.md")} | COPIED.keys()
    named = [*_names(settings["nav"])]
    assert sorted(named) == sorted(pages), "add the page to `nav` in mkdocs.yml, or take it out"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """The pages of the site by their names, built where there is no network."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(
        [*cut_off(), *command],
        cwd=TOP,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {path.name: Page(path) for path in sorted(folder.glob("*.html")) if path.name != "404.html"}


@BUILT
def test_every_link_of_the_site_leads_somewhere(site: dict[str, Page]) -> None:
    """A link to a page, a picture or a heading of the site finds it; one to the repository names a file that
    is there, and a heading of it.
    """
    repository = addresses()["Repository"]
    for page in site.values():
        for link in page.links:
            if link.startswith(f"{repository}/"):
                _, kind, revision, path = link.removeprefix(repository).split("/", 3)
                name, _, anchor = path.partition("#")
                assert (kind, revision) in {("blob", "main"), ("tree", "main"), ("raw", "main")}
                assert (TOP / name).is_dir() if kind == "tree" else (TOP / name).is_file(), link
                assert not anchor or anchor in anchors((TOP / name).read_text(encoding="utf-8")), link
            elif not urlsplit(link).scheme:
                name, _, anchor = link.partition("#")
                target = site.get(name, page)
                assert name in site or not name or (page.path.parent / name).is_file(), (page.path.name, link)
                assert not anchor or unquote(anchor) in target.ids | {"__top"}, (page.path.name, link)
            else:
                assert link.startswith("https://"), link


@BUILT
def test_the_site_loads_nothing_from_elsewhere(site: dict[str, Page]) -> None:
    """Whoever reads the site is known to its server alone: no font, script or picture is from another one."""
    loaded = {address for page in site.values() for address in page.loaded}
    assert [address for address in loaded if urlsplit(address).netloc or urlsplit(address).scheme] == []
    assert {"assets/iframe-worker.js", "assets/site.css"} <= {address.split("?")[0] for address in loaded}
    styles = (site["index.html"].path.parent / "assets").rglob("*.css")
    assert not [path for path in styles if re.search(r"url\(['\"]?(https?:)?//", path.read_text("utf-8"))]


@BUILT
def test_the_reference_has_every_public_name(site: dict[str, Page]) -> None:
    """Each public name of the library has a heading in the reference, and so have its fields and methods."""
    import dedup

    ids = site["reference.html"].ids
    assert {f"dedup.{name}" for name in dedup.__all__} <= ids
    assert {"dedup.spark.clean", "dedup.scrapy.DedupPipeline", "dedup.Result.kept", "dedup.Index.add"} <= ids
    assert {f"dedup.Options.{name}" for name in dedup.Options.__dataclass_fields__} <= ids


@BUILT
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no chromium: make browser")
@pytest.mark.skipif(not AXE.exists(), reason="there is no axe-core: make browser")
def test_everybody_can_read_every_page(site: dict[str, Page]) -> None:
    """axe-core finds nothing to mend on any page, nor in its dark colours, and no page sends a request."""
    from bench.harness import browser

    found = []
    with browser.open_page(site["index.html"].path) as (page, seen):
        for name, built in site.items():
            page.goto(built.path.resolve().as_uri())
            page.add_style_tag(content=_STILL)  # colours would fade
            found += [(name, "light", each["id"], each["impact"]) for each in browser.violations(page)]
            page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
            found += [(name, "dark", each["id"], each["impact"]) for each in page.evaluate(_CONTRAST)]
        assert found == []
        assert [request for request in seen.requests if not request.startswith("file:")] == []


@BUILT
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no chromium: make browser")
def test_the_search_works_in_files(site: dict[str, Page]) -> None:
    """A page that is opened as a file, with no server and no network, finds a word in the other pages."""
    from bench.harness import browser

    with browser.open_page(site["index.html"].path) as (page, seen):
        page.locator(".md-search__input").click()
        page.keyboard.type("refrain")
        page.locator(".md-search-result__link").first.wait_for()
        targets = [link.get_attribute("href") for link in page.locator(".md-search-result__link").all()]
        assert any("how-to.html" in str(target) for target in targets)
        assert (seen.messages, [each for each in seen.requests if not each.startswith("file:")]) == ([], [])


@BUILT
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no chromium: make browser")
def test_a_copied_command_can_be_pasted(site: dict[str, Page]) -> None:
    """What the button beside a command copies is the command, without its prompt."""
    from bench.harness import browser

    copied = "(code) => { code.setAttribute('data-md-copying', ''); return code.innerText.trim() }"
    with browser.open_page(site["index.html"].path) as (page, _):
        assert page.locator("pre > code").first.evaluate(copied) == "pip install dedup-articles"
