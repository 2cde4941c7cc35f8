"""Opens an index, wherever it is: in a file, or on a Redis server."""

from pathlib import Path
from typing import Any

from dedup.index.redis.server.address import is_address
from dedup.index.session import IndexSession
from dedup.options import Options


def open_session(path: str | Path, options: Options | None = None, **settings: Any) -> IndexSession:
    """The open index of this path or address; `settings`: see `IndexSession`. Raises IndexFileError,
    OptionsError.
    """
    if is_address(path):
        from dedup.index.redis.session import RedisSession  # late: it loads redis, which takes 0.1 s

        return RedisSession(path, options, **settings)
    return IndexSession(path, options, **settings)
