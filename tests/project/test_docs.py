"""The README is true: its commands run, its code runs, its map names every stage, its links lead on."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from html import escape
from importlib import import_module
from pathlib import Path

import orjson
import pytest

from tests.support.paths import ARTICLES, TOP

README = (TOP / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    re.split(r"\s{2,}#", line[2:])[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ") and not line.startswith(("$ pip", "$ make"))
]

NO_NETWORK = """
import socket
def refuse(*_, **__):
    raise AssertionError("the network was used")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
"""


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the README names; its commands share it, in order."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copy(ARTICLES, folder / "crawl.jsonl")
    shutil.copy(TOP / "fixtures/repeats/body-twice.txt", folder / "article.txt")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(command: str, workplace: Path) -> None:
    """Each command ends with status 0 when typed in the order in which it stands."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=workplace,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_restored_file_is_the_input(workplace: Path) -> None:
    """What the README's restore gives back is byte for byte what was cleaned."""
    assert (workplace / "original.jsonl").read_bytes() == (workplace / "crawl.jsonl").read_bytes()


def test_the_code_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The Python under "Use" runs on the fixtures."""
    code, *_ = CODE
    articles = [orjson.loads(line) for line in (ARTICLES).read_bytes().splitlines()]
    exec(code, {"text": articles[14]["text"], "articles": articles})
    assert "near-duplicates dropped" in capsys.readouterr().out


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the guides read: a crawl, and its articles as pages, of which one has no article."""
    folder = tmp_path_factory.mktemp("guides")
    shutil.copy(ARTICLES, folder / "crawl.jsonl")
    (folder / "pages").mkdir()
    for line in (folder / "crawl.jsonl").read_bytes().splitlines():
        article = orjson.loads(line)
        paragraphs = "".join(f"<p>{escape(said)}</p>" for said in article["text"].split("\n\n"))
        page = f"<html><body><nav><a href='/'>Home</a></nav><article>{paragraphs}</article></body></html>"
        (folder / "pages" / f"{article['id']}.html").write_text(page, encoding="utf-8")
    (folder / "pages/empty.html").write_text("<html><body></body></html>", encoding="utf-8")
    return folder


def guided(name: str, desk: Path) -> str:
    """Run a guide's code as it stands, by itself, in an empty home and without a network; what it prints."""
    guide = README.split(f"**{name}.**")[1]
    code = re.search(r"```python\n(.*?)```", guide, re.DOTALL)[1]
    done = subprocess.run(
        [sys.executable, "-c", f"{NO_NETWORK}\n{code}"],
        cwd=desk,
        env=os.environ | {"HOME": str(desk / "home"), "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_guide_for_trafilatura(desk: Path) -> None:
    """Pages become cleaned texts, fewer than there are pages; a page without an article is a reject."""
    report = guided("After trafilatura", desk)
    written = {path.stem for path in desk.glob("*.txt")}
    assert re.search(r"near-duplicates dropped, [1-9]\d* cleaned of repeats, [1-9]", report)
    assert 20 < len(written) < len([*(desk / "pages").iterdir()]) - 1
    assert "empty" not in written


def test_the_guide_for_pandas(desk: Path) -> None:
    """The decisions about the crawl, counted."""
    shown = guided("With pandas", desk)
    assert all(
        re.search(rf"^{decision} +[1-9]", shown, re.MULTILINE) for decision in ("kept", "cut", "dropped")
    )


def test_the_guide_for_a_data_set(desk: Path) -> None:
    """Two halves of what is kept, with the features of the crawl."""
    guided("Before an LLM data set", desk)
    rows = orjson.loads((desk / "halves/train/dataset_info.json").read_bytes())
    assert {*rows["features"]} == {*orjson.loads((desk / "crawl.jsonl").read_bytes().splitlines()[0])}
    assert [path.name for path in sorted((desk / "halves").iterdir())] == [
        "dataset_dict.json",
        "test",
        "train",
    ]


def test_every_guide_is_tested() -> None:
    """Each piece of Python in the README is run by a test of this file."""
    names = re.findall(r"^\*\*(.+?)\.\*\*", README.split("## Guides")[1].split("\n## ")[0], re.MULTILINE)
    tests = Path(__file__).read_text(encoding="utf-8")
    assert len(CODE) == 2 + len(names)  # under Use, and In Scrapy
    assert all(f'guided("{name}", desk)' in tests for name in names)


def test_the_readme_shows_the_pipeline_and_its_settings() -> None:
    """The pipeline is where the README says, and it lists the settings that are read."""
    shown: dict[str, dict[str, int]] = {}
    exec(next(code for code in CODE if "ITEM_PIPELINES" in code), shown)
    (path,) = shown["ITEM_PIPELINES"]
    module, _, name = path.rpartition(".")
    assert isinstance(getattr(import_module(module), name), type)
    listed = set(re.findall(r"^\| `(DEDUP_\w+)`", README, re.MULTILINE))
    source = (TOP / "dedup/scrapy.py").read_text(encoding="utf-8")
    fields = {f"DEDUP_{part}_FIELD" for part in ("TEXT", "ID", "TAG")}
    assert listed == set(re.findall(r'"(DEDUP_[A-Z]+)"', source)) | fields


def test_every_file_that_the_readme_links_to_is_there() -> None:
    """No link of the README leads nowhere."""
    for target in re.findall(r"\]\(([^)#]+)\)|(?:src|srcset)=\"([^\"]+)\"", README):
        assert (TOP / "".join(target)).exists(), target


def test_the_map_names_every_stage() -> None:
    """Each file on the top level of the package that is a stage stands in the map."""
    stages = [
        "paragraphs",
        "repeats",
        "shingles",
        "samples",
        "signatures",
        "candidates",
        "matches",
        "keepers",
        "losses",
        "comparison",
        "ledger",
        "pipeline",
        "result",
    ]
    assert all(f"dedup/{stage}.py" in README for stage in stages)


def test_an_installed_package_has_its_data() -> None:
    """Every file of the package that is no code is named in pyproject.toml, so that a wheel holds it."""
    patterns = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = patterns["tool"]["setuptools"]["package-data"]["dedup"]
    named = {path for pattern in patterns for path in (TOP / "dedup").glob(pattern)}
    files = {
        path for path in (TOP / "dedup").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert {path for path in files if path.suffix != ".py"} <= named


def _measured(name: str) -> dict[str, list[str]]:
    """The rows of one set's table in bench/accuracy/results.md, by tool."""
    part = (
        (TOP / "bench/accuracy/results.md")
        .read_text(encoding="utf-8")
        .split(f"### {name}:")[1]
        .split("###")[0]
    )
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return {row[0]: row[1:] for row in rows}


def _table(page: Path) -> dict[str, list[str]]:
    """The cells of the rows that bench/speed/compare.py wrote, by their first one; without the head."""
    part = (
        page.read_text(encoding="utf-8").split("<!-- measured: bench.speed.compare")[1].split("<!-- end")[0]
    )
    lines = [line.split("|")[1:-1] for line in part.splitlines() if line.startswith("|")][2:]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_the_readme_is_as_fast_as_was_measured() -> None:
    """The README's table of speed is the short form of bench/speed/results.md's: same rows, same figures."""
    full, short = _table(TOP / "bench/speed/results.md"), _table(TOP / "README.md")
    assert "dedup, 2 workers" in short
    assert short == {name: [cells[i] for i in (0, 2, 4, 7, 9, 10)] for name, cells in full.items()}


def test_the_readme_compares_as_was_measured() -> None:
    """Each figure of the README's comparison stands in what the benches wrote."""
    section = README.split("## How it compares")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]
    pages, edits = _measured("extractors"), _measured("edits")
    assert rows[0][0] == "dedup"
    assert all(row[1:] == [*pages[row[0]][:2], *edits[row[0]][:2]] for row in rows)
    curve = (TOP / "bench/repeats/results.md").read_text(encoding="utf-8")
    precision, recall = re.search(r"\(default\) \| ([\d.]+) \| ([\d.]+)", curve).groups()
    assert f"right in {100 * float(precision):.0f} %" in section
    assert f"finds {100 * float(recall):.0f} %" in section
