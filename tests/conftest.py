"""What all tests share: the order in which they run, a small run, a Spark session, a Redis server."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from bench.redis.server import MISSING, SERVER, RedisServer, served

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

    from dedup.api import Result

os.environ.setdefault("SOURCE_DATE_EPOCH", "1764547200")  # so that two runs are equal, byte for byte

# Tests ask for shares of these: support/examples.py.
settings.register_profile("quick", max_examples=30, deadline=None)
settings.register_profile("full", max_examples=100, deadline=None)
settings.load_profile("quick")  # so that CI takes less than half an hour; by hand: --hypothesis-profile full


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow tests first, Spark's before all others."""
    items.sort(key=_haste)


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadScopeScheduling":
    """Keep in one worker what shares a fixture: the tests of a file, and all of Spark's, which share a
    session and kill executors.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFixtures(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return "spark" if "spark" in path.split("/") else path

    return ByFixtures(config, log)


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


_names = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis server that the tests of a file share."""
    if SERVER is None:
        pytest.skip(MISSING)
    with served(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture
def address(server: RedisServer) -> str:
    """The address of a new index on the server."""
    return server.address(f"test-{next(_names)}")


@pytest.fixture(params=["file", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a new index is to be: a file, or a name on a Redis server."""
    if request.param == "file":
        return tmp_path / "index"
    return str(request.getfixturevalue("address"))
