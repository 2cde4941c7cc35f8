"""Servers that the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.files.locations.servers import Bucket, Web, serving_s3, serving_web


@pytest.fixture(scope="package")
def bucket() -> Iterator[Bucket]:
    """A bucket of S3, on a server of this machine."""
    with serving_s3() as started:
        yield started


@pytest.fixture
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web server of an empty folder."""
    with serving_web(tmp_path_factory.mktemp("web")) as started:
        yield started
