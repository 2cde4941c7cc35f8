"""The version of this package: the one place that `pyproject.toml` and every report take it from."""

__version__ = "0.2.0"
