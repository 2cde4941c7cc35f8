"""Makes trials in a process of their own, so that a crash is a fault of one of them."""

import multiprocessing
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.faults.damage.indexes import make_index, try_index
from bench.faults.damage.ledgers import make_ledger, try_ledger
from bench.paths import memory_folder

SLOW = 20  # seconds of the processor that a trial may take; those of the clock depend on what else runs
Make = Callable[[Path], Any]
Trial = Callable[[random.Random, Path, Any], str]
KINDS: dict[str, tuple[Make, Trial]] = {
    "index": (make_index, try_index),
    "ledger": (make_ledger, try_ledger),
}


def work(kind: str, seed: int, numbers: range, until: float, pipe: Any) -> None:
    """Make the trials of these numbers, and send what became of each."""
    make, attempt = KINDS[kind]
    with memory_folder() as folder:
        made = make(folder)
        for number in numbers:
            if time.time() > until:
                break
            pipe.send((number, None))
            began = time.process_time()
            with memory_folder() as own:
                try:
                    outcome, is_fault = attempt(random.Random(f"{seed} {number}"), own, made), False
                except BaseException as error:
                    last = traceback.extract_tb(error.__traceback__)[-1]
                    outcome, is_fault = (
                        f"{type(error).__name__}: {error} in {last.filename}:{last.lineno}",
                        True,
                    )
            is_slow = time.process_time() - began > SLOW
            pipe.send((number, (f"took over {SLOW} s" if is_slow else outcome, is_fault or is_slow)))
    pipe.send(None)


def trials(kind: str, seed: int, count: int, until: float) -> tuple[Counter[str], int]:
    """Make so many trials: how often each outcome came, and how many faults there were."""
    outcomes, faults, first = Counter[str](), 0, 0
    while first < count and time.time() < until:
        receiver, sender = multiprocessing.Pipe(duplex=False)
        arguments = (kind, seed, range(first, count), until, sender)
        process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
        process.start()
        sender.close()
        message = None
        try:
            while (message := receiver.recv()) is not None:
                first, outcome = message[0] + 1, message[1]
                if outcome:
                    outcomes[outcome[0] if not outcome[1] else "FAULT"] += 1
                    faults += outcome[1]
                    if outcome[1]:
                        print(f"FAULT {kind} {message[0]}: {outcome[0]}", flush=True)
        except EOFError:  # the process is dead
            faults += 1
            process.join()
            print(f"FAULT {kind} {first - 1}: the process died ({process.exitcode})", flush=True)
        process.join()
        if message is None:
            break
    return outcomes, faults
