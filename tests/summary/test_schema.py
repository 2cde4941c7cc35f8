"""report.schema.json is made from the types of a summary."""

import json
from pathlib import Path

import dedup
from dedup.options import Options
from dedup.summary.format import OptionValues
from dedup.summary.schema import schema

SCHEMA = Path(dedup.__file__).parent / "summary/report.schema.json"


def test_the_schema_is_that_of_the_types():
    """The file is what `python -m dedup.summary.schema` prints."""
    assert SCHEMA.read_text() == json.dumps(schema(), indent=2) + "\n"


def test_every_option_is_in_the_summary():
    """The options of a summary are those of a run."""
    assert OptionValues.__required_keys__ == set(Options.__dataclass_fields__)


def test_every_definition_says_what_it_is():
    """Each object has a description, and so has each key whose name does not say it all."""
    definitions = schema()["$defs"]
    assert all(definition["description"] for definition in definitions.values())
    assert definitions["Counts"]["properties"]["empty"]["description"] == "Articles without words."
