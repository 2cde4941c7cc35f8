"""What all tests share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from dedup.api import Result


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
