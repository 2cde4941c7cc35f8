"""The process that has the index of a crawl: `python -m dedup.service.process`, which `decisions` starts.

On standard input come what index it is to be, lists of documents, and null, a line of JSON each; on standard
output goes an answer to each. Where standard input ends, whoever asked is gone: what was decided is written.
"""

import gc
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from dedup.errors import DedupError
from dedup.index.index import Decision, Index
from dedup.service.client import Answer, Asked
from dedup.service.messages import received, send

_NEWS = "On day {0} the ferry left with {0} people on board, and the master wrote down all of their names."


def main() -> None:
    """Answer until there is nothing more to answer; what a library prints goes to standard error."""
    if hasattr(os, "nice"):
        os.nice(10)  # the crawl comes first where the two share a core
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        with suppress(EOFError, BrokenPipeError):
            try:
                serve(sys.stdin.buffer, answers)
            except (DedupError, OSError) as error:
                send(answers, (type(error).__name__, str(error)))
            except EOFError:
                raise
            except Exception as error:
                traceback.print_exc()
                send(answers, ("bug", f"{type(error).__name__}: {error}"))


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Open the index, decide, close it. Raises EOFError where nobody asks any more."""
    with opened(Asked(*received(asked))) as index:
        send(answers, ("done", len(index)))
        warm()
        while (documents := received(asked)) is not None:
            decided = index.add_each([dict(zip(("id", "text"), one, strict=True)) for one in documents])
            send(answers, ("done", [tuple(answer(decision)) for decision in decided]))
        index.commit()
        count = len(index)
    send(answers, ("done", count))


def opened(asked: Asked) -> Index:
    """The index that is asked for, in a folder that is made if need be."""
    Path(asked.path).parent.mkdir(parents=True, exist_ok=True)
    options = dict(asked.options)
    if "cut" in options:
        options["cut"] = tuple(options["cut"])
    return Index(asked.path, wait=asked.wait, forget=asked.forget, source=asked.source, **options)


def answer(decision: Decision) -> Answer:
    """What a crawl has to know of a decision."""
    cut = sum(repeat.cut for repeat in decision.repeats)
    text = decision.text if cut else None
    return Answer(decision.decision, decision.keeper, decision.jaccard, decision.coverage, text, cut)


def warm() -> None:
    """Decide about some documents with an index that goes at once: to load all of the compiled code takes
    0.5 s, in which the crawl begins. What is there then is no garbage, and is not looked at again.
    """
    with TemporaryDirectory(prefix="dedup-") as folder, Index(Path(folder, "warm.index")) as index:
        news = ["\n\n".join(_NEWS.format(day) for day in range(first, first + 9)) for first in (1, 2, 20)]
        for text in (news[0], f"{news[0]}\n\n{news[0]}", news[1], news[2]):
            index.add_each([{"id": "1", "text": text}, {"id": "2", "text": f"{text} And so on."}])
            index.commit()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
