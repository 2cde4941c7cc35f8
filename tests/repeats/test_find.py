"""Repeats of documents, counted in the summary of a run."""

import dedup


def test_compared_documents_and_pairs_are_counted() -> None:
    """The summary counts documents with paragraphs worth comparing, their pairs, and how many of both
    rapidfuzz compared: no pairs of equal words, and none whose lengths show that they differ.
    """
    boat = "The boat came in at noon with twelve crates of cod, and left again before dark."
    page = ["Nobody knew.", boat, "It rained.", "The harbour board met again on Tuesday evening.", boat]
    slip = [*page[:4], boat.replace("crates", "creates")]
    texts = ["\n".join(page), "one\ntwo", "\n".join(slip), ""]
    compared = dedup.clean(texts, workers=1).summary()["compared"]
    assert compared == {"documents": 2, "pairs": 2, "fuzzy_documents": 1, "fuzzy_pairs": 1}
