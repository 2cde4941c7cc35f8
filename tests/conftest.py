"""What all tests share: the order in which they run, a small run, a Spark session."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from dedup.api import Result

settings.register_profile(
    "quick", max_examples=30, deadline=None
)  # tests ask for shares of it: support/examples.py
settings.register_profile("full", max_examples=100, deadline=None)
settings.load_profile("quick")  # `--hypothesis-profile full` loads the other

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow tests first, and keep together what shares a fixture: the tests of a file, and all of Spark's,
    which share a session.
    """
    for item in items:
        file = item.path.relative_to(HERE)
        group = "spark" if file.parts[0] == "spark" else str(file)
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_haste)


def _haste(item: pytest.Item) -> int:
    in_spark = item.path.parent.name == "spark"
    return 0 if in_spark else 1 if item.get_closest_marker("slow") else 2


@pytest.fixture(scope="module")
def fast_disk() -> Iterator[None]:
    """Files are not flushed to the disk: waiting for it is most of the time of tests that write many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        yield


@pytest.fixture(scope="module")
def result() -> "Result":
    """A small run with something of most parts of a report."""
    from dedup.api import clean
    from tests.support.reporting import DOCUMENTS

    return clean(DOCUMENTS)


@pytest.fixture(scope="session")
def session() -> "Iterator[SparkSession]":
    """A Spark session on a cluster of two executors, started once."""
    from tests.spark.cluster import cluster

    with cluster() as started:
        yield started
