"""JSON arrays from which elements are removed."""

import itertools
import json
import tempfile
from pathlib import Path

import pytest

from dedup.files.staging import Staging
from dedup.options import Options
from dedup.outputs.targets import Targets
from dedup.outputs.writer import write
from dedup.restore import restore
from dedup.sources.files import Files
from tests.outputs.records import records_of, with_fate
from tests.support.inputs import (
    write_file,
)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("layout", ["[{}]", " [ {} ]\n", "[\n  {}\n]"])
def test_any_elements_can_leave_an_array(tmp_path, count, layout):
    """Whichever elements are dropped or rejected, the rest is a valid array, and the original can be
    restored.
    """
    for fates in itertools.product(["keep", "drop", "reject"], repeat=count):
        elements = [
            {"keep": f'{{"text": "{i}"}}', "drop": f'{{"text": "{i}"}}', "reject": str(i)}[f]
            for i, f in enumerate(fates)
        ]
        content = layout.replace("{}", " ,\n ".join(elements)).encode()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = Files([write_file(folder, "a.json", content)], Options())
            records = [with_fate(record, fates) for record in records_of(source.files)]
            targets = Targets(f"{name}/o.json", f"{name}/l.jsonl", f"{name}/r.jsonl")
            with Staging() as staging:
                write(source, records, targets, staging)
            kept = json.loads((folder / "o.json").read_bytes())
            assert kept == [{"text": str(i)} for i, fate in enumerate(fates) if fate == "keep"]
            restore(f"{name}/o.json", f"{name}/l.jsonl", f"{name}/r.jsonl", f"{name}/again.json")
            assert (folder / "again.json").read_bytes() == content
