"""Why a record is rejected. A reason in a rejects file has more words, such as the name of the field."""

import re

from dedup.explain.terms.term import Term

_GROUP = "reason of a reject"

REJECTS = [
    Term(
        "not valid JSON",
        _GROUP,
        "The line is not valid JSON.",
        "not valid JSON: Expecting ',' delimiter at character 18",
        "Repair what writes the file. A line that was cut short has lost its end for good.",
    ),
    Term(
        "not an object",
        _GROUP,
        "The line is JSON, but no object with fields.",
        "not an object but a list",
        "Write one object a line. An array of objects belongs into a .json file.",
    ),
    Term(
        "no field",
        _GROUP,
        "The record has no field of the name --text-field.",
        "no field 'text', only 'id', 'body'",
        "Name the field that has the text with --text-field.",
    ),
    Term(
        "not a string",
        _GROUP,
        "The field with the text holds no text: null, a number, a list.",
        "the field 'text' is null, not a string",
        "Look for what went wrong in the scrape: often the extractor found no text.",
    ),
    Term(
        "invalid UTF-8",
        _GROUP,
        "The bytes of the record are not UTF-8.",
        "invalid UTF-8",
        "Convert the file to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8.",
    ),
    Term(
        "too long",
        _GROUP,
        "The record is longer than --max-document.",
        "longer than 256 MB",
        "If it is an article, raise --max-document, or set it to off. A line of this length is rarely one.",
    ),
    Term(
        "nested",
        _GROUP,
        "The JSON of the record has too many levels of lists and objects.",
        "nested more than 1000 deep",
        "No crawler writes such records on purpose: look at what wrote it.",
    ),
    Term(
        "wrong number of cells",
        _GROUP,
        "The row of a CSV file has more or fewer cells than its header.",
        "the row has 5 cells, the header 6",
        "Put quotes around cells that have commas or line breaks.",
    ),
    Term(
        "could not be read",
        _GROUP,
        "Reading the record ended in an error that dedup did not expect.",
        "it could not be read: RecursionError: ...",
        "Report it as a bug, with the record. It is in the rejects file.",
    ),
]
_PATTERNS = {
    "nested more than": "nested",
    "not valid JSON": "not valid JSON",
    "not an object": "not an object",
    "no field ": "no field",
    "is missing, not a string": "no field",
    "not a string": "not a string",
    "invalid UTF-8|broken UTF-8": "invalid UTF-8",
    "longer than|more than .* bytes": "too long",
    "the row has": "wrong number of cells",
    "could not be read": "could not be read",
}
"""What a reason has, in order, and the term that explains it."""


def of_reason(reason: str) -> list[Term]:
    """The term that explains a reason as the rejects file has it; none for a text that is no reason."""
    name = next((name for pattern, name in _PATTERNS.items() if re.search(pattern, reason)), None)
    return [term for term in REJECTS if term.name == name]
