"""The Scrapy pipeline in real crawls of a local site: each is a process of its own, as `scrapy crawl` is."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest

from dedup.index.index import Index

SCRIPT = Path(__file__).parent / "support/crawl_script.py"

FERRY = [
    "The ferry to Holm has a new captain. Greta Lund took the wheel on Monday, after eleven years on "
    "the mail boat, and brought the first forty passengers across in calm water a little before eight "
    "in the morning.",
    "Her predecessor, who had steered the boat since the harbour was dredged, handed her the brass "
    "key to the engine room and a thermos of coffee. He means to stay on land, where his orchard has "
    "waited long enough for him.",
    "The timetable stays as it is. Only the late crossing on Fridays moves, by ten minutes, because "
    "the school choir would otherwise have to run from the church to the pier with its scores under "
    "its arms.",
]
BRIDGE = [
    "Workers found a sealed tin under the third arch of the old stone bridge when they lifted its "
    "paving last week. Inside lay a pay list from the year it was built, a pencil, and a pressed "
    "flower that nobody can name.",
    "The list has thirty names. Nine of those families still live in the valley, and the museum has "
    "asked them to come on Sunday and read their great-grandparents' wages aloud before the sheet "
    "goes behind glass.",
    "Repairs go on meanwhile. The engineer says the arch will carry lorries again by the end of May, "
    "provided that the river keeps as low as it has been and the new mortar gets its three dry weeks.",
]
MARKET = [
    "Saturday's market moves to the meadow behind the station, since the square is being planted with "
    "lime trees. Stallholders drew their places by lot on Thursday evening, and only the cheesemaker "
    "asked to draw twice.",
    "Parking is on the other side of the tracks, and the signalman will open the small gate between "
    "trains. Whoever comes on foot can take the path along the mill stream, which was cleared of "
    "brambles by the scouts.",
    "For the opening the bakery promises a loaf two metres long. What is left of it at noon goes to "
    "the goats of the school farm, which have been told nothing yet so that they eat their breakfast "
    "as usual.",
]
LIBRARY = [
    "The branch library keeps its night shelf. For a year readers could take books from an open case "
    "by the door after closing time, and of four hundred that went that way just three have not been "
    "brought back so far.",
    "One of these is a guide to lock picking, as the librarian likes to point out. The council "
    "praised the trial and voted for a second case, with a lamp, at the bus stop by the swimming "
    "pool.",
    "Volunteers fill both cases every evening from the stacks. They ask for crime novels above all, "
    "and for somebody who can carry boxes on Wednesdays, when the whole of the reading circle has its "
    "gymnastics.",
]
PAGES = {  # in the order of the links
    "ferry": FERRY,
    "bridge": BRIDGE,
    "ferry-again": FERRY,
    "bridge-edited": [
        BRIDGE[0].replace("last week", "on Tuesday"),
        BRIDGE[1],
        BRIDGE[2].replace("May", "June"),
    ],
    "ferry-wrapped": [
        "Read this too: ten harbours that are worth a detour.",
        *FERRY,
        "Sign up for our letter.",
    ],
    "market": [*MARKET, *MARKET[:2]],
    "library": LIBRARY,
}
KEPT = ["ferry", "bridge", "market", "library"]
ODD = {"list": FERRY, "none": FERRY}  # their items have no string as text
SELECT = {"TWISTED_REACTOR": "twisted.internet.selectreactor.SelectReactor"}


class Site(BaseHTTPRequestHandler):
    """A page for each article, and a first page with links to them all."""

    def __init__(self, pages: dict[str, list[str]], *rest: Any) -> None:
        self.pages = pages
        super().__init__(*rest)

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name in self.pages:
            paragraphs = "".join(f"<p>{escape(text)}</p>" for text in self.pages[name])
            body = f'<article class="{name}">{paragraphs}</article>'
        else:
            body = "<nav>" + "".join(f'<a href="/{one}">{one}</a>' for one in self.pages) + "</nav>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><meta charset=utf-8><body>{body}".encode())

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


def served(pages: dict[str, list[str]]) -> Iterator[str]:
    """The address of a site with these pages."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, pages)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The site with PAGES."""
    yield from served(PAGES)


class Crawl:
    """What a crawl left behind: its log, items and statistics."""

    def __init__(self, folder: Path, log: str) -> None:
        self.log = log
        lines = (
            (folder / "items.jsonl").read_bytes().splitlines() if (folder / "items.jsonl").exists() else []
        )
        self.items = [orjson.loads(line) for line in lines]
        self.all_stats = json.loads((folder / "stats.json").read_text())
        self.stats = {name[6:]: value for name, value in self.all_stats.items() if name.startswith("dedup/")}

    @property
    def names(self) -> list[str]:
        """The pages of its items."""
        return [item["url"].rsplit("/", 1)[1] for item in self.items]

    def said(self, logger: str) -> list[str]:
        """The lines that a logger wrote, without the time."""
        return [line.split("] ", 1)[1] for line in self.log.splitlines() if f" [{logger}] " in line]


def start(folder: Path, site: str, kind: str = "dict", **settings: Any) -> subprocess.Popen[str]:
    """Start a crawl in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "items.jsonl").unlink(missing_ok=True)
    command = [sys.executable, str(SCRIPT), kind, json.dumps({"SITE": site, **settings})]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)


def crawl(folder: Path, site: str, kind: str = "dict", **settings: Any) -> Crawl:
    """Crawl a site; that has to end well."""
    with start(folder, site, kind, **settings) as process:
        _, log = process.communicate(timeout=120)
    assert process.returncode == 0, log
    assert "Traceback" not in log, log
    return Crawl(folder, log)


@pytest.mark.parametrize("kind", ["dict", "item", "dataclass", "attrs"])
def test_repeats_are_cut_and_near_duplicates_dropped(tmp_path: Path, site: str, kind: str) -> None:
    """Items of all kinds: an exact copy, an edited one and one in clutter go, an echoed block is cut."""
    done = crawl(tmp_path, site, kind)
    assert done.names == KEPT
    assert [item["text"] for item in done.items] == [
        "\n".join(one) for one in (FERRY, BRIDGE, MARKET, LIBRARY)
    ]
    seconds = done.stats.pop("seconds")
    assert 0 < seconds < 60
    assert done.stats == {"documents": 7, "kept": 3, "cut": 1, "dropped": 3, "repeats_cut": 1, "known": 4}
    assert done.all_stats["item_dropped_reasons_count/DropItem"] == 3
    assert (tmp_path / ".scrapy/dedup/news.index").is_file()


def test_a_second_crawl_knows_the_first(tmp_path: Path, site: str) -> None:
    """The index is kept: in a second crawl of the same pages all are dropped, each with what it matches."""
    first, second = crawl(tmp_path, site), crawl(tmp_path, site)
    assert first.names == KEPT
    assert second.names == []
    assert second.stats["dropped"] == second.stats["documents"] == len(PAGES)
    assert second.stats["known"] == 4
    dropped = [line for line in second.log.splitlines() if "Dropped: near-duplicate of " in line]
    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert len(dropped) == len(PAGES)
    assert f"Dropped: near-duplicate of {site}ferry, {today} (Jaccard 1.00, coverage 1.00)" in dropped[0]
    said = second.said("dedup.scrapy")
    assert said == [
        "INFO: .scrapy/dedup/news.index has 4 documents; near-duplicates are dropped",
        "INFO: 7 documents, 7 dropped",
    ]


def test_near_duplicates_can_be_tagged(tmp_path: Path, site: str) -> None:
    """With DEDUP_ACTION = tag all items pass, and those that match one name it; repeats are cut as well."""
    done = crawl(tmp_path, site, "item", DEDUP_ACTION="tag")
    assert done.names == list(PAGES)
    tags = {name: item.get("duplicate_of") for name, item in zip(done.names, done.items, strict=True)}
    matched = {"ferry-again": "ferry", "bridge-edited": "bridge", "ferry-wrapped": "ferry"}
    assert {name: tag for name, tag in tags.items() if tag} == {a: site + b for a, b in matched.items()}
    assert done.items[5]["text"] == "\n".join(MARKET)
    assert (done.stats["tagged"], done.stats["kept"], done.stats["cut"]) == (3, 3, 1)
    assert "dropped" not in done.stats


def test_without_asyncio(tmp_path: Path, site: str) -> None:
    """The same on a reactor that is not asyncio's."""
    done = crawl(tmp_path, site, **SELECT)
    assert "SelectReactor" in done.log
    assert done.names == KEPT
    assert crawl(tmp_path, site, **SELECT).names == []


def test_the_pipeline_can_be_turned_off(tmp_path: Path, site: str) -> None:
    """With DEDUP_ENABLED = False items pass as they are, and there is no index."""
    done = crawl(tmp_path, site, DEDUP_ENABLED=False)
    assert done.names == list(PAGES)
    assert done.stats == {}
    assert done.said("dedup.scrapy") == []
    assert not (tmp_path / ".scrapy").exists()


def test_items_without_a_text_pass(tmp_path: Path) -> None:
    """What has no string as text passes untouched and is counted; where that is all, a warning says so."""
    for site in served({**ODD, "ferry": FERRY}):
        done = crawl(tmp_path, site)
        assert done.names == ["list", "none", "ferry"]
        assert done.items[0]["text"] == FERRY
        assert (done.stats["no_text"], done.stats["documents"]) == (2, 1)
        done = crawl(tmp_path, site, DEDUP_TEXT_FIELD="body")
        assert done.stats["no_text"] == 3
        assert done.said("dedup.scrapy")[-1] == (
            "WARNING: 3 items passed unchanged: no string in their field 'body' (DEDUP_TEXT_FIELD)"
        )


def test_items_that_cannot_be_changed_pass(tmp_path: Path, site: str) -> None:
    """A frozen class takes neither a cut text nor a tag: a warning says so once, and its items pass."""
    done = crawl(tmp_path, site, "frozen", DEDUP_ACTION="tag", DEDUP_TAG_FIELD="match")
    assert done.names == list(PAGES)
    assert done.stats["not_set"] == 4
    warned = [line for line in done.said("dedup.scrapy") if line.startswith("WARNING")]
    assert warned == [
        f"WARNING: the field {name!r} of FrozenArticle cannot be set" for name in ("match", "text")
    ]


def test_options_and_fields_have_settings(tmp_path: Path, site: str) -> None:
    """Options, the index's place and the id's field can be chosen; a string from a command line will do."""
    options = '{"repeats": false, "contained": 1.0, "threshold": 0.97}'
    done = crawl(
        tmp_path, site, DEDUP_OPTIONS=options, DEDUP_INDEX=str(tmp_path / "a/b.index"), DEDUP_WAIT="3"
    )
    assert done.names == [name for name in PAGES if name != "ferry-again"]
    assert "cut" not in done.stats
    with Index(tmp_path / "a/b.index") as index:
        assert index.options.threshold == 0.97
        assert index.check({"id": "x", "text": "\n".join(FERRY)}).keeper["id"] == site + "ferry"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DEDUP_ACTION": "delete"}, "DEDUP_ACTION must be drop or tag, not 'delete'"),
        ({"DEDUP_WAIT": "long"}, "DEDUP_WAIT must be a number of seconds"),
        ({"DEDUP_OPTIONS": "{"}, "DEDUP_OPTIONS must be a dict"),
        ({"DEDUP_OPTIONS": {"treshold": 1}}, "not 'treshold'"),
        ({"DEDUP_OPTIONS": {"keep": "longest"}}, "not 'keep'"),
        (
            {"DEDUP_OPTIONS": {"threshold": 7}},
            "DEDUP_OPTIONS: threshold must lie above 0 and at most at 1, not at 7",
        ),
        ({"DEDUP_OPTIONS": {"threshold": "high"}}, "DEDUP_OPTIONS: "),
        (
            {"DEDUP_FORGET": "soon"},
            "DEDUP_FORGET: an age is a number with m, h, d, w or y, such as 90d; not 'soon'",
        ),
    ],
)
def test_wrong_settings_end_the_crawl_at_its_start(
    tmp_path: Path, site: str, settings: dict[str, Any], sentence: str
) -> None:
    """One sentence says what is wrong; no page is asked for."""
    done = crawl(tmp_path, site, **settings)
    (said,) = done.said("dedup.scrapy")
    assert said.startswith("ERROR: the crawl stops: ")
    assert sentence in said
    assert done.all_stats["finish_reason"] == "dedup_settings"
    assert "downloader/request_count" not in done.all_stats


def test_an_index_that_is_none_ends_the_crawl(tmp_path: Path, site: str) -> None:
    """The same where the file is another's."""
    (tmp_path / "other").write_text("not an index, but something that somebody needs\n" * 100)
    done = crawl(tmp_path, site, DEDUP_INDEX=str(tmp_path / "other"))
    assert "is no index of dedup" in done.said("dedup.scrapy")[0]
    assert done.all_stats["finish_reason"] == "dedup_index"
    assert done.items == []


def test_an_index_in_use(tmp_path: Path, site: str) -> None:
    """A crawl whose index another process has ends and says who has it; with more patience it gets it."""
    path = tmp_path / "seen.index"
    with Index(path):
        done = crawl(tmp_path / "one", site, DEDUP_INDEX=str(path), DEDUP_WAIT=0)
        (said,) = done.said("dedup.scrapy")
        assert f"in use by process {os.getpid()} on " in said
        assert said.endswith("wait for it with DEDUP_WAIT = SECONDS.")
        assert done.all_stats["finish_reason"] == "dedup_index"
        patient = start(tmp_path / "two", site, DEDUP_INDEX=str(path), DEDUP_WAIT=60)
        time.sleep(2)
        assert patient.poll() is None
    _, log = patient.communicate(timeout=60)
    assert Crawl(tmp_path / "two", log).names == KEPT


def test_two_crawls_at_once(tmp_path: Path, site: str) -> None:
    """Of two crawls that share an index one waits for the other, and knows then what that one kept."""
    both = [start(tmp_path / n, site, DEDUP_INDEX=str(tmp_path / "seen.index"), DEDUP_WAIT=60) for n in "12"]
    logs = [process.communicate(timeout=120)[1] for process in both]
    names = [Crawl(tmp_path / n, log).names for n, log in zip("12", logs, strict=True)]
    assert sorted(names) == [[], KEPT]


def test_nothing_of_a_page_acts_in_a_terminal(tmp_path: Path) -> None:
    """Escape codes and overrides of direction in an id do not reach the log alive."""
    evil = ["\x1b]0;owned\x07 \u202e" + FERRY[0], *FERRY[1:]]
    for site in served({"ferry": evil, "again": evil}):
        done = crawl(tmp_path, site, DEDUP_ID_FIELD="text")
        assert done.names == ["ferry"]
        assert "near-duplicate of \\x1b]0;owned\\x07 \\u202eThe ferry" in done.log
        assert not {"\x1b", "\x07", "\u202e"} & set(done.log)
        (line,) = [line for line in done.log.splitlines() if "near-duplicate of" in line]
        assert len(line) < 300


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_index_outlives_a_killed_crawl(tmp_path: Path, how: signal.Signals) -> None:
    """However a crawl is ended in its middle, what it decided is in the index, which the next one can use."""
    path = tmp_path / "seen.index"
    pages = {f"page-{n}": [f"{n * k} {text}" for k, text in enumerate(FERRY, 2)] for n in range(200)}
    for site in served({"ferry": FERRY, **pages}):
        with start(tmp_path, site, DEDUP_INDEX=str(path), DOWNLOAD_DELAY=0.05) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "Scraped from <200" in line or "Dropped" in line:
                    break
            process.send_signal(how)
            process.communicate(timeout=60)
    with Index(path, wait=10) as index:
        assert len(index) >= 1
        assert index.check("\n".join(FERRY)).dropped
