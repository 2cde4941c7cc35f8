"""The address of an index on a Redis server: `redis://HOST:PORT/DATABASE?name=NAME`."""

import os
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

from dedup.errors import OptionsError

SCHEMES: Final = ("redis://", "rediss://")
"""How an address begins; with rediss:// the connection is encrypted (TLS)."""
PASSWORD: Final = "DEDUP_REDIS_PASSWORD"
"""The environment variable with the password, for addresses without one."""
USER: Final = "DEDUP_REDIS_USER"
"""The environment variable with the user, for addresses without one."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_DEFAULT_NAME = "dedup"
_PORT = 6379


def is_address(path: str | Path) -> bool:
    """Whether an index is on a Redis server, and no file."""
    return str(path).lower().startswith(SCHEMES)


class RedisAddress(NamedTuple):
    """The address of an index. `name`: tells it from other ones of the same database; `max_age`: the age
    after which Redis deletes documents ("90d"); None: never.
    """

    scheme: str
    host: str
    port: int
    database: int
    name: str
    user: str | None
    password: str | None
    max_age: str | None

    @classmethod
    def parse(cls, text: str) -> "RedisAddress":
        """The address that a text gives. Raises OptionsError, never with the password."""
        from urllib.parse import parse_qsl, unquote, urlsplit  # late: every command loads this file

        try:
            url = urlsplit(text)
            host, port = url.hostname or "localhost", url.port or _PORT
        except ValueError as error:
            raise _wrong("it has no valid host and port") from error
        database = url.path.strip("/") or "0"
        if not re.fullmatch("[0-9]{1,4}", database):
            raise _wrong("the part behind the host is the number of a database, such as /0")
        values = dict(parse_qsl(url.query, keep_blank_values=True))
        if unknown := sorted(values.keys() - {"name", "max_age"}):
            raise _wrong(f"it takes name and max_age, not {', '.join(map(repr, unknown))}")
        name = values.get("name", _DEFAULT_NAME)
        if not _NAME.fullmatch(name):
            raise _wrong("a name has up to 64 letters, digits, points, hyphens and underscores")
        user, password = (
            unquote(given) if given else os.environ.get(variable) or None
            for given, variable in ((url.username, USER), (url.password, PASSWORD))
        )
        scheme = url.scheme.lower()
        return cls(scheme, host, port, int(database), name, user, password, values.get("max_age"))

    @property
    def prefix(self) -> bytes:
        """What all keys of the index in Redis begin with."""
        return b"dedup:" + self.name.encode()

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of `redis.Redis`."""
        options: dict[str, Any] = {"host": self.host, "port": self.port, "db": self.database}
        options |= {"username": self.user, "password": self.password}
        return options | ({"ssl": True} if self.scheme == "rediss" else {})

    def __str__(self) -> str:
        """The address without user and password, as messages have it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}/{self.database}?name={self.name}"


def shown(path: str | Path) -> str:
    """The path of an index as messages have it: an address without user and password."""
    return str(RedisAddress.parse(str(path))) if is_address(path) else str(path)


def _wrong(why: str) -> OptionsError:
    return OptionsError(f"an index on Redis has an address like redis://HOST:6379/0?name=NAME: {why}")
