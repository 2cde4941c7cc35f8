"""Which one of several documents that match is kept: the value of `--keep`, parsed."""

from __future__ import annotations

from typing import NamedTuple

DEFAULT = "longest"
"""The policy of a run that names none."""
POLICIES = {"longest": False, "first": False, "newest": True, "oldest": True}
"""The policies by name, and whether each takes a field."""


class Policy(NamedTuple):
    """What orders the documents that match: the first of them is kept. `field`: of newest and oldest."""

    name: str
    field: str | None

    @classmethod
    def parse(cls, text: str) -> Policy:
        """The policy that a text such as longest or newest:date names. Raises ValueError."""
        name, colon, field = text.partition(":")
        if name not in POLICIES or POLICIES[name] != bool(field) or (colon and not field):
            raise ValueError(text)
        return cls(name, field or None)


def described() -> str:
    """The policies, for messages and help."""
    *others, last = (f"{name}:FIELD" if with_field else name for name, with_field in POLICIES.items())
    return f"{', '.join(others)} or {last}"
