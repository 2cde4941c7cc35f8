"""The quality of cutting and of matching stays above what fixtures/floors.json pins, on the data it was
measured on.
"""

import sys
from pathlib import Path

import orjson
import pytest

BENCH = Path(__file__).parents[2] / "bench"


def test_quality_holds_its_floors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accidents are cut, and documents put together, at least as well as when the floors were pinned."""
    monkeypatch.syspath_prepend(str(BENCH))
    import quality

    if not all((quality.DATA / f"{name}.jsonl.gz").exists() for name in quality.FILES):
        pytest.skip(f"no labelled data in {quality.DATA}: set DEDUP_DATA")
    floors = orjson.loads(quality.FLOORS.read_bytes())
    if floors.pop("data") != quality.digests():
        pytest.skip("the labelled data is not that on which the floors were measured")
    measured = quality.measured()
    for group, pinned in floors.items():
        for name, floor in pinned.items():
            assert measured[group][name] >= floor, f"{group} {name}: {measured[group][name]:.3f}"
    sys.modules.pop("quality")
