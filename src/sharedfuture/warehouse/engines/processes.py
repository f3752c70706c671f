"""Tasks side by side on one machine: as many processes as asked for, a task an item."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from threading import Thread
from typing import Any

from sharedfuture.records.errors import TaskFailed
from sharedfuture.warehouse.engines.engine import Item, Result

# Ctrl-C is heeded between two waits: Polars sets the signal so that it does not end one.
ATTENTIVE_SECONDS = 0.2
_WAITING = 2  # tasks a process that are handed over ahead, so that none waits for its next


def sensible_count(threads: int) -> int:
    """The number asked for, or that of the cores this process may use."""
    return threads if threads > 0 else len(os.sched_getaffinity(0))


def each_in_processes(
    task: Callable[[Item], Result], items: Sequence[Item], *, count: int
) -> Iterator[Result]:
    """See `Engine.each`."""
    processes = min(count, len(items))
    if processes <= 1:
        return (_one(task, item) for item in items)
    return _side_by_side(task, items, processes)


def named_failure(item: object, error: BaseException) -> TaskFailed:
    """What failed, with the item it failed on."""
    said = str(error).strip()
    kind = type(error).__name__
    return TaskFailed(f"{item}: {kind}: {said}" if said else f"{item}: {kind}")


def _one(task: Callable[[Item], Result], item: Item) -> Result:
    try:
        return task(item)
    except Exception as error:
        raise named_failure(item, error) from error


def _side_by_side(
    task: Callable[[Item], Result], items: Sequence[Item], processes: int
) -> Iterator[Result]:
    # The processes share the cores: each computes with one thread. Said to what is started from
    # here on, and not to this process.
    os.putenv("POLARS_MAX_THREADS", "1")
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(task,)
    )
    ahead = iter(items)
    running: dict[Future[Result], Item] = {}
    is_done = False
    try:
        while True:
            for item in islice(ahead, processes * _WAITING - len(running)):
                running[executor.submit(_run, item)] = item
            if not running:
                break
            for future in wait(running, ATTENTIVE_SECONDS, return_when=FIRST_COMPLETED).done:
                yield _result(future, running.pop(future), running.values())
        is_done = True
    finally:
        executor.shutdown(wait=is_done, cancel_futures=True)
        if not is_done:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
                process.join()


def _result(future: Future[Result], item: Item, others: Collection[Item]) -> Result:
    try:
        return future.result()
    except BrokenProcessPool as error:
        names = ", ".join(sorted(map(str, (item, *others))))
        raise TaskFailed(
            f"a process ended in the middle of its task, as when memory runs out; one of: {names}"
        ) from error
    except Exception as error:
        raise named_failure(item, error) from error


# What a process was started for: it may carry much with it, and is handed over only once.
_held: list[Callable[[Any], Any]] = []


def _begin(task: Callable[[Any], Any]) -> None:
    _held[:] = [task]
    end_with_parent()


def end_with_parent() -> None:
    """Make this process end at once with Ctrl-C, and when the one that started it is no more."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent.join,), daemon=True).start()


def _end_after(join: Callable[[], None]) -> None:
    join()
    os.kill(os.getpid(), signal.SIGTERM)


def _run(item: Item) -> Any:
    """Of the type that the task gives, which the process does not know, hence `Any`."""
    (task,) = _held
    return task(item)
