"""How many examples hypothesis makes: three in ten of those of `--hypothesis-profile full`."""

from hypothesis import settings


def examples(count: int) -> settings:
    """The settings of a test that takes `count` examples at full size."""
    return settings(max_examples=max(1, count * settings.default.max_examples // 100))
