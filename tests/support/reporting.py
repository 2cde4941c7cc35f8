"""A small run, a summary that has something of everything that a report shows, and the report as a string."""

from io import StringIO

from rich.console import Console

from dedup.cli.clean import with_timings
from dedup.cli.job import Job
from dedup.outputs.targets import Targets
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal import cut_articles as marked

STORY = (
    "The ferry to the outer islands stayed in harbour on Tuesday because a gale blew from the west.\n\n"
    "About three hundred passengers spent the night in the school, where the caretaker lit both stoves.\n\n"
    "it would sail on Wednesday if the wind fell, and that tickets stay valid.\n\n"
    "Nobody was hurt, although a crate of oranges went over the side and has not been seen since then."
)
OTHER = "A baker in the old town has been giving bread away since her oven learned to count to a hundred."
DOCUMENTS = [
    {"id": "first", "text": f"{STORY}\n\n{STORY}"},
    {"id": "copy", "text": STORY},
    {"id": "near", "text": STORY.replace("oranges", "lemons")},
    {"id": "other", "text": OTHER},
    {"id": "blank", "text": ""},
    {"id": "bad", "text": 5},
    {"id": "gone", "text": None},
]
FILES = ("articles", "ledger", "rejects", "report")
WROTE = Job(["in.jsonl"], Targets("out.jsonl", "ledger.jsonl"), dry_run=False, quiet=False)


def to(**targets):
    """The job with some of its targets changed."""
    return WROTE._replace(targets=WROTE.targets._replace(**targets))


def told(result, job=WROTE):
    """The summary of a job that is done."""
    return with_timings(result.summary(), job, result)


def rendered(result, job=WROTE, width=80, colour=False, report=None):
    """The report, or another one, and the articles in full, as a string."""
    file = StringIO()
    system = "truecolor" if colour else None
    console = Console(
        file=file, width=width, force_terminal=colour, color_system=system, legacy_windows=False, _environ={}
    )
    parts = [[*marked.articles(result, colour)], *terminal.sections(report or told(result, job)).values()]
    terminal.write(parts, console)
    return file.getvalue()


def everything(report):
    """A summary in which no part is empty: there are doubts, sites, templates, odd groups, and all alarms."""
    one = {"id": "one", "source": "in.jsonl", "position": 1}
    other = {"id": None, "source": "in.jsonl", "position": 2, "date": "2026-01-02T03:04:05Z"}
    alarms = ["unreadable", "without words", "unlike", "crowd", "echo", "same", "dropped", "lost"]
    group = {**report["groups"]["largest"][0], "unlike": True, "close": True}
    worst = {"least": {"one": one, "other": {**one, "id": "third"}, "covered": 0.01}}
    rest = {"echo": 0.01, "dropped_share": 0.1}
    site = {"host": "news.example", "documents": 20, "dropped": 19, "characters": 1000, "cut_characters": 300}
    return {
        **report,
        "alarms": [
            {"alarm": alarm, "count": 3, "share": 0.5, "document": one, "host": "news.example"}
            for alarm in alarms
        ],
        "unsure": {"count": 2, "examples": [{"document": other, "accident": 0.61, "text": STORY[:300]}]},
        "sites": {
            "field": "url",
            "hosts": 12,
            "documents": 400,
            "least": 10,
            "told": 1,
            **rest,
            "worst": [{**site, "dropped_share": 0.95, "echo": 0.3, "others": rest}],
        },
        "groups": {
            **report["groups"],
            "count": 30,
            "largest": [group, {**group, "keeper": other}],
            "unlike": [{"keeper": one, "size": 9, "pairs": 28, "unlike": 3, **worst}],
        },
        "seen": 1,
        "loss": {
            **report["loss"],
            "example": {"document": one, "keeper": other, "share": 0.2, "text": OTHER},
        },
        "templates": {
            "count": 1,
            "examples": [
                {"document": one, "of": other, "figures": [["1", "2"], ["3", "4"]], "around": STORY}
            ],
        },
        "crowded": 1200,
        "common": 3,
    }
