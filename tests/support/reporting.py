"""Documents of a small run, a summary with every part filled in, and the terminal report as a string."""

from io import StringIO

from rich.console import Console

from dedup.cli.clean import with_timings
from dedup.cli.job import Job
from dedup.outputs.targets import Targets
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal import cut_articles

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
BULLETIN = (
    "Bulletin of the coast watch for small craft. Keep inside the breakwater until the ebb sets in, and "
    "leave the fairway clear while the dredger works between the third and the fourth buoy. Whoever sees a "
    "buoy adrift is asked to report it to the watch room in the old lighthouse, which is manned by night."
)
NOTES = [
    {
        "id": f"note {n}",
        "title": f"Sea level {n} cm",
        "text": f"{BULLETIN} The sea stands at {n} cm.",
        "url": f"https://coast.example/{n}",
        "date": f"2024-03-0{n}",
    }
    for n in (3, 4)
]
"""Two that match but for their facts."""
FILES = ("articles", "ledger", "rejects", "report")
JOB = Job(["in.jsonl"], Targets("out.jsonl", "ledger.jsonl"), dry_run=False, quiet=False)


def job_with(**targets):
    """JOB with other targets."""
    return JOB._replace(targets=JOB.targets._replace(**targets))


def summary_of(result, job=JOB):
    """The summary of a finished job, timings included."""
    return with_timings(result.summary(), job, result)


def render(result, job=JOB, width=80, colour=False, report=None):
    """The articles in full and the terminal report, as one string. `report`: another summary to show."""
    file = StringIO()
    system = "truecolor" if colour else None
    console = Console(
        file=file, width=width, force_terminal=colour, color_system=system, legacy_windows=False, _environ={}
    )
    parts = [
        [*cut_articles.articles(result, colour)],
        *terminal.sections(report or summary_of(result, job)).values(),
    ]
    terminal.write(parts, console)
    return file.getvalue()


def full_summary(report):
    """The summary with no part empty: uncertain repeats, sites, templates, unlike groups, and every alarm."""
    one = {"id": "one", "source": "in.jsonl", "position": 1}
    other = {"id": None, "source": "in.jsonl", "position": 2, "date": "2026-01-02T03:04:05Z"}
    alarms = [
        "unreadable",
        "without words",
        "unlike",
        "crowd",
        "echo",
        "same",
        "printed",
        "dropped",
        "lost",
        "not found",
        "undated",
        "not preferred",
    ]
    pinned = {"file": "keep.txt", "documents": 2, "ids": 9, "unknown": 7, "first": [*"abcde"]}
    group = {**report["groups"]["largest"][0], "unlike": True, "close": True}
    worst = {"least": {"one": one, "other": {**one, "id": "third"}, "covered": 0.01}}
    rest = {"echo": 0.01, "printed": 0.2, "dropped_share": 0.1}
    site = {"host": "news.example", "documents": 20, "dropped": 19, "characters": 1000}
    site |= {"cut_characters": 300, "printed_characters": 0, "printed": 0.0}
    return {
        **report,
        "pinned": pinned,
        "alarms": [
            {
                "alarm": alarm,
                "count": 3,
                "share": 0.5,
                "document": one,
                "host": "news.example",
                "earlier": 0.1,
                "pinned": pinned,
                "field": "date",
                "value": "a.example",
            }
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
            "changed": [{"host": "news.example", "documents": 20, "printed": 0.6, "earlier": 0.2}],
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
        "keep_field": {
            "field": "date",
            "read_as": "dates",
            "read": 1000,
            "unparsable": 30,
            "ambiguous": 20,
            "missing": 1,
        },
        "preferred": [{"field": "url", "value": "news.example", "documents": 12}],
    }
