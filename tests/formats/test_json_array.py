"""The elements of an array, each with its span."""

from hypothesis import given

from tests.formats.documents import lenient, read_bytes
from tests.support.examples import examples
from tests.support.inputs import (
    array_files,
)


@examples(40)
@given(array_files())
def test_each_element_has_its_span(content):
    """The span of each element parses to this element, whatever is between them."""
    documents, rejects = read_bytes(content, "a.json")
    for document in documents:
        assert lenient(content[document["start"] : document["end"]])["text"] == document["text"]
    positions = sorted([d["position"] for d in documents] + [r.position for r in rejects])
    assert positions == list(range(1, len(positions) + 1))
