"""Promise 7: a run never overwrites its only input, whatever lies where and whatever it is told to write."""

import tempfile
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from dedup.cli.main import main
from dedup.ledger.reader import check_ledger
from tests.faults.layouts import build, contents, link
from tests.support.examples import examples

pytestmark = pytest.mark.usefixtures("fast_disk")
PATHS = ["a.jsonl", "b.jsonl", "d/a.jsonl", "d/b.jsonl", "d/e/a.jsonl", "d/clean.jsonl", "d/r.json"]
NEW = [
    "d/new.jsonl",
    "d/l.jsonl",
    "l.jsonl",
    "new.jsonl",
    "d/new.json",
    "n/l.jsonl",
    "d/clean.jsonl.rejects.jsonl",
]
paths = st.sampled_from([*PATHS, *NEW])


@st.composite
def layouts(draw):
    """Files, links, and a command that reads some of them and writes to any place."""
    articles = st.lists(st.sampled_from("aabc!"), min_size=1, max_size=4).map(" ".join)
    files = draw(st.dictionaries(st.sampled_from(PATHS), articles, min_size=2, max_size=5))
    names = draw(
        st.lists(paths, max_size=2, unique=True).map(lambda some: [x for x in some if x not in files])
    )
    links = {
        name: str(Path(*[".."] * name.count("/"), target))
        for name, target in zip(names, draw(st.permutations([*files])), strict=False)
    }
    kind = draw(st.sampled_from(["links", "hard"]))
    if kind == "hard":
        links = dict(zip(links, files, strict=False))
    inputs = draw(
        st.lists(
            st.sampled_from([*files, "d", "d/*.jsonl", "**/*.jsonl"]), min_size=1, max_size=2, unique=True
        )
    )
    fresh = st.sampled_from(NEW)  # often: most other runs are refused
    targets = st.one_of(
        fresh, fresh, fresh, paths, st.sampled_from(names or PATHS), st.sampled_from([*files])
    )
    output = draw(st.one_of(targets, st.sampled_from(["d/", "d/e/", "out/", "d/out/", "./"])))
    options = {"-o": output, "--ledger": draw(st.none() | targets)}
    options |= {
        name: draw(st.none() | targets)
        for name in ("--rejects", "--report", "--index")
        if draw(st.booleans())
    }
    words = [word for name, path in options.items() if path for word in (name, path)]
    return {"files": files, kind: links}, [*inputs, *words], options


def is_read(path: str, inputs: list[str]) -> bool:
    """Whether one of the inputs names a file, by the text of its path alone."""
    entries = {path}
    if path.startswith("d/"):
        entries.add("d")
    if path.endswith(".jsonl"):
        entries |= {"**/*.jsonl", f"{Path(path).parent}/*.jsonl"}
    return not entries.isdisjoint(inputs)


@examples(200)
@given(layouts())
def test_every_input_is_there_or_can_be_restored(layout):
    """After a run, and after the same run again: each input has its bytes, or output, ledger and rejects give
    them back. A run that fails changes no file (it may leave a new index without documents).
    """
    case, words, options = layout
    with tempfile.TemporaryDirectory() as name, chdir(name):
        folder = Path(name)
        build(folder, case)
        link(folder, case)
        inputs = words[: words.index("-o")]
        original = {path: data for path, data in contents(folder).items() if is_read(path, inputs)}
        for _ in range(2):
            before = contents(folder)
            status = main(["clean", *words, "--quiet"])
            event(f"status {status}")
            if status in (1, 2):
                assert before.items() <= contents(folder).items()
            assert_there(folder, original, options)


def assert_there(folder: Path, original: dict[str, bytes], options: dict[str, str | None]) -> None:
    """Each of these files has its bytes, or is restored with them."""
    now = contents(folder)
    lost = {path for path, data in original.items() if now.get(path) != data}
    if not lost:
        return
    event("replaced")
    ledger = options["--ledger"]
    rejects = check_ledger(ledger).end["rejects"]
    more = ["--rejects", rejects["name"]] if rejects else []
    with tempfile.TemporaryDirectory() as again:
        assert main(["restore", options["-o"], ledger, "-o", f"{again}/", *more]) == 0
        restored = {*contents(Path(again)).values()}
    assert {original[path] for path in lost} <= restored
