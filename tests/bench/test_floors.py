"""The quality of cutting and of matching stays above what fixtures/floors.json pins, on the data it was
measured on.
"""

import orjson
import pytest

pytestmark = pytest.mark.slow


def test_quality_holds_its_floors() -> None:
    """Accidents are cut, and documents put together, at least as well as when the floors were pinned."""
    from bench.accuracy import floors

    if not all((floors.DATA / f"{name}.jsonl.gz").exists() for name in floors.FILES):
        pytest.skip(f"no labelled data in {floors.DATA}: set DEDUP_DATA")
    pinned = orjson.loads(floors.FLOORS.read_bytes())
    if pinned.pop("data") != floors.digests():
        pytest.skip("the labelled data is not that on which the floors were measured")
    measured = floors.measured()
    for group, figures in pinned.items():
        for name, floor in figures.items():
            assert measured[group][name] >= floor, f"{group} {name}: {measured[group][name]:.3f}"
