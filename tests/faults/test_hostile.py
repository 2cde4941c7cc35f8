"""Hostile text in every place and every command: nothing of it acts, nothing of it is lost."""

import json
import re
import zlib
from pathlib import Path

import pytest

from dedup.cli.main import main
from dedup.reports import safe

SAID = (
    "The ferry from the old harbour leaves at seven in the evening, and the crews wait for the storm to pass."
)
ALIVE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
HOSTILE = {
    "ANSI": "\x1b[2J\x1b[31mred\x1b[0m",
    "OSC": "\x1b]0;title\x07\x1b]8;;http://x.example\x1b\\link\x1b]52;c;cm0=\x07",
    "C1": "\x9b31m\x9d0;x\x9c\x90q\x9c",
    "carriage return": "all is well\rATTENTION",
    "backspaces": "good\x08\x08\x08\x08bad",
    "bidi": "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "zero width": "\u200b\u2060\ufeff" * 3000,
    "combining": "e" + "\u0301\u0489" * 3000,
    "rich": "[red]x[/red] [link=file:///etc/passwd]y[/link] [/] [bold :boom: \\[",
    "HTML": "</td><script>alert(1)</script><img src=x onerror=alert(1)>&lt;&#x3c;",
    "NUL": "a\x00b\x00\x00",
    "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "formula": '=HYPERLINK("http://x.example?"&A1) +1 -1|cmd @SUM(A1)',
    "format": "%s %n {0} {__class__} ${HOME} $(id) `id`",
    "long token": "x" * 10_000_000,
}
OURS = [
    "keeper",
    "decision",
    "dedup_file",
    "dedup_end",
    "dedup_ledger",
    "undo",
    "source",
    "position",
    "file",
    "end",
]


def article(name: object, said: str) -> dict:
    """An article that holds this text in its text, its id and fields, also in those called like ours."""
    fields = dict.fromkeys(OURS, said[:200])
    return {"id": f"{name}{said[:100]}", "text": f"{SAID}\n\n{said}\n\n{SAID}", "title": said[:100], **fields}


def written(folder: Path, said: str) -> Path:
    """A file with three articles, two of them alike, and records that are none."""
    made = [article(1, said), article(2, said), article(3, f"{said} but another one, it rains")]
    lines = [json.dumps(one, ensure_ascii=number % 2 == 0).encode() for number, one in enumerate(made)]
    lines += [json.dumps({said[:100]: said[:100]}).encode(), json.dumps([said[:100]]).encode()]
    path = folder / "in.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_escaped_and_comes_back(name: str, tmp_path: Path, monkeypatch, capsys) -> None:
    """In the report, in repeats, compare, tune and the index: no sign that acts. Ledger, rejects and report
    are JSON without control characters; what comes out is what went in, and restore gives the rest back.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    given = written(tmp_path, HOSTILE[name])
    files = ["--ledger", "l.jsonl", "--rejects", "r.jsonl", "--report", "report.json"]
    assert main(["clean", str(given), "-o", "out.jsonl", *files, "--index", "seen.index"]) == 3
    ids = [json.loads(line)["id"] for line in given.read_bytes().splitlines()[:3]]
    main(["repeats", str(given)])
    main(["compare", "in.jsonl:1", "in.jsonl:3", "--in", str(given)])
    main(["tune", str(given), "--quiet"])
    main(["index", "info", "seen.index"])
    main(["index", "drop", "seen.index", "nobody", HOSTILE[name][:50]])
    shown = capsys.readouterr()
    for text in (shown.out, shown.err):
        assert not ALIVE.search(text), ALIVE.search(text)
    for file in ("l.jsonl", "r.jsonl"):
        data = Path(file).read_bytes()
        assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", data)
        assert all(isinstance(json.loads(line), dict) for line in data.splitlines())
    assert json.loads(Path("report.json").read_bytes())["totals"]["rejected"] == 2
    lines = [json.loads(line) for line in Path("l.jsonl").read_bytes().splitlines()]
    assert [line["id"] for line in lines if "position" in line and "source" in line] == ids
    kept = Path("out.jsonl").read_bytes().splitlines()
    assert kept
    assert all(json.loads(line)["keeper"].startswith(HOSTILE[name][:200]) for line in kept)
    assert main(["restore", "out.jsonl", "l.jsonl", "--rejects", "r.jsonl", "-o", "back.jsonl"]) == 0
    assert Path("back.jsonl").read_bytes() == given.read_bytes()


@pytest.mark.parametrize("output", ["out.csv", "out.json", "out.txt", "out.parquet", "out.jsonl"])
def test_odd_json_comes_back(output: str, tmp_path: Path) -> None:
    """Lone surrogates, deep nesting, numbers beyond all bounds, doubled keys: each is a document or a reject,
    and restore gives its bytes back whatever it was written to.
    """
    deep = b"[" * 100_000 + b"]" * 100_000
    given = b"\n".join([
        b'{"id":"\\ud800","text":"lone \\udc00 and \\ud800\\ud800"}',
        b'{"id":1,"text":"deep","more":' + deep + b"}",
        b'{"text":' + deep + b"}",
        b'{"id":' + b"9" * 5000 + b',"text":"big","x":1e999,"y":-0,"z":NaN}',
        b'{"text":1,"text":"the last one counts","text":"twice"}',
        b'{"text":"\\u0000\\u001b[2J","__proto__":{"a":1},"":"nameless"}',
        b'\xef\xbb\xbf{"text":"a mark inside"}',
        b'{"text":"\xed\xa0\x80"}',
    ])  # fmt: skip
    (tmp_path / "in.jsonl").write_bytes(given)
    out, ledger, rejects, back = (str(tmp_path / name) for name in (output, "l.jsonl", "r.jsonl", "back"))
    files = ["-o", out, "--ledger", ledger, "--rejects", rejects, "--quiet"]
    assert main(["clean", str(tmp_path / "in.jsonl"), *files]) == 3
    assert main(["restore", out, ledger, "--rejects", rejects, "-o", back]) == 0
    assert Path(back).read_bytes() == given


def test_formulas_of_csv_stay_as_they_are(tmp_path: Path) -> None:
    """A cell that a spreadsheet would run comes out as it came in: dedup changes no data that it keeps."""
    given, out = tmp_path / "in.csv", tmp_path / "out.csv"
    given.write_bytes(b'id,text,=1+1\r\n=cmd,"=HYPERLINK(""http://x"")",@SUM(A1)\r\n')
    assert main(["clean", str(given), "-o", str(out), "--quiet"]) == 0
    assert out.read_bytes() == given.read_bytes()


def test_hostile_file_names_are_escaped(tmp_path: Path, capsys) -> None:
    """A file whose name would act is shown without harm, and cleaned."""
    folder = tmp_path / "in"
    folder.mkdir()
    name = "\x1b[2J\u202ea[red]\r.jsonl"
    (folder / name).write_bytes(json.dumps({"text": SAID}).encode() + b"\n[]\n")
    assert main(["clean", str(folder), "-o", str(tmp_path / "out") + "/"]) == 3
    shown = capsys.readouterr()
    assert not ALIVE.search(shown.out)
    assert not ALIVE.search(shown.err)
    assert (tmp_path / "out" / name).exists()
    (folder / name).write_bytes(json.dumps({"text": SAID}).encode())
    assert main(["clean", str(folder / name), "--text-field", "none"]) == 1
    shown = capsys.readouterr()
    assert not ALIVE.search(shown.err)
    assert len(shown.err.splitlines()) == 1


ODD_LINKS = [
    ("c.txt", "../secret.txt", "leads out of the folder"),
    ("c.txt", "c.txt", "leads to itself"),
    ("c.txt", "nothing.txt", "leads to no file"),
    ("c", "../other", "leads out of the folder"),
    ("c.txt", "../other", "leads out of the folder"),
    ("c", "..", "leads out of the folder"),
    ("c", ".", None),
    ("c", "c", None),
    ("c", "nothing", None),
    ("c", "inner", None),
    ("c.txt", "inner", None),
    ("c.txt", "a.txt", None),
]


@pytest.mark.parametrize(("name", "target", "refused"), ODD_LINKS)
def test_links_in_folders(name: str, target: str, refused: str | None, tmp_path: Path, capsys) -> None:
    """A link in a folder that leads out of it, or to no file, is refused in a sentence, also if it leads to a
    folder. A link to a folder within is passed over: its files are read where they are.
    """
    folder = tmp_path / "in"
    (folder / "inner").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    for place in ("secret.txt", "other/b.txt", "in/a.txt", "in/inner/b.txt"):
        (tmp_path / place).write_text(SAID)
    (folder / name).symlink_to(target)
    status = main(["clean", str(folder), "-o", str(tmp_path / "out") + "/", "--quiet"])
    said = capsys.readouterr().err.splitlines()
    assert (status, len(said)) == ((1, 1) if refused else (0, 0))
    assert not refused or refused in said[0]
    assert not (tmp_path / "out/c").exists()


def test_a_link_that_is_named_is_followed(tmp_path: Path, capsys) -> None:
    """A file that is an input itself may be a link to any place, but not to itself."""
    (tmp_path / "a.txt").write_text(SAID)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/b.txt").symlink_to("../a.txt")
    (tmp_path / "in/c.txt").symlink_to("c.txt")
    command = ["-o", str(tmp_path / "out") + "/", "--quiet"]
    assert main(["clean", str(tmp_path / "in/b.txt"), *command]) == 0
    assert main(["clean", str(tmp_path / "in/c.txt"), *command]) == 1
    assert capsys.readouterr().err.endswith("is a link that leads to itself; leave it out.\n")


NAMES = [
    "../a.jsonl",
    "/tmp/a.jsonl",
    "x/../../a.jsonl",
    "a\x00b",
    "..",
    7,
    None,
    ["a"],
    {"a": 1},
    "x" * 5000,
]
FIELDS = ["size", "crc32", "output", "start", "length", "undo"]


def _forged(folder: Path, field: str, value: object) -> list[str]:
    """A ledger in which a field of the file's line says something else, and whose check sum is right; how to
    restore it.
    """
    lines = (folder / "l.jsonl").read_bytes().splitlines(True)
    at = next(number for number, line in enumerate(lines) if line.startswith(b'{"dedup_file"'))
    lines[at] = json.dumps({**json.loads(lines[at]), field: value}, separators=(",", ":")).encode() + b"\n"
    end = {**json.loads(lines.pop()), "crc32": zlib.crc32(b"".join(lines))}
    forged = folder / "forged.jsonl"
    forged.write_bytes(b"".join(lines) + json.dumps(end, separators=(",", ":")).encode() + b"\n")
    return ["restore", str(folder / "out.jsonl"), str(forged), "-o", str(folder / "back") + "/"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("dedup_file", name) for name in NAMES]
    + [(name, value) for name in FIELDS for value in (-1, 10**30, "x", None, [[0, 1, 2]], {})],
)
def test_a_forged_ledger_writes_nothing_elsewhere(field: str, value: object, tmp_path: Path, capsys) -> None:
    """Names that lead elsewhere, and fields that are none: a sentence, status 1, and nothing is written."""
    (tmp_path / "a.jsonl").write_bytes(json.dumps({"text": SAID}).encode() + b"\n")
    files = ["-o", str(tmp_path / "out.jsonl"), "--ledger", str(tmp_path / "l.jsonl"), "--quiet"]
    assert main(["clean", str(tmp_path / "a.jsonl"), *files]) == 0
    command = _forged(tmp_path, field, value)
    before = sorted(tmp_path.parent.rglob("*"))
    status = main(command)
    said = capsys.readouterr().err
    if (
        status == 0
    ):  # what was forged does not matter: an output of none for a file that has all in the ledger
        assert (tmp_path / "back" / "a.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()
        return
    assert status == 1
    assert len(said.splitlines()) == 1
    assert not ALIVE.search(said)
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_escaping_takes_linear_time() -> None:
    """Ten million characters that are shown, or not, take no more than one look at each."""
    for flood in ("\u200b", "\u0301", "\x1b", "a"):
        shown = safe.short(flood * 1_000_000, 80)
        assert not ALIVE.search(shown)
