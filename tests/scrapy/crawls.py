"""A local site, and crawls of it: each is a process of its own, as `scrapy crawl` is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import orjson

SCRIPT = Path(__file__).with_name("crawl_script.py")
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


class Site(BaseHTTPRequestHandler):
    """A page for each article, a first page with links to them all, and two (part-0, part-1) with links to
    every second one.
    """

    def __init__(self, pages: dict[str, list[str]], *rest: Any) -> None:
        self.pages = pages
        super().__init__(*rest)

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name in self.pages:
            paragraphs = "".join(f"<p>{escape(text)}</p>" for text in self.pages[name])
            body = f'<article class="{name}">{paragraphs}</article>'
        else:
            first, step = (int(name[5:]), 2) if name.startswith("part-") else (0, 1)
            links = [*self.pages][first::step]
            body = "<nav>" + "".join(f'<a href="/{one}">{one}</a>' for one in links) + "</nav>"
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


class Crawl:
    """The log, items and statistics of a crawl."""

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

    def logged(self, logger: str) -> list[str]:
        """The lines that a logger wrote, without the time."""
        return [line.split("] ", 1)[1] for line in self.log.splitlines() if f" [{logger}] " in line]


def start(folder: Path, site: str, kind: str = "dict", **settings: Any) -> subprocess.Popen[str]:
    """Start a crawl in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "items.jsonl").unlink(missing_ok=True)
    command = [sys.executable, str(SCRIPT), kind, json.dumps({"SITE": site, **settings})]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)


def crawl(folder: Path, site: str, kind: str = "dict", **settings: Any) -> Crawl:
    """Crawl a site. The crawl must end without an error."""
    with start(folder, site, kind, **settings) as process:
        _, log = process.communicate(timeout=120)
    assert process.returncode == 0, log
    assert "Traceback" not in log, log
    return Crawl(folder, log)
