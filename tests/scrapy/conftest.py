"""The site that most crawls are of."""

from collections.abc import Iterator

import pytest

from tests.scrapy.crawls import PAGES, served


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The site with PAGES."""
    yield from served(PAGES)
