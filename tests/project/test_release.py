"""A release: what it is made of, what is shown of it, what keeps it from being published; the workflows."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.support.pages import links
from tests.support.paths import ARTICLES, TOP
from tools.package import installation, release
from tools.package.links import addresses, linked, version

SUPPLY = TOP / "build/supply/bin/python"
WORKFLOWS = sorted((TOP / ".github/workflows").glob("*.yml"))
CHANGELOG = (
    "# Changelog\n\n## Unreleased\n\n- c\n\n## 0.2.0 (2026-12-01)\n\n- b [x](docs/ci.md)\n\n## 0.1.0\n\n- a\n"
)


def test_the_release_is_called_dedup_articles() -> None:
    """The distribution has the name that is free on PyPI; the import and the command are dedup."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == "dedup-articles"
    assert project["scripts"].keys() == {"dedup"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", version())
    assert {"Documentation", "Repository", "Changelog", "Issues"} <= addresses().keys()


def test_no_text_names_an_extra_of_another_project() -> None:
    """Whatever says how to install an extra names dedup-articles, and an extra that there is."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    files = [*(TOP / "dedup").rglob("*.py"), *(TOP / "docs").glob("*.md"), TOP / "README.md"]
    named = {
        match.groups()
        for file in files
        for match in re.finditer(r"'([\w.-]+)\[([\w,]+)\]'", file.read_text(encoding="utf-8"))
        if match[1].startswith(("dedup", "."))
    }
    assert {name for name, _ in named} == {"dedup-articles"}
    extras = {extra for _, listed in named for extra in listed.split(",")}
    assert extras <= project["optional-dependencies"].keys()
    assert extras >= {"spark", "spill"}


def test_the_readme_of_a_release_leads_somewhere() -> None:
    """On PyPI every link and picture of the README is an address, which names a file of the release's tag."""
    text = linked((TOP / "README.md").read_text(encoding="utf-8"), ".", f"v{version()}")
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", text)
    own = f"{addresses()['Repository']}/"
    named = ["".join(target) for target in targets]
    assert [target for target in named if not target.startswith(("https://", "#"))] == []
    paths = [target.removeprefix(own).split("/", 2) for target in named if target.startswith(own)]
    assert {revision for _, revision, _ in paths} == {f"v{version()}"}
    assert all((TOP / path.partition("#")[0]).exists() for _, _, path in paths)
    pictures = {path for kind, _, path in paths if kind == "raw"}
    assert pictures == {link for link in links("README.md") if link.endswith((".svg", ".png"))}


def test_the_notes_have_the_changes_of_the_release(tmp_path: Path) -> None:
    """The section of the version, links that lead to its tag, and the checksums; a lone "Unreleased" is used
    where there is no section of that version.
    """
    file = tmp_path / "a.whl"
    file.write_bytes(b"x")
    notes = release.notes(CHANGELOG, "0.2.0", [file])
    assert f"- b [x]({addresses()['Repository']}/blob/v0.2.0/docs/ci.md)" in notes
    assert "- a" not in notes
    assert "- c" not in notes
    assert "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  a.whl" in notes
    assert "- c" in release.notes(CHANGELOG, "0.3.0", [])
    with pytest.raises(ValueError, match="no section"):
        release.changes("# Changelog\n", "0.3.0")


@pytest.mark.parametrize(
    ("tag", "number", "says"),
    [("v0.2.0", "0.2.0", ""), ("v0.2.1", "0.2.0", "must be the same"), ("v0.3.0", "0.3.0", "Unreleased")],
)
def test_what_keeps_a_release_from_being_published(tag: str, number: str, says: str) -> None:
    """A tag that is not the version, and a changelog without a section of the version."""
    found = release.faults(tag, CHANGELOG, number)
    assert bool(found) == bool(says)
    assert says in "".join(found)


@pytest.mark.slow
def test_a_wheel_works_in_an_empty_environment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a wheel, without a compiler, the fixtures are cleaned as here and restored; it prints how soon the
    first report came.
    """
    from tools.package import build, wheels

    if build.machine_compiler() is None:
        pytest.skip("there is no compiler here")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(TOP)
        library = tmp_path / "core"
        build.build(library)
        wheel = wheels.with_library(wheels.python_wheel(tmp_path), library, build.this_platform(), tmp_path)
    try:
        seconds = installation.first_report(wheel)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"pip cannot install here: {error}")
    with capsys.disabled():
        print(f"\nfirst report {seconds:.1f} s after pip install ended (aim: 10 s)")


def test_every_action_is_pinned() -> None:
    """Workflows and the action name other actions by commit, with the release in a comment, and give a
    workflow no more rights than it needs.
    """
    for file in (*WORKFLOWS, TOP / "action.yml"):
        used = re.findall(r"uses: (.+)", file.read_text(encoding="utf-8"))
        for name in used:
            assert name == "./" or re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", name), (file.name, name)
    assert {path.stem for path in WORKFLOWS} == {"ci", "docs", "release", "wheels"}
    for file in WORKFLOWS:
        assert yaml.safe_load(file.read_text(encoding="utf-8"))["permissions"] == {"contents": "read"}


def test_what_the_workflows_run_is_there() -> None:
    """Each target of make and each script that a workflow runs is in the repository."""
    targets = re.findall(r"^([a-z][a-z-]*):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for file in WORKFLOWS:
        text = file.read_text(encoding="utf-8")
        assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= set(targets), file.name
        assert all((TOP / path).exists() for path in re.findall(r"fixtures/[\w.]+|\.ci/run", text)), file.name


@pytest.mark.slow
@pytest.mark.skipif(not SUPPLY.exists(), reason="check-jsonschema is not installed: make build/supply/.ready")
def test_the_workflows_fit_their_schemas() -> None:
    """GitHub's schemas, which come with check-jsonschema, take the workflows and the action."""
    for schema, files in (("github-workflows", WORKFLOWS), ("github-actions", [TOP / "action.yml"])):
        command = [SUPPLY, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *files]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.fixture
def job(tmp_path: Path) -> dict[str, str]:
    """The variables of a job that runs the action, in a folder with a crawl."""
    shutil.copy(ARTICLES, tmp_path / "crawl one.jsonl")
    return os.environ | {
        "PATH": f"{Path(shutil.which('dedup') or TOP / '.venv/bin/dedup').parent}:{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "INPUTS": "\n  \ncrawl*.jsonl\n",
        "OUTPUT": "clean.jsonl",
        "LEDGER": "ledger.jsonl",
        "REPORT": "",
        "FAIL_OVER": "",
        "ARGUMENTS": "--keep\nfirst",
    }


@pytest.mark.parametrize(("limit", "status"), [("", 0), ("1%", 4)])
def test_the_action_cleans(job: dict[str, str], tmp_path: Path, limit: str, status: int) -> None:
    """The script of the action takes a glob, a line for each argument and a limit. Its status is dedup's, and
    the summary of the job has the report.
    """
    script = str(TOP / "tools/package/action.sh")
    variables = job | {"FAIL_OVER": limit}
    done = subprocess.run(["bash", script], cwd=tmp_path, env=variables, capture_output=True, check=False)
    assert done.returncode == status, done.stderr
    assert (tmp_path / "outputs").read_text() == f"status={status}\n"
    assert f"exit status {status}" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "    Kept 40 of 48 articles" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert b'"first"' in (tmp_path / "ledger.jsonl").read_bytes()


def test_no_input_of_the_action_runs_as_a_command(job: dict[str, str], tmp_path: Path) -> None:
    """A name that a shell would run is the name of a file that does not exist; action.yml puts no input into
    a command itself.
    """
    script = str(TOP / "tools/package/action.sh")
    variables = job | {"INPUTS": "$(touch acted).jsonl\n`touch acted`"}
    done = subprocess.run(["bash", script], cwd=tmp_path, env=variables, capture_output=True, check=False)
    assert done.returncode == 1
    assert not (tmp_path / "acted").exists()
    steps = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
