"""A Redis server on this machine, for benches and tests of an index on one."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SERVER = shutil.which("redis-server")
MISSING = "no redis-server: make redis (Debian, by root)"
_STARTS = 60.0  # seconds that a server may take to start


class RedisServer:
    """A server that keeps its data in a folder, in an append-only file, so that it survives a kill."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder, self._settings = folder, settings
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(SERVER), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "yes", *self._settings]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        ends = time.monotonic() + _STARTS
        while time.monotonic() < ends:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(7)[:5] in (b"+PONG", b"-NOAU"):
                    return
            time.sleep(0.01)
        raise RuntimeError("the server does not start")

    def kill(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()

    def address(self, name: str, query: str = "") -> str:
        """The address of an index on it."""
        return f"redis://127.0.0.1:{self.port}/0?name={name}{query}"


@contextmanager
def served(folder: Path, *settings: str) -> Iterator[RedisServer]:
    """A server that is ended afterwards."""
    server = RedisServer(folder, *settings)
    try:
        yield server
    finally:
        server.kill()
