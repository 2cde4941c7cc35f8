"""Answers as JSON on standard output."""

import json


def print_json(values: object) -> None:
    """Print values as JSON that escapes all but ASCII, so that no text acts on a terminal."""
    print(json.dumps(values, indent=2))
