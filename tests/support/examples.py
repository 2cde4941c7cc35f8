"""How many examples hypothesis makes: in `make test` three in ten of those in `make test-all`."""

from hypothesis import settings


def examples(count: int) -> settings:
    """The settings of a test that takes `count` examples at full size."""
    return settings(max_examples=max(1, count * settings.default.max_examples // 100))
