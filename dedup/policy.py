"""Which one of several documents that match is kept: the value of `--keep`, parsed."""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT = "cleanest"
"""The policy of a run that names none."""
POLICIES = {"cleanest": False, "longest": False, "first": False, "newest": True, "oldest": True}
"""The policies by name, and whether each takes a field."""
PREFER = "prefer"
"""What a preference begins with."""

_BEGINS = "|".join([f"{PREFER}:", *(f"{name}:" if field else f"{name}$" for name, field in POLICIES.items())])
_COMMA = re.compile(rf",\s*(?={_BEGINS})")  # another comma is part of a field or of a value


class Preference(NamedTuple):
    """Documents whose `field` has this value, or an address on this host, come before all others."""

    field: str
    value: str


class Policy(NamedTuple):
    """What orders the documents that match: the first of them is kept. `field`: of newest and oldest;
    `preferences`: what decides before the policy, the first of them before the second.
    """

    name: str
    field: str | None = None
    preferences: tuple[Preference, ...] = ()

    @property
    def from_matches(self) -> bool:
        """Whether what is kept depends on which documents match, and not on each document alone."""
        return self.name == "cleanest"

    @classmethod
    def parse(cls, text: str) -> Policy:
        """The policy that a text such as longest, newest:date or prefer:site=a.example,newest:date names.
        Raises ValueError.
        """
        parts = _COMMA.split(text)
        if parts[-1].startswith(f"{PREFER}:"):
            parts.append(DEFAULT)
        name, colon, field = parts.pop().partition(":")
        if name not in POLICIES or POLICIES[name] != bool(field) or (colon and not field):
            raise ValueError(text)
        return cls(name, field or None, tuple(map(_preference, parts)))

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that it reads."""
        own = () if self.field is None else (self.field,)
        return (*own, *(preference.field for preference in self.preferences))


def _preference(text: str) -> Preference:
    kind, _, rest = text.partition(":")
    field, _, value = rest.partition("=")
    if kind != PREFER or not field or not value:
        raise ValueError(text)
    return Preference(field, value)


def described() -> str:
    """The policies, for messages and help."""
    *others, last = (f"{name}:FIELD" if with_field else name for name, with_field in POLICIES.items())
    return f"{', '.join(others)} or {last}, with {PREFER}:FIELD=VALUE and a comma before it if wanted"
