"""Pages of runs, parsed or to be opened in a browser."""

import json
import random
from itertools import product

import pytest

from dedup.cli.main import main
from tests.reports.html.parsed_page import made
from tests.support.reporting import DOCUMENTS, NOTES


@pytest.fixture(scope="module")
def parsed(result):
    """The page of a small run, parsed."""
    return made(result)


@pytest.fixture(scope="module")
def browser():
    """The module of bench/ that opens pages."""
    from bench.harness import browser

    return browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def page_of(folder):
    """What makes the page of a run over articles. `name`: of its files in the folder."""

    def page_of(name, articles):
        crawl, path = folder / f"{name}.jsonl", folder / f"{name}.html"
        crawl.write_text("".join(json.dumps(article) + "\n" for article in articles))
        output = str(folder / f"{name}.out.jsonl")
        assert main(["clean", str(crawl), "-o", output, "--report", str(path), "--quiet"]) in (0, 3)
        return path

    return page_of


@pytest.fixture(scope="module")
def small(page_of):
    """The page of a run that has something of everything."""
    return page_of("small", [*DOCUMENTS, *NOTES])


@pytest.fixture(scope="module")
def large(page_of):
    """The page of 120 groups."""
    words = ["".join(word) for word in product("bdfgklm", "aeio", "nrst", "aeiu")]
    rng = random.Random(1)
    twice = []
    for n in range(120):
        text = " ".join(rng.choices(words, k=60))
        site = f"https://{'ab'[n % 2]}.example/{n}"
        copy = text if n % 3 else text.rpartition(" ")[0] + " other words at the end of it"
        twice += [
            {"id": f"kept{n}", "text": f"{text} and more", "title": f"Title {n}", "url": site},
            {"id": f"copy{n}", "text": copy, "title": f"Title {n}", "url": f"{site}?copy"},
        ]
    return page_of("large", twice)
