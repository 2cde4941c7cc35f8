"""The connection to a server: a server that is gone is waited for, and errors are sentences."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dedup.errors import IndexFileError, IndexUnavailableError, OptionsError
from dedup.index.redis.server.address import PASSWORD, RedisAddress

if TYPE_CHECKING:
    from redis import Redis
    from redis.commands.core import Script

_CONNECT: Final = 5.0  # seconds until a server that does not accept a connection counts as gone
_ANSWER: Final = 60.0  # seconds until one that does not answer does: the longest script takes 0.1 s
_PAUSE: Final = 0.1  # seconds between two attempts

logger = logging.getLogger("dedup.index")
T = TypeVar("T")


def _redis() -> Any:
    """The library. Raises OptionsError where it is not installed."""
    try:
        import redis
    except ModuleNotFoundError as error:
        raise OptionsError(
            "an index on Redis needs the extra redis: pip install 'dedup-articles[redis]'"
        ) from error
    return redis


class RedisConnection:
    """A connection, which is made anew when it is lost. `wait`: seconds to wait for a server that does not
    answer. Raises IndexUnavailableError if that is not long enough, IndexFileError for other errors.
    """

    def __init__(self, address: RedisAddress, wait: float) -> None:
        redis = _redis()
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self.address, self.wait = address, wait
        self._errors = redis.exceptions
        self._gone_since: float | None = None
        self._gave_up = False
        self._scripts: dict[str, Script] = {}
        self.client: Redis = redis.Redis(
            **address.options,
            socket_connect_timeout=_CONNECT,
            socket_timeout=_ANSWER,
            retry=Retry(NoBackoff(), 0),  # `patiently` repeats, and says so
            health_check_interval=0,
        )

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def script(self, source: str, *arguments: Any) -> Any:
        """The answer of a script. It may run a second time if the connection was lost."""
        script = self._scripts.get(source)
        if script is None:
            script = self._scripts[source] = self.client.register_script(source)
        prefix = self.address.prefix
        return self.patiently(lambda: script(keys=[prefix], args=arguments))

    def pipeline(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The answers to several commands, in one round trip."""
        if not commands:
            return []

        def execute() -> list[Any]:
            with self.client.pipeline(transaction=False) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)  # type: ignore[no-untyped-call]
                return pipeline.execute()

        return self.patiently(execute)

    def command(self, *command: Any) -> Any:
        """The answer to one command."""
        return self.patiently(lambda: self.client.execute_command(*command))  # type: ignore[no-untyped-call]

    def patiently(self, action: Callable[[], T]) -> T:
        """The result of an action, which is repeated while the server does not answer. Once that was in vain,
        later ones are tried once, until the server answers again.
        """
        errors, began = self._errors, time.monotonic()
        while True:
            try:
                result = action()
            except errors.AuthenticationError as error:
                raise IndexFileError(
                    f"{self.address} refuses the password: set {PASSWORD}, or name the user in the address."
                ) from error
            except (errors.ConnectionError, errors.TimeoutError, errors.ReadOnlyError) as error:
                self._wait(began, error)
            except errors.RedisError as error:
                raise self._sentence(error) from error
            else:
                self._note_return()
                return result

    def _wait(self, began: float, error: Exception) -> None:
        """Pause before another attempt. Raises IndexUnavailableError if it has been long enough."""
        now = time.monotonic()
        if self._gave_up or now - began >= self.wait:
            self._gave_up = True
            self._gone_since = self._gone_since or began
            raise IndexUnavailableError(
                f"{self.address} does not answer ({self._reason(error)}): start the server, or wait for it "
                "with --wait SECONDS."
            ) from error
        if self._gone_since is None:
            self._gone_since = began
            logger.warning("%s does not answer (%s); waiting for it", self.address, self._reason(error))
        time.sleep(_PAUSE)

    def _note_return(self) -> None:
        if self._gone_since is not None:
            gone, self._gone_since, self._gave_up = time.monotonic() - self._gone_since, None, False
            logger.warning("%s answers again, after %.1f s", self.address, gone)

    def _sentence(self, error: Exception) -> IndexFileError:
        """The error for what the server refuses."""
        if "OOM" in str(error) or "maxmemory" in str(error):
            return IndexFileError(
                f"{self.address} has no memory left: raise maxmemory of the server, or delete old documents "
                "with `dedup index drop`."
            )
        return IndexFileError(f"{self.address} cannot be used: {self._reason(error)}.")

    def _reason(self, error: Exception) -> str:
        """What an error says, without the password."""
        said = str(error).rstrip(".") or type(error).__name__
        password = self.address.password
        return said.replace(password, "***") if password else said
