"""What the pages show is true: their commands run, their code runs, their examples come out as shown."""

import os
import re
import shutil
import subprocess
import sys
from html import escape
from importlib import import_module
from pathlib import Path

import orjson
import pytest

import dedup
from dedup.cli.arguments.parser import parser
from dedup.cli.main import main
from tests.formats.web.made import conversion, crawl, write_pages, write_records
from tests.support.command import NO_NETWORK
from tests.support.pages import PAGES, blocks, commands, languages, rows, section, spans
from tests.support.paths import ARTICLES, TOP

NOT_RUN = {
    "pip install ": "the package under test is installed already",
    "make ": "the targets set up an environment of their own; CI runs them",
    "docker ": "there may be no Docker; tests/project/test_image.py runs what is in the image",
}
"""Commands of console blocks that are not run here, by how they begin, and why."""

RUN_ELSEWHERE = {
    "docs/redis.md": "tests/index/redis/test_guide.py",
    "docs/spark.md": "tests/spark/test_guide.py",
}
"""Pages whose bash blocks another file runs: it has the cluster, or the server, that they need."""


def is_run(command: str) -> bool:
    """Whether a command of a page is run here."""
    return not command.startswith(tuple(NOT_RUN))


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with the files that the pages name."""
    shutil.copy(ARTICLES, tmp_path / "crawl.jsonl")
    shutil.copy(TOP / "fixtures/repeats/body-twice.txt", tmp_path / "article.txt")
    return tmp_path


def type_commands(page: str, folder: Path) -> None:
    """Run the commands of a page in a folder, in order: each ends with status 0, and restores the input."""
    if any(re.search(r"\bjq ", command) for command in commands(page)) and not shutil.which("jq"):
        pytest.skip("there is no jq here, whose recipes the page has")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(TOP),
    }
    for command in filter(is_run, commands(page)):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr.decode()}"
    restored = folder / "original.jsonl"
    assert restored.exists() == any("-o original.jsonl" in command for command in commands(page))
    assert not restored.exists() or restored.read_bytes() == (folder / "crawl.jsonl").read_bytes()


ELSEWHERE = {"docs/ledger.md", "docs/recipes.md", "docs/web.md"}
"""Pages whose commands another test runs: below, and in test_recipes.py."""
TYPED = [page for page in PAGES if any(map(is_run, commands(page))) and page not in ELSEWHERE]


LONG = (
    "docs/memory.md",
    "docs/decisions.md",
    "docs/report.md",
    "docs/how-to.md",
    "docs/ledger-recipes.md",
    "docs/ci.md",
    "docs/faq.md",
)
"""Pages of many commands, or of commands that tests elsewhere run in other forms."""


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=[pytest.mark.slow] * (page in LONG)) for page in TYPED],
)
def test_the_commands_of_a_page_run(page: str, workplace: Path) -> None:
    """Each command ends with status 0 when typed in the order of the page; what is restored is the input."""
    type_commands(page, workplace)


@pytest.mark.slow
def test_the_commands_about_pages_run(workplace: Path) -> None:
    """The page on HTML and WARC: all lines of its pages are restored."""
    write_pages(workplace / "pages", range(3))
    write_records(workplace / "crawl.warc.gz", crawl(range(3, 5)))
    write_records(workplace / "crawl.wet.gz", [conversion("A text of a page.")])
    type_commands("docs/web.md", workplace)
    assert len((workplace / "pages.jsonl").read_bytes().splitlines()) == 3


def test_the_readme_runs_commands() -> None:
    """Cleaning, restoring and a pipe are among the commands of the README that are run."""
    ran = "\n".join(filter(is_run, commands("README.md")))
    assert all(part in ran for part in ("dedup clean crawl.jsonl -o", "dedup restore", "| dedup clean -"))


def test_every_command_is_run_or_left_out_for_a_reason() -> None:
    """Every line of a console block is a command, and no reason for leaving one out is out of date."""
    lines = [line for page in PAGES for block in blocks(page, "console") for line in block.splitlines()]
    assert [line for line in lines if not line.startswith("$ ")] == []
    left_out = [command for page in PAGES for command in commands(page) if not is_run(command)]
    assert all(any(command.startswith(start) for command in left_out) for start in NOT_RUN)
    assert {page for page in PAGES if {"bash", "sh", "shell"} & languages(page)} == set(RUN_ELSEWHERE)
    for page, test in RUN_ELSEWHERE.items():
        assert page in (TOP / test).read_text(encoding="utf-8")


def test_commands_in_running_text_can_be_typed() -> None:
    """Targets of make and programs of bench/ that the pages name exist."""
    named = [span for page in PAGES for span in spans(page)]
    made = {match[1] for span in named if (match := re.match(r"make ([a-z][a-z-]*)", span))}
    targets = re.findall(r"^([a-z][a-z-]*):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert made <= set(targets)
    modules = [
        match[1] for span in named if (match := re.match(r"python -m ((?:bench|dedup|tools)\S*)", span))
    ]
    files = [f"{module.replace('.', '/')}.py" for module in modules]
    assert [file for file in files if not (TOP / file).exists()] == []
    assert files


def test_the_cluster_command_is_right_usage() -> None:
    """The command that the page on Spark begins with is understood as it is."""
    (line,) = re.findall(r"^    dedup (clean 's3a.*)$", PAGES["docs/spark.md"], re.MULTILINE)
    chosen = parser().parse_args(line.replace("'", "").split())
    assert chosen.engine == "spark"


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_article_before_and_after(page: str) -> None:
    """Of the article that a page shows exactly the lines with a minus are cut."""
    (diff,) = blocks(page, "diff")
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] if line[0] in " -" else line for line in lines)
    after = "".join(line[1:] if line[0] == " " else line for line in lines if line[0] != "-")
    assert dedup.clean_text(before.rstrip("\n")) == after.rstrip("\n")
    assert len(after) < len(before)


def test_the_ledger_lines_are_real(workplace: Path) -> None:
    """The page on the ledger shows lines that its own commands write, and every field of one; they run."""
    type_commands("docs/ledger.md", workplace)
    shown, rejected = blocks("docs/ledger.md", "json")
    written = (workplace / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    assert set(shown.splitlines()) <= set(written)
    assert rejected == (workplace / "good.jsonl.rejects.jsonl").read_text(encoding="utf-8")
    table = rows(section("docs/ledger.md", "## What is in it"))
    fields = {
        name for cells in table for name in re.findall(r"^`(\w+)`|, `(\w+)`", cells[0]) for name in name
    }
    fields |= {name for cells in table for name in re.findall(r"^`\{\"(\w+)\"", cells[0])}
    used = {key for line in written for key in orjson.loads(line) if "decision" in line[:120]}
    assert {key for key in used if not key.startswith("dedup")} <= fields
    assert {next(iter(orjson.loads(line))) for line in written} - {"id"} <= fields


def test_the_parts_of_the_report_are_real(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table of the report's parts names those of a report, in its order."""
    with (workplace / "crawl.jsonl").open("a") as crawl:
        crawl.write("not json\n")
    main(["clean", str(workplace / "crawl.jsonl"), "-o", str(workplace / "clean.jsonl"), "-v"])
    report = capsys.readouterr().out
    table = rows(section("docs/report.md", "## In the terminal"))
    headings = [match[1] for cells in table if (match := re.fullmatch(r"\*\*(.+)\*\*", cells[0]))]
    assert len(headings) == len(table) - 1
    anywhere = "|".join(rf"^{heading}\b" for heading in headings)
    assert re.findall(anywhere, report, re.MULTILINE) == headings


@pytest.mark.parametrize(
    ("page", "printed"), [("README.md", "Dropped 9 near-duplicates"), ("docs/index.md", "39 kept, 9 dropped")]
)
def test_the_code_of_the_first_pages_runs(
    page: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first lines of Python that a reader sees run on the fixtures."""
    (code,) = blocks(page, "python")
    articles = [orjson.loads(line) for line in ARTICLES.read_bytes().splitlines()]
    exec(code, {"text": articles[14]["text"], "articles": articles})
    assert printed in capsys.readouterr().out


def test_the_code_for_an_index_runs(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An index answers for each article, and drops some of the fixtures."""
    (code,) = blocks("docs/memory.md", "python")
    monkeypatch.chdir(workplace)
    lines = (workplace / "crawl.jsonl").read_bytes().splitlines()
    exec(code, {"articles": [article for line in lines if (article := orjson.loads(line))["text"].strip()]})
    assert re.search(
        r"^fx-003 repeats fx-\d+ 0\.\d+|^fx-003 repeats fx-\d+ 1\.0", capsys.readouterr().out, re.M
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the guides read: a crawl, and its articles as pages, of which one has no article."""
    folder = tmp_path_factory.mktemp("guides")
    shutil.copy(ARTICLES, folder / "crawl.jsonl")
    (folder / "pages").mkdir()
    for line in (folder / "crawl.jsonl").read_bytes().splitlines():
        article = orjson.loads(line)
        paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article["text"].split("\n\n"))
        page = f"<html><body><nav><a href='/'>Home</a></nav><article>{paragraphs}</article></body></html>"
        (folder / "pages" / f"{article['id']}.html").write_text(page, encoding="utf-8")
    (folder / "pages/empty.html").write_text("<html><body></body></html>", encoding="utf-8")
    return folder


def run_guide(name: str, desk: Path) -> str:
    """Run a guide's code as it is, by itself, in an empty home and without a network; what it prints."""
    code = re.search(r"```python\n(.*?)```", section("docs/python.md", f"## {name}"), re.DOTALL)[1]
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
    report = run_guide("After trafilatura", desk)
    written = {path.stem for path in desk.glob("*.txt")}
    assert re.search(r"Dropped \d+ near-duplicates.* Cut [1-9]\d* repeats", report)
    assert 20 < len(written) < len([*(desk / "pages").iterdir()]) - 1
    assert "empty" not in written


def test_the_guide_for_pandas(desk: Path) -> None:
    """The decisions about the crawl, counted."""
    shown = run_guide("With pandas", desk)
    assert all(
        re.search(rf"^{decision} +[1-9]", shown, re.MULTILINE) for decision in ("kept", "cut", "dropped")
    )


def test_the_guide_for_a_data_set(desk: Path) -> None:
    """Two halves of what is kept, with the features of the crawl."""
    run_guide("Before an LLM data set", desk)
    features = orjson.loads((desk / "halves/train/dataset_info.json").read_bytes())["features"]
    assert {*features} == {*orjson.loads((desk / "crawl.jsonl").read_bytes().splitlines()[0])}
    assert [path.name for path in sorted((desk / "halves").iterdir())] == [
        "dataset_dict.json",
        "test",
        "train",
    ]


def test_every_piece_of_python_is_tested() -> None:
    """Each Python block of a page is run by a test of this file; that of Spark, which needs a session, is
    tested as code.
    """
    headings = re.findall(r"^## (.+)$", PAGES["docs/python.md"], re.MULTILINE)
    guides = [heading for heading in headings if heading != "Streams"]  # which has no code
    tests = Path(__file__).read_text(encoding="utf-8")
    assert all(f'run_guide("{name}", desk)' in tests for name in guides)
    counts = {page: len(blocks(page, "python")) for page in PAGES if "python" in languages(page)}
    once = dict.fromkeys(
        ("README.md", "docs/index.md", "docs/memory.md", "docs/redis.md", "docs/scrapy.md", "docs/spark.md"),
        1,
    )
    recipes = PAGES["docs/recipes.md"].count("```python")  # run by test_recipes.py
    assert counts == once | {"docs/python.md": len(guides), "docs/recipes.md": recipes}
    compile(*blocks("docs/spark.md", "python"), "docs/spark.md", "exec")


def test_the_scrapy_page_shows_the_pipeline_and_its_settings() -> None:
    """The pipeline is where the page says, and it lists the settings that are read."""
    shown: dict[str, dict[str, int]] = {}
    exec(*blocks("docs/scrapy.md", "python"), shown)
    (path,) = shown["ITEM_PIPELINES"]
    module, _, name = path.rpartition(".")
    assert isinstance(getattr(import_module(module), name), type)
    listed = set(re.findall(r"^\| `(DEDUP_\w+)`", PAGES["docs/scrapy.md"], re.MULTILINE))
    source = "".join(path.read_text(encoding="utf-8") for path in (TOP / "dedup/scrapy").glob("*.py"))
    fields = {f"DEDUP_{part}_FIELD" for part in ("TEXT", "ID", "TITLE", "URL", "TAG", "DATE", "UNDECIDED")}
    assert listed == set(re.findall(r'"(DEDUP_[A-Z]+)"', source)) | fields
