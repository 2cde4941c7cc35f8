"""A small run that has something of everything that a report shows, and the report as a string."""

from io import StringIO

from rich.console import Console

from dedup.job import Job
from dedup.reports import marked, terminal

STORY = (
    "The ferry to the outer islands stayed in harbour on Tuesday because a gale blew from the west.\n\n"
    "About three hundred passengers spent the night in the school, where the caretaker lit both stoves.\n\n"
    "it would sail on Wednesday if the wind fell, and that tickets stay valid.\n\n"
    "Nobody was hurt, although a crate of oranges went over the side and has not been seen since then."
)
OTHER = "A baker in the old town has been giving bread away since her oven learned to count to a hundred."
ARTICLES = [
    {"id": "first", "text": f"{STORY}\n\n{STORY}"},
    {"id": "copy", "text": STORY},
    {"id": "near", "text": STORY.replace("oranges", "lemons")},
    {"id": "other", "text": OTHER},
    {"id": "blank", "text": ""},
    {"id": "bad", "text": 5},
    {"id": "gone", "text": None},
]
WROTE = Job(["in.jsonl"], "out.jsonl", "ledger.jsonl", None, None, dry_run=False, quiet=False)


def rendered(result, job=WROTE, width=80, colour=False, unwritten=False):
    """The report, and the articles in full, as a string."""
    file = StringIO()
    system = "truecolor" if colour else None
    console = Console(
        file=file, width=width, force_terminal=colour, color_system=system, legacy_windows=False, _environ={}
    )
    parts = [[*marked.articles(result, colour)], *terminal.sections(result, job, unwritten).values()]
    terminal.write(parts, console)
    return file.getvalue()
