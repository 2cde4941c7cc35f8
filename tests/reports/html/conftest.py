"""The page of a small run."""

import pytest

from tests.reports.html.parsed_page import made


@pytest.fixture(scope="module")
def parsed(result):
    """The page, parsed."""
    return made(result)
