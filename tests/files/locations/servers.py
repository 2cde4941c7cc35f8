"""Servers on this machine: moto's, which speaks S3, and Python's for HTTP."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

BUCKET = "crawls"


class Bucket:
    """A bucket of S3. `environment`: with which a process finds it."""

    def __init__(self, client: Any, environment: dict[str, str]) -> None:
        self.client, self.environment = client, environment

    def put(self, key: str, data: bytes) -> str:
        """Store an object; returns its address."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=data)
        return f"s3://{BUCKET}/{key}"

    def get(self, key: str) -> bytes:
        """The bytes of an object."""
        return self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def keys(self, prefix: str = "") -> list[str]:
        """The keys of all objects below a prefix."""
        answer = self.client.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for entry in answer.get("Contents", ())]

    def uploads(self) -> list[Any]:
        """The uploads that were begun and neither completed nor given up."""
        return self.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])


@contextmanager
def serving_s3() -> Iterator[Bucket]:
    """A bucket on a server of moto; this process finds it, too."""
    import boto3
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "a key",
        "AWS_SECRET_ACCESS_KEY": "a secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        try:
            yield Bucket(client, environment)
        finally:
            s3fs.S3FileSystem.clear_instance_cache()
            server.stop()


class _Handler(SimpleHTTPRequestHandler):
    """Answers as Python's server does, also with ranges; and goes away in the middle where a test says so."""

    breaks: dict[str, list[int]]
    """By path, after how many bytes the next answers to it break off."""
    ranges: bool

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        file = Path(self.translate_path(path))
        if not file.is_file():
            return self.send_error(404)
        data, start = file.read_bytes(), 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and self.ranges:
            start = int(asked[1])
            self.send_response(206)
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("ETag", f'"{len(data)}"')
        self.end_headers()
        breaks = self.breaks.get(path)
        rest = data[start : start + breaks.pop(0)] if breaks else data[start:]
        self.wfile.write(rest)
        if len(rest) < len(data) - start:
            self.close_connection = True
        return None


class Web:
    """A web server of a folder. `breaks`: by path, after how many bytes the next answers break off; `ranges`:
    whether it answers with the rest of a file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.breaks: dict[str, list[int]] = {}
        handler = type("_WebHandler", (_Handler,), {"breaks": self.breaks, "ranges": True})
        self.handler: Any = handler
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=os.fspath(folder)))
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def serving_web(folder: Path) -> Iterator[Web]:
    """A web server of a folder, in a thread."""
    web = Web(folder)
    thread = Thread(target=web.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.server.shutdown()
        web.server.server_close()
        thread.join()
