"""The field that names the site of a document, in every format and container."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup
from tests.sites.pages import Site, article

SITES = [Site("daily.example"), Site("weekly.example")]


def pages(field, urls=False):
    """Pages of two sites in turns, each with its site in a field: by name, or as an address on it."""
    found = []
    for number in range(24):
        site = SITES[number % 2]
        page = site.page(number)
        name = f"https://www.{site.name}/" if urls else site.name.split(".")[0].title()
        found.append({"id": page["id"], field: name, "text": page["text"]})
    return found


def left(documents, **options):
    """The lines left of each document."""
    kept = dedup.clean(documents, duplicates=False, **options).kept
    return [[line for line in document["text"].split("\n") if line] for document in kept]


ARTICLES = [article(f"{SITES[number % 2].name} {number}") for number in range(24)]


@pytest.mark.parametrize("form", ["memory", "table", "pandas", "jsonl", "csv", "parquet"])
@pytest.mark.parametrize("urls", [False, True])
def test_a_field_names_the_site(tmp_path, form, urls):
    """Whatever the documents are in, the field tells which pages belong together; the report names it."""
    documents = given_documents = pages("outlet", urls)
    path = tmp_path / f"in.{form}"
    if form == "jsonl":
        path.write_text("".join(json.dumps(document) + "\n" for document in documents))
    elif form == "csv":
        pd.DataFrame(documents).to_csv(path, index=False)
    elif form == "parquet":
        pq.write_table(pa.Table.from_pylist(documents), path)
    elif form == "table":
        given_documents = pa.Table.from_pylist(documents)
    elif form == "pandas":
        given_documents = pd.DataFrame(documents)
    if path.exists():
        given_documents = path
    result = dedup.clean(given_documents, duplicates=False, site_field="outlet")
    kept = result.kept
    kept = kept.to_pylist() if form == "table" else kept.to_dict("records") if form == "pandas" else kept
    assert [[line for line in page["text"].split("\n") if line] for page in kept] == ARTICLES
    names = {"daily.example", "weekly.example"} if urls else {"daily", "weekly"}
    assert {site["host"] for site in result.summary()["sites"]["worst"]} == names


def test_without_a_value_a_document_has_no_site():
    """The host of the address does not stand in for a field that is empty; values of any type are names."""
    documents = [{**page, "url": "https://daily.example/"} for page in pages("outlet")]
    for number, document in enumerate(documents):
        document["outlet"] = [None, "", " "][number % 3]
    whole = [[line for line in page["text"].split("\n") if line] for page in documents]
    assert left(documents, site_field="outlet") == whole
    assert left(documents, site_field="nowhere") == whole
    numbered = [{**page, "outlet": number % 2} for number, page in enumerate(documents)]
    assert left(numbered, site_field="outlet") == ARTICLES
