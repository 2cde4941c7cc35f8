"""The quality of cutting stays above what fixtures/floors.json pins, on the data it was measured on."""

import sys
from pathlib import Path

import orjson
import pytest

BENCH = Path(__file__).parents[1] / "bench"


def test_quality_holds_its_floors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judged and injected accidents are cut at least as well as when the floors were pinned."""
    monkeypatch.syspath_prepend(str(BENCH))
    import quality

    if not all((quality.DATA / f"{name}.jsonl.gz").exists() for name in quality.FILES):
        pytest.skip(f"no labelled data in {quality.DATA}: set DEDUP_DATA")
    floors = orjson.loads(quality.FLOORS.read_bytes())
    if floors.pop("data") != quality.digests():
        pytest.skip("the labelled data is not that on which the floors were measured")
    for group, values in quality.measured().items():
        for name, value in values.items():
            assert value >= floors[group][name], f"{group} {name}: {value:.3f}"
    sys.modules.pop("quality")
