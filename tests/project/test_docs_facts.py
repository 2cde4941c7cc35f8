"""What the pages say is true: links lead somewhere, flags exist, tables have what was measured."""

import argparse
import json
import math
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dedup.cli import exit_status
from dedup.cli.arguments.parser import parser
from dedup.files.discovery import FORMATS
from dedup.repeats.meanings import in_words
from dedup.repeats.observations.combined import combined
from dedup.repeats.observations.everything import GROUPS
from dedup.repeats.observations.whole_page import whole_page
from tests.support.pages import PAGES, anchors, links, prose, rows, section
from tests.support.paths import TOP

FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
OTHER_FLAGS = {
    "pip": {"--no-deps", "--wheel-dir"},
    "spark-submit": {"--conf", "--py-files"},
    "gcloud": {"--archives", "--cluster", "--properties", "--region"},
    "docker": {
        "--build-arg",
        "--cap-drop",
        "--network",
        "--read-only",
        "--rm",
        "--security-opt",
        "--tmpfs",
        "--user",
    },
    "jq": {"--exit-status"},
    "trafilatura": {"--input-dir", "--output-dir", "--with-metadata"},
    "bench": {"--count", "--documents", "--restore", "--write"},
}
"""Flags of other programs that the pages name."""


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of a command and of the commands below it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)


def _commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every command, such as "clean" or "index add"."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _commands(command)
    if name := parser.get_default("command"):
        yield name


ACTIONS = [action for action in _actions(parser()) if "--help" not in action.option_strings]


def test_the_readme_is_short() -> None:
    """The README has at most 130 lines."""
    assert len(PAGES["README.md"].splitlines()) <= 130


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """Each link of a page leads to a file or folder that exists, and to a heading that is there."""
    for link in links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (TOP / page).parent / path if path else TOP / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("page", PAGES)
def test_a_link_that_names_a_file_leads_to_it(page: str) -> None:
    """Where the text of a link is a file's name, the link leads to a file of that name."""
    named = re.findall(r"\[([\w/.]+\.(?:py|md|json|sql))\]\(([^)#]+)", prose(page))
    assert [text for text, target in named if Path(text).name != Path(target).name] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md"])
def test_a_name_beside_a_link_is_in_the_file(page: str) -> None:
    """A function or table that a page names together with a link to a file is in that file."""
    text = re.sub(r"\s+", " ", prose(page))
    named = [(name, path) for path, name in re.findall(r"\]\(([^)#]+\.py)\)(?:,| \() ?`(\w+)`", text)]
    named += re.findall(r"`(\w+)` of \[[^]]+\]\(([^)#]+\.py)\)", text)
    assert named
    for name, path in named:
        assert name in ((TOP / page).parent / path).read_text(encoding="utf-8"), f"{name} in {path}"


def test_every_page_can_be_found() -> None:
    """README or the first page of docs/ links to each page, but for the generated list of licences."""
    first = {f"docs/{link.partition('#')[0]}" for link in links("docs/index.md")}
    assert set(PAGES) - {"README.md", "docs/licences.md"} <= set(links("README.md")) | first
    assert "licences.md" in links("docs/trust.md")


def test_every_flag_is_documented() -> None:
    """Each flag of --help is on some page, and no page names a flag that does not exist."""
    named = {flag for page in PAGES.values() for flag in FLAG.findall(page)} - {"--help"}
    known = {flag for action in ACTIONS for flag in action.option_strings if flag.startswith("--")}
    others = set().union(*OTHER_FLAGS.values())
    assert known <= named
    assert named - known == others


def test_the_tables_of_options_are_those_of_clean() -> None:
    """The tables list every option of `dedup clean` once, with its metavar and its default, if it has one."""
    (commands,) = (action for action in parser()._actions if isinstance(action.choices, dict))
    options = {a.option_strings[-1]: a for a in commands.choices["clean"]._actions if a.option_strings}
    tables = section("docs/decisions.md", "## Options that change decisions")
    tables += section("docs/commands.md", "## dedup clean")
    listed = []
    for first, default, _ in rows(tables):
        flag, metavar = re.search(r"`(--[a-z-]+)(?: ([^`]+))?`", first).groups()
        listed.append(flag)
        option = options[flag]
        assert metavar == (None if option.nargs == 0 else option.metavar or option.dest.upper())
        if isinstance(option.default, str) and option.default:
            assert default == f"`{option.default}`"
        elif isinstance(option.default, float):
            assert float(default.strip("`")) == option.default
    assert sorted(listed) == sorted({*options} - {"--help"})


def test_the_observations_are_those_of_the_code() -> None:
    """The table of observations has a row for each file that observes; its examples are observations."""
    table = [
        cells for cells in rows(section("docs/decisions.md", "### What is observed")) if "[" in cells[0][:1]
    ]
    files = {f"../{group.__module__.replace('.', '/')}.py" for group in (*GROUPS, combined, whole_page)}
    assert {re.search(r"\((.+)\)", cells[0])[1] for cells in table} == files
    assert len(table) == len(files)
    for _, _, examples in table:
        names = re.findall(r"`(\w+)`", examples)
        assert len(names) >= 2
        assert [name for name in names if not in_words(name, 1.0)] == []


def test_the_example_of_evidence_adds_up() -> None:
    """The weights add up to the logit, which gives the probability; the words are those of the reports."""
    table = [cells for cells in rows(section("docs/decisions.md", "### What is observed")) if '"' in cells[0]]
    evidence = json.loads(f"{{{', '.join(cells[0].strip('`') for cells in table)}}}")
    assert [f"{weight:+.3f}" for _, weight in evidence.values()] == [cells[-1] for cells in table]
    probability, logit = evidence.pop("accident")
    assert sum(weight for _, weight in evidence.values()) == pytest.approx(logit)
    assert probability == pytest.approx(1 / (1 + math.exp(-logit)), abs=0.0006)
    assert [in_words(name, value) for name, (value, _) in evidence.items()] == [
        words for _, words, _ in table[:-1]
    ]


def test_every_command_is_listed() -> None:
    """The table of commands has each command that there is."""
    listed = re.findall(r"^\| `dedup ((?:index )?[a-z]+)", PAGES["docs/commands.md"], re.MULTILINE)
    assert listed == list(dict.fromkeys(listed))
    assert set(listed) == set(_commands(parser()))


def test_the_table_of_formats_is_complete() -> None:
    """The table of input formats has each file name that is read."""
    named = [
        name for _, names, _ in rows(section("docs/commands.md", "## Input")) for name in names.split(", ")
    ]
    assert sorted(named) == sorted(f"`{extension}`" for extension in FORMATS)


def test_the_exit_statuses_are_those_of_the_command() -> None:
    """The table of exit statuses has those that the command's own file names."""
    listed = [cells[0] for cells in rows(section("docs/commands.md", "## Exit status"))]
    assert listed == [
        str(value) for name, value in vars(exit_status).items() if isinstance(value, int) and name.isupper()
    ]


def test_the_readme_has_a_row_for_each_folder() -> None:
    """Each folder of the package has one row in the README, and links lead to files in it."""
    table = rows(section("README.md", "## Where the code is"))
    folders = {path.parent.name for path in (TOP / "dedup").glob("*/__init__.py")}
    names = [re.match(r"\[(\w+)/\]", cells[0])[1] for cells in table]
    assert sorted(names) == sorted(folders)
    assert all(f"dedup/{name}/" in cells[-1] for name, cells in zip(names, table, strict=True))


def test_a_stranger_finds_the_way() -> None:
    """README and CONTRIBUTING lead to the places that are looked for most."""
    places = {
        "dedup/formats/jsonl.py": "a format to copy",
        "dedup/formats/edits.py": "where a cut becomes a byte range",
        "dedup/facts/difference.py": "the rule for close calls",
        "dedup/cli/exit_status.py": "the exit statuses",
        "dedup/spark/stages/scan.py": "the Spark twin of the scan",
    }
    assert {*places} <= set(links("README.md"))
    assert set(links("CONTRIBUTING.md")) >= {"dedup/formats/edits.py", "dedup/facts/difference.py"}


def test_the_architecture_shows_every_stage() -> None:
    """The flow links each stage to the file of its name, and the table has each stage of Spark."""
    flow = re.search(r"<pre>\n(.*?)</pre>", PAGES["docs/architecture.md"], re.DOTALL)[1]
    for target, name in re.findall(r'<a href="([^"]+)">([^<]+)</a>', flow):
        file = Path(target).name.removesuffix(".py")
        assert name.split()[0].replace("-", "_") in (file, file.split("_")[0], "repeats", "outputs"), name
    stages = (
        "paragraphs repeats shingles signatures samples candidates matches difference keepers ledger summary"
    )
    assert all(f">{stage}</a>" in flow for stage in stages.split())
    twins = {path.name for path in (TOP / "dedup/spark/stages").glob("[!_]*.py")}
    linked = {Path(link).name for link in links("docs/architecture.md") if "/spark/stages/" in link}
    assert twins == linked


def test_the_layers_are_those_that_are_enforced() -> None:
    """The page on the architecture draws the layers of the contract in pyproject.toml."""
    settings = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    assert "```text\n" + "\n".join(layers) + "\n```" in section("docs/architecture.md", "## Layers")


def test_an_installed_package_has_its_data() -> None:
    """Every file of the package that is no code is named in pyproject.toml, so that a wheel holds it."""
    patterns = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = patterns["tool"]["setuptools"]["package-data"]["dedup"]
    named = {path for pattern in patterns for path in (TOP / "dedup").glob(pattern)}
    files = {
        path for path in (TOP / "dedup").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    core = TOP / "dedup/native/core"  # a wheel has what is built of it, which its builder adds
    built = {core.with_suffix(ending) for ending in (".so", ".dll")}
    assert {path for path in files if path.suffix != ".py" and core not in path.parents} - built <= named


def test_the_messages_of_the_questions_are_those_of_the_code() -> None:
    """Each message that the page of questions explains is in the code."""
    code = "".join(path.read_text(encoding="utf-8") for path in (TOP / "dedup").rglob("*.py"))
    spoken = re.sub(r"\"\s+f?\"", "", code)  # sentences are written as several strings
    messages = [cells[0].strip("`") for cells in rows(section("docs/faq.md", "## Messages"))]
    assert len(messages) > 10
    assert [message for message in messages if message not in spoken] == []


def test_the_inputs_of_the_action_are_documented() -> None:
    """The table of inputs has each input of action.yml with its default."""
    action = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))
    table = rows(section("docs/ci.md", "## GitHub Actions"))
    assert {name.strip("`"): default.strip("`") for name, default, _ in table} == {
        name: about.get("default", "") for name, about in action["inputs"].items()
    }


def test_the_extras_are_documented() -> None:
    """The table of extras has each one that users install."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    table = rows(section("docs/releases.md", "## Extras"))
    assert {cells[0].strip("`") for cells in table} == project["optional-dependencies"].keys() - {"dev"}


def test_shares_are_written_in_english() -> None:
    """A share is written 93.4%, without a space; tables that programs write are their own."""
    for page in set(PAGES) - {"docs/licences.md"}:
        text = re.sub(r"<!-- measured.*?<!-- end", "", prose(page), flags=re.DOTALL)
        assert re.findall(r"\d %", text) == [], page
