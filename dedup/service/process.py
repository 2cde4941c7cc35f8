"""The process that has the index of a crawl: `python -m dedup.service.process`, started by `client`.

Messages come in on standard input and replies go out on standard output, as `messages` describes them. When
standard input ends, the crawler is gone; the documents that were decided by then are written to the index.
"""

import gc
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import IO, Any

from dedup.errors import DedupError, IndexUnavailableError, message_of
from dedup.index.index import Decision, Index
from dedup.index.redis.server.address import is_address
from dedup.service.messages import (
    ALIVE,
    ALIVE_SECONDS,
    DONE,
    NOTE,
    UNAVAILABLE,
    Item,
    ItemDecision,
    OpenRequest,
    Reply,
    read_message,
    write_message,
)

_SENTENCE = (
    "On day {0} the ferry left with {0} people on board, and the master wrote down all of their names."
)


def main() -> None:
    """Answer until the messages end. What a library prints goes to standard error."""
    if hasattr(os, "nice"):
        os.nice(10)  # the crawl comes first where the two share a core
    with os.fdopen(os.dup(1), "wb") as stream:
        os.dup2(2, 1)
        replies = Replies(stream)
        logging.getLogger("dedup").addHandler(replies)
        with replies.signs_of_life(), suppress(EOFError, BrokenPipeError):
            try:
                serve(sys.stdin.buffer, replies)
            except (DedupError, OSError) as error:
                replies.write(type(error).__name__, message_of(error))
            except EOFError:
                raise
            except Exception as error:
                traceback.print_exc()
                replies.write("Exception", f"{type(error).__name__}: {error}")


class Replies(logging.Handler):
    """Where replies are written, and what is logged, as notes. `is_awaited`: whether the client waits for the
    answer to a message.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(logging.WARNING)
        self._stream, self._one_at_a_time = stream, Lock()
        self.is_awaited = True

    def write(self, kind: str, value: Any) -> None:
        """Write a reply."""
        with self._one_at_a_time:
            self.is_awaited = self.is_awaited and kind == NOTE
            write_message(self._stream, Reply(kind, value))

    def emit(self, record: logging.LogRecord) -> None:
        """Write what is logged."""
        with suppress(BrokenPipeError):
            self.write(NOTE, record.getMessage())

    @contextmanager
    def signs_of_life(self) -> Iterator[None]:
        """In this block the client gets ALIVE while it waits."""
        ended = Event()
        thread = Thread(target=self._show_life, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _show_life(self, ended: Event) -> None:
        with suppress(BrokenPipeError):
            while True:
                with self._one_at_a_time:
                    if self.is_awaited:
                        write_message(self._stream, Reply(ALIVE, None))
                if ended.wait(ALIVE_SECONDS):
                    return


def serve(messages: IO[bytes], replies: Replies) -> None:
    """Open the index, decide about documents, close the index. Raises EOFError if the messages end early."""
    with open_index(OpenRequest(*read_message(messages))) as index:
        replies.write(DONE, len(index))
        warm_up()
        while (items := read_message(messages)) is not None:
            replies.is_awaited = True
            try:
                decisions = index.add_each([Item(*item)._asdict() for item in items])
            except IndexUnavailableError as error:
                replies.write(UNAVAILABLE, error.message)
            else:
                replies.write(DONE, [item_decision(decision) for decision in decisions])
        replies.is_awaited = True
        index.commit()
        count = len(index)
    replies.write(DONE, count)


def open_index(request: OpenRequest) -> Index:
    """Open the index of a request; make its folder if need be. Raises IndexFileError, OptionsError."""
    if not is_address(request.path):
        Path(request.path).parent.mkdir(parents=True, exist_ok=True)
    options = dict(request.options)
    if "cut" in options:
        options["cut"] = tuple(options["cut"])
    return Index(request.path, wait=request.wait, forget=request.forget, source=request.source, **options)


def item_decision(decision: Decision) -> ItemDecision:
    """What a crawler needs to know of a decision."""
    cut = sum(repeat.cut for repeat in decision.repeats)
    text = decision.text if cut else None
    return ItemDecision(*decision[:4], text, cut, decision.update_of)


def warm_up() -> None:
    """Decide about a few documents with a temporary index, so that all compiled code is loaded.

    That takes 0.5 s, which pass while the crawl starts. All objects that exist then live as long as the
    process; the garbage collector does not look at them again.
    """
    with TemporaryDirectory(prefix="dedup-") as folder, Index(Path(folder, "warm.index")) as index:
        articles = [
            "\n\n".join(_SENTENCE.format(day) for day in range(first, first + 9)) for first in (1, 2, 20)
        ]
        for text in (articles[0], f"{articles[0]}\n\n{articles[0]}", articles[1], articles[2]):
            index.add_each([{"id": "1", "text": text}, {"id": "2", "text": f"{text} And so on."}])
            index.commit()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
